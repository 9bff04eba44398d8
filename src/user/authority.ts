import { checkObject, checkText, invalid } from '../core/check.js';
import type { Circumstances } from './decision.js';
import type { ByWhom } from './events.js';
import type { RecordV1 } from './record.js';
import { mfaStatus } from './status.js';

declare const proofBrand: unique symbol;
/** That this session's user passed MFA, and when. Plain JSON, kept on the server's side; counts for its own user only. */
export interface MfaProof {
  readonly [proofBrand]: never;
  readonly userId: string;
  readonly atMs: number;
  /** Void when the record's differs: raised by suspend, remove, recover, unlock, new recovery codes. */
  readonly generation: number;
}

/**
 * Who asks for a guarded action: this session (undefined = no MFA yet; can't be left out), or an administrator.
 * Both keys at once throw `invalid-argument`, so that a request body that was spread in makes nobody an administrator.
 */
export type Authority =
  | { readonly proof: MfaProof | undefined; readonly administrator?: never }
  | { readonly administrator: string; readonly proof?: never };

/** Who may: nobody, the user without MFA where there is none yet, the user with a recent proof, an administrator. */
export type Standing =
  | { readonly kind: 'stranger' }
  | { readonly kind: 'newcomer' }
  | { readonly kind: 'proven'; readonly proof: MfaProof }
  | { readonly kind: 'administrator'; readonly administrator: string };

/**
 * @throws MfaError `invalid-argument`: both or neither of `proof` and `administrator`
 * @see NIST SP 800-63B §6.1.2: binding an additional authenticator takes authentication with an existing one
 */
export function standingOf(record: RecordV1, input: Authority, context: Circumstances): Standing {
  checkObject(input, 'input');
  const hasProof = Object.hasOwn(input, 'proof');
  const hasAdministrator = Object.hasOwn(input, 'administrator');
  if (hasProof === hasAdministrator) throw invalid('input must name who asks: either proof or administrator');
  if (hasAdministrator) {
    const { administrator } = input;
    checkText(administrator, 'administrator');
    return { kind: 'administrator', administrator };
  }
  const { proof } = input;
  if (stands(proof, record, context) && context.nowMs - proof.atMs < context.policy.proofLifeMs)
    return { kind: 'proven', proof };
  return mfaStatus(record, context).status === 'none' ? { kind: 'newcomer' } : { kind: 'stranger' };
}

/** A session's store may hand back anything; what is no valid proof is none. */
export function stands(
  proof: unknown,
  record: RecordV1,
  { userId, nowMs }: Omit<Circumstances, 'policy'>,
): proof is MfaProof {
  if (typeof proof !== 'object' || proof === null) return false;
  const { userId: of, atMs, generation } = proof as Partial<MfaProof>;
  return of === userId && generation === record.generation && typeof atMs === 'number' && atMs <= nowMs;
}

export function grantProof({ generation }: RecordV1, { userId, nowMs }: Circumstances): MfaProof {
  return { userId, atMs: nowMs, generation } as MfaProof;
}

/** After an action that voids the user's proofs: the one that allowed it goes on, no longer than it would have. */
export function renewedProof(standing: Standing, { generation }: RecordV1): { readonly proof?: MfaProof } {
  return standing.kind === 'proven' ? { proof: { ...standing.proof, generation } } : {};
}

export function byWhom(standing: Standing): ByWhom {
  return standing.kind === 'administrator' ? { administrator: standing.administrator } : {};
}

/** May change what is there already. After a recovery the proof is for assigning a device, and for nothing else. */
export function mayManage(standing: Standing, record: RecordV1): boolean {
  return standing.kind === 'administrator' || (standing.kind === 'proven' && record.recovering !== true);
}

/** May add a device. */
export function mayEnroll(standing: Standing): boolean {
  return standing.kind !== 'stranger';
}
