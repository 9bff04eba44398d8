export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';
export type MaybePromise<T> = T | Promise<T>;

/** What is timed: one library with one algorithm, six digits and 30 seconds. `Key` is what it holds between two calls. */
export interface Authenticator<Key = unknown> {
  /** The best that the library can prepare, where the secret stays at hand. */
  key(base32: string): Key;
  /** What its users write where each request brings another secret; absent: the same. */
  coldKey?(base32: string): Key;
  generate(key: Key, counter: number): MaybePromise<string>;
  /** Whether the code is that of a counter at most `window` away. */
  verify(key: Key, code: string, counter: number, window: number): MaybePromise<boolean>;
  /** A whole check at sign-in, with all that the library does at one; absent: `verify` ±1. */
  signIn?(key: Key, code: string, counter: number): MaybePromise<boolean>;
  /** The second of two neighbouring counters with these codes, at most `range` away. */
  findPair?(key: Key, codes: readonly [string, string], counter: number, range: number): number | undefined;
}

export interface KeyUriParts {
  readonly base32: string;
  readonly issuer: string;
  readonly account: string;
}

export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Where the library has it. */
  authenticator(algorithm: Algorithm): Authenticator | undefined;
  /** Gives something that holds the secret. */
  parseKeyUri?(text: string): unknown;
  formatKeyUri?(parts: KeyUriParts): string;
}

export const ALGORITHMS: readonly Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];
export const OURS = 'lockstep-mfa';
/** What every ratio is against. */
export const BASELINE = 'node:crypto';
