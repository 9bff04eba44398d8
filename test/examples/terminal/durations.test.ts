import type { Refusal } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { duration, seconds } from '../../../docs/examples/terminal/durations.js';
import { explain, type Task } from '../../../docs/examples/terminal/messages.js';
import { NOW_MS, REFUSALS } from '../refusals.js';

const TASKS: readonly Task[] = ['assign', 'sign in', 'resynchronize'];

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

  it.each([
    [['algorithm'], 'algorithm'],
    [['algorithm', 'periodSeconds'], 'algorithm and period'],
    [['algorithm', 'digits', 'periodSeconds'], 'algorithm, number of digits and period'],
  ] as const)('names all parameters that the app ignores: %j', (ignored, words) => {
    const { problem, advice } = explain({ ok: false, reason: 'parameters-ignored', ignored }, 'assign', NOW_MS);
    expect(problem).toContain(`this ${words},`);
    expect(advice).toContain(`the usual ${words}.`);
  });

  it('says of the wrong code that locks for how long, or who lifts the lock', () => {
    for (const task of TASKS) {
      const wrong = { ok: false, reason: 'code-mismatch' } as const;
      const { problem } = explain(wrong, task, NOW_MS);
      expect(explain({ ...wrong, lock: { untilMs: NOW_MS + 30_000 } }, task, NOW_MS)).toEqual({
        problem,
        advice: 'There were too many wrong ones. Try again in 30 s.',
      });
      expect(explain({ ...wrong, lock: {} }, task, NOW_MS)).toEqual({
        problem,
        advice: 'There were too many wrong ones. Use a recovery code, or ask the administrator.',
      });
    }
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
