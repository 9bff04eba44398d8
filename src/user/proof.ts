import { counting, object, oneOf, type Shape, text } from '../core/shape.js';

declare const proofBrand: unique symbol;

/**
 * The way in which a session passed MFA. `OPENING`, `MANAGING` and `RECOVERING` list what each allows; in none, it
 * allows nothing.
 */
export type ProofMethod = 'code' | 'recovery-code' | 'enrollment' | 'trusted-browser' | 'recovery' | 'reset';

/**
 * States that the session's user passed MFA, how and when. Plain JSON. Keep it on the server, or signed or encrypted.
 */
export interface MfaProof {
  readonly [proofBrand]: never;
  readonly userId: string;
  readonly atMs: number;
  readonly method: ProofMethod;
  /**
   * Void when the record's differs. Drawn anew by suspend, remove, recover, reset, unlock, `revokeProofs`, recovery codes
   * that come into force, and the end of a recovery or reset.
   */
  readonly generation: number;
}

/** The methods that may open the application. */
const OPENING: readonly ProofMethod[] = ['code', 'recovery-code', 'enrollment', 'trusted-browser'];

/** The methods that may change devices, and add one. */
export const MANAGING: readonly ProofMethod[] = ['code', 'recovery-code', 'enrollment'];

/** The methods that only set up the one device which ends the recovery, and voids the proof. */
const RECOVERING: readonly ProofMethod[] = ['recovery', 'reset'];

export function mayOpen({ method }: MfaProof): boolean {
  return OPENING.includes(method);
}

export function mayManageWith({ method }: MfaProof): boolean {
  return MANAGING.includes(method);
}

export function mayEnrollWith({ method }: MfaProof): boolean {
  return MANAGING.includes(method) || RECOVERING.includes(method);
}

const METHOD = oneOf<ProofMethod>({
  code: true,
  'recovery-code': true,
  enrollment: true,
  'trusted-browser': true,
  recovery: true,
  reset: true,
});

export function isProofMethod(value: unknown): value is ProofMethod {
  return METHOD(value) === undefined;
}

const PROOF: Shape<Omit<MfaProof, typeof proofBrand>> = object<Omit<MfaProof, typeof proofBrand>>({
  userId: text,
  atMs: counting,
  method: METHOD,
  generation: counting,
});

/**
 * Reads a proof that a session gave back, already parsed from JSON. The service checks each proof in the same way, so
 * this is for the type, and for finding out early.
 *
 * @returns undefined where it is no proof
 * @example
 * import { parseProof } from 'lockstep-mfa';
 *
 * const session: { mfa?: unknown } = {};
 * console.log(parseProof(session.mfa)); // undefined
 */
export function parseProof(value: unknown): MfaProof | undefined {
  return PROOF(value) === undefined ? (value as MfaProof) : undefined;
}

export function makeProof(
  method: ProofMethod,
  { userId, nowMs }: { readonly userId: string; readonly nowMs: number },
  { generation }: { readonly generation: number },
): MfaProof {
  return { userId, atMs: nowMs, method, generation } as MfaProof;
}
