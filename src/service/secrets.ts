import { knownParameters } from '../core/parameters.js';
import { formatSecret, parseSecret, type Secret, wipeSecret } from '../core/secret.js';
import { MfaError } from '../errors.js';
import type { UserDevice, UserRecord } from '../user/record.js';
import type { OpenedSecrets } from '../user/secrets.js';
import type { Deadline } from './deadline.js';
import type { SealContext, Sealer } from './ports.js';

interface Opened {
  readonly secret: Secret;
  readonly stale: boolean;
}

export interface Failed {
  readonly cause: unknown;
}

/**
 * The secrets of one call of the service: each is opened once and sealed once, however many races the call loses, and
 * all are wiped at its end.
 */
export class CallSecrets {
  readonly #sealer: Sealer;
  readonly #userId: string;
  readonly #deadline: Deadline;
  /** By sealed text and what it was sealed for: a copy in another device's place is opened there, or is not. */
  readonly #opened = new Map<string, Opened>();
  readonly #sealed = new Map<string, string>();
  /** By the same key as what was opened: what is sealed anew. */
  readonly #resealed = new Map<string, Promise<string>>();

  constructor(sealer: Sealer, userId: string, deadline: Deadline) {
    this.#sealer = sealer;
    this.#userId = userId;
    this.#deadline = deadline;
  }

  /** Opens several secrets at once. One that does not open is left out; a decision that needs it throws. */
  async open(devices: readonly UserDevice[]): Promise<OpenedSecrets> {
    const secrets = new Map<string, Secret>();
    const unopened = new Map<string, unknown>();
    await Promise.all(
      devices.map(async (entry) => {
        const { serialNumber } = entry.device;
        try {
          secrets.set(serialNumber, (await this.#open(entry)).secret);
        } catch (cause) {
          unopened.set(serialNumber, cause);
        }
      }),
    );
    return { secrets, unopened };
  }

  async #open(entry: UserDevice): Promise<Opened> {
    const key = keyOf(entry);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const { plain, stale } = await this.#ask(() => this.#sealer.open(entry.sealedSecret, this.#contextOf(entry)));
    const opened = { secret: parseSecret(plain), stale };
    this.#opened.set(key, opened);
    return opened;
  }

  /** Seals the secret of a device that this call makes. */
  async seal(secret: Secret, context: Omit<SealContext, 'userId'>): Promise<string> {
    const { serialNumber } = context;
    const sealed = this.#sealed.get(serialNumber) ?? (await this.#seal(secret, { userId: this.#userId, ...context }));
    this.#sealed.set(serialNumber, sealed);
    return sealed;
  }

  async #seal(secret: Secret, context: SealContext): Promise<string> {
    const plain = formatSecret(secret);
    let sealed: unknown;
    try {
      sealed = await this.#ask(() => this.#sealer.seal(plain, context));
    } catch (cause) {
      throw new MfaError('sealer-failed', 'the secret could not be sealed: see cause', { cause });
    }
    if (typeof sealed !== 'string' || sealed === '') throw new MfaError('sealer-failed', 'the sealer returned no text');
    return sealed;
  }

  #ask<T>(call: () => Promise<T>): Promise<T> {
    return this.#deadline.within(call, 'sealer-failed', 'the sealer');
  }

  /** What was opened with an older key goes back under the first. Where that fails, the next call tries again. */
  async reseal(record: UserRecord): Promise<{ readonly record: UserRecord; readonly failed?: Failed }> {
    if (![...this.#opened.values()].some(({ stale }) => stale)) return { record };
    let failed: Failed | undefined;
    const devices = await Promise.all(
      record.devices.map(async (entry) => {
        try {
          const sealedSecret = await this.#resealedOf(entry);
          return sealedSecret === undefined ? entry : { ...entry, sealedSecret };
        } catch (cause) {
          failed = { cause };
          return entry;
        }
      }),
    );
    const after = devices.every((entry, i) => entry === record.devices[i]) ? record : { ...record, devices };
    return failed === undefined ? { record: after } : { record: after, failed };
  }

  #resealedOf(entry: UserDevice): Promise<string> | undefined {
    const key = keyOf(entry);
    const known = this.#opened.get(key);
    if (known?.stale !== true) return undefined;
    const sealed = this.#resealed.get(key) ?? this.#seal(known.secret, this.#contextOf(entry));
    this.#resealed.set(key, sealed);
    return sealed;
  }

  wipe(): void {
    for (const { secret } of this.#opened.values()) wipeSecret(secret);
  }

  /** Binds to the same three parameters in every version: what one version sealed has to open in another. */
  #contextOf({ device }: UserDevice): SealContext {
    const { serialNumber, parameters } = device;
    return { userId: this.#userId, serialNumber, parameters: knownParameters(parameters) };
  }
}

function keyOf({ sealedSecret, device }: UserDevice): string {
  return JSON.stringify([sealedSecret, device.serialNumber, device.parameters]);
}
