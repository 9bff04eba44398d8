import { checkObject, invalid } from '../../core/check.js';
import type { MfaStore } from '../../service/ports.js';
import { parseStoredRecord } from '../stored-record.js';
import { checkedTableName } from '../table-name.js';

/** What is used of `pg` Pool and Client and of PGlite; `postgres` through one arrow function. */
export interface PostgresClient {
  query(text: string, values: string[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface PostgresStoreOptions {
  /** Lower-case letters, digits and underscores. Default `lockstep_mfa`. */
  readonly table?: string;
}

/**
 * A store over the PostgreSQL client that the application already has. Every write is one statement on one row, which
 * PostgreSQL makes atomic in each isolation level.
 *
 * Hand over a pool, or a client that is **not** inside a transaction of yours: a rollback would bring a used code back,
 * and take a counted failure away.
 *
 * @param client - `pg` Pool or Client, PGlite; for `postgres`:
 *   `{ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) }`
 * @throws MfaError `invalid-argument`
 * @example
 * import { postgresSchema } from 'lockstep-mfa/stores/postgres';
 *
 * console.log(postgresSchema({ table: 'mfa' }).split('\n')[0]); // CREATE TABLE IF NOT EXISTS mfa (
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): MfaStore {
  checkObject(client, 'client');
  if (typeof client.query !== 'function') throw invalid('client must have a method query(text, values)');
  const table = tableOf(options);
  const get = `SELECT revision, record FROM ${table} WHERE user_id = $1`;
  const insert = `INSERT INTO ${table} (user_id, revision, record) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING RETURNING user_id`;
  const update = `UPDATE ${table} SET revision = $3, record = $4 WHERE user_id = $1 AND revision = $2 RETURNING user_id`;
  const remove = `DELETE FROM ${table} WHERE user_id = $1 AND revision = $2 RETURNING user_id`;

  return {
    async get(userId) {
      const [row] = (await client.query(get, [userId])).rows as readonly { revision: string; record: string }[];
      return row && { revision: row.revision, record: parseStoredRecord(row.record) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      if (next === undefined && expectedRevision === undefined) {
        return (await client.query(get, [userId])).rows.length === 0 ? 'stored' : 'conflict';
      }
      const { rows } =
        next === undefined
          ? await client.query(remove, [userId, expectedRevision as string])
          : expectedRevision === undefined
            ? await client.query(insert, [userId, next.revision, JSON.stringify(next.record)])
            : await client.query(update, [userId, expectedRevision, next.revision, JSON.stringify(next.record)]);
      return rows.length === 1 ? 'stored' : 'conflict';
    },
  };
}

function tableOf(options: PostgresStoreOptions): string {
  checkObject(options, 'options');
  return checkedTableName(options.table ?? 'lockstep_mfa');
}

/**
 * `CREATE TABLE IF NOT EXISTS …`: run it, as often as you like, or put it among your migrations.
 *
 * The record is text, not jsonb: it is opaque, read and written whole, and has to come back as it was.
 *
 * @throws MfaError `invalid-argument`
 */
export function postgresSchema(options: PostgresStoreOptions = {}): string {
  return `CREATE TABLE IF NOT EXISTS ${tableOf(options)} (
  user_id text PRIMARY KEY,
  revision text NOT NULL,
  record text NOT NULL
)`;
}
