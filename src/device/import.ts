import { checkWhole } from '../core/check.js';
import type { Secret } from '../core/secret.js';
import { assigned } from './assign.js';
import type { AssignedDevice } from './device.js';
import { counterOf, driftLimit, rangeSteps } from './drift.js';
import { evaluatePair } from './evaluate-pair.js';
import { checkedNewDevice, type NewDeviceOptions } from './options.js';
import { lateSteps } from './policy.js';
import type { DeviceRefusal, PairReason } from './reasons.js';

export interface ImportDeviceOptions extends NewDeviceOptions {
  /** How far its clock was ahead (+) or behind (−), in periods, as the old system knew. Default: not known. */
  readonly driftSteps?: number;
  /** The newest counter that the old system accepted. Default: assumed, from the time and the drift. */
  readonly lastCounter?: number;
}

/**
 * Takes over a device that another system had assigned, without codes. Codes of counters up to that of `nowMs` never
 * count here, so that what was used there cannot be used again.
 *
 * @throws MfaError `invalid-argument`: also for a `lastCounter` or `driftSteps` beyond the policy's range, which is a wrong
 *   unit; `risky-policy`
 * @see RFC 6238 §5.2
 */
export function importDevice(options: ImportDeviceOptions): AssignedDevice {
  const { base, nowMs, policy } = checkedNewDevice(options, ['driftSteps', 'lastCounter']);
  const { driftSteps, lastCounter } = options;
  const now = counterOf(base, nowMs);
  const range = rangeSteps(base, policy);
  if (driftSteps !== undefined) checkWhole(driftSteps, 'driftSteps', -range, range);
  if (lastCounter !== undefined) checkWhole(lastCounter, 'lastCounter', 0, now + driftLimit(base, policy));
  const clock = driftSteps === undefined ? { offsets: [] } : { offsets: [driftSteps], slackSteps: 2 };
  if (lastCounter !== undefined) return assigned(base, { lastCounter, ...clock }, nowMs);
  const floor = now + (driftSteps ?? 0) + policy.window.ahead;
  return { ...assigned(base, { lastCounter: floor, ...clock }, nowMs), assumedFrom: 0 };
}

export type AdoptDeviceResult = { readonly ok: true; readonly device: AssignedDevice } | DeviceRefusal<PairReason>;

/**
 * Takes over a device whose secret exists already, with two consecutive codes that it shows now: a hardware token, or
 * what another system had. As its clock may be old, the codes are looked for within the policy's
 * `resynchronizeRangeSeconds`.
 *
 * @param codes - as the device showed them, the older first
 * @returns `ok`; `malformed-code` with the `field`; or a diagnosis as `assignDevice` gives it
 * @throws MfaError `invalid-argument`, `risky-policy`, `wiped-secret`
 * @see RFC 4226 §7.4 and appendix E.3
 * @example
 * import { parseSecret, totp } from 'lockstep-mfa/core';
 * import { adoptDevice } from 'lockstep-mfa/device';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
 * const nowMs = 1_700_000_000_000;
 * const codes = [totp(secret, { nowMs: nowMs - 30_000 }), totp(secret, { nowMs })] as const;
 * const adopted = adoptDevice(secret, codes, { serialNumber: 'token-1', nowMs });
 * console.log(adopted.ok ? adopted.device.status : adopted.reason); // 'assigned'
 */
export function adoptDevice(
  secret: Secret,
  codes: readonly [unknown, unknown],
  options: NewDeviceOptions,
): AdoptDeviceResult {
  const { base, nowMs, policy } = checkedNewDevice(options);
  const { parameters } = base;
  const rangeSeconds = policy.resynchronizeRangeSeconds;
  const evaluated = evaluatePair({ secret, codes, parameters, nowMs, rangeSeconds, late: true });
  if (!evaluated.ok) return evaluated;
  const { offset } = evaluated;
  const lastCounter = counterOf(base, nowMs) + offset;
  const clock = { lastCounter, offsets: [offset], slackSteps: lateSteps(parameters) };
  return { ok: true, device: assigned(base, clock, nowMs) };
}
