import base32Decode from 'base32-decode';
import base32Encode from 'base32-encode';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from '../../src/core/base32.js';
import { anyText, isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LOOK_ALIKES = 'which has no 0, 1 and 8: was it O, I or L, or B?';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' });
/** Base32 of every length that a decoder may meet, its last character with leftover bits or without. */
const base32 = (): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...ALPHABET), minLength: 2, maxLength: 200, size: 'max' })
    .filter((text) => ![1, 3, 6].includes(text.length % 8));

/** Every code point of the categories that carry nothing. */
const SEPARATORS = Array.from({ length: 0x110000 }, (_, codePoint) => String.fromCodePoint(codePoint)).filter((c) =>
  /[\s\p{Pd}\p{Cf}]/u.test(c),
);
const separators = (): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...SEPARATORS) });

function refusal(text: string): string {
  const { code, message } = thrown(() => decodeBase32(text));
  expect(code).toBe('malformed-secret');
  return message;
}

describe('RFC 4648 §10', () => {
  it.each([
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('%s', (text, encoded) => {
    expect(Buffer.from(decodeBase32(encoded)).toString()).toBe(text);
    expect(encodeBase32(Buffer.from(text))).toBe(encoded.replaceAll('=', ''));
  });
});

describe('reading base32', () => {
  type Decode = (text: string) => Uint8Array;
  const roundTrip = (decode: Decode) => fc.property(bytes(), (key) => hex(decode(encodeBase32(key))) === hex(key));
  const agrees = (decode: Decode) =>
    fc.property(base32(), (text) => hex(decode(text)) === hex(new Uint8Array(base32Decode(text, 'RFC4648'))));
  const ignoresSeparators = (decode: Decode) =>
    fc.property(bytes(), fc.array(separators(), { size: 'medium' }), fc.nat(8), (key, between, padding) => {
      const text = [...encodeBase32(key)].map((c, i) => c + (between[i] ?? '')).join('');
      return hex(decode((between.at(-1) ?? '') + text + '='.repeat(padding))) === hex(key);
    });
  const ignoresCase = (decode: Decode) =>
    fc.property(bytes(), fc.bigInt({ min: 0n, max: 2n ** 320n }), (key, lower) => {
      const mixed = [...encodeBase32(key)].map((c, i) => ((lower >> BigInt(i)) & 1n ? c.toLowerCase() : c)).join('');
      return hex(decode(mixed)) === hex(key);
    });

  it('gives back what was written', () => fc.assert(roundTrip(decodeBase32)));
  it('agrees with base32-decode', () => fc.assert(agrees(decodeBase32)));
  it('ignores separators and padding', () => fc.assert(ignoresSeparators(decodeBase32)));
  it('ignores case', () => fc.assert(ignoresCase(decodeBase32)));

  /** A decoder of ten lines, to be broken. */
  const decoder =
    ({ leftover = false, offByOne = false }): Decode =>
    (text) => {
      const values = [...text.replaceAll('=', '')].map((c) => ALPHABET.indexOf(c) + (offByOne && c === '7' ? -1 : 0));
      const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
      const whole = bits.match(leftover ? /.{1,8}/g : /.{8}/g)!;
      return Uint8Array.from(whole, (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
    };
  it('would be caught keeping leftover bits as a byte', () => {
    expect(isCaught(roundTrip(decoder({})))).toBe(false);
    expect(isCaught(roundTrip(decoder({ leftover: true })))).toBe(true);
    expect(isCaught(agrees(decoder({ leftover: true })))).toBe(true);
  });
  it('would be caught misreading one character', () => {
    expect(isCaught(roundTrip(decoder({ offByOne: true })))).toBe(true);
  });
  it('would be caught counting a separator, or refusing lower case', () => {
    expect(isCaught(ignoresSeparators(decoder({})))).toBe(true);
    expect(isCaught(ignoresSeparators((text) => decodeBase32(text.replace('\u{e0020}', 'A'))))).toBe(true);
    expect(isCaught(ignoresCase(decoder({})))).toBe(true);
  });

  it('takes any text as base32 or refuses it by its rule', () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), base32()), (text) => {
        const characters = text.replace(/[\s\p{Pd}\p{Cf}]/gu, '');
        const allowed =
          /^[a-z2-7]+=*$/i.test(characters) && ![1, 3, 6].includes(characters.replaceAll('=', '').length % 8);
        if (allowed) expect(hex(decodeBase32(text))).toMatch(/^(..)+$/);
        else expect(refusal(text)).toMatch(/^malformed secret: /);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['another character', 'ABCD1FGH', `character 5 is not of the base32 alphabet, ${LOOK_ALIKES}`],
    ['one behind invisible ones', 'AB\u200b\u{e0020}D1', `character 7 is not of the base32 alphabet, ${LOOK_ALIKES}`],
    ['a zero', 'ABCD0FGH', `character 5 is not of the base32 alphabet, ${LOOK_ALIKES}`],
    ['an eight', '8BCDEFGH', `character 1 is not of the base32 alphabet, ${LOOK_ALIKES}`],
    ['a nine', 'ABCD9FGH', 'character 5 is not of the base32 alphabet'],
    ['a letter that folds to an S', 'ABCDſFGH', 'character 5 is not of the base32 alphabet'],
    ['a dotless i', 'ABCDıFGH', 'character 5 is not of the base32 alphabet'],
    ['fullwidth letters', 'ＡＢＣＤ', 'character 1 is not of the base32 alphabet'],
    ['half a surrogate pair', 'ABCD\ud83d', 'character 5 is not of the base32 alphabet'],
    ['a character after padding', 'ABCD=FGH', 'character 6 stands after the padding'],
    ['padding alone', '====', 'it is empty'],
    ['nothing', '', 'it is empty'],
    ['separators alone', ' -\t', 'it is empty'],
    ['one character', 'A', '1 characters are an impossible length: one was lost or added'],
    ['eleven characters', 'AAAA AAAA AAA', '11 characters are an impossible length: one was lost or added'],
  ])('refuses %s, says where and never what', (_, text, message) => {
    expect(refusal(text)).toBe(`malformed secret: ${message}`);
  });
});

describe('writing base32', () => {
  const agrees = (encode: (key: Uint8Array) => string) =>
    fc.property(bytes(), (key) => {
      const text = encode(key);
      return /^[A-Z2-7]+$/.test(text) && hex(new Uint8Array(base32Decode(text, 'RFC4648'))) === hex(key);
    });

  it('is read by base32-decode, upper case, unpadded', () => fc.assert(agrees(encodeBase32)));

  it('would be caught padding, or in lower case', () => {
    expect(isCaught(agrees((key) => base32Encode(key, 'RFC4648')))).toBe(true);
    expect(isCaught(agrees((key) => encodeBase32(key).toLowerCase()))).toBe(true);
  });
});
