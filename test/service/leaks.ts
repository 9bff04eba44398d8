import decode from 'base32-decode';
import { formatSecret, formatSetupKey, type Secret } from 'lockstep-mfa';
import { keyOf } from './world.js';

/** What must never stand in an event, a refusal or an error. */
export class Confidential {
  readonly #texts = new Set<string>();
  readonly #codes = new Set<string>();

  secret(secret: Secret): this {
    const bytes = Buffer.from(decode(formatSecret(secret), 'RFC4648'));
    for (const text of [
      formatSecret(secret),
      formatSetupKey(secret),
      bytes.toString('hex'),
      bytes.toString('base64'),
    ]) {
      this.#texts.add(text.toLowerCase());
    }
    return this;
  }

  /** The secret that a phone has scanned. */
  scanned(...devices: readonly { readonly keyUri: string }[]): this {
    for (const { keyUri } of devices) this.secret(keyOf(keyUri).secret);
    return this;
  }

  /** Handles, recovery codes, sealed texts. */
  text(...texts: readonly string[]): this {
    for (const text of texts) this.#texts.add(text.toLowerCase());
    return this;
  }

  /** Few digits: they count where they stand alone, not inside a longer number. */
  code(...codes: readonly unknown[]): this {
    for (const code of codes) this.#codes.add(String(code));
    return this;
  }

  /** What is found of it. */
  foundIn(value: unknown): string[] {
    const text = (value instanceof Error ? describe(value) : JSON.stringify(value)).toLowerCase();
    const digits = new Set(text.match(/\d+/g));
    return [
      ...[...this.#texts].filter((secret) => text.includes(secret)),
      ...[...this.#codes].filter((code) => digits.has(code)),
    ];
  }
}

/** All of an error but its cause, which is another's. */
function describe(error: Error): string {
  return JSON.stringify([error.name, error.message, error.stack, { ...error, cause: undefined }]);
}
