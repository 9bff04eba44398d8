import { parseTypedPair } from '../core/match.js';
import { searchPair } from '../core/search.js';
import type { Secret } from '../core/secret.js';
import { type AssignedDevice, checkDevice, type Device } from './device.js';
import { counterOf, rangeSteps } from './drift.js';
import { checkedOptions, type DeviceOptions } from './options.js';
import { lateSteps } from './policy.js';
import { notInUse, settle, sourceOf, type VerifyCodeResult } from './verify.js';

/**
 * Brings a device whose clock has drifted back into step with two consecutive codes, within the policy's
 * `resynchronizeRangeSeconds` each way. Both codes must be above the replay floor.
 *
 * Its answers say no more than those of `verifyCode`, for a guesser may try it as well; count its failures on the same
 * throttle. It is no proof of MFA: unused codes that somebody noted can resynchronize. The next code signs in. Notify
 * the owner that it happened.
 *
 * @param codes - as the device showed them, the older first
 * @returns as `verifyCode`; `malformed-code` names the `field`
 * @throws MfaError `invalid-argument`, `corrupt-record`, `wiped-secret`
 * @see RFC 4226 §7.4 and appendix E.3, RFC 6238 §6
 */
export function resynchronizeDevice(
  device: Device,
  secret: Secret,
  codes: readonly [unknown, unknown],
  options: DeviceOptions,
): VerifyCodeResult {
  checkDevice(device);
  const { nowMs, policy } = checkedOptions(options);
  if (device.status !== 'assigned') return notInUse(device);
  const source = sourceOf(device, secret);
  const [first, second] = parseTypedPair(codes, device.parameters.digits);
  if (first < 0) return { ok: false, reason: 'malformed-code', field: 'first', device };
  if (second < 0) return { ok: false, reason: 'malformed-code', field: 'second', device };

  const counter = counterOf(device, nowMs);
  // A slow clock's codes may be typed late, too: they lie farther back than the clock is off.
  const range = rangeSteps(device, policy);
  const slackSteps = lateSteps(device.parameters);
  const match = searchPair(source, first, second, counter, -range - slackSteps, range);
  const fresh: AssignedDevice = { ...device, offsets: [], slackSteps };
  const settled = settle(fresh, match, counter, nowMs, policy);
  return settled.ok ? settled : { ...settled, device };
}
