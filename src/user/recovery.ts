import { invalid } from '../core/check.js';
import { byWhom, mayManage, renewedProof, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, quietly, unchanged } from './decision.js';
import { withNewGeneration } from './generation.js';
import type { ActorInput, UserInput } from './input.js';
import { type MfaProof, makeProof } from './proof.js';
import type { Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import { beginRecovery } from './recovering.js';
import { inForce, isUnused, makeRecoveryCodes, parseRecoveryCode } from './recovery-codes.js';
import { hasMfa } from './status.js';
import { afterUnlock } from './throttle.js';

/**
 * The fresh proof of the session whose proof allowed an action that voids the user's proofs. Absent for administrators.
 */
export interface RenewedProof {
  readonly proof?: MfaProof;
}

export type CreateRecoveryCodesResult =
  | { readonly ok: true; readonly recoveryCodes: readonly string[] }
  | Refusal<'not-assigned' | 'mfa-required' | 'recovering' | 'conflict'>;

/** Makes a next set of codes, shown once. The codes in force work until one of the new ones is typed. */
export function decideCreateRecoveryCodes(
  record: UserRecord,
  _input: UserInput,
  context: Context,
): Decision<CreateRecoveryCodesResult> {
  const standing = standingOf(record, context);
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (record.recovering === true) return unchanged(record, { ok: false, reason: 'recovering' });
  if (!mayManage(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  const { codes, recovery } = makeRecoveryCodes(context);
  const next = { ...record, nextRecovery: recovery };
  const happening = { type: 'recovery-codes-created', ...byWhom(standing) } as const;
  return changed(next, { ok: true, recoveryCodes: codes }, context, happening);
}

export interface ConfirmRecoveryCodesInput extends ActorInput {
  /** Any one of the new set, as the person typed it; it stays unused. */
  readonly recoveryCode: unknown;
}
export type ConfirmRecoveryCodesResult =
  | ({ readonly ok: true } & RenewedProof)
  | Refusal<'mfa-required' | 'no-recovery-codes' | 'malformed-recovery-code' | 'recovery-code-mismatch' | 'conflict'>;

/** The person has the new codes: they come into force. A code of the set in force is `ok`, for its answer was lost. */
export function decideConfirmRecoveryCodes(
  record: UserRecord,
  { recoveryCode }: ConfirmRecoveryCodesInput,
  context: Context,
): Decision<ConfirmRecoveryCodesResult> {
  const standing = standingOf(record, context);
  const { recovery, nextRecovery } = record;
  if (!mayManage(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (recovery === undefined && nextRecovery === undefined) {
    return unchanged(record, { ok: false, reason: 'no-recovery-codes' });
  }
  const code = parseRecoveryCode(recoveryCode);
  if (code === undefined) return unchanged(record, { ok: false, reason: 'malformed-recovery-code' });
  if (nextRecovery !== undefined && isUnused(nextRecovery, code)) {
    const next = withNewGeneration(inForce(record, nextRecovery), context);
    const answer = { ok: true, ...renewedProof(standing, next) } as const;
    return changed(next, answer, context, { type: 'recovery-codes-confirmed' });
  }
  if (recovery !== undefined && isUnused(recovery, code)) return unchanged(record, { ok: true });
  const answer = { ok: false, reason: 'recovery-code-mismatch' } as const;
  return quietly(record, answer, context, { type: 'recovery-code-failed' });
}

export interface RecoverAccountInput extends UserInput {
  /**
   * What the application has verified itself: at least the policy's `recoveryMethods`, such as `['email', 'phone']`.
   */
  readonly verified: readonly string[];
}
export type RecoverAccountResult =
  | {
      readonly ok: true;
      /** For setting up one device, and for nothing else. */
      readonly proof: MfaProof;
    }
  | Refusal<'not-assigned' | 'conflict'>;

/**
 * Begins the recovery of a user who has lost everything. Its proof is for setting up one device.
 *
 * @throws MfaError `invalid-argument`: a method that the policy asks for is not named
 */
export function decideRecoverAccount(
  record: UserRecord,
  { verified }: RecoverAccountInput,
  context: Context,
): Decision<RecoverAccountResult> {
  const { policy } = context;
  const named: readonly unknown[] = Array.isArray(verified) ? verified : [];
  const missing = policy.recoveryMethods.filter((method) => !named.includes(method));
  if (missing.length > 0) {
    throw invalid(`verified must name all recoveryMethods of the policy: ${missing.join(', ')} is missing`);
  }
  // With the flag the account had MFA, whatever the store knows by now: it must not stay shut for good.
  if (!hasMfa(record) && !context.expectMfa) return unchanged(record, { ok: false, reason: 'not-assigned' });

  const next = beginRecovery(record, context);
  const happening = { type: 'recovered', verified: policy.recoveryMethods } as const;
  return changed(next, { ok: true, proof: makeProof('recovery', context, next) }, context, happening);
}

export type UnlockResult = { readonly ok: true } | Refusal<'not-assigned' | 'conflict'>;

/** Lifts the lock. Half of the strikes stay: an administrator's word is no proof that the guesser is gone. */
export function decideUnlock(record: UserRecord, _input: UserInput, context: Context): Decision<UnlockResult> {
  if (record.seq === 0) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const throttle = afterUnlock(record.throttle, context.policy);
  const next = withNewGeneration({ ...record, throttle }, context);
  return changed(next, { ok: true }, context, { type: 'unlocked', ...byWhom(standingOf(record, context)) });
}
