import { checkObject, checkWhole, MAX_COUNTER, unknownOption } from './check.js';
import { truncatedHmac } from './hmac/hmac.js';
import { checkAlgorithm, checkDigits, type Digits, type HotpParameters } from './parameters.js';
import { type HotpSecret, preparedKey, type Secret } from './secret.js';
import { formatCode } from './typed-code.js';

const MODULI = { 6: 1_000_000, 7: 10_000_000, 8: 100_000_000 } as const;

/** RFC 4226 §5.3: a code of d digits is the truncated HMAC modulo this. */
export function modulus(digits: Digits): number {
  return MODULI[digits];
}

const NO_OPTIONS: Partial<HotpParameters> = {};
const NAMES = ['algorithm', 'digits'];

/**
 * Computes the code of a counter.
 *
 * @param counter - RFC 4226 C, a whole number from 0 to 2^53-1
 * @param options - `algorithm` (default SHA1) and `digits` (default 6); a device's `parameters` fit, for a period says
 *   nothing here
 * @returns the code with its leading zeros
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 4226 §5.3
 * @example
 * import { hotp, secretFromBytes } from 'lockstep-mfa/core';
 *
 * const secret = secretFromBytes(new TextEncoder().encode('12345678901234567890'));
 * console.log(hotp(secret, 0)); // '755224', RFC 4226 appendix D
 */
export function hotp(
  secret: Secret | HotpSecret,
  counter: number,
  options: Partial<HotpParameters> = NO_OPTIONS,
): string {
  checkWhole(counter, 'counter', 0, MAX_COUNTER);
  checkObject(options, 'options');
  if (options !== lastOptions) checkOptionNames(options);
  return codeAt(secret, counter, options);
}

/** Of a program that makes many codes, the same options come again and again: a look at their names costs one in twenty. */
let lastOptions: object = NO_OPTIONS;

function checkOptionNames(options: object): void {
  for (const name in options) {
    if (name !== 'algorithm' && name !== 'digits' && name !== 'periodSeconds') throw unknownOption(name, NAMES);
  }
  lastOptions = options;
}

/** Computes the code of a counter that was checked; other names in `parameters` are ignored. */
export function codeAt(secret: Secret | HotpSecret, counter: number, parameters: Partial<HotpParameters>): string {
  const { algorithm = 'SHA1', digits = 6 } = parameters;
  checkAlgorithm(algorithm);
  checkDigits(digits);
  return formatCode(truncatedHmac(algorithm)(preparedKey(secret, algorithm), counter) % modulus(digits), digits);
}
