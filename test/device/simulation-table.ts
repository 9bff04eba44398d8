import { table } from '../support/tables.js';
import { ALTERNATIVES, add, library, SCENES, simulate, type Tally } from './simulation.js';

export interface Simulation {
  /** One for each of {@link SCENES}. */
  readonly library: readonly Tally[];
  /** Over all scenes. */
  readonly alternatives: ReadonlyMap<string, Tally>;
}

export function runSimulation(): Simulation {
  return {
    library: SCENES.map((scene) => simulate(scene, library)),
    alternatives: new Map(
      Object.entries(ALTERNATIVES).map(([name, follower]) => [
        name,
        add(SCENES.map((scene) => simulate(scene, follower))),
      ]),
    ),
  };
}

export function simulationTables(simulation: Simulation): string {
  const scenes = SCENES.map(({ device, clock, hand }, i) => [
    device,
    clock,
    hand,
    ...cells(simulation.library[i] as Tally),
  ]);
  const ways = [
    ['**this library**', ...cells(add(simulation.library))],
    ...[...simulation.alternatives].map(([name, tally]) => [name, ...cells(tally)]),
  ];
  return [table(['Device', 'Clock', 'Hand', ...COLUMNS], scenes, 3), table(['Way', ...COLUMNS], ways, 1)].join('\n\n');
}

const COLUMNS = ['Right codes refused', 'Users stuck', 'Old codes that count', 'Counters tried at first', 'and later'];

function cells(tally: Tally): string[] {
  return [
    `${((100 * tally.refused) / tally.right).toFixed(2)} %`,
    `${tally.stuck} of ${tally.users}`,
    (tally.old / tally.tries).toFixed(1),
    (tally.earlyCounters / tally.earlyTries).toFixed(1),
    ((tally.counters - tally.earlyCounters) / (tally.tries - tally.earlyTries)).toFixed(1),
  ];
}
