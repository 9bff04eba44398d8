import { checkNames, checkObject, checkText, invalid, isBytes } from '../core/check.js';
import { completeParameters } from '../core/parameters.js';
import { systemRandom } from '../core/secret.js';
import { MfaError } from '../errors.js';
import { decodeBase64Url, encodeBase64Url } from './base64.js';
import type { SealContext, Sealer } from './ports.js';

/**
 * 32 random bytes, or their base64 (`openssl rand -base64 32`) or base64url; white space round it is ignored. Its id in
 * sealed texts is derived from it.
 */
export type SealingKey = Uint8Array | string;

/** The keys: the first seals, every one opens. Or a function that gives them. */
export type SealingKeys = readonly SealingKey[] | (() => readonly SealingKey[] | Promise<readonly SealingKey[]>);

const KEY_BYTES = 32;
const KEY_TEXT = /^(?:[A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?$/;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
/** Version, key id, nonce, ciphertext with its tag of 16 bytes. */
const SEALED = /^v1\.([\w-]{11})\.([\w-]{16})\.([\w-]{22,})$/;
const PLAIN = 'plain.';

/**
 * Makes a sealer of AES-256-GCM through WebCrypto. The first key seals and every key opens: rotate by putting a new key
 * in front, and take the old one away once `reseal` has run for all users.
 *
 * A sealed text, `v1.<key id>.<nonce>.<ciphertext>`, opens only for the user, device and parameters that it was sealed
 * for: copied to another row it is as good as broken. Nonces are 96 random bits, so one key may seal 2^32 times (NIST
 * SP 800-38D §8.3): more than a hundred times a second for a year. The service seals when a device is made and when a
 * key was rotated, not at each sign-in.
 *
 * `open` throws `sealer-failed` for a text that was changed, that belongs elsewhere, whose key is not among `keys`, or
 * that {@link plaintextSealer} wrote. No message holds a key or a secret.
 *
 * @param options.keys - each 32 random bytes or their base64; from a secret manager, not from a passphrase. Or a
 *   function that gives them, also asynchronously: it is called at the first use and kept once it succeeded, so that a
 *   build that loads the module needs no key. What it throws is the cause of a `sealer-failed`, and the next use calls
 *   it again
 * @returns the sealer, and `ready()`, which loads and checks the keys: call it at start, so that a missing key is found
 *   before the first user
 * @throws MfaError `invalid-argument`: an unknown option, or keys that are none
 * @see NIST SP 800-38D; RFC 5116 §5.2
 * @example
 * import { aesGcmSealer, formatSecret, generateSecret } from 'lockstep-mfa';
 *
 * const newest = crypto.getRandomValues(new Uint8Array(32)); // in production: a key that is kept
 * const sealer = aesGcmSealer({ keys: [newest] });
 * const context = { userId: 'user-1', serialNumber: 'phone' };
 * const sealed = await sealer.seal(formatSecret(generateSecret()), context);
 * const { plain, stale } = await sealer.open(sealed, context);
 * console.log(plain.length, stale); // 32 false
 */
export function aesGcmSealer(options: { readonly keys: SealingKeys }): Sealer & { ready(): Promise<void> } {
  checkObject(options, 'options');
  // A list has a method `keys`, which would be taken for the function that gives them.
  if (Array.isArray(options)) throw invalid('options must be an object: aesGcmSealer({ keys: [key] })');
  checkNames(options, ['keys']);
  const keys = importedOnce(options.keys);

  return {
    async ready() {
      await keys();
    },

    async seal(plain, context) {
      checkText(plain, 'plain');
      const additionalData = contextBytes(context);
      const [{ id, key }] = (await keys()) as [ImportedKey];
      try {
        const iv = systemRandom(NONCE_BYTES);
        const parameters = { name: 'AES-GCM', iv, additionalData };
        const ciphertext = await globalThis.crypto.subtle.encrypt(parameters, key, utf8(plain));
        return ['v1', id, encodeBase64Url(iv), encodeBase64Url(new Uint8Array(ciphertext))].join('.');
      } catch (cause) {
        throw failed('WebCrypto could not seal: see cause', { cause });
      }
    },

    async open(sealed, context) {
      checkSealed(sealed);
      const additionalData = contextBytes(context);
      const { id, iv, ciphertext } = partsOf(sealed);
      const known = await keys();
      const index = known.findIndex((key) => key.id === id);
      const found = known[index];
      if (found === undefined) throw failed(`the key ${id}, under which this text was sealed, is not among the keys`);
      try {
        const parameters = { name: 'AES-GCM', iv, additionalData };
        const plain = await globalThis.crypto.subtle.decrypt(parameters, found.key, ciphertext);
        return { plain: textOf(plain), stale: index > 0 };
      } catch (cause) {
        throw failed('it was changed, or sealed for another user, device or parameters', { cause });
      }
    },
  };
}

/**
 * Makes a sealer that does not seal at all: whoever reads the database, or a backup of it, can compute every user's
 * codes. For tests, and where the database itself is encrypted.
 *
 * Its texts, `plain.<secret>`, and those of {@link aesGcmSealer} refuse each other with `sealer-failed`, so that a
 * change of sealers cannot go unnoticed. Open the old texts with the old one to move on:
 *
 * @example
 * import { aesGcmSealer, plaintextSealer, type Sealer } from 'lockstep-mfa';
 *
 * const before = plaintextSealer();
 * const now = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
 * const moving: Sealer = {
 *   seal: now.seal,
 *   async open(sealed, context) {
 *     if (!sealed.startsWith('plain.')) return now.open(sealed, context);
 *     return { ...(await before.open(sealed, context)), stale: true }; // sealed with the user's next write
 *   },
 * };
 */
export function plaintextSealer(): Sealer {
  return {
    async seal(plain, context) {
      checkText(plain, 'plain');
      contextBytes(context);
      return PLAIN + plain;
    },

    async open(sealed, context) {
      checkSealed(sealed);
      contextBytes(context);
      if (!sealed.startsWith(PLAIN)) throw failed('plaintextSealer did not write this text: it was sealed otherwise');
      return { plain: sealed.slice(PLAIN.length), stale: false };
    },
  };
}

function failed(message: string, options?: ErrorOptions): MfaError {
  return new MfaError('sealer-failed', message, options);
}

// ── keys ──

/** Given keys are checked at once, a function's when it is called; what was imported is kept, and a failure is not. */
function importedOnce(keys: SealingKeys): () => Promise<readonly ImportedKey[]> {
  const given = typeof keys === 'function' ? undefined : checkedKeys(keys);
  const load = async (): Promise<readonly ImportedKey[]> => {
    try {
      const bytes = given ?? checkedKeys(await (keys as () => unknown)());
      return await Promise.all(bytes.map(importKey));
    } catch (cause) {
      throw failed('the keys could not be loaded: see cause', { cause });
    }
  };
  let imported: Promise<readonly ImportedKey[]> | undefined;
  return () => {
    const loading = imported ?? load();
    imported = loading;
    loading.catch(() => {
      if (imported === loading) imported = undefined;
    });
    return loading;
  };
}

function checkedKeys(keys: unknown): readonly Uint8Array<ArrayBuffer>[] {
  if (!Array.isArray(keys) || keys.length === 0) throw invalid('keys must be an array of at least one key');
  const bytes = keys.map(bytesOfKey);
  if (new Set(bytes.map(String)).size < bytes.length) throw invalid('keys must differ: one of them is there twice');
  return bytes;
}

function bytesOfKey(key: unknown, index: number): Uint8Array<ArrayBuffer> {
  const bytes = isBytes(key) ? Uint8Array.from(key) : bytesOfText(key);
  if (bytes?.length !== KEY_BYTES) {
    throw invalid(`keys[${index}] must be a Uint8Array of 32 bytes or their base64, as of: openssl rand -base64 32`);
  }
  if (bytes.every((byte) => byte === bytes[0])) {
    throw invalid(`keys[${index}] holds equal bytes: it was never filled, or wiped`);
  }
  return bytes;
}

function bytesOfText(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  const bare = typeof text === 'string' ? text.trim() : '';
  if (!KEY_TEXT.test(bare)) return undefined;
  return decodeBase64Url(bare.replaceAll('+', '-').replaceAll('/', '_').replace('=', ''));
}

interface ImportedKey {
  readonly id: string;
  /** Of WebCrypto, and not extractable. */
  readonly key: Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;
}

/** The id is part of a hash over key and purpose: it tells keys apart, and nothing about them. */
async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<ImportedKey> {
  const { subtle } = globalThis.crypto;
  const hash = await subtle.digest('SHA-256', new Uint8Array([...utf8('lockstep-mfa key id'), 0, ...bytes]));
  const key = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { id: encodeBase64Url(new Uint8Array(hash, 0, KEY_ID_BYTES)), key };
}

// ── texts ──

function checkSealed(sealed: unknown): asserts sealed is string {
  if (typeof sealed !== 'string') throw invalid('sealed must be a text');
}

function partsOf(sealed: string): {
  readonly id: string;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
} {
  if (sealed.startsWith(PLAIN)) throw failed('this text is not sealed: plaintextSealer wrote it');
  const [, id = '', nonce = '', tail = ''] = SEALED.exec(sealed) ?? [];
  const iv = decodeBase64Url(nonce);
  const ciphertext = decodeBase64Url(tail);
  if (!iv?.length || ciphertext === undefined) throw failed('this is no text that aesGcmSealer wrote');
  return { id, iv, ciphertext };
}

/** Made at first use: where a runtime has none of them, all that seals nothing still loads. */
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

function utf8(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new TextEncoder();
  return encoder.encode(text) as Uint8Array<ArrayBuffer>;
}

function textOf(bytes: ArrayBuffer): string {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return decoder.decode(bytes);
}

/** What a sealed text is bound to: each part with its length before it, so that no two contexts read the same. */
function contextBytes(context: SealContext): Uint8Array<ArrayBuffer> {
  checkObject(context, 'context');
  const { userId, serialNumber } = context;
  checkText(userId, 'userId');
  checkText(serialNumber, 'serialNumber');
  const parts = ['v1', userId, serialNumber];
  if (context.parameters !== undefined) {
    const { algorithm, digits, periodSeconds } = completeParameters(context.parameters);
    parts.push(algorithm, String(digits), String(periodSeconds));
  }
  return withLengths(parts.map(utf8));
}

/** One allocation and no spreading: this runs at every sign-in, and spread byte by byte it was a sixth of one. */
function withLengths(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}
