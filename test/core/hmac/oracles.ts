import { createHmac } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Algorithm } from '../../../src/core/hmac/hmac.js';

export const ALGORITHMS: readonly Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];

/** RFC 4226 §5.1: the counter as the eight bytes that are hashed, high-order byte first. */
export function counterBytes(counter: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter));
  return bytes;
}

/** RFC 4226 §5.3, as it is printed there. */
export function truncate(mac: Uint8Array): number {
  const offset = mac.at(-1)! & 0xf;
  return (
    ((mac[offset]! & 0x7f) << 24) |
    ((mac[offset + 1]! & 0xff) << 16) |
    ((mac[offset + 2]! & 0xff) << 8) |
    (mac[offset + 3]! & 0xff)
  );
}

const NOBLE = { SHA1: sha1, SHA256: sha256, SHA512: sha512 };

/** Two implementations that no one here wrote. */
export const oracles: Readonly<Record<string, (algorithm: Algorithm, key: Uint8Array, message: Uint8Array) => number>> =
  {
    'node:crypto': (algorithm, key, message) => truncate(createHmac(algorithm, key).update(message).digest()),
    '@noble/hashes': (algorithm, key, message) => truncate(hmac(NOBLE[algorithm], key, message)),
  };
