import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits by default. */
export function randomText(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** In constant time: hashes are of one length, and tell nothing of where texts differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}
