import type { CodeReason, RefusalOf } from '../core/reasons.js';
import type { DeviceReasonDetails, PairReason } from '../device/reasons.js';

export type { PairReason };

export type CreateDeviceReason = 'mfa-required' | 'malformed-name' | 'name-taken' | 'too-many-devices';

export type ShowDeviceReason = 'unknown-device' | 'already-assigned' | 'mfa-required' | 'enrollment-expired';

export type AssignDeviceReason = ShowDeviceReason | PairReason | 'too-many-devices';

/** `recovering`: an import without codes does not end a recovery, and waits for its end. */
export type ImportDeviceReason = CreateDeviceReason | PairReason | 'already-assigned' | 'recovering';

/** The reasons of signing in with a code and of resynchronizing, which share one throttle. */
export type SignInReason = 'not-assigned' | 'unknown-device' | 'suspended' | 'locked' | CodeReason;

/** Reasons of their own, so that a page can say the right thing without knowing which form was sent. */
export type RecoveryCodeReason =
  | 'no-recovery-codes'
  | 'malformed-recovery-code'
  | 'recovery-code-reused'
  | 'recovery-code-mismatch';

/** The reasons of every change of a device. */
export type ManageDeviceReason = 'mfa-required' | 'unknown-device';

/** Every reason. The union is closed: a `switch` without `default` compiles, and no longer does when one is added. */
export type Reason =
  | CreateDeviceReason
  | AssignDeviceReason
  | ImportDeviceReason
  | SignInReason
  | RecoveryCodeReason
  | ManageDeviceReason
  | 'last-device'
  | 'conflict';

/** The details that some reasons carry. */
export interface ReasonDetails extends DeviceReasonDetails {
  /** Absent when only an administrator, a recovery code or a recovery lifts it. */
  locked: { readonly lockedUntilMs?: number };
  /** `lock`: this failure locks, until a time, or (without one) until somebody lifts it. */
  'code-mismatch': { readonly lock?: { readonly untilMs?: number } };
}

/**
 * `{ ok: false, reason, … }`: a union that narrows by `reason`. Without R, every refusal there is.
 *
 * `conflict`, which every method may answer: too many requests changed this user at once; try again.
 */
export type Refusal<R extends Reason = Reason> = RefusalOf<ReasonDetails, R>;
