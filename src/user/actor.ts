import type { Context } from './context.js';
import type { ByWhom } from './events.js';
import { type MfaProof, makeProof, mayEnrollWith, mayManageWith, parseProof } from './proof.js';
import type { UserRecord } from './record.js';
import { mfaStatus } from './status.js';
import { CLOCK_TOLERANCE_MS } from './throttle.js';

/** The rights of a call's actor over this user. */
export type Standing =
  /** The first factor alone, where there is MFA. */
  | { readonly kind: 'stranger' }
  /** The first factor alone, where there is none yet. */
  | { readonly kind: 'newcomer' }
  /** A proof that stands and is recent. */
  | { readonly kind: 'proven'; readonly proof: MfaProof }
  | { readonly kind: 'administrator'; readonly administrator: string };

/**
 * Decides what the actor of a call is to this user.
 *
 * @see NIST SP 800-63B §6.1.2: binding an additional authenticator takes authentication with an existing one
 */
export function standingOf(record: UserRecord, context: Context): Standing {
  const { actor, nowMs, policy } = context;
  if ('administrator' in actor) return { kind: 'administrator', administrator: actor.administrator };
  const proof = standingProof(actor.proof, record, context);
  if (proof !== undefined && nowMs - proof.atMs < policy.proofLifeMs) return { kind: 'proven', proof };
  return mfaStatus(record, context).status === 'none' ? { kind: 'newcomer' } : { kind: 'stranger' };
}

/** Returns a session's proof if it still stands: this user's, of this generation, however old. */
export function standingProof(
  value: unknown,
  { generation }: UserRecord,
  { userId, nowMs }: Context,
): MfaProof | undefined {
  const proof = parseProof(value);
  const stands =
    proof?.userId === userId && proof.generation === generation && proof.atMs <= nowMs + CLOCK_TOLERANCE_MS;
  return stands ? proof : undefined;
}

/** Whether the actor may change devices and recovery codes that are there already. */
export function mayManage(standing: Standing): boolean {
  return standing.kind === 'administrator' || (standing.kind === 'proven' && mayManageWith(standing.proof));
}

/** Whether the actor may add a device. */
export function mayEnroll(standing: Standing): boolean {
  if (standing.kind === 'proven') return mayEnrollWith(standing.proof);
  return standing.kind !== 'stranger';
}

/** Renews the proof that allowed an action which voided the user's proofs. It keeps its time, so it lives no longer. */
export function renewedProof(standing: Standing, { generation }: UserRecord): { readonly proof?: MfaProof } {
  return standing.kind === 'proven' ? { proof: { ...standing.proof, generation } } : {};
}

/** Makes the proof for the session that set up a device with two codes. An administrator's must not hold one. */
export function enrolledProof(standing: Standing, record: UserRecord, context: Context): { readonly proof?: MfaProof } {
  return standing.kind === 'administrator' ? {} : { proof: makeProof('enrollment', context, record) };
}

export function byWhom(standing: Standing): ByWhom {
  return standing.kind === 'administrator' ? { administrator: standing.administrator } : {};
}
