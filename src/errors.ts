/** Why an {@link MfaError} was thrown. Closed: a code is added in a minor version, never renamed. */
export type MfaErrorCode = (typeof MFA_ERROR_CODES)[number];

const MFA_ERROR_CODES = [
  'invalid-argument', // wrong type, out of range, seconds for milliseconds
  'malformed-secret', // says where, never what
  'wiped-secret',
  'risky-policy', // says the numbers
  'corrupt-record',
  'record-missing', // the application said `expectMfa`, the store has no row
  'unsupported-record-version',
  'store-failed', // `cause`: what the store threw
  'sealer-failed',
  'event-failed', // thrown by `onEvent`, after the state was stored
] as const;

/**
 * The program, its data or one of its ports is at fault. What a person typed is never an error: that is answered by a
 * refusal. The message names the argument and the rule, and never holds a secret or a code.
 */
export class MfaError extends Error {
  override readonly name = 'MfaError';
  readonly code: MfaErrorCode;

  constructor(code: MfaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether a caught value is an {@link MfaError}, also one of another copy of this library (ESM beside CommonJS, two
 * versions in one tree), where `instanceof` fails.
 *
 * @example
 * import { isMfaError, parseSecret } from 'lockstep-mfa/core';
 *
 * try {
 *   parseSecret('not base32!');
 * } catch (error) {
 *   if (!isMfaError(error)) throw error;
 *   console.log(error.code); // 'malformed-secret'
 * }
 */
export function isMfaError(value: unknown): value is MfaError {
  if (typeof value !== 'object' || value === null) return false;
  const { name, code } = value as { name?: unknown; code?: unknown };
  return name === 'MfaError' && MFA_ERROR_CODES.includes(code as MfaErrorCode);
}
