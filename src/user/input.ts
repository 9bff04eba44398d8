import type { MfaProof } from './proof.js';

/** The input of every method may hold these. */
export interface UserInput {
  /**
   * The application's own flag that this user has MFA. With `true` a store that knows of none throws `record-missing`:
   * a row that was lost (eviction, wrong database, old backup) must not read as "no MFA", and no new one may be begun.
   */
  readonly expectMfa?: boolean | undefined;
}

/** The input of a method that the session's proof allows, or makes say more. */
export interface ActorInput extends UserInput {
  /** The session's proof. Absent, or no longer valid: the user as known by the first factor alone. */
  readonly proof?: MfaProof | undefined;
}
