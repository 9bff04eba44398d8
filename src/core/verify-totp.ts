import { checkNames, checkObject } from './check.js';
import { type CounterWindow, type MatchResult, matchCode } from './match.js';
import type { OtpParameters } from './parameters.js';
import type { Secret } from './secret.js';
import { counterAt, type TimeOptions } from './totp.js';

export interface VerifyTotpOptions extends TimeOptions, Partial<OtpParameters> {
  /** Default `{ behind: 1, ahead: 1 }` (RFC 6238 §5.2); at most 100,000 each way. */
  readonly window?: CounterWindow;
  /** Newest counter ever accepted: a code at or below it is `code-reused`. Without it a code counts again and again. */
  readonly lastCounter?: number;
}

const NAMES = ['nowMs', 'periodSeconds', 'algorithm', 'digits', 'window', 'lastCounter'];

/**
 * Checks a code at a time, for those who keep a secret and the last counter themselves. `verifyCode` of
 * `lockstep-mfa/device` keeps both in a device, and learns how far its clock is off; `signIn` of the service keeps a user
 * with several devices and throttles.
 *
 * Every counter of the window is computed and compared, wherever and whether it matches.
 *
 * @param code - what the person typed: white space, hyphens and invisible characters are ignored, decimal digits of
 *   every script are read
 * @param options.nowMs - Unix time in whole milliseconds
 * @returns the matched counter, to be stored as the next `lastCounter` before anybody is let in; or `malformed-code`,
 *   `code-mismatch`, `code-reused`
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 6238 §5.2
 * @example
 * import { parseSecret, verifyTotp } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXP');
 * const nowMs = 1_700_000_000_000;
 * console.log(verifyTotp(secret, '324 550', { nowMs })); // { ok: true, counter: 56666666 }
 * console.log(verifyTotp(secret, '324 550', { nowMs, lastCounter: 56_666_666 })); // { ok: false, reason: 'code-reused' }
 */
export function verifyTotp(secret: Secret, code: unknown, options: VerifyTotpOptions): MatchResult {
  checkObject(options, 'options');
  checkNames(options, NAMES);
  const { nowMs, periodSeconds = 30, ...matching } = options;
  return matchCode(secret, code, { ...matching, counter: counterAt({ nowMs, periodSeconds }) });
}
