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
  return [table(['Device', 'Clock', 'Hand', ...COLUMNS], scenes), table(['Way', ...COLUMNS], ways)].join('\n\n');
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

/** The numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const rule = head.map((_, i) => (i < head.length - COLUMNS.length ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

const BEGIN = '<!-- simulation:begin -->';
const END = '<!-- simulation:end -->';

/** What stands between the markers of docs/drift.md. */
export function insideMarkers(page: string): string {
  const [, rest] = page.split(`${BEGIN}\n`);
  const [inside, after] = rest?.split(`\n${END}`) ?? [];
  if (inside === undefined || after === undefined) throw new Error('the page has no simulation markers');
  return inside;
}

export function withTables(page: string, tables: string): string {
  return page.replace(`${BEGIN}\n${insideMarkers(page)}\n${END}`, () => `${BEGIN}\n${tables}\n${END}`);
}
