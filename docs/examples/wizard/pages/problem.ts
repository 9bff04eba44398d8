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

/** @param codes - the fields of this form that hold codes, in their order */
export function problemOf(refusal: Refusal, nowMs: number, codes: readonly string[] = []): Problem {
  return {
    text: textOf(refusal, nowMs, codes),
    status: statusOf(refusal),
    fields: fieldsOf(refusal, codes),
    ...(refusal.reason === 'locked' ? { lockedUntilMs: refusal.lockedUntilMs } : {}),
  };
}

/** The shared words for a wrong code are about one code of an app. Why a pair is wrong is not known here, or not told. */
function textOf(refusal: Refusal, nowMs: number, codes: readonly string[]): string {
  const { reason } = refusal;
  if (codes.includes('recoveryCode')) {
    if (reason === 'code-reused') return 'This recovery code was used already. Take another one from your list.';
    if (reason === 'code-mismatch' || reason === 'malformed-code') return WRONG_RECOVERY_CODE;
  }
  if (codes.length > 1 && reason === 'code-mismatch') return WRONG_PAIR;
  return message(refusal, nowMs);
}

const WRONG_RECOVERY_CODE = 'This is none of your recovery codes. Compare it with your list, or take another one.';
const WRONG_PAIR =
  'These two codes are not right. Look whether they are of this entry in your app, and whether the clock of your device is set to automatic. Then type two new codes.';

function fieldsOf(refusal: Refusal, codes: readonly string[]): readonly string[] {
  switch (refusal.reason) {
    case 'malformed-name':
    case 'name-taken':
      return ['name'];
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
