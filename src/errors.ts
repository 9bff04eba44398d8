/** The causes of an {@link MfaError}. The union is closed: a code may be added in a minor version, none is renamed. */
export type MfaErrorCode =
  | 'invalid-argument' // wrong type, out of range, seconds for milliseconds
  | 'malformed-secret' // says where, never what
  | 'wiped-secret'
  | 'risky-policy' // says the numbers
  | 'corrupt-record'
  | 'record-missing' // the application said `expectMfa`, the store has no row
  | 'unsupported-record-version'
  | 'store-failed' // `cause`: what the store threw
  | 'sealer-failed'
  | 'event-failed'; // a handler of `onEvent` took too long; given to `onEventError`, never thrown

/** A code that the type has and this has not does not compile. */
const CODES: Readonly<Record<MfaErrorCode, true>> = {
  'invalid-argument': true,
  'malformed-secret': true,
  'wiped-secret': true,
  'risky-policy': true,
  'corrupt-record': true,
  'record-missing': true,
  'unsupported-record-version': true,
  'store-failed': true,
  'sealer-failed': true,
  'event-failed': true,
};

/**
 * Thrown when the program, its data or one of its ports is at fault. What a person typed is never an error: the answer
 * to that is a refusal. The message names the argument and the rule, and never holds a secret or a code.
 */
export class MfaError extends Error {
  override readonly name = 'MfaError';
  readonly code: MfaErrorCode;

  constructor(code: MfaErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Tells whether a caught value is an {@link MfaError}, also one of another copy of this library (ESM beside CommonJS,
 * two versions in one tree), where `instanceof` fails.
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
  return name === 'MfaError' && typeof code === 'string' && Object.hasOwn(CODES, code);
}
