import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

// Only random texts of 112 bits and more are hashed here, which need no slow hash (NIST SP 800-63B §5.1.2.2): a slow
// one at sign-in would let a stranger keep the server busy.

/**
 * Computes SHA-256 of the parts, one a line. It is stored: another separator would void every handle and recovery code.
 */
export function hash(...parts: readonly string[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join('\n'))));
}

export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes);
}
