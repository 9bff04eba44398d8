import { counterAt, generateSecret, intervalAt, type OtpParameters, type Secret } from 'lockstep-mfa';
import {
  type AssignDeviceResult,
  assignDevice,
  createDevice,
  type Device,
  driftSteps,
  resynchronizeDevice,
  showDevice,
  type VerifyCodeResult,
  verifyCode,
} from 'lockstep-mfa/device';
import type { Interval } from './desk.js';

export interface Enrollment {
  readonly issuer: string;
  readonly account: string;
  readonly parameters: OtpParameters;
}

export interface Begun {
  readonly server: Server;
  readonly keyUri: string;
  readonly setupKey: string;
}

/** A new secret, the device that is to be assigned with it, and, this once, what the person needs to see of it. */
export function begin({ issuer, account, parameters }: Enrollment, nowMs: number): Begun {
  const secret = generateSecret();
  const device = createDevice({ serialNumber: 'phone', nowMs, parameters });
  return { server: new Server(account, secret, device), ...showDevice(device, secret, { issuer, account }) };
}

/**
 * What a server keeps of one account, in memory. A real one encrypts the secret, writes the device before it lets the
 * person in, and throttles (RFC 4226 §7.3).
 */
export class Server {
  readonly #account: string;
  readonly #secret: Secret;
  #device: Device;

  constructor(account: string, secret: Secret, device: Device) {
    this.#account = account;
    this.#secret = secret;
    this.#device = device;
  }

  assign(codes: readonly [unknown, unknown], nowMs: number): AssignDeviceResult {
    return this.#keep(assignDevice(this.#device, this.#secret, codes, { nowMs }));
  }

  signIn(code: unknown, nowMs: number): VerifyCodeResult {
    return this.#keep(verifyCode(this.#device, this.#secret, code, { nowMs }));
  }

  resynchronize(codes: readonly [unknown, unknown], nowMs: number): VerifyCodeResult {
    return this.#keep(resynchronizeDevice(this.#device, this.#secret, codes, { nowMs }));
  }

  /** On a refusal too: it may have counted. */
  #keep<R extends { readonly device: Device }>(result: R): R {
    this.#device = result.device;
    return result;
  }

  /** The life of the code that a phone in step shows now. */
  interval(nowMs: number): Interval {
    return intervalAt({ nowMs, periodSeconds: this.#device.parameters.periodSeconds });
  }

  /** The same, if that code is known to be used up. */
  usedInterval(nowMs: number): Interval | undefined {
    const device = this.#device;
    if (device.status === 'pending') return undefined;
    const { periodSeconds } = device.parameters;
    const shown = counterAt({ nowMs, periodSeconds }) + this.driftSteps();
    return shown <= device.lastCounter ? this.interval(nowMs) : undefined;
  }

  /** How many periods the phone's clock is known to be ahead. */
  driftSteps(): number {
    return this.#device.status === 'pending' ? 0 : driftSteps(this.#device);
  }

  get periodMs(): number {
    return this.#device.parameters.periodSeconds * 1000;
  }

  /** For `JSON.stringify`: a `Secret` never tells itself. */
  toJSON(): object {
    return { account: this.#account, secret: this.#secret, device: this.#device };
  }
}
