import fc from 'fast-check';
import { fixedClock } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';

describe('a fixed clock', () => {
  it('stands', () => {
    const clock = fixedClock(1_700_000_000_000);
    expect([clock(), clock()]).toEqual([1_700_000_000_000, 1_700_000_000_000]);
  });

  it('begins on 2026-01-01, if nothing else is said, whenever it is made', () => {
    expect(new Date(fixedClock()()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it('moves as far as it is moved, either way', () => {
    const moves = fc.array(fc.integer({ min: -1e9, max: 1e9 }));
    fc.assert(
      fc.property(fc.integer({ min: 1e12, max: 2e12 }), moves, (startMs, steps) => {
        const clock = fixedClock(startMs);
        for (const ms of steps) clock.advanceMs(ms);
        expect(clock()).toBe(steps.reduce((sum, ms) => sum + ms, startMs));
      }),
    );
  });

  it('moves alone', () => {
    const [one, other] = [fixedClock(5), fixedClock(5)];
    one.advanceMs(1);
    expect([one(), other()]).toEqual([6, 5]);
  });

  it.each([null, '5', 0.5, -1, Number.NaN, Infinity, 2 ** 53, new Date(0)])('does not begin at %j', (startMs) => {
    expect(thrown(() => fixedClock(startMs as number)).code).toBe('invalid-argument');
  });

  it.each([undefined, null, '5', 0.5, Number.NaN, -11, 2 ** 53 - 1])('is not moved by %j, and stands', (ms) => {
    const clock = fixedClock(10);
    expect(thrown(() => clock.advanceMs(ms as number)).code).toBe('invalid-argument');
    expect(clock()).toBe(10);
  });
});
