import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  formatSecret,
  parseSecret,
  type Secret,
  type SecretEncoding,
  secretFromBytes,
  totp,
  wipeSecret,
} from 'lockstep-mfa/core';
import { describe, expect, it, vi } from 'vitest';
import { isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

const bytes = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength: 90, size: 'max' });
const keyHex = (secret: Secret): string => formatSecret(secret, { encoding: 'hex' });
const parsed = (text: string, encoding: SecretEncoding): string => keyHex(parseSecret(text, { encoding }));

describe('a secret written and read', () => {
  /** Node's own encoders stand against ours. */
  const agrees = (format: typeof formatSecret, parse: typeof parseSecret) =>
    fc.property(bytes(), (key) => {
      const secret = secretFromBytes(key);
      const buffer = Buffer.from(key);
      return (['hex', 'base64'] as const).every((encoding) => {
        const text = buffer.toString(encoding);
        return format(secret, { encoding }) === text && keyHex(parse(text, { encoding })) === buffer.toString('hex');
      });
    });

  it('is as Node writes hex and base64', () => fc.assert(agrees(formatSecret, parseSecret)));

  it('would be caught in upper case, without padding, or with the halves of a byte exchanged', () => {
    const upper: typeof formatSecret = (secret, options) => formatSecret(secret, options).toUpperCase();
    const bare: typeof formatSecret = (secret, options) => formatSecret(secret, options).replaceAll('=', '');
    const turned: typeof parseSecret = (text, options) =>
      parseSecret(options?.encoding === 'hex' ? text.replace(/(.)(.)/g, '$2$1') : text, options);
    expect(isCaught(agrees(upper, parseSecret))).toBe(true);
    expect(isCaught(agrees(bare, parseSecret))).toBe(true);
    expect(isCaught(agrees(formatSecret, turned))).toBe(true);
  });

  const utf8 = (parse: (text: string) => Secret) =>
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (text) => {
      return keyHex(parse(text)) === Buffer.from(text, 'utf8').toString('hex');
    });

  it('is UTF-8 as Node writes it', () => fc.assert(utf8((text) => parseSecret(text, { encoding: 'utf8' }))));

  it('would be caught trimmed, or in Latin-1', () => {
    const fails = (parse: (text: string) => Secret) => isCaught(utf8(parse));
    expect(fails((text) => parseSecret(text.trim() || 'x', { encoding: 'utf8' }))).toBe(true);
    expect(fails((text) => secretFromBytes(Buffer.from(text, 'latin1')))).toBe(true);
  });
});

describe('reading', () => {
  it.each<[string, SecretEncoding, string, string]>([
    ['hex in groups, either case', 'hex', '32B1-90b4 6e\u200b', '32b190b46e'],
    ['base64 of the other alphabet, unpadded', 'base64', '-_-_', 'fbffbf'],
    ['base64 in lines', 'base64', 'MrGQ\n tG4=\n', '32b190b46e'],
    ['base64 with leftover bits', 'base64', 'MrGQtG5', '32b190b46e'],
    ['base32 of 1 mod 8', 'base32-lenient', 'GKYZBNDOU', '32b190b46e'],
    ['base32 of 3 mod 8', 'base32-lenient', 'GKYZBNDOUYN', '32b190b46ea6'],
    ['base32 of 6 mod 8', 'base32-lenient', 'GKYZBNDOUYNKRD', '32b190b46ea61aa8'],
    ['base32 of a possible length, as ever', 'base32-lenient', 'gkyz bndo', '32b190b46e'],
  ])('%s', (_, encoding, text, hex) => {
    expect(parsed(text, encoding)).toBe(hex);
  });

  it.each<[string, SecretEncoding, string, string]>([
    ['another character', 'hex', '32g1', 'character 3 does not belong into hex at its place'],
    [
      'one behind an astral one',
      'base64',
      '\u{e0020}MrG\u{1f600}',
      'character 6 does not belong into base64 at its place',
    ],
    ['an odd digit', 'hex', '32b', '3 digits are an impossible length: one was lost or added'],
    ['padding in hex', 'hex', '32==', 'character 3 does not belong into hex at its place'],
    ['a character after padding', 'base64', 'MrGQtG4=A', 'character 9 does not belong into base64 at its place'],
    ['one of five', 'base64', 'MrGQt', '5 characters are an impossible length: one was lost or added'],
    ['separators alone', 'hex', ' - ', 'it is empty'],
    ['padding alone', 'base64', '==', 'it is empty'],
    ['nothing', 'utf8', '', 'it is empty'],
    ['half a surrogate pair', 'utf8', 'a\ud83d', 'it holds half a surrogate pair, which UTF-8 cannot write'],
    ['one character of base32', 'base32-lenient', 'A', '1 characters are an impossible length: one was lost or added'],
    [
      'a zero',
      'base32-lenient',
      'GKYZBND0',
      'character 8 is not of the base32 alphabet, which has no 0, 1 and 8: was it O, I or L, or B?',
    ],
    ['many bytes', 'utf8', 'é'.repeat(513), 'it is longer than 1024 bytes'],
    ['many characters', 'hex', ' '.repeat(4097), 'it is longer than 4096 characters'],
  ])('refuses %s', (_, encoding, text, message) => {
    const error = thrown(() => parseSecret(text, { encoding }));
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'malformed-secret',
      message: `malformed secret: ${message}`,
    });
  });

  it('takes the longest there and back, in each encoding', () => {
    const longest = secretFromBytes(Uint8Array.from({ length: 1024 }, (_, i) => i));
    for (const encoding of ['base32', 'hex', 'base64'] as const) {
      expect(parsed(formatSecret(longest, { encoding }), encoding)).toBe(keyHex(longest));
    }
  });

  it('guesses nothing: a seed in hex of [2-7a-f] alone is base32, too, of other bytes', () => {
    const seed = 'abcdef234567abcdef234567abcdef234567abcd';
    expect(parseSecret(seed).byteLength).toBe(25);
    expect(parseSecret(seed, { encoding: 'hex' }).byteLength).toBe(20);
  });

  it('needs none of the globals that some runtimes lack', () => {
    for (const name of ['TextEncoder', 'TextDecoder', 'atob', 'btoa', 'Buffer']) vi.stubGlobal(name, undefined);
    const texts = {
      base32: 'GKYZBNDO',
      'base32-lenient': 'GKYZBNDOU',
      hex: '32b190b46e',
      base64: 'MrGQtG4=',
      utf8: 'é',
    };
    const read = Object.entries(texts).map(([encoding, text]) => parsed(text, encoding as SecretEncoding));
    const written = (['hex', 'base64'] as const).map((encoding) => formatSecret(parseSecret('GKYZBNDO'), { encoding }));
    vi.unstubAllGlobals();
    expect(read).toEqual(['32b190b46e', '32b190b46e', '32b190b46e', '32b190b46e', 'c3a9']);
    expect(written).toEqual(['32b190b46e', 'MrGQtG4=']);
  });
});

