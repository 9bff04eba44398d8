/** 64-bit words, as two lists of signed halves. */
export interface Words64 {
  readonly high: number[];
  readonly low: number[];
}

/**
 * Computes the first 64 bits of the fractional parts of the k-th roots of the first primes. The cube roots of 80 primes
 * are the round constants of SHA-512, the square roots of 8 its initial value, and their high halves are those of
 * SHA-256 (FIPS 180-4 §4.2.2, §4.2.3, §5.3.3, §5.3.5).
 *
 * This runs at the first use, in a fifth of a millisecond: as tables they would be a sixth of the whole code of `totp`.
 */
export function rootFractions(k: 2n | 3n, count: number): Words64 {
  const high: number[] = [];
  const low: number[] = [];
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.some((prime) => n % prime === 0)) continue;
    primes.push(n);
    const root = integerRoot(BigInt(n) << (64n * k), k);
    high.push(Number(BigInt.asIntN(32, root >> 32n)));
    low.push(Number(BigInt.asIntN(32, root)));
  }
  return { high, low };
}

/** Newton's method: falls from above, and stops falling at the whole part of the root. */
function integerRoot(of: bigint, k: bigint): bigint {
  let root = BigInt(Math.ceil(Number(of) ** (1 / Number(k)) * (1 + 2 ** -40)));
  for (;;) {
    const next = ((k - 1n) * root + of / root ** (k - 1n)) / k;
    if (next >= root) return root;
    root = next;
  }
}
