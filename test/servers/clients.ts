import { Redis as IoRedis } from 'ioredis';
import type { MfaStore } from 'lockstep-mfa';
import { migratePostgres, type PostgresClient, postgresStore } from 'lockstep-mfa/stores/postgres';
import { type RedisCommand, redisStore } from 'lockstep-mfa/stores/redis';
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

export type ClientName = 'pg Pool' | 'pg Pool, serializable' | 'pg Client' | 'postgres' | 'node-redis' | 'ioredis';

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
};
