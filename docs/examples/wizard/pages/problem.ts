import type { Refusal } from 'lockstep-mfa';
import { message, statusOf } from '../../messages.js';

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
    text: textOf(refusal, nowMs, codes),
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

/** The shared words for a wrong or used code are about one code. Why a pair is wrong is not known here, or not told. */
function textOf(refusal: Refusal, nowMs: number, codes: readonly string[]): string {
  if (codes.length < 2) return message(refusal, nowMs);
  if (refusal.reason === 'code-mismatch' && refusal.lock === undefined) return WRONG_PAIR;
  if (refusal.reason === 'code-reused' && refusal.usableAtMs === undefined) return USED_PAIR;
  return message(refusal, nowMs);
}

const USED_PAIR = 'One of these codes was used already. Wait for the next code, then type two new ones.';

const WRONG_PAIR =
  'These two codes are not right. Look whether they are of this entry in your app, and whether the clock of your device is set to automatic. Then type two new codes.';

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