describe('keys as other libraries make them', () => {
  const nowMs = 1_700_000_000_000;

  it('speakeasy repeats the bytes for SHA256 and SHA512: its codes match with the repeated key', () => {
    const ascii = '12345678901234567890';
    const repeated = (length: number): Secret =>
      parseSecret(ascii.repeat(Math.ceil(length / ascii.length)).slice(0, length), { encoding: 'utf8' });
    // RFC 6238 appendix B has its keys made so.
    expect(totp(repeated(32), { nowMs: 59_000, algorithm: 'SHA256', digits: 8 })).toBe('46119246');
    expect(totp(repeated(64), { nowMs: 59_000, algorithm: 'SHA512', digits: 8 })).toBe('90693936');
  });

  it('better-auth keys the HMAC with the UTF-8 of the stored text', () => {
    const stored = 'WIPqBq-6oGDyfDSF5bZXzTyHQ3cNhEhP';
    const utf8 = parseSecret(stored, { encoding: 'utf8' });
    expect(totp(utf8, { nowMs })).toBe(totp(secretFromBytes(Buffer.from(stored)), { nowMs }));
    expect(utf8.byteLength).toBe(32);
  });
});

describe('two secrets', () => {
  const TEXT = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
  const secret = parseSecret(TEXT);
  const others = [parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'), parseSecret(TEXT)];

  it('are equal for no comparison of fields, unless they are one', () => {
    for (const other of others) {
      expect(secret).not.toEqual(other);
      expect(secret).not.toStrictEqual(other);
      expect({ device: [secret] }).not.toEqual({ device: [other] });
      expect(isDeepStrictEqual(secret, other)).toBe(false);
    }
    expect(secret).toEqual(secret);
    expect(isDeepStrictEqual([secret], [secret])).toBe(true);
  });

  it('would pass for equal with private fields alone', () => {
    class Opaque {
      readonly #bytes: Uint8Array;
      readonly byteLength: number;
      constructor(bytes: Uint8Array) {
        this.#bytes = bytes;
        this.byteLength = this.#bytes.length;
      }
    }
    expect(new Opaque(new Uint8Array([1]))).toEqual(new Opaque(new Uint8Array([2])));
  });

  it('show nothing by what tells them apart', () => {
    const [key] = Object.getOwnPropertySymbols(secret);
    expect(Object.getOwnPropertySymbols(secret)).toHaveLength(1);
    expect(typeof (secret as unknown as Record<symbol, unknown>)[key!]).toBe('symbol');
    expect(String((secret as unknown as Record<symbol, unknown>)[key!])).toBe('Symbol()');
    expect(Object.keys(secret)).toEqual(['byteLength']);
    expect(Object.keys(structuredClone(secret))).toEqual(['byteLength']);
    const wiped = parseSecret(TEXT);
    wipeSecret(wiped);
    expect(wiped).not.toEqual(secret);
  });
});
