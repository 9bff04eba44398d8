import type { Reason, ReasonDetails, Refusal } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { duration, seconds } from '../../../docs/examples/terminal/durations.js';
import { explain, type Task } from '../../../docs/examples/terminal/messages.js';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const TASKS: readonly Task[] = ['assign', 'sign in', 'resynchronize'];

type DetailsOf<R extends Reason> = R extends keyof ReasonDetails ? ReasonDetails[R] : object;
/** Every reason, with each kind of detail that it can have. A new reason does not compile without a line here. */
const DETAILS: { readonly [R in Reason]: readonly DetailsOf<R>[] } = {
  'malformed-code': [{}, { field: 'first' }, { field: 'second' }],
  'code-mismatch': [{}],
  'code-reused': [{}, { usableAtMs: NOW_MS + 12_345 }],
  'codes-identical': [{}],
  'codes-reversed': [{}],
  'codes-not-consecutive': [{}],
  'clock-off': [{ offsetMs: 1_500_000 }, { offsetMs: -1_500_000 }],
  'parameters-ignored': [{ ignored: 'algorithm' }, { ignored: 'digits' }, { ignored: 'periodSeconds' }],
  'enrollment-expired': [{}],
  'already-assigned': [{}],
  'not-assigned': [{}],
  suspended: [{}],
  locked: [{}, { lockedUntilMs: NOW_MS + 600_000 }],
  'unknown-device': [{}],
  'last-device': [{}],
  'too-many-devices': [{}],
  'malformed-name': [{}],
  'name-taken': [{}],
  'mfa-required': [{}],
  conflict: [{}],
};
const REFUSALS = Object.entries(DETAILS).flatMap(([reason, details]) =>
  details.map((detail) => ({ ok: false, reason, ...detail }) as Refusal),
);

describe('a message', () => {
  it.each(REFUSALS)('says what went wrong and what to do: %o', (refusal) => {
    for (const task of TASKS) {
      const { problem, advice } = explain(refusal, task, NOW_MS);
      expect(problem).toMatch(/^[A-Z].+\.$/);
      expect(advice).toMatch(/^[A-Z].+\.$/);
      expect(`${problem} ${advice}`).not.toMatch(/undefined|NaN|\[object|null/);
      expect(problem.length).toBeLessThan(90);
    }
  });

  it('tells the reasons, and their details, apart', () => {
    for (const task of TASKS) {
      const messages = REFUSALS.map((refusal) => JSON.stringify(explain(refusal, task, NOW_MS)));
      expect(new Set(messages).size).toBe(REFUSALS.length);
    }
  });

  it('advises on codes that do not match by what the person was doing', () => {
    const advice = TASKS.map((task) => explain({ ok: false, reason: 'code-mismatch' }, task, NOW_MS).advice);
    expect(new Set(advice).size).toBe(3);
    expect(advice[1]).toContain('resynchronize');
  });

  it('says how long', () => {
    const advice = (refusal: Refusal) => explain(refusal, 'sign in', NOW_MS).advice;
    expect(advice({ ok: false, reason: 'code-reused', usableAtMs: NOW_MS + 12_345 })).toContain('in 13 s');
    expect(advice({ ok: false, reason: 'locked', lockedUntilMs: NOW_MS + 600_000 })).toContain('in 10 min');
    expect(advice({ ok: false, reason: 'clock-off', offsetMs: 1 })).toContain('03:04 UTC');
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [1, '1 s'],
    [1000, '1 s'],
    [30_000, '30 s'],
    [-90_000, '90 s'],
    [119_999, '120 s'],
    [120_000, '2 min'],
    [1_500_000, '25 min'],
    [-7_199_999, '120 min'],
    [7_200_000, '2 h'],
    [86_400_000, '24 h'],
  ])('of %i ms is %s', (milliseconds, words) => {
    expect(duration(milliseconds)).toBe(words);
  });

  it('in seconds is never 0 before the time has come', () => {
    expect([0, 1, 999, 1000, 1001].map(seconds)).toEqual(['0 s', '1 s', '1 s', '1 s', '2 s']);
  });
});
