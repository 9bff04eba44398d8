import { createPolicy } from 'lockstep-mfa';
import { type AssignedDevice, importDevice } from 'lockstep-mfa/device';
import { counterOf, learn, type OffsetRange, rangeSteps, signInRanges } from '../../src/device/drift.js';
import { lateSteps } from '../../src/device/policy.js';
import { table } from '../support/tables.js';

// Is a device in step after ok from resynchronizing? Over a grid of clock errors and delays, and whatever comes next. A
// code is its counter: the library's own ranges and its own learning, without HMACs. A test holds this model and the
// functions with real codes together.

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const POLICY = createPolicy();

/** How two codes are looked for, and what is remembered of an accepted one. */
export interface Rule {
  /** Undefined where it refuses. */
  resynchronize(device: AssignedDevice, counter: number, nowMs: number): AssignedDevice | undefined;
  signIn(device: AssignedDevice, counter: number, nowMs: number): AssignedDevice | undefined;
}

interface Steps {
  /** How late the two codes may have been typed. */
  readonly slack: number;
  /** The farthest that is searched behind. */
  readonly behind: number;
  /** The farthest that is searched ahead. */
  readonly ahead: number;
}

function ruleOf(
  stepsOf: (device: AssignedDevice) => Steps,
  rangesOf: (device: AssignedDevice, nowMs: number) => readonly OffsetRange[],
  learned: (device: AssignedDevice, counter: number, nowMs: number) => AssignedDevice,
): Rule {
  return {
    resynchronize(device, counter, nowMs) {
      const { slack, behind, ahead } = stepsOf(device);
      const offset = counter - counterOf(device, nowMs);
      if (offset < -behind || offset > ahead || counter - 1 <= device.lastCounter) return undefined;
      return learned({ ...device, offsets: [], slackSteps: slack }, counter, nowMs);
    },
    signIn(device, counter, nowMs) {
      const offset = counter - counterOf(device, nowMs);
      if (counter <= device.lastCounter) return undefined;
      if (!rangesOf(device, nowMs).some(({ from, to }) => offset >= from && offset <= to)) return undefined;
      return learned(device, counter, nowMs);
    },
  };
}

export const LIBRARY: Rule = ruleOf(
  (device) => {
    const [range, slack] = [rangeSteps(device, POLICY), lateSteps(device.parameters)];
    return { slack, behind: range + slack, ahead: range };
  },
  (device, nowMs) => signInRanges(device, POLICY, nowMs),
  (device, counter, nowMs) => learn(device, counter, nowMs, POLICY),
);

/** Other rules, which do not keep the promise: offsets within the range alone, and the slack of the first one as it is. */
function otherRule(slackOf: (device: AssignedDevice) => number, searchesLate: boolean): Rule {
  const stepsOf = (device: AssignedDevice): Steps => {
    const [range, slack] = [rangeSteps(device, POLICY), slackOf(device)];
    return { slack, behind: searchesLate ? range + slack : range, ahead: range };
  };
  const rangesOf = (device: AssignedDevice): OffsetRange[] => {
    const { offsets, slackSteps } = device;
    const [first, latest, greatest] = [offsets[0] as number, offsets.at(-1) as number, Math.max(...offsets)];
    const ranges = [0, latest, greatest].map((offset) => ({ from: offset - 1, to: offset + 1 }));
    return slackSteps === undefined ? ranges : [...ranges, { from: first - 1, to: first + slackSteps + 1 }];
  };
  const learned = (device: AssignedDevice, counter: number, nowMs: number): AssignedDevice => {
    const range = rangeSteps(device, POLICY);
    const offset = Math.max(-range, Math.min(range, counter - counterOf(device, nowMs)));
    const { slackSteps, ...rest } = device;
    const next = { ...rest, lastUsedAtMs: nowMs, lastCounter: counter, offsets: [...device.offsets, offset].slice(-5) };
    return slackSteps === undefined || device.offsets.length === 5 ? next : { ...next, slackSteps };
  };
  return ruleOf(stepsOf, rangesOf, learned);
}

export const FOUR_PERIODS: Rule = otherRule(() => 4, false);
/** As much slack as the library has, and what is found is not kept. */
export const CUT_TO_THE_RANGE: Rule = otherRule(({ parameters }) => lateSteps(parameters), true);

/** A device's clock, from `zeroMs` on. */
export interface Clock {
  readonly periodMs: number;
  readonly zeroMs: number;
  readonly errorMs: number;
  readonly creepMsADay: number;
}

