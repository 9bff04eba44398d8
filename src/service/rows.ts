import { isMfaError, MfaError } from '../errors.js';
import type { MfaStore, StoredRow } from './ports.js';

/**
 * Reads the row of a user.
 *
 * @throws MfaError `store-failed`
 */
export async function readRow(store: MfaStore, userId: string): Promise<StoredRow | undefined> {
  const row = await storeCall(() => store.get(userId));
  if (row === undefined || row === null) return undefined;
  if (typeof row !== 'object' || typeof row.revision !== 'string') {
    throw new MfaError('store-failed', 'the store returned a row without a revision');
  }
  return row;
}

/**
 * Writes the row, and returns whether it was stored. A store that throws may have written all the same: the caller gets
 * an error, and the next call reads what became of it.
 *
 * @throws MfaError `store-failed`
 */
export async function writeRow(
  store: MfaStore,
  userId: string,
  expectedRevision: string | undefined,
  next: StoredRow | undefined,
): Promise<boolean> {
  const written: unknown = await storeCall(() => store.compareAndSet(userId, expectedRevision, next));
  if (written !== 'stored' && written !== 'conflict') {
    throw new MfaError('store-failed', "the store returned neither 'stored' nor 'conflict'");
  }
  return written === 'stored';
}

async function storeCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (isMfaError(cause)) throw cause;
    throw new MfaError('store-failed', 'the store failed: see cause', { cause });
  }
}
