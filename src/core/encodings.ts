import { malformed } from './base32.js';

// Without `atob`, `TextEncoder` and `Buffer`, for some runtimes lack one or the other.

/** Hyphens separate groups of hex; in base64 one of them is a digit. */
const SEPARATOR = /^[\s\p{Pd}\p{Cf}]$/u;
const BLANK = /^[\s\p{Cf}]$/u;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Reads hex (RFC 4648 §8), in either case, with separators.
 *
 * @throws MfaError `malformed-secret`
 */
export function decodeHex(text: string): Uint8Array {
  const digits = readDigits(text, 'hex', (character) => {
    if (SEPARATOR.test(character)) return 'blank';
    return /^[\da-f]$/i.test(character) ? Number.parseInt(character, 16) : undefined;
  });
  if (digits.length % 2 === 1)
    throw malformed(`${digits.length} digits are an impossible length: one was lost or added`);
  return bytesOfDigits(digits, 4);
}

/**
 * Reads base64 of either alphabet (RFC 4648 §4 and §5), padded or not. Bits left over in the last character are dropped.
 *
 * @throws MfaError `malformed-secret`
 */
export function decodeBase64(text: string): Uint8Array {
  let padded = false;
  const digits = readDigits(text, 'base64', (character) => {
    if (character === '=') padded = true;
    if (character === '=' || BLANK.test(character)) return 'blank';
    const value = BASE64.indexOf(character === '-' ? '+' : character === '_' ? '/' : character);
    return value < 0 || padded ? undefined : value;
  });
  if (digits.length % 4 === 1) {
    throw malformed(`${digits.length} characters are an impossible length: one was lost or added`);
  }
  return bytesOfDigits(digits, 6);
}

/**
 * Writes text as UTF-8.
 *
 * @throws MfaError `malformed-secret`: empty, or half a surrogate pair in it
 */
export function encodeUtf8(text: string): Uint8Array {
  if (text === '') throw malformed('it is empty');
  if (/\p{Surrogate}/u.test(text)) throw malformed('it holds half a surrogate pair, which UTF-8 cannot write');
  const escaped = encodeURIComponent(text).match(/%..|./g) as RegExpMatchArray;
  return Uint8Array.from(escaped, (byte) =>
    byte.length === 1 ? byte.charCodeAt(0) : Number.parseInt(byte.slice(1), 16),
  );
}

/** Writes hex in lower case. */
export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Writes base64, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(i, i + 3) as unknown as [number, number?, number?];
    const group = (a << 16) | (b << 8) | c;
    const left = bytes.length - i;
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += left > 1 ? BASE64.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? BASE64.charAt(group & 63) : '=';
  }
  return text;
}

/** The values of the digits; `undefined` for a character that does not belong there. */
function readDigits(
  text: string,
  encoding: string,
  digitOf: (character: string) => number | 'blank' | undefined,
): number[] {
  const digits: number[] = [];
  let at = 1;
  for (const character of text) {
    const value = digitOf(character);
    if (value === undefined) throw malformed(`character ${at} does not belong into ${encoding} at its place`);
    if (value !== 'blank') digits.push(value);
    at += character.length;
  }
  if (digits.length === 0) throw malformed('it is empty');
  return digits;
}

function bytesOfDigits(digits: readonly number[], bitsOfOne: number): Uint8Array {
  const bytes = new Uint8Array((digits.length * bitsOfOne) >> 3);
  let written = 0;
  let buffer = 0;
  let bits = 0;
  for (const digit of digits) {
    buffer = (buffer << bitsOfOne) | digit;
    bits += bitsOfOne;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = buffer >> bits;
    }
  }
  return bytes;
}
