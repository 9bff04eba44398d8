import { checkNames, checkObject, checkWhole, invalid } from './check.js';
import type { Algorithm } from './hmac/hmac.js';

export type { Algorithm };
export type Digits = 6 | 7 | 8;

/**
 * The parameters that app and server must share: one plain value, stored in devices, carried by key URIs, taken by
 * `totp`.
 */
export interface OtpParameters {
  /** Default SHA1: the only one that every authenticator app computes. */
  readonly algorithm: Algorithm;
  /** Default 6. */
  readonly digits: Digits;
  /** RFC 6238 X. Default 30. */
  readonly periodSeconds: number;
}
export type HotpParameters = Omit<OtpParameters, 'periodSeconds'>;

export const DEFAULT_PARAMETERS: OtpParameters = /* @__PURE__ */ Object.freeze({
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
});

const PARAMETER_NAMES = /* @__PURE__ */ Object.keys(DEFAULT_PARAMETERS);

/** A day. */
export const MAX_PERIOD_SECONDS = 86_400;

export function checkAlgorithm(algorithm: unknown): asserts algorithm is Algorithm {
  if (algorithm !== 'SHA1' && algorithm !== 'SHA256' && algorithm !== 'SHA512') {
    throw invalid("algorithm must be 'SHA1', 'SHA256' or 'SHA512'");
  }
}

/** RFC 4226 R4 asks for at least six digits; 31 bits hold no more than nine, and nobody shows nine. */
export function checkDigits(digits: unknown): asserts digits is Digits {
  checkWhole(digits, 'digits', 6, 8);
}

export function checkPeriod(periodSeconds: unknown): asserts periodSeconds is number {
  checkWhole(periodSeconds, 'periodSeconds', 1, MAX_PERIOD_SECONDS);
}

/** Copies the parameters of a stored device without the fields that a later version may keep beside them. */
export function knownParameters({ algorithm, digits, periodSeconds }: OtpParameters): OtpParameters {
  return { algorithm, digits, periodSeconds };
}

/**
 * Completes and checks parameters: the defaults with overrides. A misspelt name, such as the key URI's `period`, would
 * silently mean a default.
 */
export function completeParameters(overrides: Partial<OtpParameters> = {}): OtpParameters {
  checkObject(overrides, 'parameters');
  checkNames(overrides, PARAMETER_NAMES);
  const { algorithm = 'SHA1', digits = 6, periodSeconds = 30 } = overrides;
  checkAlgorithm(algorithm);
  checkDigits(digits);
  checkPeriod(periodSeconds);
  return { algorithm, digits, periodSeconds };
}
