import { expect, test } from 'vitest';
import { rootFractions } from '../../../src/core/hmac/constants.js';

const PRIMES_TO_19 = [2, 3, 5, 7, 11, 13, 17, 19];

test.each([
  { k: 2n, of: PRIMES_TO_19 },
  { k: 3n, of: [...PRIMES_TO_19, 23] },
] as const)('the first 64 bits behind the point of roots $k of primes', ({ k, of }) => {
  const { high, low } = rootFractions(k, of.length);
  of.forEach((prime, i) => {
    const whole = BigInt(Math.floor(prime ** (1 / Number(k))));
    const root = (whole << 64n) | BigInt.asUintN(64, (BigInt(high[i]!) << 32n) | BigInt.asUintN(32, BigInt(low[i]!)));
    // By definition, and by no formula of ours: the greatest number whose power is not above.
    expect(root ** k <= BigInt(prime) << (64n * k)).toBe(true);
    expect((root + 1n) ** k > BigInt(prime) << (64n * k)).toBe(true);
  });
});

test('as FIPS 180-4 prints them', () => {
  const hex = (word: number | undefined) => (word! >>> 0).toString(16).padStart(8, '0');
  const cube = rootFractions(3n, 80);
  const square = rootFractions(2n, 8);
  expect(hex(cube.high[0]) + hex(cube.low[0])).toBe('428a2f98d728ae22');
  expect(hex(cube.high[40]) + hex(cube.low[40])).toBe('a2bfe8a14cf10364');
  expect(hex(cube.high[79]) + hex(cube.low[79])).toBe('6c44198c4a475817');
  expect(hex(square.high[0]) + hex(square.low[0])).toBe('6a09e667f3bcc908');
  expect(hex(square.high[7]) + hex(square.low[7])).toBe('5be0cd19137e2179');
});
