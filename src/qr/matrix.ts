import encodeQR from 'qr';
import { invalid } from '../core/check.js';

/** Rows of modules from the top, true = dark; the quiet zone is part of it, so that nobody draws without one. */
export type Modules = readonly (readonly boolean[])[];

/** Light modules on each side (ISO/IEC 18004 §5.3.8). Inside the picture: a page or a terminal may be dark. */
const QUIET_ZONE = 4;

/**
 * Bytes that version 10 (57 × 57 modules) holds at level M. Up to here the modules are large enough to spend some on
 * error correction. Beyond, density is what makes a camera fail, and level L always saves a version or more.
 */
const LEVEL_M_MAX_BYTES = 213;

/** Bytes that the largest version, 40, holds at level L. */
const MAX_BYTES = 2953;

export function drawModules(keyUri: string): Modules {
  checkKeyUri(keyUri);
  const ecc = keyUri.length <= LEVEL_M_MAX_BYTES ? 'medium' : 'low';
  return encodeQR(keyUri, 'raw', { ecc, encoding: 'byte', border: QUIET_ZONE, textEncoder: bytesOfAscii });
}

/** Not TextEncoder, which some engines have not: a key URI was checked to be ASCII. */
function bytesOfAscii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** No message holds the text, which holds the secret. */
function checkKeyUri(keyUri: unknown): asserts keyUri is string {
  if (typeof keyUri !== 'string' || !/^otpauth:\/\//i.test(keyUri)) {
    throw invalid('keyUri must be a text that begins with otpauth://');
  }
  if (keyUri.length > MAX_BYTES) {
    throw invalid(`keyUri must have at most ${MAX_BYTES} characters, the most that a QR code holds`);
  }
  // A QR code holds bytes: of others than ASCII, readers guess the character set, and not all guess the same.
  const foreign = keyUri.search(/[^!-~]/);
  if (foreign >= 0) {
    throw invalid(`keyUri must be percent-encoded: what stands at position ${foreign} has no place in a URI`);
  }
}
