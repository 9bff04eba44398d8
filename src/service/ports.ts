import type { OtpParameters } from '../core/index.js';

/** Unix time in whole milliseconds. */
export type Clock = () => number;

declare const recordBrand: unique symbol;
/** All of one user's MFA as plain JSON. Opaque: store it, don't read it. */
export interface UserRecord {
  readonly version: 1;
  readonly [recordBrand]: never;
}

/** One row a user. */
export interface MfaStore {
  /** The row as last stored. Its record is checked by the service, so a store need not know its type. */
  get(userId: string): Promise<{ readonly revision: string; readonly record: unknown } | undefined>;
  /**
   * In one atomic step: puts `next` in place of the row (undefined: removes it), only where the row's revision is
   * `expectedRevision` (undefined: only where there is no row). The service makes revisions and uses none twice.
   */
  compareAndSet(
    userId: string,
    expectedRevision: string | undefined,
    next: { readonly revision: string; readonly record: UserRecord } | undefined,
  ): Promise<'stored' | 'conflict'>;
}

/** A sealed text opens only where it was sealed for. */
export interface SealContext {
  readonly userId: string;
  readonly serialNumber: string;
  /** The service always says them; an application that seals for its own drawer has none. */
  readonly parameters?: OtpParameters;
}

export interface Sealer {
  seal(plain: string, context: SealContext): Promise<string>;
  /** `stale`: sealed under an older key; the service seals it anew with its next write. */
  open(sealed: string, context: SealContext): Promise<{ readonly plain: string; readonly stale: boolean }>;
}
