import type { Kernel } from './kernel.js';
import { sha1 } from './sha1.js';
import { sha256 } from './sha256.js';
import { sha512 } from './sha512.js';

export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';

/**
 * The compressed ipad and opad blocks of a key, one after the other; `fill(0)` wipes them.
 *
 * A plain array, because a server makes one for each sign-in, and an `Int32Array` takes twice the time and the heap.
 */
export type Midstates = number[];

/** The 31 bits of RFC 4226 §5.3, of the HMAC of an 8-byte counter from 0 to 2^53-1. */
export type TruncatedHmac = (midstates: Midstates, counter: number) => number;

const IPAD = 0x36363636;
const OPAD = 0x5c5c5c5c;

interface Hmac {
  readonly prepareKey: (key: Uint8Array) => Midstates;
  readonly truncated: TruncatedHmac;
}

let hmacSha1: Hmac | undefined;
let hmacSha256: Hmac | undefined;
let hmacSha512: Hmac | undefined;

/** Made at the first use of each: nobody waits for round constants that nobody needs. */
function hmacOf(algorithm: Algorithm): Hmac {
  switch (algorithm) {
    case 'SHA1':
      hmacSha1 ??= hmac(sha1());
      return hmacSha1;
    case 'SHA256':
      hmacSha256 ??= hmac(sha256());
      return hmacSha256;
    case 'SHA512':
      hmacSha512 ??= hmac(sha512());
      return hmacSha512;
  }
}

/** Prepares what depends on the key alone (RFC 2104 §4), so that each code costs two compressions. */
export function prepareKey(algorithm: Algorithm, key: Uint8Array): Midstates {
  return hmacOf(algorithm).prepareKey(key);
}

export function truncatedHmac(algorithm: Algorithm): TruncatedHmac {
  return hmacOf(algorithm).truncated;
}

/** The working arrays are made once and written over: neither a key nor a code allocates them. */
function hmac({ blockWords, initial, compress }: Kernel): Hmac {
  const size = initial.length;
  const blockBytes = blockWords * 4;
  // Spread, because V8 takes what `Array` makes for an array with holes, and looks for them at each reading.
  const block: number[] = [...Array<number>(blockWords).fill(0)];
  const digest = initial.slice();
  const initials = [...initial, ...initial];
  /** The counter after the ipad block, padded (FIPS 180-4 §5.1): 8 bytes, a one bit, the length of both in bits. */
  const message = block.slice();
  message[2] = 0x80000000 | 0;
  message[blockWords - 1] = (blockBytes + 8) * 8;

  return {
    prepareKey(key) {
      const midstates = initials.slice();
      if (key.length > blockBytes) hashKey(key, OPAD);
      else load(key, 0, OPAD);
      compress(block, initial, midstates);
      for (let i = 0; i < size; i++) midstates[size + i] = midstates[i]!;
      for (let i = 0; i < blockWords; i++) block[i]! ^= OPAD ^ IPAD;
      compress(block, initial, midstates);
      // Nothing of the key stays behind.
      clear(block);
      return midstates;
    },

    truncated(midstates, counter) {
      message[0] = (counter / 0x100000000) | 0;
      message[1] = counter | 0;
      compress(message, midstates, digest);
      const last = digest[size - 1]!;
      const word = (last & 15) >> 2;
      const bits = (last & 3) << 3;
      return ((digest[word]! << bits) | ((digest[word + 1]! >>> 1) >>> (31 - bits))) & 0x7fffffff;
    },
  };

  /** RFC 2104 §2: a key that is longer than a block is hashed. Leaves its digest in the block, every word XORed. */
  function hashKey(key: Uint8Array, pad: number): void {
    const state = initial.slice();
    let from = 0;
    for (; from + blockBytes <= key.length; from += blockBytes) {
      load(key, from, 0);
      compress(block, state, state);
    }
    load(key, from, 0);
    const rest = key.length - from;
    block[rest >> 2]! |= 0x80 << (24 - 8 * (rest & 3));
    if (rest >= blockBytes - blockBytes / 8) {
      // No room for the length.
      compress(block, state, state);
      clear(block);
    }
    block[blockWords - 2] = (key.length / 0x20000000) | 0;
    block[blockWords - 1] = key.length << 3;
    compress(block, state, state);
    for (let i = 0; i < blockWords; i++) block[i] = (i < size ? state[i]! : 0) ^ pad;
    clear(state);
  }

  /** Fills the block with the key's bytes, and with zeros where they end; every word is XORed. */
  function load(key: Uint8Array, from: number, pad: number): void {
    const length = Math.min(key.length - from, blockBytes);
    const words = length >> 2;
    for (let i = 0, at = from; i < words; i++, at += 4) {
      block[i] = ((key[at]! << 24) | (key[at + 1]! << 16) | (key[at + 2]! << 8) | key[at + 3]!) ^ pad;
    }
    for (let i = words; i < blockWords; i++) block[i] = pad;
    for (let i = words * 4; i < length; i++) block[words]! ^= key[from + i]! << (24 - 8 * (i & 3));
  }
}

/** Loops and not `fill`, which takes twice as long for so few. */
function clear(words: number[]): void {
  for (let i = 0; i < words.length; i++) words[i] = 0;
}
