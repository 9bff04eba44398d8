import type { Secret } from '../core/secret.js';
import { assigned } from './assign.js';
import type { AssignedDevice } from './device.js';
import { counterOf } from './drift.js';
import { evaluatePair } from './evaluate-pair.js';
import { checkedNewDevice, type NewDeviceOptions } from './options.js';
import type { DeviceRefusal, PairReason } from './reasons.js';
import { RESYNCHRONIZE_SLACK_STEPS } from './resynchronize.js';

/**
 * Takes over a device that another system had assigned, without codes. Codes of counters up to that of `nowMs` never
 * count here, so that what was used there cannot be used again.
 *
 * @throws MfaError `invalid-argument`, `risky-policy`
 * @see RFC 6238 §5.2
 */
export function importDevice(options: NewDeviceOptions): AssignedDevice {
  const { base, nowMs } = checkedNewDevice(options);
  return assigned(base, { lastCounter: counterOf(base, nowMs), offsets: [] }, nowMs);
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
  const evaluated = evaluatePair({ secret, codes, parameters, nowMs, rangeSeconds: policy.resynchronizeRangeSeconds });
  if (!evaluated.ok) return evaluated;
  const { offset } = evaluated;
  const lastCounter = counterOf(base, nowMs) + offset;
  const clock = { lastCounter, offsets: [offset], slackSteps: RESYNCHRONIZE_SLACK_STEPS };
  return { ok: true, device: assigned(base, clock, nowMs) };
}
