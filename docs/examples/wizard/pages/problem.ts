import type { Refusal } from 'lockstep-mfa';
import { messageFor } from 'lockstep-mfa/messages';
import { statusOf } from '../../http-status.js';

/** Why a form comes back: what to say, and at which fields. */
export interface Problem {
  readonly text: string;
  readonly status: number;
  readonly fields: readonly string[];
  /** When to try again. */
  readonly lockedUntilMs?: number | undefined;
}

/** @param codes - the fields of this form that hold codes of an app, in their order */
export function problemOf(refusal: Refusal, nowMs: number, codes: readonly string[] = []): Problem {
  return {
    text: messageFor(refusal, { nowMs, codes: codes.length === 2 ? 2 : 1 }),
    status: statusOf(refusal),
    fields: fieldsOf(refusal, codes),
    lockedUntilMs: lockedUntilOf(refusal),
  };
}

/** A lock that this very failure begins is said at once, and not to the right code after it. */
function lockedUntilOf(refusal: Refusal): number | undefined {
  if (refusal.reason === 'code-mismatch') return refusal.lock?.untilMs;
  return refusal.reason === 'locked' ? refusal.lockedUntilMs : undefined;
}

function fieldsOf(refusal: Refusal, codes: readonly string[]): readonly string[] {
  switch (refusal.reason) {
    case 'malformed-name':
    case 'name-taken':
      return ['name'];
    case 'malformed-recovery-code':
    case 'recovery-code-reused':
    case 'recovery-code-mismatch':
      return ['recoveryCode'];
    case 'malformed-code':
      return codes.slice(refusal.field === 'second' ? 1 : 0).slice(0, 1);
    case 'codes-identical':
      return codes.slice(1);
    case 'code-mismatch':
    case 'code-reused':
    case 'codes-reversed':
    case 'codes-not-consecutive':
    case 'clock-off':
    case 'parameters-ignored':
      return codes;
    default:
      return [];
  }
}
