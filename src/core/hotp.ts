import { checkObject, checkWhole, MAX_COUNTER } from './check.js';
import { formatCode } from './code.js';
import { truncatedHmac } from './hmac/hmac.js';
import { checkAlgorithm, checkDigits, type HotpParameters } from './parameters.js';
import { preparedKey, type Secret } from './secret.js';

const MODULI = { 6: 1_000_000, 7: 10_000_000, 8: 100_000_000 } as const;

/** RFC 4226 §5.3: a code of d digits is the truncated HMAC modulo this. */
export function modulus(digits: 6 | 7 | 8): number {
  return MODULI[digits];
}

const NO_OPTIONS: Partial<HotpParameters> = {};

/**
 * The code of a counter.
 *
 * @param counter - RFC 4226 C, a whole number from 0 to 2^53-1
 * @param options - `algorithm` (default SHA1) and `digits` (default 6)
 * @returns the code with its leading zeros
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 4226 §5.3
 * @example
 * import { hotp, secretFromBytes } from 'lockstep-mfa/core';
 *
 * const secret = secretFromBytes(new TextEncoder().encode('12345678901234567890'));
 * console.log(hotp(secret, 0)); // '755224', RFC 4226 appendix D
 */
export function hotp(secret: Secret, counter: number, options: Partial<HotpParameters> = NO_OPTIONS): string {
  checkWhole(counter, 'counter', 0, MAX_COUNTER);
  checkObject(options, 'options');
  const { algorithm = 'SHA1', digits = 6 } = options;
  checkAlgorithm(algorithm);
  checkDigits(digits);
  return formatCode(truncatedHmac(algorithm)(preparedKey(secret, algorithm), counter) % modulus(digits), digits);
}