export function counterOfDevice({ periodMs, zeroMs, errorMs, creepMsADay }: Clock, atMs: number): number {
  return Math.floor((atMs + errorMs + (creepMsADay * (atMs - zeroMs)) / DAY_MS) / periodMs);
}

/** What comes after the two codes. */
export interface Sequel {
  readonly signIns: number;
  readonly gapMs: number;
  readonly creepMsADay: number;
  /** How long after a code was read it is typed, in turn; never so long that it is no right code. */
  readonly typed: readonly Late[];
}

type Late = (periodMs: number) => number;
const prompt: Late = () => 3000;
const halfLate: Late = () => 40_000;
/** Just before a period has passed since the code was last shown. */
const late: Late = (periodMs) => 2 * periodMs - 2000;
const MIXED = [late, prompt, halfLate, prompt];
/** The last minutes in which the slack stands. */
const THIRTY_DAYS_MS = 30 * DAY_MS - 300_000;

export const SEQUELS: Readonly<Record<string, Sequel>> = {
  'next code, at once': { signIns: 1, gapMs: 0, creepMsADay: 0, typed: [prompt] },
  'next code, at once, a period late': { signIns: 1, gapMs: 0, creepMsADay: 0, typed: [late] },
  'after an hour': { signIns: 1, gapMs: 3_600_000, creepMsADay: 0, typed: [prompt] },
  'after 7 days, a period late': { signIns: 1, gapMs: 7 * DAY_MS, creepMsADay: 0, typed: [late] },
  'after 7 days, creeps +4 s a day': { signIns: 1, gapMs: 7 * DAY_MS, creepMsADay: 4000, typed: [prompt] },
  'after 7 days, creeps −4 s a day': { signIns: 1, gapMs: 7 * DAY_MS, creepMsADay: -4000, typed: [prompt] },
  'after 30 days, creeps +2 s a day': { signIns: 1, gapMs: THIRTY_DAYS_MS, creepMsADay: 2000, typed: [prompt] },
  'after 30 days, creeps −2 s a day': { signIns: 1, gapMs: THIRTY_DAYS_MS, creepMsADay: -2000, typed: [prompt] },
  'after 31 days': { signIns: 1, gapMs: 31 * DAY_MS, creepMsADay: 0, typed: [prompt] },
  'fifteen daily sign-ins': { signIns: 15, gapMs: DAY_MS, creepMsADay: 0, typed: [prompt] },
  'fifteen, some late': { signIns: 15, gapMs: DAY_MS, creepMsADay: 0, typed: MIXED },
  'fifteen, some late, creeps +4 s a day': { signIns: 15, gapMs: DAY_MS, creepMsADay: 4000, typed: MIXED },
  'fifteen, some late, creeps −4 s a day': { signIns: 15, gapMs: DAY_MS, creepMsADay: -4000, typed: MIXED },
};

export interface Grid {
  readonly periodSeconds: number;
  /** The greatest error each way, and the step between two, in seconds. */
  readonly errors: readonly [greatest: number, step: number];
  readonly delays: readonly [greatest: number, step: number];
}

export const GRIDS: Readonly<Record<'inRange' | 'beyond' | 'short' | 'long', Grid>> = {
  inRange: { periodSeconds: 30, errors: [3600, 10], delays: [900, 15] },
  beyond: { periodSeconds: 30, errors: [5400, 30], delays: [900, 30] },
  short: { periodSeconds: 15, errors: [5400, 30], delays: [900, 30] },
  long: { periodSeconds: 60, errors: [5400, 30], delays: [900, 30] },
};

export interface Tally {
  pairs: number;
  refused: number;
  /** Devices that heard ok and fell out of step, by {@link SEQUELS}. */
  readonly out: Record<string, number>;
}

/** Whoever hears ok, and then a right code is refused. A late code that is refused is tried again, promptly. */
export function tallyOf(rule: Rule, { periodSeconds, errors, delays }: Grid): Tally {
  const tally: Tally = { pairs: 0, refused: 0, out: {} };
  for (const name of Object.keys(SEQUELS)) tally.out[name] = 0;
  for (let error = -errors[0]; error <= errors[0]; error += errors[1]) {
    for (let delay = 0; delay <= delays[0]; delay += delays[1]) {
      tally.pairs++;
      const { device, clock, typedMs } = afterPair(rule, periodSeconds, error * SECOND_MS, delay * SECOND_MS);
      if (device === undefined) {
        tally.refused++;
        continue;
      }
      for (const [name, sequel] of Object.entries(SEQUELS)) {
        if (!staysInStep(rule, device, clock, typedMs, sequel)) tally.out[name]!++;
      }
    }
  }
  return tally;
}

