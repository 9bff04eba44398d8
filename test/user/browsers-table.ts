import { table } from '../support/tables.js';
import {
  type Alone,
  alone,
  type Besieged,
  BUDGET_5,
  COMMON_CLEARED,
  COMMON_STRIKE,
  flood,
  keptOut,
  LIBRARY,
  NONE_KNOWN,
  NOT_ROTATED,
  RESET,
  RESET_NOT_ROTATED,
  type Rules,
  stealthyTries,
  stolenTries,
  unknownBeside,
} from './browsers-simulation.js';
import { chanceOf, DAY_MS } from './guessing.js';

const POSITIONS = 3;
const WEEKLY = 1 / 7;

interface Owner {
  readonly name: string;
  readonly signInsADay: number;
  readonly years: number;
}

/** Years enough to see a share of a few in ten thousand, and few enough for a test. */
export const OWNERS: readonly Owner[] = [
  { name: 'weekly', signInsADay: WEEKLY, years: 100 },
  { name: 'daily', signInsADay: 1, years: 20 },
  { name: 'ten times a day', signInsADay: 10, years: 2 },
];

const KEPT_OUT: Readonly<Record<string, readonly [Rules, Partial<Besieged>]>> = {
  'no browser is known': [NONE_KNOWN, {}],
  'the same, unlocked a day after each lock': [NONE_KNOWN, { unlockedAfterMs: DAY_MS, years: 2 }],
  '**this library**': [LIBRARY, {}],
  '10 % mistyped': [LIBRARY, { typos: 0.1 }],
  '30 % mistyped': [LIBRARY, { typos: 0.3 }],
  'budget 5, 30 % mistyped': [BUDGET_5, { typos: 0.3 }],
};

const STEALTHY: Readonly<Record<string, readonly [Rules, elsewhere: number]>> = {
  'no browser is known': [NONE_KNOWN, 0],
  '**this library**': [LIBRARY, 0],
  'a tenth from new browsers': [LIBRARY, 0.1],
  'a known sign-in takes a common strike away': [COMMON_STRIKE, 0],
  'it clears the common throttle as others do': [COMMON_CLEARED, 0],
};

const STOLEN: Readonly<Record<string, Rules>> = {
  '**this library**': LIBRARY,
  'the token stays': NOT_ROTATED,
  'a right code clears the strikes': RESET,
  'it clears them, and the token stays': RESET_NOT_ROTATED,
};
const THEFTS: Readonly<Record<string, number | 'always'>> = {
  once: 1,
  'always has the newest token': 'always',
};

const ALONE: Readonly<Record<string, readonly [Rules, Omit<Alone, 'signInsADay' | 'years'>]>> = {
  'no browser is known, 30 % mistyped': [NONE_KNOWN, { typos: 0.3 }],
  '**this library, 30 %**': [LIBRARY, { typos: 0.3 }],
  '40 %': [LIBRARY, { typos: 0.4 }],
  '30 %, a tenth from new browsers': [LIBRARY, { typos: 0.3, elsewhere: 0.1 }],
  '30 %, a tenth of the answers lost': [LIBRARY, { typos: 0.3, lost: 0.1 }],
  'budget 5, 30 %': [BUDGET_5, { typos: 0.3 }],
};

const FLOOD = 100_000;

export function browserTables(): string {
  const besieged = OWNERS.map(({ name, ...owner }) => [
    name,
    ...Object.values(KEPT_OUT).map(([rules, scene]) => percent(keptOut(rules, { ...owner, ...scene }))),
  ]);
  const stealthy = OWNERS.map(({ name, signInsADay }) => [
    name,
    ...Object.values(STEALTHY).map(([rules, elsewhere]) => tried(stealthyTries(rules, signInsADay, elsewhere))),
  ]);
  const stolen = Object.entries(THEFTS).flatMap(([how, thefts]) =>
    OWNERS.map(({ name, signInsADay }) => [
      how,
      name,
      ...Object.values(STOLEN).map((rules) => tried(stolenTries(rules, signInsADay, thefts))),
    ]),
  );
  const { evaluated, known, signsIn } = flood(FLOOD);
  const flooded = [
    ['whose code was looked at', whole(evaluated)],
    ["the owner's ten browsers, still known", whole(known)],
    ['a sign-in from one of them', signsIn ? 'ok' : 'refused'],
    ...[3, 10].map((windows) => [
      `days on which a laptop is unknown beside ${windows} private windows a day, each remembered`,
      percent(unknownBeside(windows)),
    ]),
  ];
  const owners = Object.entries(ALONE).map(([how, [rules, scene]]) => {
    const { forgotten, waited, alarms, locks } = alone(rules, { ...scene, signInsADay: 1, years: 40 });
    return [how, rules.known ? short(forgotten) : '–', percent(waited), whole(alarms), whole(locks)];
  });
  return [
    table(['Sign-ins kept out', ...Object.keys(KEPT_OUT)], besieged, 1),
    table(['Tries a year', ...Object.keys(STEALTHY)], stealthy, 1),
    table(['Tokens stolen', 'Owner', ...Object.keys(STOLEN)], stolen, 2),
    table([`${whole(FLOOD)} requests, half with made-up tokens`, 'number'], flooded, 1),
    table(['One sign-in a day', 'Browser forgotten, a year', 'Sign-ins that waited', 'Alarms', 'Locks'], owners, 1),
  ].join('\n\n');
}

function tried(tries: number): string {
  return `${whole(tries)}: ${percent(chanceOf(tries, POSITIONS))}`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function short(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  if (share === 0 || share === 1) return share === 0 ? '0' : '100 %';
  const value = 100 * share;
  return `${value >= 1 ? value.toFixed(1).replace('.0', '') : value.toPrecision(2)} %`;
}
