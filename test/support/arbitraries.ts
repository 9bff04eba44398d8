import fc from 'fast-check';
import { type Algorithm, type Digits, type Secret, secretFromBytes } from 'lockstep-mfa/core';

export const ALGORITHMS: readonly Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];
export const DIGITS: readonly Digits[] = [6, 7, 8];

/** Whole numbers from 0 to 2^53-1, often where an integer type of some width ends. */
export function counters(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 300 }),
    fc
      .tuple(
        fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 33, 2 ** 52, Number.MAX_SAFE_INTEGER),
        fc.integer({ min: -3, max: 3 }),
      )
      .map(([edge, offset]) => Math.min(edge + offset, Number.MAX_SAFE_INTEGER)),
  );
}

export function secrets(): fc.Arbitrary<Secret> {
  return fc.uint8Array({ minLength: 1, maxLength: 80, size: 'max' }).map(secretFromBytes);
}

/** Texts of every code point, also of none: half a surrogate pair, too. Often of what means something to a URI. */
export function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: utf16Unit() }),
    fc.string({ unit: fc.constantFrom(...'aZ09 %&#?=+/;.-\t\n') }),
  );
}

function utf16Unit(): fc.Arbitrary<string> {
  return fc.nat(0xffff).map((unit) => String.fromCharCode(unit));
}

/** Negative control: whether a property notices that its rule is broken. So many runs that the rarest is sure to come up. */
export function isCaught<Values>(property: fc.IProperty<Values>): boolean {
  return fc.check(property, { numRuns: 20_000, endOnFailure: true }).failed;
}