/** A device whose clock is wrong by `errorMs`; its two codes were typed `delayMs` after the second was first shown. */
export function afterPair(
  rule: Rule,
  periodSeconds: number,
  errorMs: number,
  delayMs: number,
): { readonly device: AssignedDevice | undefined; readonly clock: Clock; readonly typedMs: number } {
  const periodMs = periodSeconds * SECOND_MS;
  const zeroMs = 1_700_000_040_000 - (1_700_000_040_000 % periodMs);
  const clock = { periodMs, zeroMs, errorMs, creepMsADay: 0 };
  const second = counterOfDevice(clock, zeroMs - 1) + 1;
  const shownMs = second * periodMs - errorMs;
  const typedMs = shownMs + delayMs;
  return { device: rule.resynchronize(unused(periodSeconds, zeroMs), second, typedMs), clock, typedMs };
}

/** A device that was imported long ago, and whose codes were never used. */
export function unused(periodSeconds: number, nowMs: number): AssignedDevice {
  const parameters = { periodSeconds };
  return { ...importDevice({ serialNumber: 'phone', nowMs: nowMs - 90 * DAY_MS, parameters }), lastCounter: 1 };
}

function staysInStep(rule: Rule, after: AssignedDevice, still: Clock, typedMs: number, sequel: Sequel): boolean {
  const { signIns, gapMs, creepMsADay, typed } = sequel;
  const clock = { ...still, creepMsADay };
  const { periodMs } = clock;
  const nextAfter = (atMs: number, counter: number): number => {
    let nowMs = atMs;
    while (counterOfDevice(clock, nowMs) <= counter) nowMs += SECOND_MS;
    return nowMs;
  };
  let device = after;
  let nowMs = typedMs + 5 * SECOND_MS;
  for (let i = 0; i < signIns; i++) {
    nowMs = nextAfter(nowMs + gapMs, device.lastCounter);
    const code = counterOfDevice(clock, nowMs);
    let lateMs = nowMs + (typed[i % typed.length] as Late)(periodMs);
    while (counterOfDevice(clock, lateMs) - code > 1) lateMs -= SECOND_MS;
    let next = rule.signIn(device, code, lateMs);
    if (next === undefined && signIns > 1) {
      const againMs = nextAfter(lateMs, Math.max(code, device.lastCounter));
      lateMs = againMs + prompt(periodMs);
      next = rule.signIn(device, counterOfDevice(clock, againMs), lateMs);
    }
    if (next === undefined) return false;
    device = next;
    nowMs = lateMs;
  }
  return true;
}

export type ColumnName =
  | '30 s, in range'
  | '30 s, ±90 min'
  | '15 s, ±90 min'
  | '60 s, ±90 min'
  | 'four periods of slack, in range'
  | 'offsets cut to the range, ±90 min';

/** The columns of the table in docs/drift.md. */
const COLUMNS: Readonly<Record<ColumnName, Parameters<typeof tallyOf>>> = {
  '30 s, in range': [LIBRARY, GRIDS.inRange],
  '30 s, ±90 min': [LIBRARY, GRIDS.beyond],
  '15 s, ±90 min': [LIBRARY, GRIDS.short],
  '60 s, ±90 min': [LIBRARY, GRIDS.long],
  'four periods of slack, in range': [FOUR_PERIODS, GRIDS.inRange],
  'offsets cut to the range, ±90 min': [CUT_TO_THE_RANGE, GRIDS.beyond],
};

export function runInStep(): Readonly<Record<ColumnName, Tally>> {
  const names = Object.keys(COLUMNS) as ColumnName[];
  return Object.fromEntries(names.map((name) => [name, tallyOf(...COLUMNS[name])])) as Record<ColumnName, Tally>;
}

export function inStepTable(tallies: Readonly<Record<ColumnName, Tally>>): string {
  const columns = Object.values(tallies);
  const row = (name: string, of: (tally: Tally) => number): string[] => [
    name,
    ...columns.map((tally) => of(tally).toLocaleString('en-US')),
  ];
  return table(
    ['Out of step after `ok`', ...Object.keys(tallies)],
    [
      row('pairs of codes', ({ pairs }) => pairs),
      row('refused', ({ refused }) => refused),
      ...Object.keys(SEQUELS).map((name) => row(name, ({ out }) => out[name]!)),
    ],
    1,
  );
}
