import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { formatCode, parseTypedCode } from '../../src/core/typed-code.js';
import { anyText, DIGITS, isCaught } from '../support/arbitraries.js';

/**
 * The ten digits of every decimal script that ICU knows, as it writes numbers: another source than the Unicode
 * properties of regular expressions, which the library reads.
 */
const SCRIPTS: readonly (readonly string[])[] = Intl.supportedValuesOf('numberingSystem')
  .map((system) => {
    const { format } = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
    return Array.from({ length: 10 }, (_, digit) => format(digit));
  })
  .filter((digits) => digits.every((digit) => /^\p{Nd}$/u.test(digit)));

const SEPARATORS = [' ', '\t', '\n', '\r', '\u00a0', '\u2009', '\u202f', '\u3000', '-', '‐', '‑', '–', '—', '－'];
const INVISIBLE = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u200e',
  '\u202a',
  '\u061c',
  '\u{e0020}',
];

interface Typed {
  readonly digits: number;
  readonly value: number;
  readonly text: string;
}
/** A number as somebody may type it: each digit in some script, anything invisible between two of them. */
const typed = (): fc.Arbitrary<Typed> => {
  const noise = fc.string({ unit: fc.constantFrom(...SEPARATORS, ...INVISIBLE), maxLength: 3 });
  return fc.constantFrom(...DIGITS).chain((digits) =>
    fc
      .record({
        value: fc.integer({ min: 0, max: 10 ** digits - 1 }),
        scripts: fc.array(fc.constantFrom(...SCRIPTS), { minLength: digits, maxLength: digits }),
        noises: fc.array(noise, { minLength: digits + 1, maxLength: digits + 1 }),
      })
      .map(({ value, scripts, noises }) => {
        const characters = [...String(value).padStart(digits, '0')].map((digit, i) => scripts[i]![Number(digit)]!);
        return { digits, value, text: characters.map((c, i) => noises[i] + c).join('') + noises.at(-1) };
      }),
  );
};

describe('a typed code', () => {
  it('of more than two hundred characters is malformed, before anything reads it', () => {
    for (const digits of DIGITS) {
      const code = '1'.repeat(digits);
      const padded = (length: number): string => ' '.repeat(length - digits) + code;
      expect(parseTypedCode(padded(200), digits)).toBe(Number(code));
      expect(parseTypedCode(padded(201), digits)).toBe(-1);
    }
    const replace = vi.spyOn(String.prototype, 'replace');
    const charCodeAt = vi.spyOn(String.prototype, 'charCodeAt');
    for (const text of ['1'.repeat(1_000_000), ' '.repeat(1_000_000), '１'.repeat(201)]) {
      expect(parseTypedCode(text, 6)).toBe(-1);
    }
    expect([replace.mock.calls.length, charCodeAt.mock.calls.length]).toEqual([0, 0]);
    vi.restoreAllMocks();
  });

  type Parse = typeof parseTypedCode;
  const normalizes = (parse: Parse) => fc.property(typed(), ({ text, digits, value }) => parse(text, digits) === value);

  it('is the same number in any decimal script, with any separators', () => {
    expect(SCRIPTS.length).toBeGreaterThan(60);
    fc.assert(normalizes(parseTypedCode), { numRuns: 5000 });
  });

  it('has the value of its digits in every script', () => {
    for (const script of SCRIPTS) {
      for (const shift of [0, 4]) {
        const shown = Array.from({ length: 6 }, (_, i) => (i + shift) % 10);
        expect(parseTypedCode(shown.map((digit) => script[digit]).join(''), 6)).toBe(Number(shown.join('')));
      }
    }
  });

  it.each<[string, Parse]>([
    ['in ASCII alone', (text, digits) => (/[^\0-\x7f]/.test(text as string) ? -1 : parseTypedCode(text, digits))],
    ['after NFKC', (text, digits) => Number((text as string).normalize('NFKC').replace(/\D/g, '').padStart(digits))],
    ['without its separators', (text, digits) => (/\s/.test(text as string) ? -1 : parseTypedCode(text, digits))],
    ['with a letter folded in', (text, digits) => parseTypedCode((text as string).replace('\u{e0020}', '0'), digits)],
    [
      'without leading zeros',
      (text, digits) => {
        const value = parseTypedCode(text, digits);
        return String(value).length === digits ? value : -1;
      },
    ],
  ])('would be caught read %s', (_, parse) => {
    expect(isCaught(normalizes(parse))).toBe(true);
  });

  const onlyDigits = (parse: Parse) =>
    fc.property(
      fc.oneof(
        anyText(),
        typed().map(({ text }) => text),
      ),
      fc.constantFrom(...DIGITS),
      (text, digits) => {
        const bare = text.replace(/[\s\p{Pd}\p{Cf}]/gu, '');
        return parse(text, digits) >= 0 === new RegExp(`^\\p{Nd}{${digits}}$`, 'u').test(bare);
      },
    );

  it('is exactly its digits and nothing else', () => fc.assert(onlyDigits(parseTypedCode), { numRuns: 3000 }));

  it('would be caught taking more digits, or fewer', () => {
    expect(isCaught(onlyDigits((text, digits) => parseTypedCode(text, digits === 7 ? 6 : digits)))).toBe(true);
    expect(isCaught(onlyDigits((text) => Number.parseInt(text as string, 10)))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['separators', '   -   '],
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['a letter for a zero', 'O28523'],
    ['superscripts', '¹²³¹²³'],
    ['circled digits', '①②③①②③'],
    ['roman numerals', 'ⅠⅡⅢⅠⅡⅢ'],
    ['ideographs', '一二三四五六'],
    ['fractions', '½½½½½½'],
    ['a sign', '+12345'],
    ['a minus sign', '−12345'],
    ['a point', '1234.5'],
    ['hexadecimal', '0x1234'],
    ['an exponent', '12345e'],
    ['half a surrogate pair', '12345\ud835'],
    ['a character more', '123456\0'],
    ['a combining mark', '123456\u0301'],
    ['a number', 123456],
    ['a bigint', 123456n],
    ['a text object', new String('123456')],
    ['an array', ['123456']],
    ['an array of digits', ['1', '2', '3', '4', '5', '6']],
    ['an object with a text', { toString: () => '123456' }],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['a symbol', Symbol('123456')],
  ])('is malformed as %s', (_, value) => {
    expect(parseTypedCode(value, 6)).toBe(-1);
  });
});

describe('a shown code', () => {
  it('has its leading zeros, and is read back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIGITS), fc.nat(99_999_999), (digits, number) => {
        const value = number % 10 ** digits;
        const code = formatCode(value, digits);
        expect(code).toMatch(/^[0-9]+$/);
        expect(code).toHaveLength(digits);
        expect(parseTypedCode(code, digits)).toBe(value);
      }),
    );
    expect(formatCode(0, 8)).toBe('00000000');
  });
});
