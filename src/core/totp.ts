import { checkObject, checkTime, unknownOption } from './check.js';
import { codeAt } from './hotp.js';
import { checkPeriod, type OtpParameters } from './parameters.js';
import type { Secret } from './secret.js';

/** An instant, and the length of the periods in which it is counted. */
export interface TimeOptions {
  /**
   * Unix time in whole milliseconds. From 10^9 to 10^10 (12 January to 26 April 1970) it is refused as the seconds of 2001 to
   * 2286, from 10^15 on as microseconds. The first days of 1970 are taken, for test vectors.
   */
  readonly nowMs: number;
  /** Default 30. */
  readonly periodSeconds?: number;
}

const TIME_NAMES = ['nowMs', 'periodSeconds'];
const NAMES = ['nowMs', 'periodSeconds', 'algorithm', 'digits'];

/**
 * Computes the code that an app shows at a time. `verifyTotp` checks one that a person typed.
 *
 * @param options.nowMs - Unix time in whole milliseconds; never defaulted, so that a test and a server say what they
 *   mean
 * @param options - and `algorithm` (default SHA1), `digits` (6), `periodSeconds` (30): a device's `parameters`
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 6238 §4.2
 * @example
 * import { secretFromBytes, totp } from 'lockstep-mfa/core';
 *
 * const secret = secretFromBytes(new TextEncoder().encode('12345678901234567890'));
 * console.log(totp(secret, { nowMs: 59_000, digits: 8 })); // '94287082', RFC 6238 appendix B
 */
export function totp(secret: Secret, options: TimeOptions & Partial<OtpParameters>): string {
  checkObject(options, 'options');
  for (const name in options) if (!isName(name)) throw unknownOption(name, NAMES);
  return codeAt(secret, counterOfTime(options), options);
}

/**
 * Computes RFC 6238 T: the number of whole periods since 1970.
 *
 * @param options - `nowMs`, and `periodSeconds` (default 30); a device's `parameters` fit beside the time
 * @throws MfaError `invalid-argument`
 * @see RFC 6238 §4.2
 */
export function counterAt(options: TimeOptions): number {
  checkObject(options, 'options');
  for (const name in options) if (!isName(name)) throw unknownOption(name, TIME_NAMES);
  return counterOfTime(options);
}

function isName(name: string): boolean {
  return name === 'nowMs' || name === 'periodSeconds' || name === 'algorithm' || name === 'digits';
}

/** The same of options whose names were checked, or that the library made itself. */
export function counterOfTime({ nowMs, periodSeconds = 30 }: TimeOptions): number {
  checkTime(nowMs);
  checkPeriod(periodSeconds);
  return Math.floor(nowMs / (periodSeconds * 1000));
}

/**
 * Tells when the code that is shown at `nowMs` begins and ends, for progress rings.
 *
 * @returns its first millisecond, the first one after it, and how many are left
 * @throws MfaError `invalid-argument`
 * @example
 * import { intervalAt } from 'lockstep-mfa/core';
 *
 * console.log(intervalAt({ nowMs: 59_000 })); // { startMs: 30000, endMs: 60000, leftMs: 1000 }
 */
export function intervalAt(options: TimeOptions): {
  readonly startMs: number;
  readonly endMs: number;
  readonly leftMs: number;
} {
  const counter = counterAt(options);
  const periodMs = (options.periodSeconds ?? 30) * 1000;
  const endMs = (counter + 1) * periodMs;
  return { startMs: counter * periodMs, endMs, leftMs: endMs - options.nowMs };
}
