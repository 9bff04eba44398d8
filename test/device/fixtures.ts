import { hotp, type OtpParameters, type Secret, secretFromBytes } from 'lockstep-mfa';
import {
  type AssignDeviceResult,
  type AssignedDevice,
  assignDevice,
  type Device,
  importDevice,
  type PendingDevice,
  type VerifyCodeResult,
} from 'lockstep-mfa/device';

export const SECRET: Secret = secretFromBytes(new TextEncoder().encode('a secret for the tests'));
export const OTHER_SECRET: Secret = secretFromBytes(new TextEncoder().encode('of another device'));

/** The first millisecond of a 30-second and of a 60-second period. */
export const START_MS = 1_700_000_040_000;
export const STEP_MS = 30_000;

export const DEFAULTS: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };

/** The code of a counter. */
export function codeAt(
  counter: number,
  { algorithm, digits }: OtpParameters = DEFAULTS,
  secret: Secret = SECRET,
): string {
  return hotp(secret, counter, { algorithm, digits });
}

/** What a device shows whose clock is `steps` away from `nowMs`. */
export function shown(nowMs: number, steps = 0, parameters: OtpParameters = DEFAULTS, secret: Secret = SECRET): string {
  return codeAt(counterAt(nowMs, parameters) + steps, parameters, secret);
}

/** The code of `steps`, after the one before it. */
export function shownPair(
  nowMs: number,
  steps = 0,
  parameters: OtpParameters = DEFAULTS,
  secret: Secret = SECRET,
): readonly [string, string] {
  return [shown(nowMs, steps - 1, parameters, secret), shown(nowMs, steps, parameters, secret)];
}

export function counterAt(nowMs: number, { periodSeconds }: OtpParameters = DEFAULTS): number {
  return Math.floor(nowMs / (periodSeconds * 1000));
}

/** A device that never showed a code here, long before {@link START_MS}. */
export function imported(parameters: OtpParameters = DEFAULTS): AssignedDevice {
  return importDevice({ serialNumber: 'phone', nowMs: START_MS - 864_000_000, parameters });
}

export function assigned(device: PendingDevice, nowMs: number, steps = 0, secret: Secret = SECRET): AssignedDevice {
  const codes = shownPair(nowMs, steps, device.parameters, secret);
  const result = assignDevice(device, secret, codes, { nowMs });
  if (!result.ok) throw new Error(`not assigned: ${result.reason}`);
  return result.device;
}

/** `ok`, or the reason. */
export function outcome(result: AssignDeviceResult | VerifyCodeResult): string {
  return result.ok ? 'ok' : result.reason;
}

/** As the store does it between two requests. */
export function stored<D extends Device>(device: D): D {
  return JSON.parse(JSON.stringify(device));
}
