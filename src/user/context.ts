import type { Policy } from './policy.js';

/** The actor of a call: a session, by its proof (undefined: the first factor alone), or a named administrator. */
export type Actor = { readonly proof: unknown } | { readonly administrator: string };

/** The purposes of random bytes. */
export type Purpose =
  | 'serial number'
  | 'secret'
  | 'handle'
  | 'recovery codes'
  | 'salt of recovery codes'
  | 'generation'
  | 'generation of a new record'
  | 'browser id'
  | 'browser token'
  | 'reset code'
  | 'salt of the reset code';

/** The facts that one try of a call has beside the record and its input. */
export interface Context {
  readonly userId: string;
  readonly issuer: string;
  readonly nowMs: number;
  readonly policy: Policy;
  readonly actor: Actor;
  /** The application's flag: it knows that this user has MFA. */
  readonly expectMfa: boolean;
  /** The same bytes for the same purpose in every try of a call: what a call makes stays with it. */
  readonly random: (purpose: Purpose, byteLength: number) => Uint8Array;
}
