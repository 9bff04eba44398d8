import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient as createLibsql, type Client as LibsqlClient } from '@libsql/client';
import Database from 'better-sqlite3';
import type { MfaStore, StoredRow } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { type MysqlClient, migrateMysql, mysqlStore } from 'lockstep-mfa/stores/mysql';
import { migratePostgres, type PostgresClient, postgresStore } from 'lockstep-mfa/stores/postgres';
import { redisStore } from 'lockstep-mfa/stores/redis';
import { asyncSqliteStore, sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
import * as mariadb from 'mariadb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { createClient } from 'redis';

export interface RawRow {
  readonly revision: string;
  /** JSON, which goes back as it came. */
  readonly record: string;
}

/** The statements that the store sends, over the bare client: no JSON is read or written. */
export interface RawEngine {
  read(userId: string): RawRow | Promise<RawRow>;
  write(userId: string, expected: string, next: RawRow): unknown;
}

export interface Connection {
  readonly store: MfaStore;
  /** Absent where {@link Engine.bare} is false. */
  readonly raw?: RawEngine;
  close(): unknown;
}

export interface Engine {
  readonly name: string;
  /** Where one process can share its users with no other. */
  readonly alone?: boolean;
  /** False where there is no engine below the store to compare it with. */
  readonly bare?: boolean;
  /** Makes a place for users, which any process can open by what this returns. */
  make(): Promise<string>;
  open(place: string): Promise<Connection>;
  remove(place: string): Promise<void>;
  /** What of the engine's settings decides how fast it is. */
  describe(): Promise<string>;
}

const POSTGRES_URL = process.env['LOCKSTEP_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';
const REDIS_URL = process.env['LOCKSTEP_REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const MARIADB_URL = process.env['LOCKSTEP_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test';

const ROW: StoredRow = { revision: 'next', record: { version: 1 } };
const freshName = (): string => `lockstep_bench_${process.pid}_${Date.now().toString(36)}`;

/** Hears what a store sends for a read and for a compare-and-set, so that the bare engine is sent the same. */
async function heard<T>(overhear: (hear: (said: T) => void) => MfaStore): Promise<readonly [read: T, write: T]> {
  const said: T[] = [];
  const store = overhear((each) => said.push(each));
  await store.get('alice');
  await store.compareAndSet('alice', 'expected', ROW);
  return said as unknown as readonly [T, T];
}

async function onPostgres(client: PostgresClient, table: string, close: () => unknown): Promise<Connection> {
  const [select, update] = await heard<string>((hear) => {
    const deaf: PostgresClient = {
      query: async (text) => {
        hear(text);
        return { rows: [] };
      },
    };
    return postgresStore(deaf, { table });
  });
  return {
    store: postgresStore(client, { table }),
    raw: {
      read: async (userId) => (await client.query(select, [userId])).rows[0] as RawRow,
      write: (userId, expected, { revision, record }) => client.query(update, [userId, expected, revision, record]),
    },
    close,
  };
}

const memory: Engine = {
  name: 'memory',
  alone: true,
  bare: false,
  make: async () => '',
  open: async () => ({ store: memoryStore(), close: () => {} }),
  remove: async () => {},
  describe: async () => 'no engine below it',
};

const sqlite: Engine = {
  name: 'SQLite',
  make: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
    const database = new Database(join(folder, 'users.db'));
    database.exec(`PRAGMA journal_mode = WAL; ${sqliteSchema()}`);
    database.close();
    return folder;
  },
  open: async (folder) => {
    const database = new Database(join(folder, 'users.db'));
    database.exec('PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
    const [select, update] = await heard<string>((hear) =>
      sqliteStore({
        prepare: (sql) => {
          hear(sql);
          return { get: () => undefined, all: () => [], run: () => ({ changes: 0 }) };
        },
      }),
    );
    const read = database.prepare<[string], RawRow>(select);
    const write = database.prepare(update);
    return {
      store: sqliteStore(database),
      raw: {
        read: (userId) => read.get(userId) as RawRow,
        write: (userId, expected, { revision, record }) => write.run(revision, record, userId, expected),
      },
      close: () => database.close(),
    };
  },
  remove: async (folder) => rmSync(folder, { recursive: true }),
  describe: async () => {
    const [row] = new Database(':memory:').prepare('SELECT sqlite_version() AS version').all() as { version: string }[];
    return `${row?.version}, better-sqlite3, a file, WAL, synchronous = FULL`;
  },
};

/** Loaded by those who need it, for it is large. */
async function newPglite(): Promise<import('@electric-sql/pglite').PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  return new PGlite();
}

const pglite: Engine = {
  name: 'PGlite',
  alone: true,
  make: async () => '',
  open: async () => {
    const database = await newPglite();
    await migratePostgres(database);
    return onPostgres(database, 'lockstep_mfa', () => database.close());
  },
  remove: async () => {},
  describe: async () => {
    const database = await newPglite();
    const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
    await database.close();
    return `PostgreSQL ${rows[0]?.server_version}, in memory`;
  },
};

async function withPostgres<T>(use: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: POSTGRES_URL });
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

const postgresql: Engine = {
  name: 'PostgreSQL',
  make: () =>
    withPostgres(async (pool) => {
      const table = freshName();
      await migratePostgres(pool, { table });
      return table;
    }),
  open: async (table) => {
    const pool = new pg.Pool({ connectionString: POSTGRES_URL });
    return onPostgres(pool, table, () => pool.end());
  },
  remove: (table) =>
    withPostgres(async (pool) => {
      await pool.query(`DROP TABLE "${table}"`);
    }),
  describe: () =>
    withPostgres(async (pool) => {
      const show = async (name: string): Promise<string> => (await pool.query(`SHOW ${name}`)).rows[0][name];
      const [version, fsync, commit] = [
        await show('server_version'),
        await show('fsync'),
        await show('synchronous_commit'),
      ];
      return `${version.split(' ')[0]}, pg Pool, fsync ${fsync}, synchronous_commit ${commit}`;
    }),
};

const redis: Engine = {
  name: 'Redis',
  make: async () => `${freshName()}:`,
  open: async (prefix) => {
    const client = await createClient({ url: REDIS_URL }).connect();
    const [read, write] = await heard<string[]>((hear) =>
      redisStore(
        async (parts) => {
          hear(parts);
          return parts[0] === 'HMGET' ? [null, null] : 0;
        },
        { prefix },
      ),
    );
    const [, , ...fields] = read;
    const [evaluate, script, keys] = write as [string, string, string];
    return {
      store: redisStore((parts) => client.sendCommand(parts), { prefix }),
      raw: {
        read: async (userId) => {
          const reply = await client.sendCommand(['HMGET', prefix + userId, ...fields]);
          const [revision, record] = reply as unknown as [string, string];
          return { revision, record };
        },
        write: (userId, expected, { revision, record }) =>
          client.sendCommand([evaluate, script, keys, prefix + userId, `=${expected}`, revision, record]),
      },
      close: () => client.close(),
    };
  },
  remove: async (prefix) => {
    const client = await createClient({ url: REDIS_URL }).connect();
    for await (const found of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) {
      if (found.length > 0) await client.del(found);
    }
    await client.close();
  },
  describe: async () => {
    const client = await createClient({ url: REDIS_URL }).connect();
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
    const { appendonly, appendfsync } = await client.configGet(['appendonly', 'appendfsync']);
    await client.close();
    return `${version}, node-redis, appendonly ${appendonly}${appendonly === 'yes' ? `, appendfsync ${appendfsync}` : ''}`;
  },
};

const hexOf = (text: string): string => Buffer.from(text).toString('hex');

async function onMariaDb(client: MysqlClient, table: string, close: () => unknown): Promise<Connection> {
  const [select, update] = await heard<string>((hear) => {
    const deaf: MysqlClient = {
      execute: async (sql) => {
        hear(sql);
        return sql.startsWith('SELECT') ? [] : { affectedRows: 0 };
      },
    };
    return mysqlStore(deaf, { table });
  });
  return {
    store: mysqlStore(client, { table }),
    raw: {
      read: async (userId) => {
        const answer = (await client.execute(select, [hexOf(userId)])) as readonly unknown[];
        const [row] = (Array.isArray(answer[0]) ? answer[0] : answer) as readonly [
          { readonly revision: Buffer; readonly record: string },
        ];
        return { revision: row.revision.toString(), record: row.record };
      },
      write: (userId, expected, { revision, record }) =>
        client.execute(update, [hexOf(revision), record, hexOf(userId), hexOf(expected)]),
    },
    close,
  };
}

async function withMariaDb<T>(use: (pool: mysql.Pool) => Promise<T>): Promise<T> {
  const pool = mysql.createPool(MARIADB_URL);
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

/** The store over either client, on the same server. */
function onMariaDbOver(client: 'mysql2' | 'mariadb'): Engine {
  return {
    name: `MariaDB, ${client}`,
    make: () =>
      withMariaDb(async (pool) => {
        const table = freshName();
        await migrateMysql(pool, { table });
        return table;
      }),
    open: async (table) => {
      if (client === 'mysql2') {
        const pool = mysql.createPool(MARIADB_URL);
        return onMariaDb(pool, table, () => pool.end());
      }
      const { hostname: host, port, username: user, password, pathname } = new URL(MARIADB_URL);
      const pool = mariadb.createPool({ host, port: Number(port), user, password, database: pathname.slice(1) });
      return onMariaDb(pool, table, () => pool.end());
    },
    remove: (table) =>
      withMariaDb(async (pool) => {
        await pool.query(`DROP TABLE \`${table}\``);
      }),
    describe: () =>
      withMariaDb(async (pool) => {
        const settings = 'VERSION() AS version, @@innodb_flush_log_at_trx_commit AS flush';
        const [rows] = await pool.query<mysql.RowDataPacket[]>(`SELECT ${settings}`);
        return `${String(rows[0]?.['version']).split('-')[0]}, innodb_flush_log_at_trx_commit ${rows[0]?.['flush']}`;
      }),
  };
}

const libsqlIn = (folder: string): LibsqlClient => createLibsql({ url: `file:${join(folder, 'users.db')}` });

const libsql: Engine = {
  name: 'libSQL',
  alone: true,
  make: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
    const client = libsqlIn(folder);
    await client.execute('PRAGMA journal_mode = WAL');
    await client.execute(sqliteSchema());
    client.close();
    return folder;
  },
  open: async (folder) => {
    const client = libsqlIn(folder);
    await client.execute('PRAGMA synchronous = FULL');
    const [select, update] = await heard<string>((hear) =>
      asyncSqliteStore(async (sql) => {
        hear(sql);
        return { rows: [] };
      }),
    );
    return {
      store: asyncSqliteStore((sql, args) => client.execute({ sql, args })),
      raw: {
        read: async (userId) => (await client.execute({ sql: select, args: [userId] })).rows[0] as unknown as RawRow,
        write: (userId, expected, { revision, record }) =>
          client.execute({ sql: update, args: [revision, record, userId, expected] }),
      },
      close: () => client.close(),
    };
  },
  remove: async (folder) => rmSync(folder, { recursive: true }),
  describe: async () => '@libsql/client, a file, WAL, synchronous = FULL',
};

export const ENGINES: readonly Engine[] = [
  ...[memory, sqlite, libsql, pglite, postgresql],
  ...[onMariaDbOver('mysql2'), onMariaDbOver('mariadb'), redis],
];
