/** Characters that people and pages put between digits, and invisible ones. */
const SEPARATORS = /[\s\p{Pd}\p{Cf}]/gu; // one at a time: a long run of them as one match overflows the engine's stack
const DECIMAL_DIGIT = /^\p{Nd}$/u;

/** More than anybody types for a code or a name, in UTF-16 units: longer text is malformed before anything reads it. */
export const LONGEST_TYPED = 200;

/**
 * Reads a typed code as a number; -1 where it is malformed: no string, or not exactly `digits` decimal digits beside
 * white space, hyphens and invisible characters. Decimal digits of every script count by their value
 * (fullwidth, Arabic-Indic …); nothing else is a digit: NFKC would let `²` and `②` pass and not `٢`.
 *
 * A number of at most eight digits compares in constant time, which two strings do not.
 */
export function parseTypedCode(typed: unknown, digits: number): number {
  if (typeof typed !== 'string' || typed.length > LONGEST_TYPED) return -1;
  const plain = typed.length === digits ? asciiNumber(typed) : -1;
  return plain >= 0 ? plain : asciiNumber(toAsciiDigits(typed, digits));
}

function asciiNumber(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return text === '' ? -1 : value;
}

/** `digits` ASCII digits, or the empty string. */
function toAsciiDigits(typed: string, digits: number): string {
  const bare = typed.replace(SEPARATORS, '');
  if (bare.length > digits * 2) return ''; // no digit takes more than two UTF-16 units
  const characters = [...bare];
  if (characters.length !== digits) return '';
  let ascii = '';
  for (const character of characters) {
    if (!DECIMAL_DIGIT.test(character)) return '';
    ascii += decimalValue(character.codePointAt(0) as number);
  }
  return ascii;
}

/** Unicode lays out decimal digits in unbroken runs of ten, so the distance to the run's beginning tells the value. */
function decimalValue(codePoint: number): number {
  let start = codePoint;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return (codePoint - start) % 10;
}

/** Writes a code as the app shows it, with its leading zeros. */
export function formatCode(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
