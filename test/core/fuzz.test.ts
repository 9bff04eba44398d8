import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import {
  formatKeyUri,
  inspectKeyUri,
  isMfaError,
  matchCode,
  parseKeyUri,
  parseSecret,
  type SecretEncoding,
} from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { decodeBase32 } from '../../src/core/base32.js';
import { anyText, isCaught } from '../support/arbitraries.js';

// Whatever comes in, each reader gives a typed outcome that holds no secret, in time that grows with the length. The slow run
// goes on for an hour.

const MINUTES = process.env['LOCKSTEP_SLOW'] ? 60 : 0;
const READERS = 4;
const RUNS: fc.Parameters<unknown> =
  MINUTES === 0
    ? { numRuns: 3000 }
    : { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: (MINUTES * 60_000) / READERS };

/** Long, so that it is in no text by chance. */
const SECRET = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
const ENCODINGS: readonly SecretEncoding[] = ['base32', 'base32-lenient', 'hex', 'base64', 'utf8'];

// ── inputs ──

const percent = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('%3A', '%20', '%2F', '%', '%4', '%C3%A9', '%C3', '%E2%80%AE', '%ED%A0%80', '%00', '%zz', '+'),
    anyText(),
    fc.constantFrom('Acme', 'alice', 'a@example.com', ':', '/', '\u202e'),
  );
const word = (): fc.Arbitrary<string> => fc.array(percent(), { maxLength: 4 }).map((parts) => parts.join(''));
const parameter = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        fc.constantFrom('secret', 'SECRET', 'sercet', 'issuer', 'algorithm', 'digits', 'period', 'counter', 'image'),
        fc.constantFrom('algo', 'step', 'encoder', 'key', 'amp;issuer', '__proto__', 'constructor', ''),
        word(),
      ),
      fc.oneof(
        fc.constantFrom(SECRET, 'SHA1', 'sha-256', 'MD5', '6', '8', '30', '0', '-1', '1e9', '9007199254740993'),
        fc.constantFrom('https%3A%2F%2Fexample.com%2Fa.png', 'javascript:1', ''),
        word(),
      ),
      fc.constantFrom('=', '=', '=', '', '=='),
    )
    .map(([name, value, equals]) => name + equals + value);
/** By the grammar, with the secret in it. */
const grammatical = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('otpauth://', 'OTPAUTH://', ' otpauth://', 'otpauth:', 'otpauth-migration://', 'steam://'),
      fc.constantFrom('totp/', 'hotp/', 'TOTP/', 'steam/', 'totp', ''),
      word(),
      fc.array(parameter(), { maxLength: 8 }),
      fc.constantFrom('', '#', '#x', '\n'),
    )
    .map(([scheme, type, label, query, end]) => `${scheme}${type}${label}?secret=${SECRET}&${query.join('&')}${end}`);
/** One that was right, and of which pieces were cut out, doubled or replaced. */
const mutated = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      grammatical(),
      fc.array(fc.tuple(fc.nat(200), fc.nat(20), fc.oneof(fc.constant(''), percent())), { maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce((changed, [at, length, by]) => changed.slice(0, at) + by + changed.slice(at + length), text),
    );
const texts = (): fc.Arbitrary<string> => fc.oneof(grammatical(), mutated(), anyText());

/** A secret in some encoding, with what people and files put between. */
const secretTexts = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(SECRET, SECRET.toLowerCase(), 'MrGQtG6mGqiM=', '32b190b46ea61aa8', '-_', '0', '1', '8', '='),
        fc.constantFrom(' ', '-', '\u200b', '\u{e0020}', '\ud83d', 'é', '\n'),
        anyText(),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''));

// ── outcomes ──

const shows = (printed: string, secret: string): boolean => printed.toLowerCase().includes(secret.toLowerCase());

/** All that a log may print of an answer, which leaves out what was asked for: names and unknown parameters. */
function printedOf(answer: ReturnType<typeof inspectKeyUri>): string {
  if (!answer.ok) return JSON.stringify(answer);
  const { warnings, suspectParameters, explanations } = answer;
  return JSON.stringify({ warnings, suspects: suspectParameters.map(({ meant }) => meant), explanations });
}

const keyUris = (inspect: typeof inspectKeyUri) =>
  fc.property(texts(), (text) => {
    const answer = inspect(text);
    if (shows(printedOf(answer), SECRET)) return false;
    if (!answer.ok) return answer.position >= 0 && answer.position <= text.length && answer.text !== '';
    // What was read can be written again, or its names are unusual.
    if (answer.warnings.includes('unusual-name')) return true;
    const again = parseKeyUri(formatKeyUri(answer.keyUri));
    return again.ok && again.keyUri.account === answer.keyUri.account && again.keyUri.type === answer.keyUri.type;
  });

const secrets = (read: typeof parseSecret) =>
  fc.property(secretTexts(), fc.constantFrom(...ENCODINGS), (text, encoding) => {
    try {
      return read(text, { encoding }).byteLength > 0;
    } catch (error) {
      if (!isMfaError(error) || error.code !== 'malformed-secret') return false;
      return !shows(error.message, SECRET) && error.message.length < 200;
    }
  });

