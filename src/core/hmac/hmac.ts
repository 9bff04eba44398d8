import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** The compressed ipad and opad blocks of a key; `fill(0)` wipes them. */
export type Midstates = number[];

/** The 31 bits of RFC 4226 §5.3, of the HMAC of an 8-byte counter. */
export type TruncatedHmac = (midstates: Midstates, counter: number) => number;

const hashes = { SHA1: sha1, SHA256: sha256, SHA512: sha512 };

export function prepareKey(_algorithm: Algorithm, key: Uint8Array): Midstates {
  return [...key];
}

export function truncatedHmac(algorithm: Algorithm): TruncatedHmac {
  return (midstates, counter) => {
    const message = new Uint8Array(8);
    new DataView(message.buffer).setBigUint64(0, BigInt(counter));
    const mac = hmac(hashes[algorithm], Uint8Array.from(midstates), message);
    const at = (mac[mac.length - 1] as number) & 15;
    return new DataView(mac.buffer, mac.byteOffset).getUint32(at) & 0x7fffffff;
  };
}
