// A project with its own accounts, throttle and storage, which wants the two-code validation and nothing else.
import { formatSecret, generateSecret, parseSecret, type Secret } from 'lockstep-mfa/core';
import {
  assignDevice,
  createDevice,
  createDevicePolicy,
  type Device,
  type DeviceReason,
  type DeviceRefusal,
  parseDevice,
  resynchronizeDevice,
  showDevice,
  verifyCode,
} from 'lockstep-mfa/device';

/** One text column; the secret in another one, encrypted the way this project encrypts. */
export interface Rows {
  load(userId: string): Promise<Row>;
  insert(userId: string, row: Row): Promise<void>;
  /** `UPDATE … SET device = $3 WHERE user_id = $1 AND device = $2`: two requests with one code, one winner. */
  replace(userId: string, before: string, after: string): Promise<boolean>;
}
export interface Row {
  readonly device: string;
  readonly secret: string;
}

const policy = createDevicePolicy({ assignRangeSeconds: 300 });

/** `conflict`: another request changed the device meanwhile. */
type Answer = 'ok' | DeviceReason | 'conflict';

type Decision = (
  device: Device,
  secret: Secret,
) => ({ readonly ok: true } | DeviceRefusal) & { readonly device: Device };

export class TwoCodes {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** @returns the key URI for the QR code */
  async begin(userId: string): Promise<string> {
    const secret = generateSecret();
    const device = createDevice({ serialNumber: userId, nowMs: Date.now(), policy });
    await this.#rows.insert(userId, { device: JSON.stringify(device), secret: formatSecret(secret) });
    return showDevice(device, secret, { issuer: 'Acme', account: userId }).keyUri;
  }

  assign(userId: string, codes: readonly [unknown, unknown]): Promise<Answer> {
    return this.#decide(userId, (device, secret) => assignDevice(device, secret, codes, { nowMs: Date.now(), policy }));
  }

  verify(userId: string, code: unknown): Promise<Answer> {
    return this.#decide(userId, (device, secret) => verifyCode(device, secret, code, { nowMs: Date.now(), policy }));
  }

  resynchronize(userId: string, codes: readonly [unknown, unknown]): Promise<Answer> {
    return this.#decide(userId, (device, secret) =>
      resynchronizeDevice(device, secret, codes, { nowMs: Date.now(), policy }),
    );
  }

  /** Says yes only after the device that says so is stored. The same device back means nothing to store. */
  async #decide(userId: string, decision: Decision): Promise<Answer> {
    const row = await this.#rows.load(userId);
    const device = parseDevice(JSON.parse(row.device));
    const result = decision(device, parseSecret(row.secret));
    const stored =
      result.device === device || (await this.#rows.replace(userId, row.device, JSON.stringify(result.device)));
    if (!stored) return 'conflict';
    return result.ok ? 'ok' : result.reason;
  }
}
