import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListingStore } from '../../service/ports.js';
import { parseStoredRecord } from '../stored-record.js';
import { quotedTableName } from '../table-name.js';

/** The part of `DatabaseSync` of `node:sqlite`, of better-sqlite3 and of `Database` of `bun:sqlite` that the store uses. */
export interface SqliteDatabase {
  /** Prepares a statement. */
  prepare(sql: string): SqliteStatement;
  /** better-sqlite3 and `bun:sqlite`: whether a transaction is open. */
  readonly inTransaction?: boolean;
  /** `node:sqlite` of Node 22.16 and later: the same. */
  readonly isTransaction?: boolean;
}
export interface SqliteStatement {
  /** Runs the statement, and returns its first row; where there is none, undefined, or null as `bun:sqlite` does. */
  get(...values: string[]): unknown;
  /** Runs the statement, and returns all its rows. */
  all(...values: string[]): unknown[];
  /** Runs the statement, and returns how many rows it changed. */
  run(...values: string[]): { readonly changes: number | bigint };
}

interface Row {
  readonly user_id: string;
  readonly revision: string;
  readonly record: string;
}

export interface SqliteStoreOptions {
  /** Lower-case letters, digits and underscores. Default `lockstep_mfa`. */
  readonly table?: string;
}

/**
 * A store over the SQLite handle that the application has, in the table of {@link sqliteSchema}. Each compare-and-set is
 * one statement, so any number of processes may share the file.
 *
 * - Never call the service inside a transaction of this handle: its rollback would bring a used code back, and forget a
 *   failed try. A handle that tells is refused with `store-failed`; `DatabaseSync` tells from Node 22.16 on.
 * - Set `PRAGMA journal_mode = WAL`, so that readers do not wait for a writer, and with it `PRAGMA synchronous = FULL` on
 *   each handle. better-sqlite3 is built with NORMAL there: what was written outlives the process, but not a loss of
 *   power, after which a code that was used may count once more.
 * - Set `PRAGMA busy_timeout = 5000` on each handle; better-sqlite3 does so itself, `DatabaseSync` waits for nobody.
 *   Waiting for another process blocks this one, for both drivers are synchronous. When the time is up the driver throws
 *   `SQLITE_BUSY`, and the service `store-failed`: nothing was written.
 *
 * @param database - open, for writing, with the table in it before the first call; the caller closes it
 * @throws MfaError `invalid-argument`
 * @see https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
 * @example
 * import Database from 'better-sqlite3';
 * import { createMfaService, plaintextSealer } from 'lockstep-mfa';
 * import { sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
 *
 * const database = new Database(':memory:');
 * database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
 * database.exec(sqliteSchema());
 * const mfa = createMfaService({ issuer: 'Acme', store: sqliteStore(database), sealer: plaintextSealer() });
 * console.log((await mfa.describeUser('user-1')).status); // 'none'
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteStoreOptions = {}): ListingStore {
  checkObject(database, 'database');
  if (typeof database.prepare !== 'function') throw invalid('database must have the method prepare');
  const table = tableOf(options);

  // At first use, because the table may be made later than the store.
  const prepared = new Map<string, SqliteStatement>();
  const statement = (sql: string): SqliteStatement => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const run = (sql: string, ...values: string[]): 'stored' | 'conflict' => {
    return Number(statement(sql).run(...values).changes) === 1 ? 'stored' : 'conflict';
  };

  const select = `SELECT revision, record FROM ${table} WHERE user_id = ?`;
  // No user id is empty, so each comes after the empty text.
  const page = `SELECT user_id, revision, record FROM ${table} WHERE user_id > ? ORDER BY user_id LIMIT CAST(? AS INTEGER)`;
  const insert = `INSERT INTO ${table} (user_id, revision, record) VALUES (?, ?, ?) ON CONFLICT (user_id) DO NOTHING`;
  const update = `UPDATE ${table} SET revision = ?, record = ? WHERE user_id = ? AND revision = ?`;
  const remove = `DELETE FROM ${table} WHERE user_id = ? AND revision = ?`;

  return {
    async get(userId) {
      const row = statement(select).get(userId) as Row | null | undefined;
      return row ? { revision: row.revision, record: parseStoredRecord(row.record) } : undefined;
    },

    async compareAndSet(userId, expectedRevision, next) {
      if (database.inTransaction === true || database.isTransaction === true) {
        throw new MfaError('store-failed', 'the database handle is in a transaction, which may be rolled back');
      }
      if (next === undefined) {
        if (expectedRevision !== undefined) return run(remove, userId, expectedRevision);
        return statement(select).get(userId) ? 'conflict' : 'stored';
      }
      const record = JSON.stringify(next.record);
      if (expectedRevision === undefined) return run(insert, userId, next.revision, record);
      return run(update, next.revision, record, userId, expectedRevision);
    },

    async list({ cursor = '', limit }) {
      const rows = (statement(page).all(cursor, String(limit)) as readonly Row[]).map((row) => {
        return { userId: row.user_id, revision: row.revision, record: parseStoredRecord(row.record) };
      });
      return { rows, cursor: rows.length < limit ? undefined : rows.at(-1)?.userId };
    },
  };
}

/**
 * `CREATE TABLE IF NOT EXISTS …`: run it, or put it among your migrations. For SQLite 3.37 (2021) and later.
 *
 * @throws MfaError `invalid-argument`
 * @example
 * import { sqliteSchema } from 'lockstep-mfa/stores/sqlite';
 *
 * console.log(sqliteSchema({ table: 'mfa' }).split('\n')[0]); // 'CREATE TABLE IF NOT EXISTS "mfa" ('
 */
export function sqliteSchema(options: SqliteStoreOptions = {}): string {
  // No WITHOUT ROWID: that is for rows far smaller than these.
  return `CREATE TABLE IF NOT EXISTS ${tableOf(options)} (
  user_id TEXT NOT NULL PRIMARY KEY,
  revision TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT`;
}

/** Of both stores. */
export function tableOf(options: SqliteStoreOptions): string {
  checkObject(options, 'options');
  checkNames(options, ['table']);
  const { table = 'lockstep_mfa' } = options;
  return quotedTableName(table);
}
