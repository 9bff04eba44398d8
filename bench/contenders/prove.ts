import { encodeBase32 } from '../../src/core/base32.js';
import { ALGORITHMS, type Algorithm, type Authenticator, type Contender } from './contender.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const REPEATED = '1234567890'.repeat(7);

interface Vectors {
  readonly base32: string;
  /** Six digits: the last six of an eight-digit code are the six-digit code of its counter. */
  readonly codes: readonly (readonly [counter: number, code: string])[];
}

/** RFC 6238 appendix B at its six times, and for SHA-1 RFC 4226 appendix D. */
const VECTORS: Readonly<Record<Algorithm, Vectors>> = {
  SHA1: {
    base32: encodeBase32(ascii(REPEATED.slice(0, 20))),
    codes: [
      ...'755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'
        .split(' ')
        .map((code, counter) => [counter, code] as const),
      ...atTimes('287082 081804 050471 005924 279037 353130'),
    ],
  },
  SHA256: {
    base32: encodeBase32(ascii(REPEATED.slice(0, 32))),
    codes: atTimes('119246 084774 062674 819424 698825 737706'),
  },
  SHA512: {
    base32: encodeBase32(ascii(REPEATED.slice(0, 64))),
    codes: atTimes('693936 091201 943326 441116 618901 863826'),
  },
};

function atTimes(codes: string): [counter: number, code: string][] {
  const seconds = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
  return codes.split(' ').map((code, i) => [Math.floor((seconds[i] as number) / 30), code]);
}

/** Throws where a contender gives a wrong answer: what is wrong is not timed. */
export async function prove(contender: Contender): Promise<void> {
  for (const algorithm of ALGORITHMS) {
    const authenticator = contender.authenticator(algorithm);
    if (authenticator) await proveAlgorithm(contender.name, algorithm, authenticator);
  }
  const parts = { base32: VECTORS.SHA1.base32, issuer: 'Example Corp', account: 'alice@example.com' };
  const text = contender.formatKeyUri?.(parts);
  if (text !== undefined && !/^otpauth:\/\/totp\/.*[?&]secret=GEZDGNBV/.test(text)) {
    throw new Error(`${contender.name} writes ${text}`);
  }
  if (text !== undefined && contender.parseKeyUri && !contender.parseKeyUri(text)) {
    throw new Error(`${contender.name} does not read its own key URI`);
  }
}

async function proveAlgorithm(name: string, algorithm: Algorithm, contender: Authenticator): Promise<void> {
  const { base32, codes } = VECTORS[algorithm];
  const key = contender.key(base32);
  const cold = contender.coldKey?.(base32) ?? key;
  const expect = (what: string, got: unknown, right: unknown): void => {
    if (got !== right) throw new Error(`${name}, ${algorithm}, ${what}: ${got} for ${right}`);
  };
  for (const [counter, code] of codes) {
    await atCounter(counter, async () => {
      expect(`code of ${counter}`, await contender.generate(key, counter), code);
      expect(`code of ${counter}, cold`, await contender.generate(cold, counter), code);
      // The first counters have no counter before them, and some libraries refuse a window that begins there.
      if (counter < 10) return;
      expect(`verify at ${counter}`, await contender.verify(key, code, counter, 1), true);
      expect(`verify at ${counter}, cold`, await contender.verify(cold, code, counter, 10), true);
    });
    if (counter < 10) continue;
    for (const [away, right] of [
      [-2, false],
      [-1, true],
      [1, true],
      [2, false],
    ] as const) {
      await atCounter(counter + away, async () => {
        expect(`verify ${away} away`, await contender.verify(key, code, counter + away, 1), right);
        if (contender.signIn) expect(`sign in ${away} away`, await contender.signIn(key, code, counter + away), right);
      });
    }
    if (contender.findPair) {
      const pair = [await contender.generate(key, counter - 1), code] as const;
      expect('pair', contender.findPair(key, pair, counter + 20, 20), counter);
      expect('pair out of range', contender.findPair(key, pair, counter + 21, 20), undefined);
    }
  }
}

/** Some contenders take the time from the clock alone. */
async function atCounter(counter: number, work: () => Promise<void>): Promise<void> {
  const SystemDate = globalThis.Date;
  const nowMs = counter * 30_000;
  globalThis.Date = class extends SystemDate {
    constructor(...given: []) {
      if (given.length === 0) super(nowMs);
      else super(...given);
    }
    static override now(): number {
      return nowMs;
    }
  } as DateConstructor;
  try {
    await work();
  } finally {
    globalThis.Date = SystemDate;
  }
}
