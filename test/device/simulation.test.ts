import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { insideMarkers } from '../support/tables.js';
import { add, SCENES, type Tally } from './simulation.js';
import { runSimulation, simulationTables } from './simulation-table.js';

describe('a simulation of people and their clocks', () => {
  const simulation = runSimulation();
  const refusedShare = ({ refused, right }: Tally): number => refused / right;
  const of = (filter: (scene: (typeof SCENES)[number]) => boolean): Tally =>
    add(simulation.library.filter((_, i) => filter(SCENES[i]!)));
  const all = of(() => true);

  it('tries a great many right codes', () => {
    expect(all.users).toBe(SCENES.length * 100);
    expect(all.right).toBeGreaterThan(100_000);
  });

  it('people who type promptly are never stuck, whatever the clock', () => {
    expect(of(({ hand }) => hand === 'prompt').stuck).toBe(0);
    expect(of(({ clock }) => clock === 'right').stuck).toBe(0);
  });

  it('fewer than one right code in two hundred is refused', () => {
    expect(refusedShare(all)).toBeLessThan(0.005);
    for (const [i, tally] of simulation.library.entries()) {
      expect(refusedShare(tally), Object.values(SCENES[i]!).join(', ')).toBeLessThan(0.02);
    }
  });

  it('few counters are tried, and fewest where the clock is right', () => {
    const average = ({ counters, tries }: Tally): number => counters / tries;
    expect(average(all)).toBeLessThan(6);
    expect(average(of(({ clock, hand }) => clock === 'right' && hand === 'prompt'))).toBeLessThan(3.6);
  });

  it('a single number for the drift refuses far more right codes, one hull over all offsets accepts more old ones', () => {
    for (const [way, tally] of simulation.alternatives) {
      if (way === 'one hull over all') {
        expect(tally.old / tally.tries, way).toBeGreaterThan((1.5 * all.old) / all.tries);
        expect(tally.counters / tally.tries, way).toBeGreaterThan((1.3 * all.counters) / all.tries);
      } else {
        expect(refusedShare(tally), way).toBeGreaterThan(10 * refusedShare(all));
        expect(tally.stuck, way).toBeGreaterThan(50 * all.stuck);
      }
    }
  });

  it('its tables are those of docs/drift.md', () => {
    const page = readFileSync(new URL('../../docs/drift.md', import.meta.url), 'utf8');
    expect(insideMarkers(page)).toBe(simulationTables(simulation));
  });
});
