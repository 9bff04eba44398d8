import type { MfaStore } from 'lockstep-mfa';
import { migrateMysql, mysqlStore } from 'lockstep-mfa/stores/mysql';
import { migratePostgres } from 'lockstep-mfa/stores/postgres';
import { storeContract } from 'lockstep-mfa/testing';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENTS, type Client, type Connection, mariadbPool, mysql2Pool } from './clients.js';
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

await describeOn('MariaDB', 'the table, on MariaDB', () => {
  it('is made by sixteen at once, and none fails', async () => {
    const pool = mysql.createPool({ uri: URLS.MariaDB, connectionLimit: 16 });
    try {
      for (let round = 0; round < 5; round++) {
        const table = freshPlace();
        const made = await Promise.allSettled(Array.from({ length: 16 }, () => migrateMysql(pool, { table })));
        await pool.query(`DROP TABLE \`${table}\``);
        expect(made.filter(({ status }) => status === 'rejected')).toEqual([]);
      }
    } finally {
      await pool.end();
    }
  });

  it('is in a database of its own, and apart from one of the same name elsewhere', async () => {
    const pool = mysql.createPool(URLS.MariaDB);
    const [database, table] = [freshPlace(), freshPlace()];
    try {
      await pool.query(`CREATE DATABASE \`${database}\``);
      const [here, there] = [{ table }, { table: `${database}.${table}` }];
      for (const options of [here, there]) await migrateMysql(pool, options);
      const row = { revision: 'r1', record: { version: 1 } };
      expect(await mysqlStore(pool, there).compareAndSet('alice', undefined, row)).toBe('stored');
      expect(await mysqlStore(pool, there).get('alice')).toEqual(row);
      expect(await mysqlStore(pool, here).get('alice')).toBeUndefined();
    } finally {
      await pool.query(`DROP DATABASE IF EXISTS \`${database}\``);
      await pool.query(`DROP TABLE IF EXISTS \`${table}\``);
      await pool.end();
    }
  });

  it.each([
    ['mysql2', mysql2Pool],
    ['mariadb', mariadbPool],
  ] as const)('says that autocommit is off, and that a user id is too long, over %s', async (_, open) => {
    const place = freshPlace();
    const connection = open(URLS.MariaDB, place, { connectionLimit: 1 });
    try {
      await connection.prepare();
      const { store, client } = connection;
      const row = { revision: 'r1', record: { version: 1 } };
      const longest = '\u{1f511}'.repeat(250);
      expect(await store.compareAndSet(longest, undefined, row)).toBe('stored');
      expect(await store.get(longest)).toEqual(row);
      await expect(store.compareAndSet(`${longest}a`, undefined, row)).rejects.toMatchObject({ code: 'store-failed' });
      await client.execute('SET autocommit = 0', []);
      await expect(store.get(longest)).rejects.toMatchObject({
        code: 'store-failed',
        message: expect.stringContaining('autocommit is off'),
      });
      await client.execute('SET autocommit = 1', []);
    } finally {
      await connection.drop();
      await connection.close();
    }
  });

  // The natural table, and what it makes of user ids; so that the tests above prove something.
  it('would break the contract with texts as keys', async () => {
    const pool = mysql.createPool(URLS.MariaDB);
    const table = freshPlace();
    const store: MfaStore = {
      async get(userId) {
        const [rows] = await pool.execute<mysql.RowDataPacket[]>(`SELECT * FROM ${table} WHERE user_id = ?`, [userId]);
        return rows[0] && { revision: rows[0]['revision'], record: parsed(rows[0]['record']) };
      },
      async compareAndSet(userId, expected, next) {
        const values = next && [next.revision, JSON.stringify(next.record)];
        const [sql, parameters] =
          values === undefined
            ? [`DELETE FROM ${table} WHERE user_id = ? AND revision = ?`, [userId, expected ?? '']]
            : expected === undefined
              ? [`INSERT IGNORE INTO ${table} (user_id, revision, record) VALUES (?, ?, ?)`, [userId, ...values]]
              : [
                  `UPDATE ${table} SET revision = ?, record = ? WHERE user_id = ? AND revision = ?`,
                  [...values, userId, expected],
                ];
        const [{ affectedRows }] = await pool.execute<mysql.ResultSetHeader>(sql, parameters);
        return affectedRows === 1 || (next === undefined && expected === undefined) ? 'stored' : 'conflict';
      },
    };
    const broken: string[] = [];
    try {
      const checks = storeContract(async () => {
        await pool.query(`DROP TABLE IF EXISTS ${table}`);
        await pool.query(
          `CREATE TABLE ${table} (user_id VARCHAR(255) PRIMARY KEY, revision VARCHAR(255), record TEXT)`,
        );
        return store;
      });
      for (const { name, run } of checks) await run().catch(() => broken.push(name));
    } finally {
      await pool.query(`DROP TABLE IF EXISTS ${table}`);
      await pool.end();
    }
    expect(broken).toEqual(
      expect.arrayContaining([
        'user ids that differ only in case are different users',
        'user ids that differ only in white space are different users',
        'user ids that differ only in accents are different users',
        'user ids that the store cannot hold are refused, and never cut',
        'a record of 200 kB comes back whole',
      ]),
    );
    expect(broken.length).toBeGreaterThanOrEqual(8);
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
