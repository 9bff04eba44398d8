import fc from 'fast-check';
import { falseAcceptProbability } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { DIGITS } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

describe('falseAcceptProbability', () => {
  it('is three in a million for six digits and one step each way', () => {
    expect(falseAcceptProbability({ digits: 6, positions: 3 })).toBe(3e-6);
  });

  it.each([
    [{ digits: 6, positions: 0 }, 0],
    [{ digits: 6, positions: 1 }, 1e-6],
    [{ digits: 8, positions: 3 }, 3e-8],
    [{ digits: 6, positions: 41, codes: 2 }, 41e-12],
    [{ digits: 6, positions: 1_000_000 }, 1],
    [{ digits: 6, positions: 5_000_000 }, 1],
    [{ digits: 7, positions: Number.MAX_SAFE_INTEGER, codes: 1 }, 1],
  ] as const)('%j: %d', (options, probability) => {
    expect(falseAcceptProbability(options)).toBeCloseTo(probability, 18);
  });

  it('grows with the positions, shrinks with digits and codes, and stays a probability', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DIGITS),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 9 }),
        (digits, a, b, codes) => {
          const [fewer, more] = a < b ? [a, b] : [b, a];
          const p = falseAcceptProbability({ digits, positions: fewer, codes });
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(p).toBeLessThanOrEqual(falseAcceptProbability({ digits, positions: more, codes }));
          expect(p).toBeGreaterThanOrEqual(falseAcceptProbability({ digits, positions: fewer, codes: codes + 1 }));
          expect(p).toBeGreaterThanOrEqual(falseAcceptProbability({ digits: 8, positions: fewer, codes }));
        },
      ),
    );
  });

  it.each<[string, object]>([
    ['no digits', { positions: 1 }],
    ['9 digits', { digits: 9, positions: 1 }],
    ['no positions', { digits: 6 }],
    ['negative positions', { digits: 6, positions: -1 }],
    ['a fraction of a position', { digits: 6, positions: 0.5 }],
    ['no codes', { digits: 6, positions: 1, codes: 0 }],
    ['11 codes', { digits: 6, positions: 1, codes: 11 }],
  ])('refuses %s', (_, options) => {
    const call = () => falseAcceptProbability(options as { digits: 6; positions: number });
    expect(thrown(call).code).toBe('invalid-argument');
  });
});
