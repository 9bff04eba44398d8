import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMfaService, type ListingStore, plaintextSealer } from 'lockstep-mfa';
import { migratePostgres, postgresStore } from 'lockstep-mfa/stores/postgres';
import { redisStore } from 'lockstep-mfa/stores/redis';
import pg from 'pg';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { resealEverybody } from '../../docs/examples/report.js';
import { USER, World } from '../service/world.js';
import { describeOn, freshPlace, URLS } from './servers.js';

const USERS = 100_000;
/** A page of 100 rows is some 200 kB; all of them are ten times more than this. */
const MOST_MB = 20;

/** The record of a user with one device, as it is stored. */
async function record(): Promise<string> {
  const world = new World();
  await world.enroll();
  return JSON.stringify((await world.store.get(USER))?.record);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Every user once, counted without keeping them; and how far the heap grew on the way. */
async function gone(store: ListingStore): Promise<{ readonly users: number; readonly growthMb: number }> {
  const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer() });
  const seen = new Uint8Array(USERS);
  const before = heapMb();
  let growthMb = 0;
  let lines = 0;
  for await (const { userId, status } of mfa.users()) {
    expect(status).toBe('required');
    seen[Number(userId.slice('user-'.length))] = 1;
    lines++;
    if (lines % 20_000 === 0) growthMb = Math.max(growthMb, heapMb() - before);
  }
  return { users: seen.reduce((sum, one) => sum + one, 0), growthMb };
}

await describeOn('PostgreSQL', 'users, on PostgreSQL', () => {
  it('goes through 100,000 in bounded memory, and seals them anew', { timeout: 300_000 }, async () => {
    const pool = new pg.Pool({ connectionString: URLS.PostgreSQL, max: 4 });
    const table = freshPlace();
    try {
      await migratePostgres(pool, { table });
      const insert = `INSERT INTO "${table}" SELECT 'user-' || i, 'r', $1 FROM generate_series(0, $2::integer) AS i`;
      await pool.query(insert, [await record(), String(USERS - 1)]);
      const store = postgresStore(pool, { table });
      const { users, growthMb } = await gone(store);
      expect(users).toBe(USERS);
      expect(growthMb).toBeLessThan(MOST_MB);
      await pool.query(`DELETE FROM "${table}" WHERE user_id NOT LIKE 'user-%7'`);
      const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer() });
      expect(await resealEverybody(mfa)).toEqual({ done: USERS / 10, failed: [] });
    } finally {
      await pool.query(`DROP TABLE IF EXISTS "${table}"`);
      await pool.end();
    }
  });
});

await describeOn('Redis', 'users, on Redis', () => {
  it('goes through 100,000 in bounded memory', { timeout: 300_000 }, async () => {
    const client = createClient({ url: URLS.Redis });
    await client.connect();
    const prefix = `${freshPlace()}:`;
    const each = async (call: (keys: readonly string[]) => Promise<unknown>): Promise<void> => {
      for (let first = 0; first < USERS; first += 1000) {
        await call(Array.from({ length: 1000 }, (_, i) => `${prefix}user-${first + i}`));
      }
    };
    try {
      const json = await record();
      await each((keys) => Promise.all(keys.map((key) => client.hSet(key, { revision: 'r', record: json }))));
      const { users, growthMb } = await gone(redisStore((parts) => client.sendCommand(parts), { prefix }));
      expect(users).toBe(USERS);
      expect(growthMb).toBeLessThan(MOST_MB);
    } finally {
      await each((keys) => client.del([...keys]));
      await client.close();
    }
  });
});
