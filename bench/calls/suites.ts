import { encodeBase32 } from '../../src/core/base32.js';
import { ALGORITHMS, type Algorithm, type Contender } from '../contenders/contender.js';

/** Does the work so many times. */
export type Batch = (times: number) => unknown;

export interface Suite {
  readonly name: string;
  /** Also in the short run. */
  readonly quick?: boolean;
  batch(contender: Contender): Batch | undefined;
}

/** A server's load: every sign-in brings another secret. */
export const COLD_VERIFICATION = 'verify ±1, 10,000 secrets from base32, SHA1';

const COUNTER = 56_666_666; // of 2023
const STEPS_A_DAY = 2_880;
/** Of a code that is right now and then: once in a million counters. */
const WRONG = '000000';
const WRONG_PAIR = ['000000', '999999'] as const;

/** As long as the digest, as RFC 6238 has it. */
const SECRET_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

const URI_PARTS = {
  base32: encodeBase32(pseudoRandom(20, 1)),
  issuer: 'Example Corp',
  account: 'alice@example.com',
};
const URI = `otpauth://totp/Example%20Corp:alice%40example.com?secret=${URI_PARTS.base32}&issuer=Example%20Corp&algorithm=SHA1&digits=6&period=30`;

export const SUITES: readonly Suite[] = [
  ...ALGORITHMS.flatMap(hotPath),
  {
    name: 'read a key URI',
    batch: ({ parseKeyUri }) => parseKeyUri && repeat(() => parseKeyUri(URI)),
  },
  {
    name: 'write a key URI',
    batch: ({ formatKeyUri }) => formatKeyUri && repeat(() => formatKeyUri(URI_PARTS)),
  },
];

function hotPath(algorithm: Algorithm): Suite[] {
  const secrets = Array.from({ length: 10_000 }, (_, i) => encodeBase32(pseudoRandom(SECRET_BYTES[algorithm], i)));
  const secret = secrets[0] as string;
  const coldSecret = (i: number): string => secrets[i % secrets.length] as string;
  const suite = (name: string, batch: Suite['batch'], quick = false): Suite => ({
    name: `${name}, ${algorithm}`,
    batch,
    quick,
  });
  return [
    suite(
      'generate',
      (contender) => {
        const totp = contender.authenticator(algorithm);
        const key = totp?.key(secret);
        return totp && repeat((i) => totp.generate(key, COUNTER + i));
      },
      true,
    ),
    suite('generate from base32', (contender) => {
      const totp = contender.authenticator(algorithm);
      const key = totp?.coldKey ?? totp?.key;
      return totp && key && repeat((i) => totp.generate(key(coldSecret(i)), COUNTER + i));
    }),
    ...[1, 10].map((window) =>
      suite(`verify a wrong code ±${window}`, (contender) => {
        const totp = contender.authenticator(algorithm);
        const key = totp?.key(secret);
        return totp && repeat((i) => totp.verify(key, WRONG, COUNTER + i, window));
      }),
    ),
    suite(
      'verify ±1, 10,000 secrets from base32',
      (contender) => {
        const totp = contender.authenticator(algorithm);
        const key = totp?.coldKey ?? totp?.key;
        return totp && key && repeat((i) => totp.verify(key(coldSecret(i)), WRONG, COUNTER, 1));
      },
      true,
    ),
    suite('verifyCode of a device', (contender) => {
      const totp = contender.authenticator(algorithm);
      const key = totp?.key(secret);
      return totp && repeat((i) => totp.signIn?.(key, WRONG, COUNTER + i) ?? totp.verify(key, WRONG, COUNTER + i, 1));
    }),
    ...[1, 7].map((days) =>
      suite(
        `find a pair within ±${days === 1 ? '1 day' : '1 week'}`,
        (contender) => {
          const totp = contender.authenticator(algorithm);
          const key = totp?.key(secret);
          return totp?.findPair && repeat(() => totp.findPair?.(key, WRONG_PAIR, COUNTER, days * STEPS_A_DAY));
        },
        days === 1,
      ),
    ),
  ];
}

/** Waits for each where the library is asynchronous, as its users have to. */
function repeat(work: (i: number) => unknown): Batch {
  if (work(0) instanceof Promise) {
    return async (times) => {
      for (let i = 0; i < times; i++) await work(i);
    };
  }
  return (times) => {
    let last: unknown;
    for (let i = 0; i < times; i++) last = work(i);
    return last;
  };
}

/** The same in each run: xorshift32. */
function pseudoRandom(length: number, seed: number): Uint8Array {
  let state = (seed + 1) * 2654435761;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}
