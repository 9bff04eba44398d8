import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListingStore } from '../../service/ports.js';
import { driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';
import { quotedTablePath } from '../table-name.js';

/** The part of Pool and Connection of `mysql2/promise` and of `mariadb` that the store uses. */
export interface MysqlClient {
  /** Prepares one statement, and runs it with its parameters. */
  execute(sql: string, values: string[]): Promise<unknown>;
}

export interface MysqlStoreOptions {
  /** Lower-case letters, digits and underscores; a database may stand before it: `auth.mfa`. Default `lockstep_mfa`. */
  readonly table?: string;
}

interface Row {
  readonly user_id: unknown;
  readonly revision: unknown;
  readonly record: unknown;
  readonly autocommit: unknown;
}

/** What the columns hold: without the strict mode the server would cut what is longer. */
const MOST_BYTES = { 'user id': 1000, revision: 255 } as const;

const DUPLICATE_KEY = 1062;

/**
 * Deadlock; and, with `innodb_snapshot_isolation`, a row that changed since it was read. Each time the statement was rolled
 * back whole, for another write was there first.
 */
const OVERTAKEN: readonly unknown[] = [1213, 1020];

/**
 * A store over the client of MySQL or MariaDB that the application already has, in the table of {@link mysqlSchema}; each
 * compare-and-set is one statement on one row.
 *
 * - Hand over a pool, or a connection that is **never** inside a transaction of yours: a rollback would bring a used code
 *   back, and take a counted failure away; and reads would see the rows as they were when it began. Leave `autocommit`
 *   on; without it a row that is read throws `store-failed`.
 * - Read from the primary: a replica that lags shows a code as unused. The write would still be refused as a conflict,
 *   so this costs answers, not safety.
 * - Leave `innodb_flush_log_at_trx_commit` and `sync_binlog` at 1: otherwise a crash forgets codes that were used.
 *
 * It needs neither the strict mode nor a character set of the connection: all that it sends is ASCII, and what a column
 * cannot hold is refused here. User ids have at most 1000 bytes in UTF-8.
 *
 * What the client throws becomes `store-failed`, with a cause that has its name, code and message and nothing else. The
 * write may have been done all the same; the service reads what became of it.
 *
 * @param client - Pool or Connection of `mysql2/promise`, or of `mariadb`
 * @throws MfaError `invalid-argument`
 * @see https://mariadb.com/kb/en/set-transaction/, https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
 * @example
 * import { mysqlStore } from 'lockstep-mfa/stores/mysql';
 *
 * const pool = { execute: async (sql: string, values: string[]) => [[], []] }; // createPool() of mysql2/promise
 * const store = mysqlStore(pool);
 * console.log(await store.get('user-1')); // undefined
 */
export function mysqlStore(client: MysqlClient, options: MysqlStoreOptions = {}): ListingStore {
  checkClient(client);
  const table = tableOf(options);
  const columns = '`user_id`, `revision`, `record`';
  const select = `SELECT ${columns}, @@autocommit AS \`autocommit\` FROM ${table} WHERE \`user_id\` = UNHEX(?)`;
  const page = `SELECT ${columns}, @@autocommit AS \`autocommit\` FROM ${table} WHERE \`user_id\` > UNHEX(?) ORDER BY \`user_id\` LIMIT `;
  const insert = `INSERT INTO ${table} (${columns}) VALUES (UNHEX(?), UNHEX(?), ?)`;
  const where = '`user_id` = UNHEX(?) AND `revision` = UNHEX(?)';
  const update = `UPDATE ${table} SET \`revision\` = UNHEX(?), \`record\` = ? WHERE ${where}`;
  const remove = `DELETE FROM ${table} WHERE ${where}`;

  const read = async (sql: string, values: string[]): Promise<readonly Row[]> => {
    try {
      return rowsOf(await client.execute(sql, values));
    } catch (thrown) {
      throw failed(thrown);
    }
  };
  const write = async (sql: string, values: string[]): Promise<'stored' | 'conflict'> => {
    try {
      return writtenOf(await client.execute(sql, values));
    } catch (thrown) {
      const { errno } = Object(thrown) as { readonly errno?: unknown };
      if (OVERTAKEN.includes(errno) || (sql === insert && errno === DUPLICATE_KEY)) return 'conflict';
      throw failed(thrown);
    }
  };

  return {
    async get(userId) {
      const [row] = await read(select, [hexOf(userId, 'user id')]);
      return row && { revision: textOf(row.revision), record: parseStoredRecord(textOf(row.record)) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      const id = hexOf(userId, 'user id');
      const expected = expectedRevision === undefined ? undefined : hexOf(expectedRevision, 'revision');
      if (next === undefined) {
        if (expected !== undefined) return write(remove, [id, expected]);
        return (await read(select, [id])).length === 0 ? 'stored' : 'conflict';
      }
      const [revision, record] = [hexOf(next.revision, 'revision'), asciiJson(next.record)];
      if (expected === undefined) return write(insert, [id, revision, record]);
      return write(update, [revision, record, id, expected]);
    },

    async list({ cursor = '', limit }) {
      // In the text: what a parameter has to be there differs between servers and clients.
      if (!Number.isSafeInteger(limit) || limit < 1) throw invalid('limit must be a whole number above 0');
      const rows = (await read(page + limit, [hexOf(cursor, 'user id')])).map((row) => {
        return {
          userId: textOf(row.user_id),
          revision: textOf(row.revision),
          record: parseStoredRecord(textOf(row.record)),
        };
      });
      return { rows, cursor: rows.length < limit ? undefined : rows.at(-1)?.userId };
    },
  };
}

/**
 * `CREATE TABLE IF NOT EXISTS …`, to put among your migrations. For MySQL 5.7 and later, MariaDB 10.2 and later.
 *
 * User ids and revisions are bytes: texts would be compared by a collation, for most of which "alice" is "Alice" and
 * "alice ". The record is LONGTEXT, for TEXT ends at 64 kB; it is JSON in ASCII, so that no character set can change it.
 *
 * @throws MfaError `invalid-argument`
 * @example
 * import { mysqlSchema } from 'lockstep-mfa/stores/mysql';
 *
 * console.log(mysqlSchema({ table: 'mfa' }).split('\n')[0]); // 'CREATE TABLE IF NOT EXISTS `mfa` ('
 */
export function mysqlSchema(options: MysqlStoreOptions = {}): string {
  // A key of 1000 bytes needs the format DYNAMIC, which a server may not have as its default.
  return `CREATE TABLE IF NOT EXISTS ${tableOf(options)} (
  \`user_id\` VARBINARY(${MOST_BYTES['user id']}) NOT NULL PRIMARY KEY,
  \`revision\` VARBINARY(${MOST_BYTES.revision}) NOT NULL,
  \`record\` LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`;
}

/**
 * Makes the table of {@link mysqlSchema} where there is none; run it as often as you like, also in many processes at once.
 * Its user needs CREATE, which the user of the application need not have.
 *
 * @throws MfaError `invalid-argument`, `store-failed`
 * @example
 * import { migrateMysql } from 'lockstep-mfa/stores/mysql';
 *
 * const pool = { execute: async (sql: string, values: string[]) => [[], []] }; // createPool() of mysql2/promise
 * await migrateMysql(pool);
 */
export async function migrateMysql(client: MysqlClient, options: MysqlStoreOptions = {}): Promise<void> {
  checkClient(client);
  const schema = mysqlSchema(options);
  try {
    await client.execute(schema, []);
  } catch (thrown) {
    throw failed(thrown);
  }
}

function checkClient(client: unknown): asserts client is MysqlClient {
  checkObject(client, 'client');
  const { execute, promise } = client as { readonly execute?: unknown; readonly promise?: unknown };
  if (typeof execute !== 'function') throw invalid('client must have a method execute(sql, values)');
  // The pool of mysql2 with callbacks: its execute would answer at once, before anything is written.
  if (typeof promise === 'function') throw invalid('client must answer with promises: hand over client.promise()');
}

function tableOf(options: MysqlStoreOptions): string {
  checkObject(options, 'options');
  checkNames(options, ['table']);
  const { table = 'lockstep_mfa' } = options;
  return quotedTablePath(table, '`');
}

/** In UTF-8. Bytes cannot be sent by every client in one way, and texts are changed by character sets. */
function hexOf(text: string, what: keyof typeof MOST_BYTES): string {
  const bytes = new TextEncoder().encode(text);
  const most = MOST_BYTES[what];
  if (bytes.length > most) throw new MfaError('store-failed', `MySQL: a ${what} may have at most ${most} bytes`);
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** For JSON, what is escaped is the same. */
function asciiJson(record: unknown): string {
  return JSON.stringify(record).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Columns of bytes are read as bytes, unless a client is set up to give texts. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // An id may begin with what is no mark of the encoding here.
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  throw unexpected();
}

/** mysql2 answers with rows and columns, mariadb with the rows. */
function rowsOf(answer: unknown): readonly Row[] {
  const rows: unknown = Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer;
  if (!Array.isArray(rows)) throw unexpected();
  for (const row of rows as readonly Row[]) {
    if (Number(row.autocommit) === 0) {
      throw new MfaError('store-failed', 'MySQL: autocommit is off, so that what is written may be rolled back');
    }
  }
  return rows;
}

/** A revision is never written twice, so that a row that is matched is a row that is changed, whichever the client counts. */
function writtenOf(answer: unknown): 'stored' | 'conflict' {
  const { affectedRows } = Object(Array.isArray(answer) ? answer[0] : answer) as { readonly affectedRows?: unknown };
  const written = Number(affectedRows);
  if (written === 1) return 'stored';
  if (written === 0) return 'conflict';
  throw unexpected();
}

function unexpected(): MfaError {
  return new MfaError('store-failed', 'the MySQL client answered with neither rows nor the number of rows written');
}

function failed(thrown: unknown): MfaError {
  return thrown instanceof MfaError ? thrown : driverFailed('MySQL', thrown);
}
