import { invalid } from '../core/check.js';
import { suspendDevice } from '../device/suspend.js';
import { byWhom, mayManage, renewedProof, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { withNewGeneration } from './generation.js';
import type { UserInput } from './input.js';
import { type MfaProof, makeProof } from './proof.js';
import type { Refusal } from './reasons.js';
import type { UserDevice, UserRecord } from './record.js';
import { makeRecoveryCodes } from './recovery-codes.js';
import { hasMfa } from './status.js';
import { afterRecovery, afterUnlock } from './throttle.js';

/**
 * The fresh proof of the session whose proof allowed an action that voids the user's proofs. Absent for administrators.
 */
export interface RenewedProof {
  readonly proof?: MfaProof;
}

export type CreateRecoveryCodesResult =
  | ({ readonly ok: true; readonly recoveryCodes: readonly string[] } & RenewedProof)
  | Refusal<'not-assigned' | 'mfa-required' | 'recovering' | 'conflict'>;

/** Makes a new set of codes, shown once; the old codes stop working in the same write. */
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
  const next = withNewGeneration({ ...record, recovery }, context);
  const answer = { ok: true, recoveryCodes: codes, ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'recovery-codes-created', ...byWhom(standing) });
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
 * Begins the recovery of a user who has lost everything: suspends the devices, voids the recovery codes and every
 * set-up that is going on, lifts the lock. Its proof is for setting up one device.
 *
 * @throws MfaError `invalid-argument`: a method that the policy asks for is not named
 */
export function decideRecoverAccount(
  record: UserRecord,
  { verified }: RecoverAccountInput,
  context: Context,
): Decision<RecoverAccountResult> {
  const { policy, nowMs } = context;
  const named: readonly unknown[] = Array.isArray(verified) ? verified : [];
  const missing = policy.recoveryMethods.filter((method) => !named.includes(method));
  if (missing.length > 0) {
    throw invalid(`verified must name all recoveryMethods of the policy: ${missing.join(', ')} is missing`);
  }
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });

  const devices = record.devices.flatMap((entry): UserDevice[] => {
    const { device } = entry;
    if (device.status === 'pending') return [];
    return [device.status === 'assigned' ? { ...entry, device: suspendDevice(device, { nowMs }) } : entry];
  });
  const { recovery: _recovery, suspected: _suspected, ...rest } = record;
  const throttle = afterRecovery(record.throttle);
  const next = withNewGeneration({ ...rest, devices, recovering: true, throttle }, context);
  const happening = { type: 'recovered', verified: policy.recoveryMethods } as const;
  return changed(next, { ok: true, proof: makeProof('recovery', context, next) }, context, happening);
}

/** Ends a recovery, where there is one. Its proof was for setting up one device alone, and is void with it. */
export function endRecovery(record: UserRecord, context: Context): UserRecord {
  const { recovering, ...rest } = record;
  return recovering === true ? withNewGeneration(rest, context) : record;
}

export type UnlockResult = { readonly ok: true } | Refusal<'not-assigned' | 'conflict'>;

/** Lifts the lock. Half of the strikes stay: an administrator's word is no proof that the guesser is gone. */
export function decideUnlock(record: UserRecord, _input: UserInput, context: Context): Decision<UnlockResult> {
  if (record.seq === 0) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const throttle = afterUnlock(record.throttle, context.policy);
  const next = withNewGeneration({ ...record, throttle }, context);
  return changed(next, { ok: true }, context, { type: 'unlocked', ...byWhom(standingOf(record, context)) });
}
