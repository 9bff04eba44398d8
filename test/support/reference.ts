import { createHmac } from 'node:crypto';
import type { Algorithm } from 'lockstep-mfa/core';

// RFC 4226 §5.3 in its own words, on the HMAC of node:crypto: no line is shared with the library.

export function hmacOf(algorithm: Algorithm, key: Uint8Array, counter: number): Buffer {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  return createHmac(algorithm, key).update(message).digest();
}

/** DT: four bytes from where the low half of the last byte points to, without the sign bit. */
export function truncate(hmac: Uint8Array): number {
  const offset = hmac.at(-1)! & 0xf;
  const [p0, p1, p2, p3] = hmac.subarray(offset, offset + 4);
  return (p0! & 0x7f) * 2 ** 24 + p1! * 2 ** 16 + p2! * 2 ** 8 + p3!;
}

export function referenceCode(algorithm: Algorithm, key: Uint8Array, counter: number, digits: number): string {
  return String(truncate(hmacOf(algorithm, key, counter)) % 10 ** digits).padStart(digits, '0');
}
