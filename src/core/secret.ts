import { MfaError } from '../errors.js';
import { decodeBase32, encodeBase32 } from './base32.js';
import { checkNames, checkObject, checkWhole, invalid, isBytes } from './check.js';
import { type Algorithm, type Midstates, prepareKey } from './hmac/hmac.js';

/** A source of cryptographically secure random bytes: as many as are asked for. */
export type RandomBytes = (byteLength: number) => Uint8Array;

const REDACTED = '[redacted]';

declare const secretBrand: unique symbol;

/**
 * A secret, RFC 4226 K. Opaque, and prints as `[redacted]`: made by {@link generateSecret}, {@link parseSecret} and
 * {@link secretFromBytes} alone. It has no parameters, so none can disagree with a device. It keeps the HMAC states that
 * were prepared at its first use: hold on to it where speed matters.
 */
export interface Secret {
  readonly [secretBrand]: never;
  /** Below 16 is shorter than RFC 4226 R6 asks: read from older systems, never generated. */
  readonly byteLength: number;
}

/** The class stands apart from its type, so that no declaration shows a constructor that the package does not export. */
class OpaqueSecret implements Secret {
  declare readonly [secretBrand]: never;
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  #sha1: Midstates | undefined;
  #sha256: Midstates | undefined;
  #sha512: Midstates | undefined;
  #wiped = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.byteLength = bytes.length;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  static open(value: unknown): OpaqueSecret {
    if (typeof value === 'string') throw invalid('secret is a string: use parseSecret(text)');
    if (isBytes(value)) throw invalid('secret is bytes: use secretFromBytes(bytes)');
    if (typeof value !== 'object' || value === null || !(#bytes in value)) {
      throw invalid('secret must come from generateSecret, parseSecret or secretFromBytes of this copy of the library');
    }
    if (value.#wiped) throw new MfaError('wiped-secret', 'this secret was wiped');
    return value;
  }

  static bytesOf(value: unknown): Uint8Array {
    return OpaqueSecret.open(value).#bytes;
  }

  /** @param prepare - handed over, so that whoever only makes or writes secrets does not load the hash functions */
  static midstatesOf(
    value: unknown,
    algorithm: Algorithm,
    prepare: (algorithm: Algorithm, key: Uint8Array) => Midstates,
  ): Midstates {
    const secret = OpaqueSecret.open(value);
    switch (algorithm) {
      case 'SHA1':
        secret.#sha1 ??= prepare(algorithm, secret.#bytes);
        return secret.#sha1;
      case 'SHA256':
        secret.#sha256 ??= prepare(algorithm, secret.#bytes);
        return secret.#sha256;
      case 'SHA512':
        secret.#sha512 ??= prepare(algorithm, secret.#bytes);
        return secret.#sha512;
    }
  }

  static wipe(value: unknown): void {
    const secret = OpaqueSecret.open(value);
    secret.#bytes.fill(0);
    secret.#sha1?.fill(0);
    secret.#sha256?.fill(0);
    secret.#sha512?.fill(0);
    secret.#wiped = true;
  }
}

/** Node prints this in a log. A pure call: bundlers keep a statement or a static block, and the class with it. */
const SecretClass: typeof OpaqueSecret = /* @__PURE__ */ redactedInNode(OpaqueSecret);

function redactedInNode(secretClass: typeof OpaqueSecret): typeof OpaqueSecret {
  const inspect = Symbol.for('nodejs.util.inspect.custom');
  Object.defineProperty(secretClass.prototype, inspect, { value: () => REDACTED });
  return secretClass;
}

/**
 * Makes a new secret of 20 random bytes, as RFC 4226 R6 recommends, or of 16 to 64 on request.
 *
 * The one function of the core that is not pure: it reads `crypto.getRandomValues` where no `random` is given.
 *
 * @param options.bytes - length in bytes, 16 to 64; 32 and 64 are the sizes of SHA256 and SHA512 (RFC 6238 §5.1)
 * @param options.random - another source of secure random bytes
 * @throws MfaError `invalid-argument`
 * @see RFC 4226 §4 R6
 * @example
 * import { formatSetupKey, generateSecret } from 'lockstep-mfa/core';
 *
 * const secret = generateSecret();
 * console.log(formatSetupKey(secret).length); // 39: eight groups of four
 */
export function generateSecret(options: { readonly bytes?: number; readonly random?: RandomBytes } = {}): Secret {
  checkObject(options, 'options');
  checkNames(options, ['bytes', 'random']);
  const { bytes = 20, random = systemRandom } = options;
  checkWhole(bytes, 'bytes', 16, 64);
  return new SecretClass(Uint8Array.from(checkedRandom(random)(bytes)));
}

export function systemRandom(byteLength: number): Uint8Array {
  if (typeof globalThis.crypto?.getRandomValues !== 'function') {
    throw invalid('random is needed: this runtime has no crypto.getRandomValues');
  }
  return globalThis.crypto.getRandomValues(new Uint8Array(byteLength));
}

/** Wraps a source so that it throws where it returns too few bytes. */
export function checkedRandom(random: RandomBytes): RandomBytes {
  if (typeof random !== 'function') throw invalid('random must be a function');
  return (byteLength) => {
    const bytes: unknown = random(byteLength);
    if (!isBytes(bytes) || bytes.length !== byteLength) {
      throw invalid('random must return a Uint8Array of the length that was asked for');
    }
    if (byteLength >= 16 && bytes.every((byte) => byte === bytes[0])) {
      throw invalid('random returned equal bytes: it is no source of random bytes');
    }
    return bytes;
  };
}

/**
 * Reads a secret from base32: either case, with spaces, hyphens, invisible characters and padding.
 *
 * Any length from one byte is read, so that the 80-bit secrets of older systems go on working; ask `byteLength` to
 * warn.
 *
 * @param text - base32 (RFC 4648 §6), as stored or as typed from a page
 * @throws MfaError `malformed-secret`: another character or an impossible length, with the position and without echo;
 *   `invalid-argument`: no string
 * @example
 * import { parseSecret, totp } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('jbsw y3dp ehpk 3pxp');
 * console.log(totp(secret, { nowMs: 1_700_000_000_000 })); // '324550'
 */
export function parseSecret(text: string): Secret {
  if (typeof text !== 'string') throw invalid('text must be a string of base32');
  return new SecretClass(decodeBase32(text));
}

/**
 * Takes the bytes of a secret that another system made. They are copied.
 *
 * @throws MfaError `invalid-argument`: no Uint8Array, or an empty one
 */
export function secretFromBytes(bytes: Uint8Array): Secret {
  if (!isBytes(bytes)) throw invalid('bytes must be a Uint8Array');
  if (bytes.length === 0) throw invalid('bytes must not be empty');
  return new SecretClass(Uint8Array.from(bytes));
}

/**
 * Writes a secret in base32, upper case, unpadded: the text to store, and the `secret` of a key URI.
 *
 * @throws MfaError `invalid-argument`, `wiped-secret`
 */
export function formatSecret(secret: Secret): string {
  return encodeBase32(OpaqueSecret.bytesOf(secret));
}

/**
 * Writes a secret in base32, in groups of four: the setup key to show beside the QR code, for typing.
 *
 * @throws MfaError `invalid-argument`, `wiped-secret`
 */
export function formatSetupKey(secret: Secret): string {
  return formatSecret(secret).replace(/.{4}(?=.)/g, '$& ');
}

/**
 * Zeroes the bytes of the secret and the HMAC states that were prepared from them. Later use throws `wiped-secret`.
 * The base32 text that it was read from is a string of the engine, which nothing can wipe.
 *
 * @throws MfaError `invalid-argument`, `wiped-secret`
 */
export function wipeSecret(secret: Secret): void {
  OpaqueSecret.wipe(secret);
}

/** Not exported from the package: the prepared HMAC key, made at the first use. */
export function preparedKey(secret: Secret, algorithm: Algorithm): Midstates {
  return OpaqueSecret.midstatesOf(secret, algorithm, prepareKey);
}
