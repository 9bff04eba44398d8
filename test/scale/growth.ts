import { createMfaService, generateSecret, hotp, type MfaStore, plaintextSealer, type Secret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { migratePostgres, postgresStore } from 'lockstep-mfa/stores/postgres';
import { redisStore } from 'lockstep-mfa/stores/redis';
import pg from 'pg';
import { createClient } from 'redis';
import { freshPlace, URLS } from '../servers/servers.js';
import { table } from '../support/tables.js';

const USERS = [1e3, 1e4, 1e5, 1e6] as const;
const SIGN_INS = 8000;
const AT_ONCE = 4;
const START_MS = 1_767_225_600_000;
const PERIOD_MS = 30_000;
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;

interface Growth {
  readonly engine: string;
  readonly users: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

const serviceAt = (store: MfaStore, nowMs: number) =>
  createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs });

/** The record that all users get; they are looked at as strangers by store and engine all the same. */
async function anyRecord(): Promise<{ readonly json: string; readonly secret: Secret }> {
  const store = memoryStore();
  const secret = generateSecret();
  const administrator = serviceAt(store, START_MS).asAdministrator('Ada');
  await administrator.importDevice('any', { name: 'Phone', secret, lastCounter: START_MS / PERIOD_MS });
  const made = await administrator.createRecoveryCodes('any');
  if (!made.ok) throw new Error(made.reason);
  return { json: JSON.stringify((await store.get('any'))?.record), secret };
}

/** Sign-ins of users in any order, each with a code that was never shown. */
async function signIns(
  store: MfaStore,
  users: number,
  secret: Secret,
): Promise<Pick<Growth, 'perSecond' | 'p50Ms' | 'p99Ms'>> {
  const took: number[] = [];
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < SIGN_INS) {
      const turn = next++;
      const nowMs = START_MS + (2 + Math.floor(turn / users)) * PERIOD_MS;
      const userId = `user-${(turn * 7919) % users}`;
      const startMs = performance.now();
      const answer = await serviceAt(store, nowMs).signIn(userId, {
        code: hotp(secret, nowMs / PERIOD_MS, PARAMETERS),
      });
      took.push(performance.now() - startMs);
      if (!answer.ok) throw new Error(answer.reason);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  const seconds = (performance.now() - startMs) / 1000;
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor(share * (took.length - 1))] as number;
  return { perSecond: SIGN_INS / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function onPostgres(users: number, json: string, secret: Secret): Promise<Growth> {
  const pool = new pg.Pool({ connectionString: URLS.PostgreSQL, max: AT_ONCE });
  const place = freshPlace();
  try {
    await migratePostgres(pool, { table: place });
    await pool.query(`INSERT INTO "${place}" SELECT 'user-' || i, 'r', $1 FROM generate_series(0, $2::integer) AS i`, [
      json,
      String(users - 1),
    ]);
    await pool.query(`VACUUM ANALYZE "${place}"`);
    await pool.query('CHECKPOINT');
    const took = await signIns(postgresStore(pool, { table: place }), users, secret);
    const { rows } = await pool.query('SELECT pg_total_relation_size($1::regclass)::float AS bytes', [place]);
    return { engine: 'PostgreSQL', users, ...took, bytes: rows[0].bytes };
  } finally {
    await pool.query(`DROP TABLE IF EXISTS "${place}"`);
    await pool.end();
  }
}

async function onRedis(users: number, json: string, secret: Secret): Promise<Growth> {
  const client = await createClient({ url: URLS.Redis }).connect();
  const prefix = `${freshPlace()}:`;
  const each = async (call: (keys: readonly string[]) => Promise<unknown>): Promise<void> => {
    for (let first = 0; first < users; first += 1000) {
      await call(Array.from({ length: 1000 }, (_, i) => `${prefix}user-${first + i}`));
    }
  };
  const memory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  try {
    const before = await memory();
    await each((keys) => Promise.all(keys.map((key) => client.hSet(key, { revision: 'r', record: json }))));
    const took = await signIns(
      redisStore((parts) => client.sendCommand(parts), { prefix }),
      users,
      secret,
    );
    return { engine: 'Redis', users, ...took, bytes: (await memory()) - before };
  } finally {
    await each((keys) => client.unlink([...keys]));
    await client.close();
  }
}

/** Needs PostgreSQL and Redis, 3 GB of memory and 6 GB of disk. */
export async function growthTable(): Promise<string> {
  const { json, secret } = await anyRecord();
  const rows: Growth[] = [];
  for (const measure of [onPostgres, onRedis]) {
    // The first round is for the compiler of JavaScript.
    await measure(1e3, json, secret);
    for (const users of USERS) rows.push(await measure(users, json, secret));
  }
  return table(
    ['', 'users', 'sign-ins a second', 'p50', 'p99', 'stored', 'bytes a user'],
    rows.map(({ engine, users, perSecond, p50Ms, p99Ms, bytes }) => [
      engine,
      users.toLocaleString('en'),
      Math.round(perSecond).toLocaleString('en'),
      `${p50Ms.toFixed(1)} ms`,
      `${p99Ms.toFixed(1)} ms`,
      bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`,
      Math.round(bytes / users).toLocaleString('en'),
    ]),
    1,
  );
}
