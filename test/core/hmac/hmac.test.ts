import { createHash, randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Algorithm, prepareKey, truncatedHmac } from '../../../src/core/hmac/hmac.js';
import type { Kernel } from '../../../src/core/hmac/kernel.js';
import { sha1 } from '../../../src/core/hmac/sha1.js';
import { sha256 } from '../../../src/core/hmac/sha256.js';
import { sha512 } from '../../../src/core/hmac/sha512.js';
import { ALGORITHMS, counterBytes, oracles } from './oracles.js';

const ascii = (text: string) => new TextEncoder().encode(text);
const hex = (words: readonly number[]) => words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

function code(algorithm: Algorithm, key: Uint8Array, counter: number): number {
  return truncatedHmac(algorithm)(prepareKey(algorithm, key), counter);
}

/** Where a word overflows, a float loses bits, or a counter passes from one half to the other. */
const EDGES = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, 2 ** 53 - 2, 2 ** 53 - 1];

describe('RFC 4226 appendix D', () => {
  const SECRET = ascii('12345678901234567890');
  const TABLE = [
    ['cc93cf18508d94934c64b65d8ba7667fb7cde4b0', 1284755224],
    ['75a48a19d4cbe100644e8ac1397eea747a2d33ab', 1094287082],
    ['0bacb7fa082fef30782211938bc1c5e70416ff44', 137359152],
    ['66c28227d03a2d5529262ff016a1e6ef76557ece', 1726969429],
    ['a904c900a64b35909874b33e61c5938a8e15ed1c', 1640338314],
    ['a37e783d7b7233c083d4f62926c7a25f238d0316', 868254676],
    ['bc9cd28561042c83f219324d3c607256c03272ae', 1918287922],
    ['a4fb960c0bc06e1eabb804e5b397cdc4b45596fa', 82162583],
    ['1b3c89f65e6c9e883012052823443f048b4332db', 673399871],
    ['1637409809a679dc698207310c8c7fc07290d9e5', 645520489],
  ] as const;

  test.each(TABLE.map(([mac, number], counter) => ({ counter, mac, number })))(
    'counter $counter: $mac, truncated $number',
    ({ counter, mac, number }) => {
      const digest = [0, 0, 0, 0, 0];
      const block = [0, counter, 0x80000000 | 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 576];
      sha1().compress(block, prepareKey('SHA1', SECRET), digest);
      expect(hex(digest)).toBe(mac);
      expect(code('SHA1', SECRET, counter)).toBe(number);
    },
  );
});

