import type { OtpParameters } from '../core/parameters.js';
import type { CodeReason, CodeReasonDetails, RefusalOf } from '../core/reasons.js';

/** Why two codes were not taken while enrolling. Only the enrolling person, who holds the secret, hears these. */
export type PairReason = 'malformed-code' | PairDiagnosis;

/** The reasons to refuse two well-formed codes while enrolling. */
export type PairDiagnosis =
  | 'code-mismatch'
  | 'codes-identical'
  | 'codes-reversed'
  | 'codes-not-consecutive'
  | 'clock-off'
  | 'parameters-ignored';

export type DeviceReason =
  | CodeReason
  | PairReason
  | 'enrollment-expired'
  | 'already-assigned'
  | 'not-assigned'
  | 'suspended';

/** The details that some reasons of the device functions carry. */
export interface DeviceReasonDetails extends CodeReasonDetails {
  /** When codes of this device will count again, Unix time in milliseconds. */
  'code-reused': { readonly usableAtMs?: number };
  /** While enrolling: the codes are right, of another time; a negative offset is of the past. */
  'clock-off': { readonly offsetMs: number };
  /** While enrolling: the app computes with its own values of these instead. */
  'parameters-ignored': { readonly ignored: readonly (keyof OtpParameters)[] };
}

/** The refusal of a device function. */
export type DeviceRefusal<R extends DeviceReason = DeviceReason> = RefusalOf<DeviceReasonDetails, R>;
