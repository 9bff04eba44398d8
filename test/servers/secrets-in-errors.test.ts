import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import { inspect } from 'node:util';
import { Redis as IoRedis } from 'ioredis';
import { isMfaError, type MfaStore } from 'lockstep-mfa';
import { mysqlStore } from 'lockstep-mfa/stores/mysql';
import { postgresStore } from 'lockstep-mfa/stores/postgres';
import { redisStore } from 'lockstep-mfa/stores/redis';
import * as mariadb from 'mariadb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS, type ClientName, mariadbPool } from './clients.js';
import { serviceAt } from './people.js';
import {
  describeWith,
  PASSWORD,
  type PrivateServer,
  privateMariaDb,
  privatePostgres,
  privateRedis,
} from './private-servers.js';
import { freePort } from './programs.js';
import { describeOn, freshPlace, type Server, URLS } from './servers.js';

/** A store over a client that gives up soon. */
interface Impatient {
  readonly store: MfaStore;
  close(): Promise<unknown> | undefined;
}

const ignore = (): void => {};

const IMPATIENT: Readonly<
  Record<'pg Pool' | 'postgres' | 'node-redis' | 'ioredis' | 'mysql2' | 'mariadb', (url: string) => Promise<Impatient>>
> = {
  'pg Pool': async (url) => {
    const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 500 });
    pool.on('error', ignore);
    return { store: postgresStore(pool), close: () => pool.end() };
  },
  postgres: async (url) => {
    const sql = postgres(url, { connect_timeout: 0.5 });
    const store = postgresStore({ query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) });
    return { store, close: () => sql.end({ timeout: 0 }) };
  },
  'node-redis': async (url) => {
    const client = createClient({
      url,
      commandOptions: { timeout: 500 },
      socket: { reconnectStrategy: false, connectTimeout: 500, socketTimeout: 500 },
    });
    client.on('error', ignore);
    await client.connect().catch(ignore);
    return {
      store: redisStore((parts) => client.sendCommand(parts)),
      close: async () => client.isOpen && client.destroy(),
    };
  },
  ioredis: async (url) => {
    const client = new IoRedis(url, { commandTimeout: 500, retryStrategy: () => null });
    client.on('error', ignore);
    return {
      store: redisStore(([name, ...rest]) => client.call(name, ...rest)),
      close: async () => client.disconnect(),
    };
  },
  mysql2: async (url) => {
    const pool = mysql.createPool({ uri: url, connectTimeout: 500 });
    return { store: mysqlStore(pool), close: () => pool.end() };
  },
  mariadb: async (url) => {
    const { hostname, port, username, password } = new URL(url);
    const pool = mariadb.createPool({
      ...{ host: hostname, port: Number(port), user: username, password, connectionLimit: 1 },
      ...{ connectTimeout: 500, acquireTimeout: 1000, initializationTimeout: 800 },
    });
    return { store: mysqlStore(pool), close: () => pool.end() };
  },
};

type Name = keyof typeof IMPATIENT & ClientName;
const NAMES = Object.keys(IMPATIENT) as Name[];
const SCHEMES: Readonly<Record<Server, string>> = {
  PostgreSQL: 'postgres://postgres',
  Redis: 'redis://',
  MariaDB: 'mysql://app',
};
const urlAt = (server: Server, port: number): string => `${SCHEMES[server]}:${PASSWORD}@127.0.0.1:${port}/0`;

/** What a row holds, as far as the store can tell. */
const ROW_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CODE = '492039';
const ROW = { revision: 'r1', record: { version: 1, sealed: ROW_SECRET } };

