import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createMfaService, plaintextSealer } from 'lockstep-mfa';
import { type SqliteDatabase, sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { fixedClock, storeContract, virtualAuthenticator } from 'lockstep-mfa/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
const open: Database.Database[] = [];
afterAll(() => {
  for (const database of open) database.close();
  rmSync(folder, { recursive: true });
});

/** A database with the table in it. */
function databaseAt(file: string, table?: string): Database.Database {
  const database = new Database(file);
  open.push(database);
  database.exec(sqliteSchema(table === undefined ? {} : { table }));
  return database;
}

const ROW = { revision: 'r1', record: { version: 1 } };
const NEXT = { revision: 'r2', record: { version: 1 } };

describe('over better-sqlite3, in memory', () => {
  for (const { name, run } of storeContract(() => sqliteStore(databaseAt(':memory:')))) it(name, run);
});

describe('over better-sqlite3, in a file with a write-ahead log', () => {
  let files = 0;
  const checks = storeContract(() => {
    const database = databaseAt(join(folder, `${files++}.db`));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    return sqliteStore(database);
  });
  for (const { name, run } of checks) it(name, run);
});

describe('two handles on one file', () => {
  const file = join(folder, 'two.db');
  const [one, other] = [databaseAt(file), databaseAt(file)];
  const [here, there] = [sqliteStore(one), sqliteStore(other)];

  it('see each other’s rows, and each other’s conflicts', async () => {
    expect(await here.compareAndSet('alice', undefined, ROW)).toBe('stored');
    expect(await there.get('alice')).toEqual(ROW);
    expect(await there.compareAndSet('alice', 'r1', NEXT)).toBe('stored');
    expect(await here.compareAndSet('alice', 'r1', undefined)).toBe('conflict');
    expect(await here.get('alice')).toEqual(NEXT);
  });

  it('write nothing while the other writes for longer than the busy timeout', async () => {
    other.pragma('busy_timeout = 1');
    one.exec('BEGIN IMMEDIATE');
    await expect(there.compareAndSet('bob', undefined, ROW)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    const mfa = createMfaService({ issuer: 'Acme', store: there, sealer: plaintextSealer() });
    const create = mfa.createDevice('bob', { name: 'Phone', account: 'bob' });
    expect(await rejected(create)).toMatchObject({ code: 'store-failed', cause: { code: 'SQLITE_BUSY' } });
    one.exec('ROLLBACK');
    expect(await there.get('bob')).toBeUndefined();
  });
});

describe('inside a transaction of the application', () => {
  // CVE-2026-35597: the count of a failed login was rolled back with it.
  it('nothing is written: a rollback would undo it', async () => {
    const database = databaseAt(':memory:');
    const clock = fixedClock();
    const store = sqliteStore(database);
    const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock });
    const created = await mfa.createDevice('alice', { name: 'Phone', account: 'alice' });
    if (!created.ok) throw new Error(created.reason);
    const phone = virtualAuthenticator(created.keyUri, { clock });
    await mfa.assignDevice('alice', { enrollment: created.enrollment, codes: phone.codes() });
    clock.advanceMs(30_000);

    database.exec('BEGIN');
    expect((await rejected(mfa.signIn('alice', { code: phone.code() }))).code).toBe('store-failed');
    database.exec('ROLLBACK');
    expect(await mfa.signIn('alice', { code: phone.code() })).toMatchObject({ ok: true });
  });

  it.each(['inTransaction', 'isTransaction'])('by its %s', async (property) => {
    const database = databaseAt(':memory:');
    const handle = (inside: boolean) => ({ prepare: (sql: string) => database.prepare(sql), [property]: inside });
    const inside = sqliteStore(handle(true)).compareAndSet('alice', undefined, ROW);
    expect((await rejected(inside)).code).toBe('store-failed');
    expect(await sqliteStore(handle(false)).get('alice')).toBeUndefined();
    expect(await sqliteStore(handle(false)).compareAndSet('alice', undefined, ROW)).toBe('stored');
  });
});

