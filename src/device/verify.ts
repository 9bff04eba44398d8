import { codeSource } from '../core/match.js';
import type { CodeReason } from '../core/reasons.js';
import { type CodeSource, isUsed, type Match, NO_MATCH, positionOf, searchCode } from '../core/search.js';
import type { Secret } from '../core/secret.js';
import { parseTypedCode } from '../core/typed-code.js';
import { type AssignedDevice, checkDevice, type Device, type PendingDevice, type SuspendedDevice } from './device.js';
import { counterOf, driftLimit, latestOffset, learn, type OffsetRange, positionsOf, signInRanges } from './drift.js';
import { checkedOptions, type DeviceOptions } from './options.js';
import { type DevicePolicy, devicePolicyOf } from './policy.js';
import type { DeviceRefusal } from './reasons.js';

export type VerifyCodeResult =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (DeviceRefusal<CodeReason> & { readonly device: AssignedDevice })
  | (DeviceRefusal<'not-assigned'> & { readonly device: PendingDevice })
  | (DeviceRefusal<'suspended'> & { readonly device: SuspendedDevice });

/**
 * Checks one code at sign-in and learns the clock's drift from it. `verifyTotp` of `lockstep-mfa/core` checks a code of
 * a secret alone; `signIn` of the service one of a user with several devices, and throttles.
 *
 * Checks in this order: the device's state, the code's form, the code. Every counter of the accepted ranges is
 * computed, wherever and whether it matches. On success the device that comes back has a new `lastCounter` and a new
 * offset: store it before you let the person in, or the code counts twice. On refusal the same device comes back.
 *
 * Does not throttle: count the user's failures (RFC 4226 §7.3), or use the service, which does.
 *
 * @param code - what the person typed, as it came
 * @param options.nowMs - Unix time in whole milliseconds, of the server's clock
 * @returns `ok`, or `not-assigned`, `suspended`, `malformed-code`, `code-mismatch`; `code-reused` with `usableAtMs`,
 *   when codes of this device count again
 * @throws MfaError `invalid-argument`, `corrupt-record`, `wiped-secret`
 * @see RFC 6238 §5.2 and §6
 * @example
 * import { parseSecret, totp } from 'lockstep-mfa';
 * import { importDevice, verifyCode } from 'lockstep-mfa/device';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
 * const device = importDevice({ serialNumber: 'phone', nowMs: 1_700_000_000_000 });
 * const nowMs = 1_700_000_060_000;
 * const code = totp(secret, { nowMs });
 * const first = verifyCode(device, secret, code, { nowMs });
 * console.log(first.ok); // true
 * const again = verifyCode(first.device, secret, code, { nowMs });
 * console.log(again.ok ? '' : again.reason); // 'code-reused'
 */
export function verifyCode(device: Device, secret: Secret, code: unknown, options: DeviceOptions): VerifyCodeResult {
  checkDevice(device);
  const { nowMs, policy } = checkedOptions(options);
  if (device.status !== 'assigned') return notInUse(device);
  const source = sourceOf(device, secret);
  const number = parseTypedCode(code, device.parameters.digits);
  if (number < 0) return { ok: false, reason: 'malformed-code', device };

  const latest = latestOffset(device);
  const expected = counterOf(device, nowMs) + latest;
  const match = searchRanges(source, number, expected, signInRanges(device, policy, nowMs), latest);
  return settle(device, match, expected, nowMs, policy);
}

/** Counts the counters that {@link verifyCode} tries: the chances of one guess at this device. */
export function positionsTried(device: AssignedDevice, options: DeviceOptions): number {
  return positionsOf(signInRanges(device, devicePolicyOf(options.policy), options.nowMs));
}

/**
 * Tells at which offset a code that did not match would be right, within the range of resynchronization. For an
 * administrator; accepts nothing.
 */
export function offsetOfCode(
  device: AssignedDevice,
  secret: Secret,
  code: unknown,
  options: DeviceOptions,
): number | undefined {
  const number = parseTypedCode(code, device.parameters.digits);
  if (number < 0) return undefined;
  const range = driftLimit(device, devicePolicyOf(options.policy));
  const match = searchCode(sourceOf(device, secret), number, counterOf(device, options.nowMs), -range, range);
  return match === NO_MATCH || isUsed(match) ? undefined : positionOf(match);
}

/** Codes that {@link offsetOfCode} computes. */
export function offsetWork(device: AssignedDevice, policy: DevicePolicy): number {
  return 2 * driftLimit(device, policy) + 1;
}

/** The best match of several disjoint ranges of offsets. */
function searchRanges(
  source: CodeSource,
  code: number,
  expected: number,
  ranges: readonly OffsetRange[],
  latest: number,
): Match {
  let best = NO_MATCH;
  for (const { from, to } of ranges)
    best = Math.min(best, searchCode(source, code, expected, from - latest, to - latest));
  return best;
}

export function notInUse(device: PendingDevice | SuspendedDevice): VerifyCodeResult {
  return device.status === 'pending'
    ? { ok: false, reason: 'not-assigned', device }
    : { ok: false, reason: 'suspended', device };
}

export function sourceOf({ parameters, lastCounter }: AssignedDevice, secret: Secret): CodeSource {
  return codeSource(secret, parameters.algorithm, parameters.digits, lastCounter);
}

type Settled =
  | { readonly ok: true; readonly device: AssignedDevice }
  | (DeviceRefusal<'code-mismatch' | 'code-reused'> & { readonly device: AssignedDevice });

/** Makes the answer, and the next device, of a match or of none. */
export function settle(
  device: AssignedDevice,
  match: Match,
  expected: number,
  nowMs: number,
  policy: DevicePolicy,
): Settled {
  if (match === NO_MATCH) return { ok: false, reason: 'code-mismatch', device };
  const counter = expected + positionOf(match);
  if (isUsed(match))
    return {
      ok: false,
      reason: 'code-reused',
      usableAtMs: usableAtMs(device, counter, device.lastCounter, nowMs),
      device,
    };
  return { ok: true, device: learn(device, counter, nowMs, policy) };
}

/** The device shows `counter` now: when its clock, going on as it does, shows the first one above the floor. */
export function usableAtMs(
  device: Pick<AssignedDevice, 'parameters'>,
  counter: number,
  floor: number,
  nowMs: number,
): number {
  const steps = floor + 1 - counter;
  return (counterOf(device, nowMs) + steps) * device.parameters.periodSeconds * 1000;
}
