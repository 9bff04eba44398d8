import { isMfaError, MfaError } from '../errors.js';
import type { Deadline } from './deadline.js';
import type { ListedPage, MfaStore, StoredRow } from './ports.js';

/** How many rows a page of a listing has: half a megabyte at most. */
const PAGE_ROWS = 100;

/** The store of one service, with its deadline. What it throws is `store-failed`. */
export interface Rows {
  read(userId: string): Promise<StoredRow | undefined>;
  /**
   * Whether it was stored. Neither `conflict` nor an error proves that it was not: a driver may have sent the write twice,
   * or lost the answer.
   */
  write(userId: string, expectedRevision: string | undefined, next: StoredRow | undefined): Promise<boolean>;
  /** Absent where the store cannot list. */
  readonly list?: (cursor: string | undefined) => Promise<ListedPage>;
}

export function rowsOf(store: MfaStore, deadline: Deadline): Rows {
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await deadline.within(call, 'store-failed', 'the store');
    } catch (cause) {
      if (isMfaError(cause)) throw cause;
      throw new MfaError('store-failed', 'the store failed: see cause', { cause });
    }
  };
  const list = async (cursor: string | undefined): Promise<ListedPage> => {
    const page: unknown = await ask(async () => store.list?.({ cursor, limit: PAGE_ROWS }));
    if (!isPage(page)) throw new MfaError('store-failed', 'the store returned something else than a page of rows');
    // It would be listed for ever.
    if (page.cursor !== undefined && page.cursor === cursor) {
      throw new MfaError('store-failed', 'the store returned the cursor that it was given');
    }
    return page;
  };
  return {
    ...(store.list === undefined ? {} : { list }),

    async read(userId) {
      const row = await ask(() => store.get(userId));
      if (row === undefined || row === null) return undefined;
      if (typeof row !== 'object' || typeof row.revision !== 'string') {
        throw new MfaError('store-failed', 'the store returned a row without a revision');
      }
      return row;
    },

    async write(userId, expectedRevision, next) {
      const written: unknown = await ask(() => store.compareAndSet(userId, expectedRevision, next));
      if (written !== 'stored' && written !== 'conflict') {
        throw new MfaError('store-failed', "the store returned neither 'stored' nor 'conflict'");
      }
      return written === 'stored';
    },
  };
}

function isPage(value: unknown): value is ListedPage {
  const { rows, cursor } = Object(value) as { readonly rows?: unknown; readonly cursor?: unknown };
  if (!Array.isArray(rows) || (cursor !== undefined && typeof cursor !== 'string')) return false;
  return rows.every((row) => typeof Object(row).userId === 'string');
}