describe('the table', () => {
  it('is made once, and kept', async () => {
    const database = databaseAt(':memory:');
    await sqliteStore(database).compareAndSet('alice', undefined, ROW);
    database.exec(sqliteSchema());
    expect(await sqliteStore(database).get('alice')).toEqual(ROW);
  });

  it('may have another name, a word of SQL too', async () => {
    const database = databaseAt(':memory:', 'order');
    const store = sqliteStore(database, { table: 'order' });
    expect(await store.compareAndSet('alice', undefined, ROW)).toBe('stored');
    expect(database.prepare('SELECT user_id, revision FROM "order"').all()).toEqual([
      { user_id: 'alice', revision: 'r1' },
    ]);
    await expect(sqliteStore(database).get('alice')).rejects.toThrow('no such table: lockstep_mfa');
  });

  it('may be made after the store', async () => {
    const database = new Database(':memory:');
    open.push(database);
    const store = sqliteStore(database);
    await expect(store.get('alice')).rejects.toThrow('no such table');
    database.exec(sqliteSchema());
    expect(await store.get('alice')).toBeUndefined();
  });

  it.each(['', ' ', 'a b', 'a"b', 'a;--', 'a.b', '1a', 'ä', 'a'.repeat(64), 'mfa" (x); DROP TABLE users; --', null, 1])(
    'is not called %j',
    (table) => {
      const options = { table: table as string };
      expect(thrown(() => sqliteSchema(options)).code).toBe('invalid-argument');
      expect(thrown(() => sqliteStore(new Database(':memory:'), options)).code).toBe('invalid-argument');
    },
  );

  it.each([null, 'mfa', 1])('is no option %j', (options) => {
    expect(thrown(() => sqliteSchema(options as never)).code).toBe('invalid-argument');
  });

  it.each([undefined, null, 'file.db', {}, { prepare: 1 }])('is in no database %j', (database) => {
    expect(thrown(() => sqliteStore(database as SqliteDatabase)).code).toBe('invalid-argument');
  });
});

describe('a row that somebody else wrote', () => {
  const rowOf = (record: string): Database.Database => {
    const database = databaseAt(':memory:');
    database.prepare('INSERT INTO lockstep_mfa VALUES (?, ?, ?)').run('alice', 'r1', record);
    return database;
  };
  const serviceOn = (database: Database.Database) =>
    createMfaService({ issuer: 'Acme', store: sqliteStore(database), sealer: plaintextSealer() });

  it.each(['', '{', '{"version":1', 'null', '1', '"text"', '[]', '{}'])('as %s is corrupt', async (record) => {
    expect((await rejected(serviceOn(rowOf(record)).describeUser('alice'))).code).toBe('corrupt-record');
  });

  it('can be deleted', async () => {
    const mfa = serviceOn(rowOf('{'));
    expect(await mfa.deleteUser('alice')).toEqual({ ok: true });
    expect((await mfa.describeUser('alice')).status).toBe('none');
  });
});

describe('a handle', () => {
  it('may count in bigints', async () => {
    const database = databaseAt(':memory:');
    const handle: SqliteDatabase = {
      prepare(sql) {
        const statement = database.prepare<string[]>(sql);
        return {
          get: (...values) => statement.get(...values),
          all: (...values) => statement.all(...values),
          run: (...values) => ({ changes: BigInt(statement.run(...values).changes) }),
        };
      },
    };
    const store = sqliteStore(handle);
    expect(await store.compareAndSet('alice', undefined, ROW)).toBe('stored');
    expect(await store.compareAndSet('alice', undefined, ROW)).toBe('conflict');
  });

  it('may say null where there is no row, as bun:sqlite does', async () => {
    const database = databaseAt(':memory:');
    const handle: SqliteDatabase = {
      prepare(sql) {
        const statement = database.prepare<string[]>(sql);
        return {
          get: (...values) => statement.get(...values) ?? null,
          all: (...values) => statement.all(...values),
          run: (...values) => statement.run(...values),
        };
      },
    };
    const store = sqliteStore(handle);
    expect(await store.get('alice')).toBeUndefined();
    expect(await store.compareAndSet('alice', undefined, undefined)).toBe('stored');
    expect(await store.compareAndSet('alice', undefined, ROW)).toBe('stored');
    expect(await store.get('alice')).toEqual(ROW);
    expect(await store.compareAndSet('alice', undefined, undefined)).toBe('conflict');
    expect(await store.get('alice')).toEqual(ROW);
  });
});
