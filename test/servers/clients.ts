import { Redis as IoRedis } from 'ioredis';
import type { MfaStore } from 'lockstep-mfa';
import { type MysqlClient, migrateMysql, mysqlStore } from 'lockstep-mfa/stores/mysql';
import { migratePostgres, type PostgresClient, postgresStore } from 'lockstep-mfa/stores/postgres';
import { type RedisCommand, redisStore } from 'lockstep-mfa/stores/redis';
import * as mariadb from 'mariadb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { createClient } from 'redis';
import type { Server } from './servers.js';

/** A store at one place of a server, through one client. */
export interface Connection {
  readonly store: MfaStore;
  /** Makes the table, where there are tables. */
  prepare(): Promise<void>;
  /** Leaves nothing of the place behind. */
  drop(): Promise<void>;
  close(): Promise<unknown>;
}

export interface Client {
  readonly server: Server;
  open(url: string, place: string): Promise<Connection>;
}

/** Errors of idle connections reach the next command too. */
const ignore = (): void => {};

function onPostgres(client: PostgresClient, place: string, close: () => Promise<unknown>): Connection {
  return {
    store: postgresStore(client, { table: place }),
    prepare: () => migratePostgres(client, { table: place }),
    drop: async () => {
      await client.query(`DROP TABLE IF EXISTS "${place}"`, []);
    },
    close,
  };
}

function pool(url: string, place: string, more: pg.PoolConfig = {}): Connection {
  const made = new pg.Pool({ connectionString: url, max: 8, ...more });
  made.on('error', ignore);
  return onPostgres(made, place, () => made.end());
}

function onRedis(command: RedisCommand, place: string, close: () => Promise<unknown>): Connection {
  const prefix = `${place}:`;
  return {
    store: redisStore(command, { prefix }),
    prepare: async () => {},
    drop: async () => {
      let cursor = '0';
      do {
        const scan = await command(['SCAN', cursor, 'MATCH', `${prefix}*`, 'COUNT', '1000'], prefix);
        const [next, keys] = scan as [string, string[]];
        if (keys.length > 0) await command(['DEL', ...keys], prefix);
        cursor = String(next);
      } while (cursor !== '0');
    },
    close,
  };
}

export interface MysqlConnection extends Connection {
  readonly client: MysqlClient;
}

function onMariaDb(client: MysqlClient, place: string, close: () => Promise<unknown>): MysqlConnection {
  return {
    client,
    store: mysqlStore(client, { table: place }),
    prepare: () => migrateMysql(client, { table: place }),
    drop: async () => {
      await client.execute(`DROP TABLE IF EXISTS \`${place}\``, []);
    },
    close,
  };
}

export const mysql2Pool = (url: string, place: string, more: mysql.PoolOptions = {}): MysqlConnection => {
  const made = mysql.createPool({ uri: url, connectionLimit: 8, ...more });
  return onMariaDb(made, place, () => made.end());
};

export const mariadbPool = (url: string, place: string, more: mariadb.PoolConfig = {}): MysqlConnection => {
  const { hostname, port, username, password, pathname } = new URL(url);
  const made = mariadb.createPool({
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    connectionLimit: 8,
    ...more,
  });
  return onMariaDb(made, place, () => made.end());
};

/** What a database may be set up to be, and a store must not depend on. */
const LAX = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'";
const SERIALIZABLE = [
  'SET SESSION innodb_snapshot_isolation = ON',
  'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE',
];

export type ClientName =
  | 'pg Pool'
  | 'pg Pool, serializable'
  | 'pg Client'
  | 'postgres'
  | 'node-redis'
  | 'ioredis'
  | 'mysql2'
  | 'mysql2 Connection'
  | 'mysql2, changed rows, latin1'
  | 'mariadb'
  | 'mariadb, changed rows, lax'
  | 'mariadb, serializable';

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  'pg Pool': { server: 'PostgreSQL', open: async (url, place) => pool(url, place) },
  'pg Pool, serializable': {
    server: 'PostgreSQL',
    open: async (url, place) => pool(url, place, { options: '-c default_transaction_isolation=serializable' }),
  },
  'pg Client': {
    server: 'PostgreSQL',
    async open(url, place) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', ignore);
      await client.connect();
      return onPostgres(client, place, () => client.end());
    },
  },
  postgres: {
    server: 'PostgreSQL',
    async open(url, place) {
      const sql = postgres(url, { max: 8, onnotice: ignore });
      const client: PostgresClient = {
        query: async (text, values) => ({ rows: await sql.unsafe(text, values) }),
      };
      // After a connection was cut, an end without a limit waits for ever.
      return onPostgres(client, place, () => sql.end({ timeout: 1 }));
    },
  },
  'node-redis': {
    server: 'Redis',
    async open(url, place) {
      const client = createClient({ url });
      client.on('error', ignore);
      await client.connect();
      return onRedis(
        (parts) => client.sendCommand(parts),
        place,
        () => client.close(),
      );
    },
  },
  ioredis: {
    server: 'Redis',
    async open(url, place) {
      const client = new IoRedis(url);
      client.on('error', ignore);
      return onRedis(
        ([name, ...rest]) => client.call(name, ...rest),
        place,
        () => client.quit(),
      );
    },
  },
  mysql2: { server: 'MariaDB', open: async (url, place) => mysql2Pool(url, place) },
  'mysql2 Connection': {
    server: 'MariaDB',
    async open(url, place) {
      const connection = await mysql.createConnection(url);
      connection.on('error', ignore);
      return onMariaDb(connection, place, () => connection.end());
    },
  },
  'mysql2, changed rows, latin1': {
    server: 'MariaDB',
    open: async (url, place) => mysql2Pool(url, place, { flags: ['-FOUND_ROWS'], charset: 'latin1' }),
  },
  mariadb: { server: 'MariaDB', open: async (url, place) => mariadbPool(url, place) },
  'mariadb, changed rows, lax': {
    server: 'MariaDB',
    open: async (url, place) => mariadbPool(url, place, { foundRows: false, initSql: LAX }),
  },
  'mariadb, serializable': {
    server: 'MariaDB',
    open: async (url, place) => mariadbPool(url, place, { initSql: SERIALIZABLE }),
  },
};
