import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { RandomBytes } from '../core/index.js';

// Of random texts of 112 bits and more, for which no slow hash is needed (NIST SP 800-63B §5.1.2.2): and a slow one in
// the way in would be a weapon.

export function digest(...parts: readonly string[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join('\n'))));
}

export function randomHex(random: RandomBytes, byteLength: number): string {
  return bytesToHex(random(byteLength));
}
