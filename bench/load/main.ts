// What a user costs in PostgreSQL and Redis, and what the store and the service cost on top of the engine's own write.
// npx tsx bench/load/main.ts [users] [seconds]
import {
  aesGcmSealer,
  createMfaService,
  createPolicy,
  generateSecret,
  hotp,
  type MfaStore,
  type Secret,
  type UserRecord,
} from 'lockstep-mfa';
import pg from 'pg';
import { createClient } from 'redis';
import { CLIENTS, type ClientName } from '../../test/servers/clients.js';
import { freshPlace, URLS } from '../../test/servers/servers.js';

const users = Number(process.argv[2] ?? 2000);
const seconds = Number(process.argv[3] ?? 5);
const PARAMETERS = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
const BATCH = 25;
let nowMs = 1_700_000_040_000;

const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
const serviceOver = (store: MfaStore) =>
  createMfaService({ issuer: 'Acme', store, sealer, policy: createPolicy(), clock: () => nowMs });

async function enrol(store: MfaStore): Promise<Map<string, Secret>> {
  const mfa = serviceOver(store);
  const secrets = new Map<string, Secret>();
  for (let i = 0; i < users; i++) {
    const userId = `user-${i}`;
    const secret = generateSecret();
    await mfa.importDevice(userId, { name: 'Phone', secret, administrator: 'Ada' });
    await mfa.createRecoveryCodes(userId, { administrator: 'Ada' });
    secrets.set(userId, secret);
  }
  return secrets;
}

/** Milliseconds of each call, one after the other. */
async function timed(calls: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const took: number[] = [];
  for (const call of calls) {
    const start = performance.now();
    await call();
    took.push(performance.now() - start);
  }
  return took;
}

function quantile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))] ?? Number.NaN;
}

/** The engine's own compare-and-set, the store's, a read, and a whole sign-in, in turns, so that each has the same weather. */
async function rates(
  store: MfaStore,
  secrets: ReadonlyMap<string, Secret>,
  raw: (userId: string, expected: string, revision: string, record: string) => Promise<unknown>,
): Promise<void> {
  const mfa = serviceOver(store);
  const took: Record<'raw' | 'store' | 'get' | 'signIn', number[]> = { raw: [], store: [], get: [], signIn: [] };
  const ids = [...secrets.keys()];
  const until = Date.now() + seconds * 1000;
  for (let round = 0; Date.now() < until; round++) {
    nowMs += 30_000;
    const batch = Array.from({ length: BATCH }, (_, i) => ids[(round * BATCH + i) % ids.length] as string);
    const rows = await Promise.all(
      batch.map(
        async (userId) =>
          ({ userId, ...(await store.get(userId)) }) as { userId: string; revision: string; record: UserRecord },
      ),
    );
    const calls: Record<'raw' | 'store' | 'get' | 'signIn', () => (() => Promise<unknown>)[]> = {
      raw: () => rows.map((row) => () => raw(row.userId, row.revision, row.revision, JSON.stringify(row.record))),
      store: () => rows.map((row) => () => store.compareAndSet(row.userId, row.revision, row)),
      get: () =>
        rows.map(
          ({ userId }) =>
            () =>
              store.get(userId),
        ),
      signIn: () =>
        rows.map(({ userId }) => {
          const code = hotp(secrets.get(userId) as Secret, (nowMs / 30_000) | 0, PARAMETERS);
          return async () => {
            const answer = await mfa.signIn(userId, { code });
            if (!answer.ok && answer.reason !== 'code-reused') throw new Error(answer.reason);
          };
        }),
    };
    // signIn last, since it moves the revisions; the other three begin in turns.
    const names = ['raw', 'store', 'get'] as const;
    for (let i = 0; i < 3; i++) {
      const name = names[(round + i) % 3] as (typeof names)[number];
      took[name].push(...(await timed(calls[name]())));
    }
    took.signIn.push(...(await timed(calls.signIn())));
  }
  for (const [name, values] of Object.entries(took)) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [half, most] = [quantile(values, 0.5), quantile(values, 0.99)];
    console.log(`  ${name}: ${Math.round(1000 / mean)}/s, p50 ${half.toFixed(2)} ms, p99 ${most.toFixed(2)} ms`);
  }
  const p50 = (name: keyof typeof took): number => quantile(took[name], 0.5);
  const engine = p50('get') + p50('store');
  console.log(`  store / raw: ${(p50('store') / p50('raw')).toFixed(2)}`);
  console.log(`  service code in a sign-in: ${(100 * (1 - engine / p50('signIn'))).toFixed(0)} %`);
}

async function open(client: ClientName) {
  const place = freshPlace();
  const connection = await CLIENTS[client].open(URLS[CLIENTS[client].server], place);
  await connection.prepare();
  return { place, connection };
}

async function postgres(): Promise<void> {
  const { place, connection } = await open('pg Pool');
  const raw = new pg.Pool({ connectionString: URLS.PostgreSQL });
  try {
    const secrets = await enrol(connection.store);
    const { rows: lengths } = await raw.query(`SELECT avg(octet_length(record))::int AS json FROM "${place}"`);
    console.log(`PostgreSQL, pg Pool, ${users} users: ${lengths[0].json} bytes of JSON a user`);
    const update = `UPDATE "${place}" SET revision = $3, record = $4 WHERE user_id = $1 AND revision = $2 RETURNING user_id`;
    await rates(connection.store, secrets, (...values) => raw.query(update, values));
    await raw.query(`VACUUM ANALYZE "${place}"`);
    const { rows } = await raw.query(
      `SELECT pg_table_size(c.oid) AS "table", pg_indexes_size(c.oid) AS index, n_tup_upd AS updates, n_tup_hot_upd AS hot
       FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.relname = $1`,
      [place],
    );
    const { table, index, updates, hot } = rows[0];
    console.log(
      `  ${Math.round(table / users)} bytes of table and ${Math.round(index / users)} of index a user after that`,
    );
    console.log(`  ${updates} updates, ${Math.round((100 * hot) / updates)} % of them HOT`);
  } finally {
    await raw.end();
    await connection.drop();
    await connection.close();
  }
}

async function redis(): Promise<void> {
  const { place, connection } = await open('node-redis');
  const client = createClient({ url: URLS.Redis });
  await client.connect();
  try {
    const secrets = await enrol(connection.store);
    const memory = await client.sendCommand(['MEMORY', 'USAGE', `${place}:user-0`]);
    console.log(`Redis, node-redis, ${users} users: ${memory} bytes of memory a user`);
    let script = '';
    const { redisStore } = await import('lockstep-mfa/stores/redis');
    await redisStore(async (parts) => {
      script = parts[1] ?? '';
      return 0;
    }).compareAndSet('nobody', undefined, undefined);
    await rates(connection.store, secrets, (userId, expected, revision, record) =>
      client.sendCommand(['EVAL', script, '1', `${place}:${userId}`, `=${expected}`, revision, record]),
    );
  } finally {
    await client.close();
    await connection.drop();
    await connection.close();
  }
}

await postgres();
await redis();
