import { migratePostgres } from 'lockstep-mfa/stores/postgres';
import { storeContract } from 'lockstep-mfa/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENTS, type Client, type Connection } from './clients.js';
import { describeOn, freshPlace, URLS } from './servers.js';

for (const [name, client] of Object.entries<Client>(CLIENTS)) {
  await describeOn(client.server, `over ${name}, on ${client.server}`, () => {
    let connection: Connection;
    beforeAll(async () => {
      connection = await client.open(URLS[client.server], freshPlace());
      await connection.prepare();
    });
    afterAll(async () => {
      await connection.drop();
      await connection.close();
    });

    const checks = storeContract(async () => {
      await connection.drop();
      await connection.prepare();
      return connection.store;
    });
    for (const check of checks) it(check.name, check.run);
  });
}

await describeOn('PostgreSQL', 'the table, on PostgreSQL', () => {
  it('is made by sixteen at once, and none fails', async () => {
    const pool = new pg.Pool({ connectionString: URLS.PostgreSQL, max: 16 });
    try {
      for (let round = 0; round < 5; round++) {
        const table = freshPlace();
        const made = await Promise.allSettled(Array.from({ length: 16 }, () => migratePostgres(pool, { table })));
        await pool.query(`DROP TABLE "${table}"`);
        expect(made.filter(({ status }) => status === 'rejected')).toEqual([]);
      }
    } finally {
      await pool.end();
    }
  });
});
