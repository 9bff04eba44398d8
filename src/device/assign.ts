import type { Secret } from '../core/secret.js';
import {
  type AssignedDevice,
  checkDevice,
  type Device,
  type PendingDevice,
  type SuspendedDevice,
  type UsedDevice,
} from './device.js';
import { counterOf } from './drift.js';
import { evaluatePair } from './evaluate-pair.js';
import { checkedOptions, type DeviceOptions } from './options.js';
import { assignSlackSteps, type DevicePolicy } from './policy.js';
import type { DeviceRefusal, PairReason } from './reasons.js';

export type AssignDeviceResult =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (DeviceRefusal<PairReason | 'enrollment-expired'> & { readonly device: PendingDevice })
  | (DeviceRefusal<'already-assigned'> & { readonly device: AssignedDevice | SuspendedDevice });

/**
 * Assigns a pending device with two consecutive codes, and learns its clock's offset from them. After `ok: true` the
 * device's next right code signs in, however wrong its clock and however late the codes were typed, within the policy's
 * `assignRangeSeconds`: no device is assigned and out of step.
 *
 * Checks in this order: the device's state, its age, the codes' form, the codes. A wrong pair counts in `failures`, and
 * the policy's `pendingFailures`-th ends the enrollment; a malformed code changes nothing.
 *
 * @param codes - as the device showed them, the older first
 * @param options.nowMs - Unix time in whole milliseconds
 * @returns `ok`; `already-assigned` (a form that was sent twice), `enrollment-expired`; `malformed-code` with the
 *   `field`; or the diagnosis: `codes-identical`, `codes-reversed`, `codes-not-consecutive`, `clock-off` with
 *   `offsetMs`, `parameters-ignored` with what the app `ignored`, `code-mismatch`
 * @throws MfaError `invalid-argument`, `corrupt-record`, `wiped-secret`
 * @see RFC 4226 §7.4 and appendix E.3, RFC 6238 §6
 * @example
 * import { generateSecret, totp } from 'lockstep-mfa';
 * import { assignDevice, createDevice } from 'lockstep-mfa/device';
 *
 * const secret = generateSecret();
 * const nowMs = Date.now();
 * const pending = createDevice({ serialNumber: 'phone', nowMs });
 * const codes = [totp(secret, { nowMs }), totp(secret, { nowMs: nowMs + 30_000 })] as const;
 * const assigned = assignDevice(pending, secret, codes, { nowMs: nowMs + 30_000 });
 * console.log(assigned.ok ? assigned.device.status : assigned.reason); // 'assigned'
 */
export function assignDevice(
  device: Device,
  secret: Secret,
  codes: readonly [unknown, unknown],
  options: DeviceOptions,
): AssignDeviceResult {
  checkDevice(device);
  const { nowMs, policy } = checkedOptions(options);
  if (device.status !== 'pending') return { ok: false, reason: 'already-assigned', device };
  if (hasEnded(device, nowMs, policy)) return { ok: false, reason: 'enrollment-expired', device };

  const { parameters } = device;
  const rangeSeconds = policy.assignRangeSeconds;
  const evaluated = evaluatePair({ secret, codes, parameters, nowMs, rangeSeconds });
  if (evaluated.ok) {
    const { offset } = evaluated;
    const { status: _status, expiresAtMs: _expiresAtMs, failures: _failures, ...rest } = device;
    const slackSteps = assignSlackSteps(ageOf(device, nowMs), policy, parameters);
    const clock = { lastCounter: counterOf(device, nowMs) + offset, offsets: [offset], slackSteps };
    return { ok: true, device: assigned(rest, clock, nowMs) };
  }
  if (evaluated.reason === 'malformed-code') return { ...evaluated, device };
  const failed = { ...device, failures: device.failures + 1 };
  if (failed.failures >= policy.pendingFailures) return { ok: false, reason: 'enrollment-expired', device: failed };
  return { ...evaluated, device: failed };
}

/**
 * Makes a device whose codes count from now on. `clock` is what its first accepted codes, or its old system, tell of
 * it.
 */
export function assigned(
  device: Pick<UsedDevice, 'version' | 'serialNumber' | 'parameters' | 'createdAtMs'>,
  clock: Pick<UsedDevice, 'lastCounter' | 'offsets' | 'slackSteps'>,
  nowMs: number,
): AssignedDevice {
  return { ...device, status: 'assigned', assignedAtMs: nowMs, lastUsedAtMs: nowMs, ...clock };
}

/**
 * Whether a pending device has ended, by its age or by wrong pairs. One that was made in the future, as far as its life
 * is long, has ended too: the server's clock was wrong, and it would never end.
 */
export function hasEnded(
  { createdAtMs, expiresAtMs, failures }: PendingDevice,
  nowMs: number,
  { pendingFailures }: DevicePolicy,
): boolean {
  const lifeMs = expiresAtMs - createdAtMs;
  return nowMs >= expiresAtMs || nowMs <= createdAtMs - lifeMs || failures >= pendingFailures;
}

/** How old the secret can be. Nobody knows once the server's clock was set back: then its whole life. */
function ageOf({ createdAtMs, expiresAtMs }: PendingDevice, nowMs: number): number {
  return nowMs < createdAtMs ? expiresAtMs - createdAtMs : nowMs - createdAtMs;
}
