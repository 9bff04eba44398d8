import { checkNames, checkObject, checkWhole } from './check.js';
import { checkDigits, type Digits } from './parameters.js';

/**
 * Computes the chance that guessed digits are accepted once: about positions / 10^(digits · codes).
 *
 * @param options.positions - counters, or pairs of counters, that would be accepted
 * @param options.codes - consecutive codes that have to be right together; default 1
 * @throws MfaError `invalid-argument`
 * @see RFC 4226 appendix A.4.3 and E.3
 * @example
 * import { falseAcceptProbability } from 'lockstep-mfa/core';
 *
 * console.log(falseAcceptProbability({ digits: 6, positions: 3 })); // 0.000003
 */
export function falseAcceptProbability(options: {
  readonly digits: Digits;
  readonly positions: number;
  readonly codes?: number;
}): number {
  checkObject(options, 'options');
  checkNames(options, ['digits', 'positions', 'codes']);
  const { digits, positions, codes = 1 } = options;
  checkDigits(digits);
  checkWhole(positions, 'positions', 0, Number.MAX_SAFE_INTEGER);
  checkWhole(codes, 'codes', 1, 10);
  return Math.min(1, positions / 10 ** (digits * codes));
}