/** Every call fails with an error of ours, in which neither the password nor the row stands, however it is printed. */
async function failsQuietly(name: Name, url: string): Promise<void> {
  const { store, close } = await IMPATIENT[name](url);
  const mfa = serviceAt(store, 1_700_000_040_000);
  const calls = [
    () => store.get('alice'),
    () => store.compareAndSet('alice', undefined, ROW),
    () => store.compareAndSet('alice', 'r0', ROW),
    () => mfa.signIn('alice', { code: CODE }),
    () => mfa.signInWithRecoveryCode('alice', { recoveryCode: ROW_SECRET }),
  ];
  try {
    for (const call of calls) {
      const error: unknown = await call().then(
        (answer) => new Error(`it answered ${inspect(answer)}`),
        (thrown: unknown) => thrown,
      );
      if (!isMfaError(error)) throw error;
      expect(error.code).toBe('store-failed');
      expect(error.cause).toBeInstanceOf(Error);
      const printed = [
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
        String(error.cause),
      ].join();
      const { password, host } = new URL(url);
      for (const secret of [password, `${password}@${host}`, PASSWORD, ROW_SECRET, CODE]) {
        expect(printed).not.toContain(secret);
      }
    }
  } finally {
    await close();
  }
}

/** A port at which connections are taken, and nothing is ever answered. */
async function listen(take: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server: TcpServer = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', ignore);
    take(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { readonly port: number };
  return {
    port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe.each(NAMES)('no password and no row in an error of %s', (name) => {
  const { server } = CLIENTS[name];

  it('where nobody listens', async () => {
    await failsQuietly(name, urlAt(server, await freePort()));
  });

  // postgres connects anew for ever, so that no error comes.
  if (name !== 'postgres') {
    it('where somebody hangs up', async () => {
      const { port, close } = await listen((socket) => socket.destroy());
      await failsQuietly(name, urlAt(server, port)).finally(close);
    });
  }

  it('where nobody answers', async () => {
    const { port, close } = await listen(ignore);
    await failsQuietly(name, urlAt(server, port)).finally(close);
  });
});

for (const [server, make] of [
  ['PostgreSQL', privatePostgres],
  ['Redis', () => privateRedis()],
  ['MariaDB', privateMariaDb],
] as const) {
  describeWith(server, `no password in an error, on ${server}`, () => {
    let own: PrivateServer;
    beforeAll(async () => {
      own = await make();
      await own.start();
    }, 120_000);
    afterAll(() => own.remove());

    it.each(NAMES.filter((name) => CLIENTS[name].server === server))('that is a wrong one, over %s', async (name) => {
      const url = new URL(own.url);
      url.password = 'wrong-horse-battery-staple';
      await failsQuietly(name, url.href);
    });
  });
}

describeWith('Redis', 'no password in an error, on a Redis that knows no AUTH and repeats its arguments', () => {
  it.each(NAMES.filter((name) => CLIENTS[name].server === 'Redis'))('over %s', async (name) => {
    const own = await privateRedis(['AUTH', 'HELLO']);
    try {
      await own.start();
      await failsQuietly(name, own.url);
    } finally {
      await own.remove();
    }
  });
});

it('no password in an error of pg that cannot read its URL', async () => {
  const pool = new pg.Pool({ connectionString: `postgres://postgres:${PASSWORD}@[nowhere/test` });
  const error: unknown = await postgresStore(pool)
    .get('alice')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'store-failed' });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(PASSWORD);
});

await describeOn('MariaDB', 'an error of mariadb, which holds the statement and its parameters', () => {
  it('is given without them', async () => {
    const place = freshPlace();
    const connection = mariadbPool(URLS.MariaDB, place, { connectionLimit: 1 });
    const { store, client } = connection;
    try {
      const columns = 'user_id VARBINARY(1000), revision VARBINARY(255), record VARCHAR(1)';
      await client.execute(`CREATE TABLE ${place} (${columns})`, []);
      const failure: unknown = await client
        .execute(`INSERT INTO ${place} (record) VALUES (?)`, [ROW_SECRET])
        .catch((thrown: unknown) => thrown);
      expect(String(failure)).toContain(ROW_SECRET);
      const error: unknown = await store.compareAndSet('alice', undefined, ROW).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'store-failed', cause: { code: 'ER_DATA_TOO_LONG' } });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(ROW_SECRET);
    } finally {
      await connection.drop();
      await connection.close();
    }
  });
});
