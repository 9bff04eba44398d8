import { table } from '../support/tables.js';
import {
  chanceOf,
  DAY_MS,
  guessesOver,
  guessesWithin,
  honestYears,
  positionsOfDevice,
  RULES,
  timesOfAlarmAndLock,
  triesAYear,
  type WideScene,
  wideYear,
} from './guessing.js';

const SIGN_INS_A_DAY = [0, 1, 3, 10, 30];
const YEARS = 2000;

/** Devices of one user, each with so many counters. */
function deviceSets(): readonly { readonly name: string; readonly positions: number }[] {
  const right = positionsOfDevice(0);
  const off = positionsOfDevice(9);
  return [
    { name: '1 device', positions: right },
    { name: '1, its clock off', positions: off },
    { name: '8 devices', positions: 8 * right },
    { name: '8, their clocks off', positions: 8 * off },
  ];
}

/** What happens in the year, beside the owner's sign-ins. */
export const WIDE: Readonly<Record<string, Omit<WideScene, 'signInsADay'>>> = {
  nothing: { pairs: 0, verb: 'resynchronize' },
  'nothing, and there is a second device': { pairs: 0, verb: 'resynchronize', unused: true },
  'the device is resynchronized once, and used a minute later': {
    pairs: 1,
    verb: 'resynchronize',
    nextAfterMs: 60_000,
  },
  'once, and used at the next sign-in': { pairs: 1, verb: 'resynchronize' },
  'every month, and used a minute later': { pairs: 12, verb: 'resynchronize', nextAfterMs: 60_000 },
  'a second device is resynchronized, and never used': { pairs: 1, verb: 'resynchronize', unused: true },
  '**a second device is assigned within 15 minutes, and never used**': { pairs: 1, verb: 'assign', unused: true },
  'the same, if its wide range had no end': { pairs: 1, verb: 'assign', unused: true, endless: true },
};

export function guessingTables(): string {
  const sets = deviceSets();
  const beside = SIGN_INS_A_DAY.map((signInsADay) => {
    const tries = sets.map(({ positions }) => triesAYear({ signInsADay, positions }));
    if (new Set(tries).size !== 1) throw new Error('the tries depend on the devices: the table has to say so');
    return [
      String(signInsADay),
      whole(tries[0]!),
      ...sets.map(({ positions }) => percent(chanceOf(tries[0]!, positions))),
    ];
  });
  const [{ positions }] = sets as [(typeof sets)[number]];
  const rules = Object.entries(RULES).map(([name, rule]) => {
    const tries = [1, 10].map((signInsADay) => triesAYear({ signInsADay, positions, rule }));
    return [name, ...tries.flatMap((count) => [whole(count), percent(chanceOf(count, positions))])];
  });
  const honest = [
    [1, 0.3],
    [3, 0.3],
    [10, 0.3],
    [1, 0.4],
  ].map(([signInsADay, typos]) => {
    const tally = honestYears(YEARS, signInsADay!, typos!, positions);
    return [
      String(signInsADay),
      percent(typos!),
      percent(tally.waited / tally.signIns),
      `${Math.round(tally.longestWaitMs / 60_000)} min`,
      whole(tally.alarms),
      whole(tally.locks),
    ];
  });
  const { alarmMs, lockMs } = timesOfAlarmAndLock(positions);
  const alone = [
    ['25 strikes: `guessing-suspected`', hours(alarmMs)],
    ['100 strikes: locked', hours(lockMs)],
  ];
  const wide = Object.entries(WIDE).map(([name, scene]) => {
    const chances = [1, 10].map((signInsADay) => wideYear({ ...scene, signInsADay }).chance);
    return [name, ...chances.map(percent)];
  });
  const recoveryGuesses = guessesOver(10, positions);
  const kept = [
    ['that keep an owner out by codes, in the first 48 hours', whole(guessesWithin(2 * DAY_MS, positions)), ''],
    [
      'over ten recovery codes, each of which lifts the lock',
      whole(recoveryGuesses),
      percent(chanceOf(recoveryGuesses, positions)),
    ],
  ];
  return [
    table(["Owner's sign-ins a day", 'Tries a year', ...sets.map(({ name }) => name)], beside),
    table(['Rule', 'Tries at one a day', 'Chance', 'Tries at ten a day', 'Chance'], rules, 1),
    table(['Beside nobody', 'reached after'], alone, 1),
    table(['Guesses of whoever minds no lock', 'number', 'chance'], kept, 1),
    table(['In the year', 'Owner at one sign-in a day', 'at ten a day'], wide, 1),
    table(['Sign-ins a day', 'Codes mistyped', 'Sign-ins that waited', 'Longest wait', 'Alarms', 'Locks'], honest),
  ].join('\n\n');
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value >= 1 ? value.toFixed(1).replace('.0', '') : value.toPrecision(2)} %`;
}

function hours(ms: number): string {
  return `${Math.round(ms / 3_600_000)} hours`;
}
