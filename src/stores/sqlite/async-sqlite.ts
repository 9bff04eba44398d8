import { invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListingStore } from '../../service/ports.js';
import { driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';
import { type SqliteStoreOptions, tableOf } from './sqlite.js';

/** Runs one statement with its parameters, and gives the rows with the columns by their names. */
export type SqliteQuery = (sql: string, values: string[]) => Promise<{ readonly rows: readonly unknown[] }>;

interface Row {
  readonly user_id: string;
  readonly revision: string;
  readonly record: string;
}

/**
 * A store over a SQLite that answers with promises (libSQL and Turso, Cloudflare D1), in the table of
 * {@link sqliteSchema}; each compare-and-set is one statement on one row.
 *
 * - Hand over the client, never a transaction of yours: its rollback would bring a used code back.
 * - Read from the primary. An embedded replica of libSQL (`syncUrl`) and a read replica of D1 are late, and show a code as
 *   unused; the write would still be refused as a conflict.
 *
 * What the client throws becomes `store-failed`, with a cause that has its name, code and message and nothing else. The
 * write may have been done all the same; the service reads what became of it.
 *
 * @param query - libSQL: `(sql, args) => client.execute({ sql, args })`; D1:
 *   `async (sql, values) => ({ rows: (await env.DB.prepare(sql).bind(...values).all()).results })`
 * @throws MfaError `invalid-argument`
 * @example
 * import { createClient } from '@libsql/client';
 * import { asyncSqliteStore, sqliteSchema } from 'lockstep-mfa/stores/sqlite';
 *
 * const client = createClient({ url: ':memory:' });
 * await client.execute(sqliteSchema());
 * const store = asyncSqliteStore((sql, args) => client.execute({ sql, args }));
 * console.log(await store.get('user-1')); // undefined
 */
export function asyncSqliteStore(query: SqliteQuery, options: SqliteStoreOptions = {}): ListingStore {
  if (typeof query !== 'function') throw invalid('query must be a function of a statement and its values');
  const table = tableOf(options);
  const select = `SELECT revision, record FROM ${table} WHERE user_id = ?`;
  const page = `SELECT user_id, revision, record FROM ${table} WHERE user_id > ? ORDER BY user_id LIMIT CAST(? AS INTEGER)`;
  const insert = `INSERT INTO ${table} (user_id, revision, record) VALUES (?, ?, ?) ON CONFLICT (user_id) DO NOTHING RETURNING user_id`;
  const update = `UPDATE ${table} SET revision = ?, record = ? WHERE user_id = ? AND revision = ? RETURNING user_id`;
  const remove = `DELETE FROM ${table} WHERE user_id = ? AND revision = ? RETURNING user_id`;

  const rowsOf = async (sql: string, ...values: string[]): Promise<readonly unknown[]> => {
    try {
      const { rows } = Object(await query(sql, values)) as { readonly rows?: unknown };
      if (!Array.isArray(rows)) throw new MfaError('store-failed', 'the SQLite client answered without rows');
      return rows;
    } catch (thrown) {
      throw thrown instanceof MfaError ? thrown : driverFailed('SQLite', thrown);
    }
  };
  const write = async (sql: string, ...values: string[]): Promise<'stored' | 'conflict'> => {
    const { length } = await rowsOf(sql, ...values);
    if (length > 1) throw new MfaError('store-failed', `the SQLite client answered with ${length} rows for one`);
    return length === 1 ? 'stored' : 'conflict';
  };

  return {
    async get(userId) {
      const [row] = (await rowsOf(select, userId)) as readonly Row[];
      return row && { revision: row.revision, record: parseStoredRecord(row.record) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      if (next === undefined) {
        if (expectedRevision !== undefined) return write(remove, userId, expectedRevision);
        return (await rowsOf(select, userId)).length === 0 ? 'stored' : 'conflict';
      }
      const record = JSON.stringify(next.record);
      if (expectedRevision === undefined) return write(insert, userId, next.revision, record);
      return write(update, next.revision, record, userId, expectedRevision);
    },

    async list({ cursor = '', limit }) {
      const rows = ((await rowsOf(page, cursor, String(limit))) as readonly Row[]).map((row) => {
        return { userId: row.user_id, revision: row.revision, record: parseStoredRecord(row.record) };
      });
      return { rows, cursor: rows.length < limit ? undefined : rows.at(-1)?.userId };
    },
  };
}
