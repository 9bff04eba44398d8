import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Algorithm, type Digits, hotp, type OtpParameters, secretFromBytes, totp } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { ALGORITHMS, counters, DIGITS, isCaught } from '../support/arbitraries.js';
import { referenceCode } from '../support/reference.js';

interface Row extends OtpParameters {
  readonly secretHex: string;
  readonly timeSeconds: number;
  readonly code: string;
}
const { source, totp: rows }: { source: string; totp: readonly Row[] } = JSON.parse(
  readFileSync(new URL('../data/oathtool-totp.json', import.meta.url), 'utf8'),
);

describe(`vectors of ${source}`, () => {
  it('are two thousand, of every kind', () => {
    expect(rows).toHaveLength(2000);
    for (const algorithm of ALGORITHMS) {
      for (const digits of DIGITS) {
        expect(rows.filter((row) => row.algorithm === algorithm && row.digits === digits).length).toBeGreaterThan(50);
      }
    }
  });

  it('are all computed', () => {
    const wrong = rows.filter(({ secretHex, timeSeconds, code, ...parameters }) => {
      const secret = secretFromBytes(Buffer.from(secretHex, 'hex'));
      const nowMs = timeSeconds * 1000;
      // Some rows lie where milliseconds are refused as seconds.
      const isRefused = nowMs >= 1e9 && nowMs < 1e10;
      const counter = Math.floor(timeSeconds / parameters.periodSeconds);
      return (isRefused ? hotp(secret, counter, parameters) : totp(secret, { nowMs, ...parameters })) !== code;
    });
    expect(wrong).toEqual([]);
  });
});

describe('node:crypto', () => {
  type Compute = (algorithm: Algorithm, key: Uint8Array, counter: number, digits: Digits) => string;
  const agrees = (compute: Compute) =>
    fc.property(
      fc.constantFrom(...ALGORITHMS),
      fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' }),
      counters(),
      fc.constantFrom(...DIGITS),
      (algorithm, key, counter, digits) =>
        compute(algorithm, key, counter, digits) === referenceCode(algorithm, key, counter, digits),
    );
  const ours: Compute = (algorithm, key, counter, digits) => hotp(secretFromBytes(key), counter, { algorithm, digits });

  it('agrees on random keys of 1 to 200 bytes and counters across 2^31, 2^32, 2^53-1', () => {
    fc.assert(agrees(ours), { numRuns: 3000 });
  });

  it.each(ALGORITHMS)('agrees on each key length of 1 to 200 bytes: %s', (algorithm) => {
    for (let length = 1; length <= 200; length++) {
      const key = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      expect(ours(algorithm, key, 1, 8), `${length} bytes`).toBe(referenceCode(algorithm, key, 1, 8));
    }
  });

  it.each<[string, Compute]>([
    ['counts in 31 bits', (algorithm, key, counter, digits) => ours(algorithm, key, counter & 0x7fffffff, digits)],
    ['counts in 32 bits', (algorithm, key, counter, digits) => ours(algorithm, key, counter >>> 0, digits)],
    ['cuts long keys', (algorithm, key, counter, digits) => ours(algorithm, key.slice(0, 128), counter, digits)],
    ['drops leading zeros', (...input) => String(Number(ours(...input)))],
  ])('would disagree with one that %s', (_, broken) => {
    expect(isCaught(agrees(broken))).toBe(true);
  });
});
