import { type KeyUri, parseKeyUri, totp } from 'lockstep-mfa';

/** An authenticator app: knows what the QR code told it, and its own clock. */
export class Phone {
  readonly #key: KeyUri;

  /** How far its clock is ahead. */
  clockErrorMs = 0;

  constructor(keyUri: string) {
    const scanned = parseKeyUri(keyUri);
    if (!scanned.ok) throw new Error(`no phone can read this QR code: ${scanned.reason}`);
    this.#key = scanned.keyUri;
  }

  code(nowMs: number): string {
    const { secret, parameters } = this.#key;
    return totp(secret, { nowMs: nowMs + this.clockErrorMs, ...parameters });
  }

  get periodMs(): number {
    return this.#key.parameters.periodSeconds * 1000;
  }
}