describe.each([
  ['sha1', sha1(), 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha256', sha256(), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha512',
    sha512(),
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
] as const)('the kernel %s', (name, kernel: Kernel, ofAbc) => {
  const blockOf = (words: readonly number[], bits: number) => {
    const block = Array<number>(kernel.blockWords).fill(0);
    words.forEach((word, i) => {
      block[i] = word;
    });
    block[kernel.blockWords - 1] = bits;
    return block;
  };

  test('hashes abc, as the FIPS 180-4 examples do', () => {
    const digest = [...kernel.initial];
    kernel.compress(blockOf([0x61626380], 24), digest, digest);
    expect(hex(digest)).toBe(ofAbc);
  });

  test('takes a second state for the hash of the hash', () => {
    const digest = [...kernel.initial];
    const block = blockOf([0x61626380], 24);
    kernel.compress(block, [...kernel.initial, ...kernel.initial], digest);
    // As in HMAC the length counts the block that made the second state.
    const [blockBytes, size] = [kernel.blockWords * 4, kernel.initial.length];
    const inner = createHash(name).update('abc').digest();
    const outer = [...Array(size).keys()].map((i) => inner.readInt32BE(4 * i));
    const expected = [...kernel.initial];
    kernel.compress(blockOf([...outer, 0x80000000 | 0], (blockBytes + 4 * size) * 8), expected, expected);
    expect(hex(digest)).toBe(hex(expected));
  });

  test('reads the block and the states, and leaves them as they were', () => {
    const block = blockOf([0x61626380], 24);
    const states = [...kernel.initial, ...kernel.initial];
    kernel.compress(block, states, [...kernel.initial]);
    expect(block).toEqual(blockOf([0x61626380], 24));
    expect(states).toEqual([...kernel.initial, ...kernel.initial]);
  });
});

describe.each(ALGORITHMS)('%s', (algorithm) => {
  describe.each(Object.entries(oracles))('agrees with %s', (_name, oracle) => {
    const expected: Code = (key, counter) => oracle(algorithm, key, counterBytes(counter));

    test('for keys of every length from 1 to 300 bytes', () => {
      for (let length = 1; length <= 300; length++) {
        const key = Uint8Array.from({ length }, (_, i) => (i * 167 + length * 31) & 0xff);
        expect([length, code(algorithm, key, length)]).toEqual([length, expected(key, length)]);
      }
    });

    test.each(EDGES)('at the counter %d', (counter) => {
      const key = ascii('12345678901234567890');
      expect(code(algorithm, key, counter)).toBe(expected(key, counter));
    });

    test('for any key and counter', () => {
      fc.assert(
        agreement(expected, (key, counter) => code(algorithm, key, counter)),
        { numRuns: 1000 },
      );
    });

    // Each property has to fail for a hash that is wrong on purpose.
    test.each([
      ['drops the high half of the counter', (key, counter) => code(algorithm, key, counter >>> 0)],
      ['cuts a long key instead of hashing it', (key, counter) => code(algorithm, key.slice(0, 128), counter)],
      ['loses the last bit', (key, counter) => code(algorithm, key, counter) & ~1],
    ] satisfies [string, Code][])('and not where it %s', (_what, wrong) => {
      expect(fc.check(agreement(expected, wrong), { numRuns: 1000, endOnFailure: true }).failed).toBe(true);
    });
  });

  test('keeps keys apart that are used in turns', () => {
    const keys = ['a', 'b'.repeat(64), 'c'.repeat(200)].map(ascii);
    const prepared = keys.map((key) => prepareKey(algorithm, key));
    const codes = prepared.map((midstates) => truncatedHmac(algorithm)(midstates, 7));
    expect(codes).toEqual(keys.map((key) => oracles['node:crypto']!(algorithm, key, counterBytes(7))));
  });

  test('prepares a key as 32-bit integers in a plain list, which fill(0) wipes', () => {
    const midstates = prepareKey(algorithm, ascii('12345678901234567890'));
    expect(Array.isArray(midstates)).toBe(true);
    expect(midstates.every((word) => word === (word | 0))).toBe(true);
    expect(midstates).toHaveLength({ SHA1: 10, SHA256: 16, SHA512: 32 }[algorithm]);
    expect(midstates.fill(0).every((word) => word === 0)).toBe(true);
  });
});

test.runIf(process.env['LOCKSTEP_SLOW'])(
  'agrees with both for a million random keys and counters',
  () => {
    let comparisons = 0;
    for (let round = 0; round < 175_000; round++) {
      const key = randomBytes(1 + randomInt(200));
      const near = EDGES[round % EDGES.length]! + randomInt(5) - 2;
      const counter =
        round % 2 ? randomInt(2 ** 48 - 1) * 32 + randomInt(32) : Math.min(Math.max(near, 0), 2 ** 53 - 1);
      for (const algorithm of ALGORITHMS) {
        const ours = code(algorithm, key, counter);
        for (const oracle of Object.values(oracles)) {
          if (ours !== oracle(algorithm, key, counterBytes(counter))) {
            expect.unreachable(`${algorithm} of ${key.toString('hex')} at ${counter}`);
          }
          comparisons++;
        }
      }
    }
    expect(comparisons).toBeGreaterThan(1_000_000);
  },
  3_600_000,
);

type Code = (key: Uint8Array, counter: number) => number;

function agreement(expected: Code, ours: Code): fc.IPropertyWithHooks<[Uint8Array, number]> {
  return fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' }),
    fc.oneof(fc.maxSafeNat(), fc.constantFrom(...EDGES)),
    (key, counter) => ours(key, counter) === expected(key, counter),
  );
}
