// Closed unions: a switch without `default` compiles, and breaks here when a name is added, lost or renamed.
import type { MfaErrorCode, OtpParameters, Reason, ReasonDetails, Refusal } from 'lockstep-mfa';
import { type Equals, is, never } from './equals.js';

is<Equals<Refusal['reason'], Reason>>();
is<Equals<Refusal['ok'], false>>();

export function everyReason(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'malformed-code':
      is<Equals<typeof refusal.field, 'first' | 'second' | undefined>>();
      return refusal.field ?? 'code';
    case 'code-reused':
      is<Equals<typeof refusal.usableAtMs, number | undefined>>();
      return String(refusal.usableAtMs);
    case 'clock-off':
      is<Equals<typeof refusal.offsetMs, number>>();
      return String(refusal.offsetMs);
    case 'parameters-ignored':
      is<Equals<typeof refusal.ignored, readonly (keyof OtpParameters)[]>>();
      return refusal.ignored.join();
    case 'locked':
      is<Equals<typeof refusal.lockedUntilMs, number | undefined>>();
      return String(refusal.lockedUntilMs);
    case 'code-mismatch':
      is<Equals<typeof refusal.lock, { readonly untilMs?: number } | undefined>>();
      return String(refusal.lock?.untilMs);
    case 'codes-identical':
    case 'codes-reversed':
    case 'codes-not-consecutive':
    case 'enrollment-expired':
    case 'already-assigned':
    case 'not-assigned':
    case 'suspended':
    case 'unknown-device':
    case 'last-device':
    case 'too-many-devices':
    case 'malformed-name':
    case 'name-taken':
    case 'mfa-required':
    case 'recovering':
    case 'removed':
    case 'no-recovery-codes':
    case 'malformed-recovery-code':
    case 'recovery-code-reused':
    case 'recovery-code-mismatch':
    case 'no-reset':
    case 'malformed-reset-code':
    case 'reset-code-mismatch':
    case 'reset-code-expired':
    case 'browser-not-trusted':
    case 'unknown-browser':
    case 'conflict':
      is<Equals<keyof typeof refusal, 'ok' | 'reason'>>();
      return refusal.reason;
    default:
      return never(refusal);
  }
}

export function forgetful(reason: Reason): string {
  // @ts-expect-error all others are left
  return reason === 'conflict' ? 'again' : never(reason);
}

// @ts-expect-error one message is missing, and more
export const messages: Record<Reason, string> = { locked: '' };
// @ts-expect-error there is no such reason
export const typo: Reason = 'code-missmatch';
// @ts-expect-error a detail belongs to its reason
export const misplaced: Refusal = { ok: false, reason: 'locked', offsetMs: 1 };
// @ts-expect-error and has to be there
export const bare: Refusal<'clock-off'> = { ok: false, reason: 'clock-off' };
// @ts-expect-error what is ignored is a list
export const single: Refusal = { ok: false, reason: 'parameters-ignored', ignored: 'digits' };
// @ts-expect-error only a wrong code locks
export const lockless: Refusal = { ok: false, reason: 'code-reused', lock: {} };
is<Equals<Extract<keyof ReasonDetails, Reason>, keyof ReasonDetails>>();

is<
  Equals<
    MfaErrorCode,
    | 'invalid-argument'
    | 'malformed-secret'
    | 'wiped-secret'
    | 'risky-policy'
    | 'corrupt-record'
    | 'record-missing'
    | 'unsupported-record-version'
    | 'store-failed'
    | 'sealer-failed'
    | 'event-failed'
  >
>();
