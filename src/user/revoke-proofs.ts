import { byWhom, mayManage, renewedProof, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { withNewGeneration } from './generation.js';
import type { UserInput } from './input.js';
import type { Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import type { RenewedProof } from './recovery.js';
import { hasMfa } from './status.js';

export type RevokeProofsResult =
  | ({ readonly ok: true } & RenewedProof)
  | Refusal<'not-assigned' | 'mfa-required' | 'conflict'>;

/** Signs out everywhere else: voids all proofs, all trust, and a set of recovery codes that nobody confirmed. */
export function decideRevokeProofs(
  record: UserRecord,
  _input: UserInput,
  context: Context,
): Decision<RevokeProofsResult> {
  const standing = standingOf(record, context);
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (!mayManage(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  // Whoever else was signed in may have made it.
  const { nextRecovery: _, ...rest } = record;
  const next = withNewGeneration(rest, context);
  const answer = { ok: true, ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'proofs-revoked', ...byWhom(standing) });
}
