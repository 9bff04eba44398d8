import { byWhom, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, quietly, unchanged } from './decision.js';
import { hash, toHex } from './hash.js';
import type { UserInput } from './input.js';
import { type MfaProof, makeProof } from './proof.js';
import type { Refusal, ResetCodeReason } from './reasons.js';
import type { UserRecord } from './record.js';
import { beginRecovery, withReset } from './recovering.js';
import { CODE_BYTES, codeOf, parseRecoveryCode } from './recovery-codes.js';
import { hasMfa } from './status.js';

export type ResetUserResult =
  | {
      readonly ok: true;
      /** Shown once, for the help desk to read to the person. It sets up one device, and does nothing else. */
      readonly resetCode: string;
      readonly expiresAtMs: number;
    }
  | Refusal<'not-assigned' | 'conflict'>;

/**
 * Begins a recovery that an administrator vouches for. The account stays closed: only the code leads on, with the first
 * factor before it.
 */
export function decideResetUser(record: UserRecord, _input: UserInput, context: Context): Decision<ResetUserResult> {
  // With the flag the account had MFA, whatever the store knows by now: it must not stay shut for good.
  if (!hasMfa(record) && !context.expectMfa) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const { nowMs, policy, random } = context;
  const resetCode = codeOf(random('reset code', CODE_BYTES));
  const salt = toHex(random('salt of the reset code', 16));
  const untilMs = nowMs + policy.resetCodeLifeMs;
  const next = withReset(beginRecovery(record, context), { salt, hash: hashOf(salt, resetCode), untilMs });
  const happening = { type: 'reset-begun', untilMs, ...byWhom(standingOf(record, context)) } as const;
  return changed(next, { ok: true, resetCode, expiresAtMs: untilMs }, context, happening);
}

export interface SignInWithResetCodeInput extends UserInput {
  /** What the person typed, as it came: any case and separators. */
  readonly resetCode: unknown;
}
export type SignInWithResetCodeResult =
  | {
      readonly ok: true;
      /** For setting up one device, and for nothing else. */
      readonly proof: MfaProof;
    }
  | Refusal<ResetCodeReason | 'conflict'>;

/** Works any number of times until the recovery ends, so that no lost answer closes the account. */
export function decideSignInWithResetCode(
  record: UserRecord,
  { resetCode }: SignInWithResetCodeInput,
  context: Context,
): Decision<SignInWithResetCodeResult> {
  const { reset } = record;
  if (reset === undefined) return unchanged(record, { ok: false, reason: 'no-reset' });
  const code = parseRecoveryCode(resetCode);
  if (code === undefined) return unchanged(record, { ok: false, reason: 'malformed-reset-code' });
  if (hashOf(reset.salt, code) !== reset.hash) {
    return quietly(record, { ok: false, reason: 'reset-code-mismatch' }, context, { type: 'reset-code-failed' });
  }
  // A clock that is set back brings no code back that was seen to be over.
  if (reset.expired !== true && context.nowMs < reset.untilMs) {
    const answer = { ok: true, proof: makeProof('reset', context, record) } as const;
    return quietly(record, answer, context, { type: 'reset-code-used' });
  }
  const answer = { ok: false, reason: 'reset-code-expired' } as const;
  if (reset.expired === true) return unchanged(record, answer);
  return changed({ ...record, reset: { ...reset, expired: true } }, answer, context, { type: 'reset-expired' });
}

function hashOf(salt: string, code: string): string {
  return hash('lockstep-mfa reset code', salt, code);
}
