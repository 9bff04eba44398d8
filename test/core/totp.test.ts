import fc from 'fast-check';
import { counterAt, hotp, intervalAt, parseSecret, totp, verifyTotp } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { ALGORITHMS, DIGITS, isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

const SECRET = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');

/** Milliseconds, in no range that is refused as seconds or microseconds. */
const times = () => fc.oneof(fc.integer({ min: 0, max: 9e8 }), fc.integer({ min: 2e10, max: 9e14 }));

/** Often a period's first or last millisecond. */
const instants = () =>
  fc
    .tuple(fc.integer({ min: 1, max: 86_400 }), times(), fc.constantFrom(0, 0, 1, -1))
    .map(([periodSeconds, ms, edge]) => {
      const start = ms - (ms % (periodSeconds * 1000));
      return { periodSeconds, nowMs: edge === 0 ? ms : Math.max(0, start + Math.min(edge, 0)) };
    });

describe('counterAt', () => {
  const exact = (at: typeof counterAt) =>
    fc.property(instants(), ({ nowMs, periodSeconds }) => {
      return BigInt(at({ nowMs, periodSeconds })) === BigInt(nowMs) / (BigInt(periodSeconds) * 1000n);
    });

  it('is the whole number of periods, also where a division rounds', () =>
    fc.assert(exact(counterAt), { numRuns: 5000 }));

  it('would be caught in 32 bits, rounding, or a millisecond off', () => {
    expect(isCaught(exact(({ nowMs, periodSeconds = 30 }) => (nowMs / (periodSeconds * 1000)) | 0))).toBe(true);
    expect(isCaught(exact(({ nowMs, periodSeconds = 30 }) => Math.round(nowMs / (periodSeconds * 1000))))).toBe(true);
    expect(isCaught(exact(({ nowMs, ...rest }) => counterAt({ nowMs: nowMs + 1, ...rest })))).toBe(true);
  });

  it('has periods of 30 seconds, from the first millisecond to the last', () => {
    expect(counterAt({ nowMs: 0 })).toBe(0);
    expect(counterAt({ nowMs: 29_999 })).toBe(0);
    expect(counterAt({ nowMs: 30_000 })).toBe(1);
    expect(counterAt({ nowMs: 1e15 - 1, periodSeconds: 1 })).toBe(999_999_999_999);
  });
});

describe('totp', () => {
  it('is the code of the counter, with the same parameters', () => {
    fc.assert(
      fc.property(instants(), fc.constantFrom(...ALGORITHMS), fc.constantFrom(...DIGITS), (at, algorithm, digits) => {
        const parameters = { algorithm, digits };
        expect(totp(SECRET, { ...at, ...parameters })).toBe(hotp(SECRET, counterAt(at), parameters));
      }),
    );
  });

  it('never takes the time by itself', () => {
    expect(thrown(() => totp(SECRET, {} as { nowMs: number })).message).toMatch(/^nowMs must/);
  });
});

describe('intervalAt', () => {
  const holds = (at: typeof intervalAt) =>
    fc.property(instants(), ({ nowMs, periodSeconds }) => {
      const { startMs, endMs, leftMs } = at({ nowMs, periodSeconds });
      return (
        startMs <= nowMs &&
        nowMs < endMs &&
        leftMs === endMs - nowMs &&
        endMs - startMs === periodSeconds * 1000 &&
        startMs % (periodSeconds * 1000) === 0 &&
        counterAt({ nowMs: startMs, periodSeconds }) === counterAt({ nowMs, periodSeconds })
      );
    });

  it('holds the instant, and is one period long', () => fc.assert(holds(intervalAt), { numRuns: 5000 }));

  it('would be caught with the end inside, or at another time', () => {
    expect(isCaught(holds(({ nowMs, ...rest }) => intervalAt({ nowMs: nowMs + 1, ...rest })))).toBe(true);
    expect(isCaught(holds(({ nowMs }) => intervalAt({ nowMs })))).toBe(true);
    const endInside: typeof intervalAt = (options) => {
      const { endMs, ...rest } = intervalAt(options);
      return { ...rest, endMs: endMs - 1 };
    };
    expect(isCaught(holds(endInside))).toBe(true);
  });

  it('counts down to the next code', () => {
    expect(intervalAt({ nowMs: 59_000 })).toEqual({ startMs: 30_000, endMs: 60_000, leftMs: 1000 });
    expect(intervalAt({ nowMs: 60_000, periodSeconds: 60 })).toEqual({
      startMs: 60_000,
      endMs: 120_000,
      leftMs: 60_000,
    });
    expect(intervalAt({ nowMs: 119_999, periodSeconds: 60 }).leftMs).toBe(1);
  });
});

describe('another unit', () => {
  const calls = (nowMs: number) => [
    () => totp(SECRET, { nowMs }),
    () => counterAt({ nowMs }),
    () => intervalAt({ nowMs }),
    () => verifyTotp(SECRET, '123456', { nowMs }),
  ];

  it.each([
    ['seconds', 1_000_000_000],
    ['seconds', 1_700_000_000],
    ['seconds', 9_999_999_999],
    ['microseconds', 1e15],
    ['microseconds', 1_700_000_000_000_000],
  ])('is told: %s', (unit, time) => {
    for (const call of calls(time)) {
      expect(thrown(call).message).toBe(`nowMs looks like ${unit}, and milliseconds are wanted`);
    }
  });

  it.each([
    0,
    59_000,
    999_999_999,
    10_000_000_000,
    1_111_111_109_000,
    20_000_000_000_000,
    128_849_018_880_000,
    1e15 - 1,
  ])('is none: %d', (time) => {
    for (const call of calls(time)) expect(call).not.toThrow();
  });
});

describe('bad times', () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '0', 0n, null, new Date(0)])('%s', (value) => {
    const nowMs = value as number;
    expect(thrown(() => counterAt({ nowMs })).message).toMatch(/^nowMs must/);
    expect(thrown(() => intervalAt({ nowMs })).message).toMatch(/^nowMs must/);
    expect(thrown(() => totp(SECRET, { nowMs })).message).toMatch(/^nowMs must/);
  });

  it.each([0, -30, 0.5, 86_401, Number.NaN, '30', null])('a period of %s', (value) => {
    const periodSeconds = value as number;
    expect(thrown(() => counterAt({ nowMs: 0, periodSeconds })).message).toMatch(/^periodSeconds must/);
    expect(thrown(() => intervalAt({ nowMs: 0, periodSeconds })).message).toMatch(/^periodSeconds must/);
    expect(thrown(() => totp(SECRET, { nowMs: 0, periodSeconds })).message).toMatch(/^periodSeconds must/);
  });
});
