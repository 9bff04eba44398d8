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
    text: message(refusal, nowMs),
    status: statusOf(refusal),
    fields: fieldsOf(refusal, codes),
    ...(refusal.reason === 'locked' ? { lockedUntilMs: refusal.lockedUntilMs } : {}),
  };
}

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
