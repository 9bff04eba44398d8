import type { OtpParameters } from './parameters.js';

/** Every answer that is not yes. Closed: a `switch` without `default` compiles, and breaks when one is added. */
export type Reason =
  | 'malformed-code'
  | 'code-mismatch'
  | 'code-reused'
  | 'codes-identical'
  | 'codes-reversed'
  | 'codes-not-consecutive'
  | 'clock-off'
  | 'parameters-ignored'
  | 'enrollment-expired'
  | 'already-assigned'
  | 'not-assigned'
  | 'suspended'
  | 'locked'
  | 'unknown-device'
  | 'last-device'
  | 'too-many-devices'
  | 'malformed-name'
  | 'name-taken'
  | 'mfa-required'
  | 'conflict';

/** What some reasons say beside their name. */
export interface ReasonDetails {
  /** Of two codes, the one to mark in the form. */
  'malformed-code': { readonly field?: 'first' | 'second' };
  /** When codes of this device will count again, Unix time in milliseconds. */
  'code-reused': { readonly usableAtMs?: number };
  /** While enrolling: right codes, of another time; negative = of the past. */
  'clock-off': { readonly offsetMs: number };
  /** While enrolling: the app computes with its own value instead. */
  'parameters-ignored': { readonly ignored: keyof OtpParameters };
  /** Absent when only an administrator, a recovery code or a recovery lifts it. */
  locked: { readonly lockedUntilMs?: number };
}

/** `{ ok: false, reason, … }`, a union that narrows by `reason`. Without R, every refusal there is. */
export type Refusal<R extends Reason = Reason> = R extends keyof ReasonDetails
  ? { readonly ok: false; readonly reason: R } & ReasonDetails[R]
  : { readonly ok: false; readonly reason: R };