const codes = (match: typeof matchCode) => {
  const secret = parseSecret(SECRET);
  return fc.property(fc.oneof(anyText(), fc.string({ unit: fc.constantFrom(...'0123456789 -１٢') })), (code) => {
    const answer = match(secret, code, { counter: 1 });
    return answer.ok
      ? Number.isSafeInteger(answer.counter)
      : ['malformed-code', 'code-mismatch'].includes(answer.reason);
  });
};

const names = (format: typeof formatKeyUri) => {
  const secret = parseSecret(SECRET);
  return fc.property(texts(), texts(), (issuer, account) => {
    try {
      const parsed = parseKeyUri(format({ issuer, account, secret }));
      return parsed.ok && !parsed.warnings.includes('unusual-name');
    } catch (error) {
      return isMfaError(error) && error.code === 'invalid-argument' && !shows(error.message, SECRET);
    }
  });
};

describe('any text', () => {
  it('is a key URI or a reason, and nothing printed holds the secret', () =>
    fc.assert(keyUris(inspectKeyUri), RUNS as never));
  it('is a secret or malformed', () => fc.assert(secrets(parseSecret), RUNS as never));
  it('is a code or not', () => fc.assert(codes(matchCode), RUNS as never));
  it('is a name that apps show, or refused', () => fc.assert(names(formatKeyUri), RUNS as never));

  it('would be caught with the secret in an answer, a raw error, or a name that is not cleaned', () => {
    const telling: typeof inspectKeyUri = (text) => {
      const answer = inspectKeyUri(text);
      return answer.ok ? answer : { ...answer, text: `${answer.text} ${text}` };
    };
    expect(isCaught(keyUris(telling))).toBe(true);
    const raw: typeof parseSecret = (text, options) => {
      if (text.includes('\ud83d')) throw new URIError('URI malformed');
      return parseSecret(text, options);
    };
    expect(isCaught(secrets(raw))).toBe(true);
    const endless: typeof matchCode = (secret, code, options) =>
      code === '' ? (undefined as never) : matchCode(secret, code, options);
    expect(isCaught(codes(endless))).toBe(true);
    expect(isCaught(names((keyUri) => formatKeyUri(keyUri).replace('?', '%20?')))).toBe(true);
  });
});

// ── growth ──

/** The shortest of some runs, in ms. */
function timeOf(call: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 7 }, () => {
      const start = performance.now();
      for (let i = 0; i < 20; i++) call();
      return performance.now() - start;
    }),
  );
}

/** How many times as long it takes for eight times the text: 8 where it is linear, 64 where it is quadratic. */
function growthOf(read: (text: string) => unknown, again: string, length: number): number {
  const [short, long] = [again.repeat(length / 8 / again.length), again.repeat(length / again.length)];
  for (let i = 0; i < 50; i++) read(short);
  return timeOf(() => read(long)) / timeOf(() => read(short));
}

describe('time', () => {
  const READ: readonly (readonly [string, (text: string) => unknown, string])[] = [
    ...['a', '%41', '&', 'x=1&', ' ', ':', '%3A', 'sercet=&', '%C3%A9'].map(
      (again) =>
        [
          `a key URI of ${again}`,
          (text: string) => parseKeyUri(`otpauth://totp/a?secret=${SECRET}&${text}`),
          again,
        ] as const,
    ),
    ...['A', ' ', '\u200b', '='].map(
      (again) => [`base32 of ${JSON.stringify(again)}`, tried(decodeBase32), again] as const,
    ),
    ...(['hex', 'base64', 'utf8'] as const).map(
      (encoding) => [`a secret in ${encoding}`, tried((text) => parseSecret(text, { encoding })), 'a '] as const,
    ),
  ];

  it.each(READ)('grows with the length: %s', (_, read, again) => {
    expect(growthOf(read, again, 3840)).toBeLessThan(30);
  });

  it('would be seen to grow with its square', () => {
    const quadratic = (text: string): number => {
      let sum = 0;
      for (let i = 0; i < text.length; i++) for (let j = 0; j < text.length; j++) sum += text.charCodeAt(j);
      return sum;
    };
    expect(growthOf(quadratic, 'a', 3840)).toBeGreaterThan(30);
  });

  it('and memory end where the text is too long', () => {
    const text = `otpauth://totp/a?secret=${SECRET}&${'x=%41&'.repeat(2_000_000)}`;
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 100; i++) {
      expect(parseKeyUri(text)).toEqual({ ok: false, reason: 'too-long', position: 4296 });
      for (const encoding of ENCODINGS)
        expect(tried((all) => parseSecret(all, { encoding }))(text)).toBe('malformed-secret');
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });
});

function tried(read: (text: string) => unknown): (text: string) => unknown {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (!isMfaError(error)) throw error;
      return error.code;
    }
  };
}
