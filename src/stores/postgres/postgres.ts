import { checkNames, checkObject, invalid } from '../../core/check.js';
import { MfaError } from '../../errors.js';
import type { ListingStore } from '../../service/ports.js';
import { driverCode, driverFailed } from '../driver-error.js';
import { parseStoredRecord } from '../stored-record.js';
import { quotedTablePath } from '../table-name.js';

/** The part of `pg` Pool and Client and of PGlite that the store uses; of `postgres` through one arrow function. */
export interface PostgresClient {
  /** Runs one statement with its parameters. */
  query(text: string, values: string[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface PostgresStoreOptions {
  /** Lower-case letters, digits and underscores; a schema may stand before it: `auth.mfa`. Default `lockstep_mfa`. */
  readonly table?: string;
}

interface Row {
  readonly user_id: string;
  readonly revision: string;
  readonly record: string;
}

/** serialization_failure: the statement was rolled back whole, for another write was there first. */
const OVERTAKEN = '40001';

const READS_AGAIN = 4;

/** unique_violation, duplicate_object, duplicate_table: another session made the same table at the same time. */
const MADE_ELSEWHERE: readonly (string | undefined)[] = ['23505', '42710', '42P07'];

/**
 * A store over the PostgreSQL client that the application already has, in the table of {@link postgresSchema}; each
 * compare-and-set is one statement on one row, which PostgreSQL makes atomic at every isolation level.
 *
 * - Hand over a pool, or a client that is **never** inside a transaction of yours: a rollback would bring a used code
 *   back, and take a counted failure away.
 * - Read from the primary: a replica that lags shows a code as unused. The write would still be refused as a conflict,
 *   so this costs answers, not safety.
 * - Leave `synchronous_commit` and `fsync` on: without them a crash forgets codes that were used.
 *
 * What the client throws becomes `store-failed`, with a cause that has its name, code and message and nothing else. The
 * write may have been done all the same; the service reads what became of it.
 *
 * @param client - `pg` Pool or Client, PGlite; for `postgres`:
 *   `{ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) }`
 * @throws MfaError `invalid-argument`
 * @see https://www.postgresql.org/docs/current/transaction-iso.html
 * @example
 * import { postgresStore } from 'lockstep-mfa/stores/postgres';
 *
 * const pool = { query: async (text: string, values: string[]) => ({ rows: [] }) }; // new Pool() of pg
 * const store = postgresStore(pool);
 * console.log(await store.get('user-1')); // undefined
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): ListingStore {
  checkClient(client);
  const table = tableOf(options);
  const select = `SELECT revision, record FROM ${table} WHERE user_id = $1`;
  // No user id is empty, so each comes after the empty text.
  const page = `SELECT user_id, revision, record FROM ${table} WHERE user_id > $1 ORDER BY user_id LIMIT $2::integer`;
  const insert = `INSERT INTO ${table} (user_id, revision, record) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING RETURNING user_id`;
  const update = `UPDATE ${table} SET revision = $3, record = $4 WHERE user_id = $1 AND revision = $2 RETURNING user_id`;
  const remove = `DELETE FROM ${table} WHERE user_id = $1 AND revision = $2 RETURNING user_id`;

  const write = async (text: string, values: string[]): Promise<'stored' | 'conflict'> => {
    try {
      return writtenOf(rowsOf(await client.query(text, values)));
    } catch (thrown) {
      if (driverCode(thrown) === OVERTAKEN) return 'conflict';
      throw failed(thrown);
    }
  };
  const read = async (text: string, values: string[]): Promise<readonly unknown[]> => {
    for (let again = 0; ; again++) {
      try {
        return rowsOf(await client.query(text, values));
      } catch (thrown) {
        // Under SERIALIZABLE a read, too, may have to be asked again.
        if (driverCode(thrown) !== OVERTAKEN || again === READS_AGAIN) throw failed(thrown);
      }
    }
  };

  return {
    async get(userId) {
      const [row] = (await read(select, [userId])) as readonly Row[];
      return row && { revision: row.revision, record: parseStoredRecord(row.record) };
    },

    async compareAndSet(userId, expectedRevision, next) {
      if (next === undefined) {
        if (expectedRevision !== undefined) return write(remove, [userId, expectedRevision]);
        return (await read(select, [userId])).length === 0 ? 'stored' : 'conflict';
      }
      const record = JSON.stringify(next.record);
      if (expectedRevision === undefined) return write(insert, [userId, next.revision, record]);
      return write(update, [userId, expectedRevision, next.revision, record]);
    },

    async list({ cursor = '', limit }) {
      const rows = ((await read(page, [cursor, String(limit)])) as readonly Row[]).map((row) => {
        return { userId: row.user_id, revision: row.revision, record: parseStoredRecord(row.record) };
      });
      return { rows, cursor: rows.length < limit ? undefined : rows.at(-1)?.userId };
    },
  };
}

/**
 * `CREATE TABLE IF NOT EXISTS …`, to put among your migrations.
 *
 * The record is text, not jsonb: it is opaque, is read and written whole, and has to come back as it was. User ids are
 * compared by their bytes: an index in the order of a language breaks when the system's locales are updated, and then a
 * user who has MFA is not found.
 *
 * @throws MfaError `invalid-argument`
 * @example
 * import { postgresSchema } from 'lockstep-mfa/stores/postgres';
 *
 * console.log(postgresSchema({ table: 'mfa' }).split('\n')[0]); // 'CREATE TABLE IF NOT EXISTS "mfa" ('
 */
export function postgresSchema(options: PostgresStoreOptions = {}): string {
  return `CREATE TABLE IF NOT EXISTS ${tableOf(options)} (
  user_id text COLLATE "C" PRIMARY KEY,
  revision text NOT NULL,
  record text NOT NULL
)`;
}

/**
 * Makes the table of {@link postgresSchema} where there is none; run it as often as you like, also in many processes at
 * once. Its role needs CREATE on the schema, which the role of the application need not have.
 *
 * @throws MfaError `invalid-argument`, `store-failed`
 * @example
 * import { migratePostgres } from 'lockstep-mfa/stores/postgres';
 *
 * const pool = { query: async (text: string, values: string[]) => ({ rows: [] }) }; // new Pool() of pg
 * await migratePostgres(pool);
 */
export async function migratePostgres(client: PostgresClient, options: PostgresStoreOptions = {}): Promise<void> {
  checkClient(client);
  const schema = postgresSchema(options);
  const create = async (): Promise<unknown> => client.query(schema, []);
  try {
    // IF NOT EXISTS looks first and makes then; who comes in between fails, and finds the table at the second look.
    await create().catch((thrown: unknown) => {
      if (!MADE_ELSEWHERE.includes(driverCode(thrown))) throw thrown;
      return create();
    });
  } catch (thrown) {
    throw failed(thrown);
  }
}

function checkClient(client: unknown): asserts client is PostgresClient {
  checkObject(client, 'client');
  if (typeof (client as Partial<PostgresClient>).query !== 'function') {
    throw invalid('client must have a method query(text, values)');
  }
}

function tableOf(options: PostgresStoreOptions): string {
  checkObject(options, 'options');
  checkNames(options, ['table']);
  return quotedTablePath(options.table ?? 'lockstep_mfa');
}

function rowsOf(result: unknown): readonly unknown[] {
  const { rows } = Object(result) as { readonly rows?: unknown };
  if (!Array.isArray(rows)) throw new MfaError('store-failed', 'the PostgreSQL client answered without rows');
  return rows;
}

/** No more than the one row that was written; in two elements TypeORM gives rows and a number. */
function writtenOf(rows: readonly unknown[]): 'stored' | 'conflict' {
  if (rows.length === 0) return 'conflict';
  if (rows.length === 1) return 'stored';
  throw new MfaError(
    'store-failed',
    `the PostgreSQL client answered with ${rows.length} rows for one that was written`,
  );
}

function failed(thrown: unknown): MfaError {
  return thrown instanceof MfaError ? thrown : driverFailed('PostgreSQL', thrown);
}
