import base32Encode from 'base32-encode';
import { MfaError } from '../errors.js';

/** Negative, and stays so however far it is shifted. */
const INVALID = -1;
/** Value of each ASCII character, either case; a table, because `toUpperCase` maps `ı` and `ſ` into the alphabet. */
const VALUES: Int8Array = /* @__PURE__ */ alphabetTable();

function alphabetTable(): Int8Array {
  const values = new Int8Array(128).fill(INVALID);
  for (let value = 0; value < 32; value++) {
    const code = value < 26 ? 65 + value : 24 + value; // A-Z, 2-7
    values[code] = value;
    if (value < 26) values[code + 32] = value;
  }
  return values;
}

/** Characters that carry nothing: white space, hyphens and invisible ones are added for the eye, or lost in copying. */
const SEPARATOR = /^[\s\p{Pd}\p{Cf}]$/u;

/**
 * Reads base32 (RFC 4648 §6) as people and pages write it: either case, with separators and any number of `=` at the
 * end. Bits left over in the last character are dropped (RFC 4648 §3.5 lets a decoder do so): secrets that somebody
 * made of random characters have them, and their apps compute with the whole bytes.
 *
 * Our own, because a secret is read at each verification on a server: `base32-decode` takes six times as long and
 * checks neither length nor position; it is the oracle of the tests.
 *
 * @param lenient - takes also 1, 3 or 6 characters in the last group of eight, and drops the bits of the last one
 * @throws MfaError `malformed-secret`: says where, never what
 */
export function decodeBase32(text: string, lenient = false): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) >> 3);
  let written = 0;
  let i = 0;
  // Stored text is eight clean characters after another: read so, it takes half the time.
  for (; i + 8 <= text.length; i += 8) {
    const high =
      (valueAt(text, i) << 15) | (valueAt(text, i + 1) << 10) | (valueAt(text, i + 2) << 5) | valueAt(text, i + 3);
    const low =
      (valueAt(text, i + 4) << 15) | (valueAt(text, i + 5) << 10) | (valueAt(text, i + 6) << 5) | valueAt(text, i + 7);
    if ((high | low) < 0) break;
    bytes[written] = high >> 12;
    bytes[written + 1] = high >> 4;
    bytes[written + 2] = (high << 4) | (low >> 16);
    bytes[written + 3] = low >> 8;
    bytes[written + 4] = low;
    written += 5;
  }
  let buffer = 0;
  let bits = 0;
  let padded = false;
  for (; i < text.length; i++) {
    const value = valueAt(text, i);
    if (value < 0) {
      const character = String.fromCodePoint(text.codePointAt(i) as number);
      if (character === '=') padded = true;
      else if (!SEPARATOR.test(character))
        throw malformed(`character ${i + 1} is not of the base32 alphabet${hint(character)}`);
      i += character.length - 1;
      continue;
    }
    if (padded) throw malformed(`character ${i + 1} stands after the padding`);
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = buffer >> bits;
    }
  }
  const characters = (written * 8 + bits) / 5;
  if (characters === 0) throw malformed('it is empty');
  // Each whole byte needs its second character: 1, 3 or 6 characters in the last group of eight are never written.
  if (bits >= 5 && (!lenient || written === 0)) throw malformed(impossible(characters));
  return written === bytes.length ? bytes : bytes.slice(0, written);
}

function impossible(characters: number): string {
  return `${characters} characters are an impossible length: one was lost or added`;
}

/** The alphabet leaves out the three digits that look like its letters. Which of them it is stays untold. */
function hint(character: string): string {
  return /^[018]$/.test(character) ? ', which has no 0, 1 and 8: was it O, I or L, or B?' : '';
}

/** Below 0 where the character is not of the alphabet. */
function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (VALUES[code] as number) : INVALID;
}

/** Writes base32, upper case, unpadded: padded secrets are refused by some apps. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32Encode(bytes, 'RFC4648', { padding: false });
}

export function malformed(what: string): MfaError {
  return new MfaError('malformed-secret', `malformed secret: ${what}`);
}
