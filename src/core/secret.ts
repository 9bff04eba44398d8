import { MfaError } from '../errors.js';
import { decodeBase32, encodeBase32 } from './base32.js';
import { checkNames, checkObject, checkWhole, invalid, isBytes } from './check.js';
import { decodeBase64, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from './encodings.js';
import { type Algorithm, type Midstates, prepareKey } from './hmac/hmac.js';

/** A source of cryptographically secure random bytes: as many as are asked for. */
export type RandomBytes = (byteLength: number) => Uint8Array;

const REDACTED = '[redacted]';

const IDENTITY: unique symbol = /* @__PURE__ */ Symbol('identity');

declare const secretBrand: unique symbol;
declare const hotpSecretBrand: unique symbol;

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

/**
 * The secret of a counter-based device (RFC 4226), as `parseKeyUri` reads it from `otpauth://hotp`. A type of its own, so
 * that no function that computes by time takes it, nor the import of a device: those codes would never match.
 */
export interface HotpSecret {
  readonly [hotpSecretBrand]: never;
  /** As of a {@link Secret}. */
  readonly byteLength: number;
}

/**
 * How a secret is written: `base32` (RFC 4648 §6), `hex`, `base64` (both alphabets), or `utf8`: the text itself is the
 * key. `base32-lenient` also takes lengths that no encoder makes, as otpauth, speakeasy and the PAM module of
 * google-authenticator do.
 */
export type SecretEncoding = 'base32' | 'base32-lenient' | 'hex' | 'base64' | 'utf8';

/** More than any program makes: HMAC hashes a key that is longer than 64 or 128 bytes first. */
const LONGEST_BYTES = 1024;
/** Room for the longest in any encoding, in groups. */
const LONGEST_TEXT = 4 * LONGEST_BYTES;

/** The class stands apart from its type, so that no declaration shows a constructor that the package does not export. */
class OpaqueSecret implements Secret {
  declare readonly [secretBrand]: never;
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  #sha1: Midstates | undefined;
  #sha256: Midstates | undefined;
  #sha512: Midstates | undefined;
  #wiped = false;
  /**
   * Differs from secret to secret, and tells nothing of it: what compares objects by their fields, as test runners do, would
   * take any two secrets of one length for equal. A field that a copy by `structuredClone` leaves out.
   */
  declare readonly [IDENTITY]: symbol;

  constructor(bytes: Uint8Array) {
    // Here, and not as a field with a value: bundlers keep a class with a computed key.
    (this as { [IDENTITY]: symbol })[IDENTITY] = Symbol();
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
 * Reads a secret from text: base32 unless `encoding` says otherwise. Nothing is guessed: a seed in hex that happens to hold
 * none but the letters and digits of base32 reads as base32, too, and gives other bytes.
 *
 * Any length from one byte is read, so that the 80-bit secrets of older systems go on working; ask `byteLength` to
 * warn.
 *
 * @param text - as stored or as typed from a page, at most 4,096 characters. Base32, hex and base64 may hold white space
 *   and invisible characters; base32 and hex also hyphens, in either case. With `utf8` each character counts
 * @param options.encoding - default `base32`
 * @throws MfaError `malformed-secret`: another character or an impossible length, with the position and without echo;
 *   `invalid-argument`: no string
 * @see RFC 4648 §4, §6 and §8
 * @example
 * import { parseSecret, totp } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('jbsw y3dp ehpk 3pxp');
 * console.log(totp(secret, { nowMs: 1_700_000_000_000 })); // '324550'
 * console.log(parseSecret('48656c6c6f21deadbeef', { encoding: 'hex' }).byteLength); // 10
 */
export function parseSecret(text: string, options?: { readonly encoding?: SecretEncoding }): Secret {
  if (typeof text !== 'string') throw invalid('text must be a string');
  if (text.length > LONGEST_TEXT) {
    throw new MfaError('malformed-secret', `malformed secret: it is longer than ${LONGEST_TEXT} characters`);
  }
  return new SecretClass(checkedLength(decode(text, encodingOf(options))));
}

function encodingOf(options: { readonly encoding?: SecretEncoding } | undefined): SecretEncoding {
  if (options === undefined) return 'base32';
  checkObject(options, 'options');
  checkNames(options, ['encoding']);
  const { encoding = 'base32' } = options;
  return encoding;
}

function decode(text: string, encoding: SecretEncoding): Uint8Array {
  switch (encoding) {
    case 'base32':
      return decodeBase32(text);
    case 'base32-lenient':
      return decodeBase32(text, true);
    case 'hex':
      return decodeHex(text);
    case 'base64':
      return decodeBase64(text);
    case 'utf8':
      return encodeUtf8(text);
    default:
      throw invalid("encoding must be 'base32', 'base32-lenient', 'hex', 'base64' or 'utf8'");
  }
}

function checkedLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= LONGEST_BYTES) return bytes;
  throw new MfaError('malformed-secret', `malformed secret: it is longer than ${LONGEST_BYTES} bytes`);
}

/**
 * Takes the bytes of a secret that another system made. They are copied.
 *
 * @param bytes - 1 to 1,024
 * @throws MfaError `invalid-argument`: no Uint8Array, or an empty one, or a longer one
 */
export function secretFromBytes(bytes: Uint8Array): Secret {
  if (!isBytes(bytes)) throw invalid('bytes must be a Uint8Array');
  if (bytes.length === 0) throw invalid('bytes must not be empty');
  if (bytes.length > LONGEST_BYTES) throw invalid(`bytes must not be more than ${LONGEST_BYTES}`);
  return new SecretClass(Uint8Array.from(bytes));
}

/**
 * Writes a secret as text. Base32, upper case, unpadded, is the text to store, and the `secret` of a key URI; `hex` is in
 * lower case, `base64` is padded.
 *
 * @param options.encoding - default `base32`
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 4648 §4, §6 and §8
 */
export function formatSecret(
  secret: Secret | HotpSecret,
  options?: { readonly encoding?: 'base32' | 'hex' | 'base64' },
): string {
  const encoding = encodingOf(options);
  switch (encoding) {
    case 'base32':
      return encodeBase32(OpaqueSecret.bytesOf(secret));
    case 'hex':
      return encodeHex(OpaqueSecret.bytesOf(secret));
    case 'base64':
      return encodeBase64(OpaqueSecret.bytesOf(secret));
    default:
      throw invalid("encoding must be 'base32', 'hex' or 'base64'");
  }
}

/**
 * Writes a secret in base32, in groups of four: the setup key to show beside the QR code, for typing.
 *
 * @throws MfaError `invalid-argument`, `wiped-secret`
 */
export function formatSetupKey(secret: Secret | HotpSecret): string {
  return formatSecret(secret).replace(/.{4}(?=.)/g, '$& ');
}

/** Not exported from the package: the same secret, of a device that counts. */
export function asHotpSecret(secret: Secret): HotpSecret {
  return secret as unknown as HotpSecret;
}

/**
 * Zeroes the bytes of the secret and the HMAC states that were prepared from them. Later use throws `wiped-secret`.
 * The base32 text that it was read from is a string of the engine, which nothing can wipe.
 *
 * @throws MfaError `invalid-argument`, `wiped-secret`
 */
export function wipeSecret(secret: Secret | HotpSecret): void {
  OpaqueSecret.wipe(secret);
}

/** Not exported from the package: the prepared HMAC key, made at the first use. */
export function preparedKey(secret: Secret | HotpSecret, algorithm: Algorithm): Midstates {
  return OpaqueSecret.midstatesOf(secret, algorithm, prepareKey);
}
