import { readFileSync } from 'node:fs';
import { type AssignedDevice, resynchronizeDevice, verifyCode } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { insideMarkers } from '../support/tables.js';
import { codeAt, SECRET } from './fixtures.js';
import {
  afterPair,
  type Clock,
  type ColumnName,
  CUT_TO_THE_RANGE,
  counterOfDevice,
  FOUR_PERIODS,
  inStepTable,
  LIBRARY,
  type Rule,
  runInStep,
  SEQUELS,
  type Tally,
  unused,
} from './in-step-model.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Refused, and then by what comes next, in the order of the sequels. */
function numbersOf({ refused, out }: Tally): number[] {
  return [refused, ...Object.keys(SEQUELS).map((name) => out[name]!)];
}

describe('whoever hears ok from resynchronizing, and what comes next', () => {
  const tallies = runInStep();

  // The numbers of the simulation by which the rule was chosen. A device that is unused for more than thirty days has
  // not much of its slack left: that is the price of an end, and no fault of the clock.
  const AT_MOST: Partial<Record<ColumnName, readonly number[]>> = {
    '30 s, in range': [0, 0, 0, 0, 0, 0, 0, 0, 237, Infinity, 0, 0, 0, 0],
    '30 s, ±90 min': [2790, 0, 0, 0, 0, 0, 0, 0, 0, Infinity, 0, 0, 1, 3],
    '15 s, ±90 min': [2790, 0, 0, 0, 0, 0, 0, 270, 270, Infinity, 0, 0, 3, 3],
    '60 s, ±90 min': [2759, 0, 0, 0, 0, 0, 0, 0, 0, Infinity, 0, 0, 0, 1],
  };
  it.each(Object.entries(AT_MOST))('falls out of step no oftener than in the simulation: %s', (name, most) => {
    const numbers = numbersOf(tallies[name as ColumnName]);
    expect(numbers).toHaveLength(most.length);
    for (const [i, number] of numbers.entries()) {
      expect(number, ['refused', ...Object.keys(SEQUELS)][i]).toBeLessThanOrEqual(most[i]!);
    }
  });

  it('with four periods of slack most of them fall out of step, by the numbers of the simulation', () => {
    expect(numbersOf(tallies['four periods of slack, in range'])).toEqual([
      2611, 32_120, 30_979, 32_120, 30_979, 33_516, 30_967, 34_918, 31_007, 32_120, 32_073, 30_177, 33_210, 29_683,
    ]);
  });

  it('with offsets that are cut to the range, those at its ends fall out of step', () => {
    expect(numbersOf(tallies['offsets cut to the range, ±90 min'])).toEqual([
      2790, 435, 465, 435, 465, 406, 465, 616, 733, 435, 870, 900, 931, 933,
    ]);
  });

  it('stands in the table of docs/drift.md', () => {
    const page = readFileSync(new URL('../../docs/drift.md', import.meta.url), 'utf8');
    expect(insideMarkers(page, 'in-step')).toBe(inStepTable(tallies));
  });
});

/** The library's functions, with real codes. */
const REAL: Rule = {
  resynchronize(device, counter, nowMs) {
    const codes = [codeAt(counter - 1), codeAt(counter)] as const;
    const result = resynchronizeDevice(device, SECRET, codes, { nowMs });
    return result.ok ? result.device : undefined;
  },
  signIn(device, counter, nowMs) {
    const result = verifyCode(device, SECRET, codeAt(counter), { nowMs });
    return result.ok ? result.device : undefined;
  },
};

describe('phones whose clocks are off by more than an hour', () => {
  /** `refused`, or of so many daily sign-ins the first that fails. */
  function firstFailure(rule: Rule, errorMinutes: number, lateSeconds: number): string {
    const { device: found, clock, typedMs } = afterPair(rule, 30, errorMinutes * MINUTE_MS, lateSeconds * 1000);
    if (found === undefined) return 'refused';
    let device: AssignedDevice | undefined = found;
    for (let day = 1; day <= 20; day++) {
      const nowMs = typedMs + day * DAY_MS;
      device = rule.signIn(device, counterOfDevice(clock, nowMs), nowMs + 2000);
      if (device === undefined) return `out at sign-in ${day}`;
    }
    return 'in step';
  }

  it.each([
    [61, 90, 'in step', 'out at sign-in 6', 'out at sign-in 6'],
    [61, 0, 'refused', 'refused', 'refused'],
    [70, 899, 'in step', 'out at sign-in 1', 'out at sign-in 6'],
    [-61, 0, 'in step', 'refused', 'out at sign-in 1'],
    [-70, 0, 'in step', 'refused', 'out at sign-in 1'],
    [-60, 890, 'in step', 'refused', 'in step'],
    [-75, 0, 'in step', 'refused', 'out at sign-in 1'],
    [-76, 0, 'refused', 'refused', 'refused'],
  ])('by %i minutes, the codes %i s late: %s', (minutes, late, real, fourPeriods, cut) => {
    const answers = [REAL, FOUR_PERIODS, CUT_TO_THE_RANGE].map((rule) => firstFailure(rule, minutes, late));
    expect(answers).toEqual([real, fourPeriods, cut]);
    expect(firstFailure(LIBRARY, minutes, late)).toBe(real);
  });
});

describe('the model', () => {
  /** The answers of a rule to random pairs and sign-ins, prompt or late, to the millisecond. */
  function answersOf(rule: Rule, pairs: number): string[] {
    const random = seeded(99);
    const answers: string[] = [];
    for (let i = 0; i < pairs; i++) {
      const zeroMs = 1_700_000_040_000;
      const clock: Clock = { periodMs: 30_000, zeroMs, errorMs: random(-4_800_000, 4_800_000), creepMsADay: 0 };
      const second = counterOfDevice(clock, zeroMs);
      let nowMs = zeroMs + random(0, 930_000);
      let device = rule.resynchronize(unused(30, zeroMs), second, nowMs);
      answers.push(`pair ${JSON.stringify(device)}`);
      for (let n = 0; n < 8 && device !== undefined; n++) {
        nowMs += random(1000, n === 0 ? 40 * DAY_MS : 2 * DAY_MS);
        device = rule.signIn(device, counterOfDevice(clock, nowMs - random(0, 90_000)), nowMs);
        answers.push(`${n} ${JSON.stringify(device)}`);
      }
    }
    return answers;
  }

  it('answers as resynchronizeDevice and verifyCode do with real codes', () => {
    const real = answersOf(REAL, 400);
    expect(answersOf(LIBRARY, 400)).toEqual(real);
    expect(real.filter((answer) => answer.startsWith('pair {')).length).toBeGreaterThan(200);
    expect(real.filter((answer) => answer.startsWith('7 {')).length).toBeGreaterThan(50);
    expect(real.filter((answer) => answer.endsWith('undefined')).length).toBeGreaterThan(100);
  });

  it('of another rule does not', () => {
    for (const rule of [FOUR_PERIODS, CUT_TO_THE_RANGE]) expect(answersOf(rule, 400)).not.toEqual(answersOf(REAL, 400));
  });
});

/** A linear congruence: whole numbers from `min` to below `max`. */
function seeded(seed: number): (min: number, max: number) => number {
  let state = seed;
  return (min, max) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return min + Math.floor(((state >>> 1) / 2 ** 31) * (max - min));
  };
}
