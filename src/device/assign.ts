import { checkObject } from '../core/check.js';
import { parseTypedPair } from '../core/match.js';
import type { Refusal } from '../core/refusal.js';
import { NO_MATCH, positionOf } from '../core/scan.js';
import type { Secret } from '../core/secret.js';
import { counterOf } from './clocks.js';
import { diagnose, diagnoseDigits, type PairDiagnosis, scanParameters } from './diagnose.js';
import { checkedPolicy, type Policy } from './policy.js';
import {
  type AssignedDevice,
  checkDevice,
  checkNow,
  type Device,
  type DeviceOptions,
  type PendingDevice,
  type SuspendedDevice,
} from './state.js';

/** Why two codes do not assign a device: a diagnosis for the person who enrolls, and who holds the secret. */
export type PairReason = PairDiagnosis['reason'] | 'malformed-code';

export type AssignDeviceResult =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (Refusal<PairReason | 'enrollment-expired'> & { readonly device: PendingDevice })
  | (Refusal<'already-assigned'> & { readonly device: AssignedDevice | SuspendedDevice });

/**
 * Assigns a pending device with two consecutive codes, and learns its clock's offset from them. After `ok: true` the
 * device's next right code signs in, whatever its clock and however slow the hand, within the policy's
 * `assignRangeSeconds`: there is no device that is assigned and out of step.
 *
 * In this order: the device's state, its age, the codes' form, the codes. A wrong pair counts in `failures`, and the
 * policy's `pendingFailures`-th ends the enrollment; a malformed code changes nothing.
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
  checkObject(options, 'options');
  const { nowMs } = options;
  checkNow(nowMs);
  const policy = checkedPolicy(options.policy);
  if (device.status !== 'pending') return { ok: false, reason: 'already-assigned', device };
  if (hasEnded(device, nowMs, policy)) {
    return { ok: false, reason: 'enrollment-expired', device };
  }

  const { parameters } = device;
  const rangeSeconds = policy.assignRangeSeconds;
  const scene = { secret, codes, parameters, nowMs, rangeSeconds };
  const [first, second] = parseTypedPair(codes, parameters.digits);
  const malformed = first < 0 ? 'first' : second < 0 ? 'second' : undefined;
  if (malformed !== undefined) {
    const ignored = diagnoseDigits(scene);
    if (ignored === undefined) return { ok: false, reason: 'malformed-code', field: malformed, device };
    return refuse(device, ignored, policy.pendingFailures);
  }

  const match = scanParameters(scene, parameters);
  if (match === NO_MATCH) return refuse(device, diagnose(scene), policy.pendingFailures);
  const offset = positionOf(match);
  const { expiresAtMs: _expiresAtMs, failures: _failures, ...rest } = device;
  return {
    ok: true,
    device: {
      ...rest,
      status: 'assigned',
      assignedAtMs: nowMs,
      lastUsedAtMs: nowMs,
      lastCounter: counterOf(device, nowMs) + offset,
      offsets: [offset],
      slackSteps: slackSteps(device, nowMs, rangeSeconds),
    },
  };
}

/**
 * By its age or by wrong pairs. Also when it was made in the future, as far as its life is long: then the server's clock
 * was wrong, and it would never end.
 */
export function hasEnded(
  { createdAtMs, expiresAtMs, failures }: PendingDevice,
  nowMs: number,
  { pendingFailures }: Policy,
): boolean {
  const lifeMs = expiresAtMs - createdAtMs;
  return nowMs >= expiresAtMs || nowMs <= createdAtMs - lifeMs || failures >= pendingFailures;
}

/**
 * How late the codes can have been typed: no code is older than its secret (how old that is, nobody knows once the
 * server's clock was set back), and none was so late that a clock at one end of the range shows at the other.
 */
function slackSteps(device: PendingDevice, nowMs: number, rangeSeconds: number): number {
  const { createdAtMs, expiresAtMs, parameters } = device;
  const ageMs = nowMs < createdAtMs ? expiresAtMs - createdAtMs : nowMs - createdAtMs;
  const seconds = Math.min(ageMs / 1000, 2 * rangeSeconds);
  return Math.ceil(seconds / parameters.periodSeconds);
}

function refuse(device: PendingDevice, diagnosis: PairDiagnosis, pendingFailures: number): AssignDeviceResult {
  const failed = { ...device, failures: device.failures + 1 };
  if (failed.failures >= pendingFailures) return { ok: false, reason: 'enrollment-expired', device: failed };
  return { ...diagnosis, device: failed };
}
