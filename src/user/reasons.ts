import type { CodeReason, RefusalOf } from '../core/reasons.js';
import type { PairReason as DevicePairReason, DeviceReasonDetails } from '../device/reasons.js';

/**
 * The reasons to refuse two codes while enrolling. Only the enrolling person, who holds the secret, sees them.
 * `code-reused`: another device of the same secret used them, or a removed one may have.
 */
export type PairReason = DevicePairReason | 'code-reused';

export type CreateDeviceReason = 'mfa-required' | 'malformed-name' | 'name-taken' | 'too-many-devices';

export type ShowDeviceReason = 'unknown-device' | 'already-assigned' | 'mfa-required' | 'enrollment-expired';

/** `code-reused`: another device of this secret used one of the codes. */
export type AssignDeviceReason = ShowDeviceReason | PairReason | 'code-reused' | 'too-many-devices';

/**
 * `removed`: a device of this serial number was removed; two codes bring it back. `recovering`: an import without codes
 * does not end a recovery, and waits for its end. `code-reused`: another device of this secret, or one that was
 * removed, used codes of this time.
 */
export type ImportDeviceReason =
  | CreateDeviceReason
  | PairReason
  | 'code-reused'
  | 'already-assigned'
  | 'removed'
  | 'recovering';

/** The reasons of signing in with a code and of resynchronizing, which share one throttle. */
export type SignInReason = 'not-assigned' | 'unknown-device' | 'suspended' | 'locked' | CodeReason;

/** Reasons of their own, so that a page can say the right thing without knowing which form was sent. */
export type RecoveryCodeReason =
  | 'no-recovery-codes'
  | 'malformed-recovery-code'
  | 'recovery-code-reused'
  | 'recovery-code-mismatch';

export type ResetCodeReason = 'no-reset' | 'malformed-reset-code' | 'reset-code-mismatch' | 'reset-code-expired';

/** The reasons of every change of a device. */
export type ManageDeviceReason = 'mfa-required' | 'unknown-device';

/** Every reason. The union is closed: a `switch` without `default` compiles, and no longer does when one is added. */
export type Reason =
  | CreateDeviceReason
  | AssignDeviceReason
  | ImportDeviceReason
  | SignInReason
  | RecoveryCodeReason
  | ResetCodeReason
  | ManageDeviceReason
  | 'browser-not-trusted'
  | 'unknown-browser'
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
