import { checkWhole, invalid, MAX_COUNTER } from '../core/check.js';
import { standingProof } from './actor.js';
import type { Context } from './context.js';
import { type Decision, unchanged } from './decision.js';
import type { ActorInput } from './input.js';
import { isProofMethod, MANAGING, mayOpen, type ProofMethod } from './proof.js';
import type { Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import { hasMfa } from './status.js';

export interface CheckProofInput extends ActorInput {
  /** How old the proof may be. Default: the policy's `proofLifeMs`, 15 minutes. */
  readonly maxAgeMs?: number | undefined;
  /** The methods that are enough. Default: those that may manage. `recovery` and `reset` never are. */
  readonly methods?: readonly ProofMethod[] | undefined;
}
/** `mfa-required`: ask for a code now. `not-assigned`: there is no MFA to ask for. */
export type CheckProofResult =
  | { readonly ok: true; readonly method: ProofMethod; readonly atMs: number }
  | Refusal<'not-assigned' | 'mfa-required'>;

/**
 * Decides whether the session's proof is enough for one more thing.
 *
 * @throws MfaError `invalid-argument`: an age or a method that is none
 */
export function decideCheckProof(
  record: UserRecord,
  { maxAgeMs, methods = MANAGING }: CheckProofInput,
  context: Context,
): Decision<CheckProofResult> {
  const { actor, nowMs, policy } = context;
  const longestMs = maxAgeMs ?? policy.proofLifeMs;
  checkWhole(longestMs, 'maxAgeMs', 1, MAX_COUNTER);
  checkMethods(methods);
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const proof = 'proof' in actor ? standingProof(actor.proof, record, context) : undefined;
  const isEnough =
    proof !== undefined && mayOpen(proof) && methods.includes(proof.method) && nowMs - proof.atMs < longestMs;
  if (!isEnough) return unchanged(record, { ok: false, reason: 'mfa-required' });
  return unchanged(record, { ok: true, method: proof.method, atMs: proof.atMs });
}

/** A misspelt method would ask for a code for ever. */
function checkMethods(methods: unknown): void {
  if (!Array.isArray(methods) || methods.length === 0) throw invalid('methods must be a list that is not empty');
  if (!methods.every(isProofMethod)) throw invalid('methods must hold methods of proofs, such as "code"');
}
