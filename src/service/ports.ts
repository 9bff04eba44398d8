import type { OtpParameters } from '../core/parameters.js';

/** Unix time in whole milliseconds. */
export type Clock = () => number;

/** The row of one user. */
export interface StoredRow {
  /** Made by the service, and used once. */
  readonly revision: string;
  /** All of one user's MFA as plain JSON. Opaque: store it whole; the service checks it when it is read. */
  readonly record: unknown;
}

/** A row as `list` gives it. */
export interface ListedRow extends StoredRow {
  readonly userId: string;
}
export interface ListedPage {
  /** May be empty before the end. */
  readonly rows: readonly ListedRow[];
  /** Where the next page begins; absent at the end. */
  readonly cursor?: string | undefined;
}

/** A store of one row per user. `storeContract` of `lockstep-mfa/testing` checks one. */
export interface MfaStore {
  /** Returns the row as last stored; undefined where there is none. */
  get(userId: string): Promise<StoredRow | undefined>;
  /**
   * In one atomic step: puts `next` in place of the row (undefined: removes it), only where the row's revision is
   * `expectedRevision` (undefined: only where there is no row).
   */
  compareAndSet(
    userId: string,
    expectedRevision: string | undefined,
    next: StoredRow | undefined,
  ): Promise<'stored' | 'conflict'>;
  /**
   * May be absent; reports and `users` need it. Returns about `limit` rows from the cursor on; without one from the
   * beginning. A user whose row is there from the first page to the last is given at least once, and may be given twice.
   * The cursor is the store's own text.
   */
  list?(options: { readonly cursor?: string | undefined; readonly limit: number }): Promise<ListedPage>;
}

/** A store that can go through its users, as every store of this library can. */
export type ListingStore = MfaStore & Required<Pick<MfaStore, 'list'>>;

/** What a sealed text is bound to: it opens for the same user, device and parameters alone. */
export interface SealContext {
  readonly userId: string;
  readonly serialNumber: string;
  /** The service always gives them; an application that seals a secret of no user yet may leave them out. */
  readonly parameters?: OtpParameters;
}

/** Seals and opens secrets. It may throw: the service then throws `sealer-failed`, or passes over the device. */
export interface Sealer {
  /** Seals a text for a context. */
  seal(plain: string, context: SealContext): Promise<string>;
  /**
   * Opens a sealed text for the same context. `stale`: it was sealed under an older key, and the service seals it anew with
   * its next write.
   */
  open(sealed: string, context: SealContext): Promise<{ readonly plain: string; readonly stale: boolean }>;
}
