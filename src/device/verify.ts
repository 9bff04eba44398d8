import { checkObject } from '../core/check.js';
import { parseTypedCode } from '../core/code.js';
import { codeSource, parseTypedPair } from '../core/match.js';
import type { Refusal } from '../core/refusal.js';
import { type CodeSource, isUsed, type Match, NO_MATCH, positionOf, scanCode, scanPair } from '../core/scan.js';
import type { Secret } from '../core/secret.js';
import { counterOf, driftLimit, latestOffset, learn, type OffsetRange, positionsOf, signInRanges } from './clocks.js';
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

export type CodeReason = 'malformed-code' | 'code-mismatch' | 'code-reused';

export type VerifyCodeResult =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (Refusal<CodeReason> & { readonly device: AssignedDevice })
  | (Refusal<'not-assigned'> & { readonly device: PendingDevice })
  | (Refusal<'suspended'> & { readonly device: SuspendedDevice });

/** How late, in steps, a pair may be typed when resynchronizing: two minutes with the usual period. */
export const RESYNCHRONIZE_SLACK_STEPS = 4;

/**
 * Checks one code at sign-in and learns the clock's drift from it.
 *
 * In this order: the device's state, the code's form, the code. Every counter of the accepted ranges is computed,
 * wherever and whether it matches. On success the device that comes back has a new `lastCounter` and a new offset: store
 * it before you let the person in, or the code counts twice. On refusal the same device comes back.
 *
 * Does not throttle: count the user's failures (RFC 4226 §7.3), or use the service, which does.
 *
 * @param code - what the person typed, as it came
 * @param options.nowMs - Unix time in whole milliseconds, of the server's clock
 * @returns `ok`, or `not-assigned`, `suspended`, `malformed-code`, `code-mismatch`; `code-reused` with `usableAtMs`, when
 *   codes of this device count again
 * @throws MfaError `invalid-argument`, `corrupt-record`, `wiped-secret`
 * @see RFC 6238 §5.2 and §6
 * @example
 * import { parseSecret, totp } from 'lockstep-mfa';
 * import { importDevice, verifyCode } from 'lockstep-mfa/device';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
 * const device = importDevice({ serialNumber: 'phone', nowMs: 1_700_000_000_000 });
 * const nowMs = 1_700_000_030_000;
 * const code = totp(secret, { nowMs });
 * const first = verifyCode(device, secret, code, { nowMs });
 * console.log(first.ok); // true
 * const again = verifyCode(first.device, secret, code, { nowMs });
 * console.log(again.ok ? '' : again.reason); // 'code-reused'
 */
export function verifyCode(device: Device, secret: Secret, code: unknown, options: DeviceOptions): VerifyCodeResult {
  const { nowMs, policy } = checkOptions(device, options);
  if (device.status !== 'assigned') return notInUse(device);
  const source = sourceOf(device, secret);
  const number = parseTypedCode(code, device.parameters.digits);
  if (number < 0) return { ok: false, reason: 'malformed-code', device };

  const latest = latestOffset(device);
  const expected = counterOf(device, nowMs) + latest;
  const match = scanRanges(source, number, expected, signInRanges(device, policy), latest);
  return settle(device, match, expected, nowMs, policy);
}

/** How many counters {@link verifyCode} tries: what a guess at this device is worth. */
export function positionsTried(device: AssignedDevice, options: DeviceOptions): number {
  return positionsOf(signInRanges(device, checkedPolicy(options.policy)));
}

/**
 * Of a code that did not match: how far off the clock it would be right, within the range of resynchronization. For the
 * administrator's eyes; accepts nothing.
 */
export function offsetOfCode(
  device: AssignedDevice,
  secret: Secret,
  code: unknown,
  options: DeviceOptions,
): number | undefined {
  const number = parseTypedCode(code, device.parameters.digits);
  if (number < 0) return undefined;
  const range = driftLimit(device, checkedPolicy(options.policy));
  const match = scanCode(sourceOf(device, secret), number, counterOf(device, options.nowMs), -range, range);
  return match === NO_MATCH || isUsed(match) ? undefined : positionOf(match);
}

/** The best match of several disjoint ranges of offsets. */
function scanRanges(
  source: CodeSource,
  code: number,
  expected: number,
  ranges: readonly OffsetRange[],
  latest: number,
): Match {
  let best = NO_MATCH;
  for (const { from, to } of ranges)
    best = Math.min(best, scanCode(source, code, expected, from - latest, to - latest));
  return best;
}

/**
 * Brings a device whose clock has drifted back into step with two consecutive codes, within the policy's
 * `resynchronizeRangeSeconds` each way. Both codes must be above the replay floor.
 *
 * Says no more than {@link verifyCode}, for it guards the same door, and belongs on the same throttle. It is no proof of
 * MFA: unused codes that somebody noted can resynchronize. The next code signs in; tell the owner that it happened.
 *
 * @param codes - as the device showed them, the older first
 * @returns as of {@link verifyCode}; `malformed-code` names the `field`
 * @throws MfaError `invalid-argument`, `corrupt-record`, `wiped-secret`
 * @see RFC 4226 §7.4 and appendix E.3, RFC 6238 §6
 */
export function resynchronizeDevice(
  device: Device,
  secret: Secret,
  codes: readonly [unknown, unknown],
  options: DeviceOptions,
): VerifyCodeResult {
  const { nowMs, policy } = checkOptions(device, options);
  if (device.status !== 'assigned') return notInUse(device);
  const source = sourceOf(device, secret);
  const [first, second] = parseTypedPair(codes, device.parameters.digits);
  if (first < 0) return { ok: false, reason: 'malformed-code', field: 'first', device };
  if (second < 0) return { ok: false, reason: 'malformed-code', field: 'second', device };

  const counter = counterOf(device, nowMs);
  const range = driftLimit(device, policy);
  const match = scanPair(source, first, second, counter, -range, range);
  const fresh: AssignedDevice = { ...device, offsets: [], slackSteps: RESYNCHRONIZE_SLACK_STEPS };
  const settled = settle(fresh, match, counter, nowMs, policy);
  return settled.ok ? settled : { ...settled, device };
}

function checkOptions(device: Device, options: DeviceOptions) {
  checkDevice(device);
  checkObject(options, 'options');
  checkNow(options.nowMs);
  return { nowMs: options.nowMs, policy: checkedPolicy(options.policy) };
}

function notInUse(device: PendingDevice | SuspendedDevice): VerifyCodeResult {
  return device.status === 'pending'
    ? { ok: false, reason: 'not-assigned', device }
    : { ok: false, reason: 'suspended', device };
}

function sourceOf({ parameters, lastCounter }: AssignedDevice, secret: Secret): CodeSource {
  return codeSource(secret, parameters.algorithm, parameters.digits, lastCounter);
}

type Settled =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (Refusal<'code-mismatch' | 'code-reused'> & { readonly device: AssignedDevice });

function settle(device: AssignedDevice, match: Match, expected: number, nowMs: number, policy: Policy): Settled {
  if (match === NO_MATCH) return { ok: false, reason: 'code-mismatch', device };
  const counter = expected + positionOf(match);
  if (isUsed(match))
    return { ok: false, reason: 'code-reused', usableAtMs: usableAtMs(device, counter, nowMs), device };
  return { ok: true, device: learn(device, counter, nowMs, policy) };
}

/** The device shows `counter` now; when its clock, going on as it does, shows the first unused one. */
function usableAtMs(device: AssignedDevice, counter: number, nowMs: number): number {
  const steps = device.lastCounter + 1 - counter;
  return (counterOf(device, nowMs) + steps) * device.parameters.periodSeconds * 1000;
}
