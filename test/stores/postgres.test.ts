import { inspect } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { createMfaService, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import {
  migratePostgres,
  type PostgresClient,
  type PostgresStoreOptions,
  postgresSchema,
  postgresStore,
} from 'lockstep-mfa/stores/postgres';
import { storeContract } from 'lockstep-mfa/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

const database = new PGlite();
afterAll(() => database.close());

const ROW = { revision: 'r1', record: { version: 1 } };
const NEXT = { revision: 'r2', record: { version: 1 } };

let tables = 0;
/** An empty table of its own. */
async function freshTable(): Promise<string> {
  const table = `t${tables++}`;
  await migratePostgres(database, { table });
  return table;
}

describe('over PGlite', () => {
  for (const { name, run } of storeContract(async () => postgresStore(database, { table: await freshTable() }))) {
    it(name, run);
  }
});

describe('the table', () => {
  it('is made once, and kept', async () => {
    const table = await freshTable();
    await postgresStore(database, { table }).compareAndSet('alice', undefined, ROW);
    await migratePostgres(database, { table });
    await database.query(postgresSchema({ table }));
    expect(await postgresStore(database, { table }).get('alice')).toEqual(ROW);
  });

  it('is lockstep_mfa, or has another name, a word of SQL too', async () => {
    for (const [options, name] of [
      [{}, 'lockstep_mfa'],
      [{ table: 'order' }, 'order'],
    ] as const) {
      await migratePostgres(database, options);
      await postgresStore(database, options).compareAndSet('alice', undefined, ROW);
      expect((await database.query(`SELECT user_id, revision FROM "${name}"`)).rows).toEqual([
        { user_id: 'alice', revision: 'r1' },
      ]);
    }
  });

  it('finds users by bytes, in whatever order the database sorts texts', async () => {
    const table = await freshTable();
    const { rows } = await database.query(
      'SELECT collation_name FROM information_schema.columns WHERE table_name = $1 AND column_name = $2',
      [table, 'user_id'],
    );
    expect(rows).toEqual([{ collation_name: 'C' }]);
  });

  it('is in a schema of its own, and apart from one of the same name elsewhere', async () => {
    await database.exec('CREATE SCHEMA auth; CREATE SCHEMA "select"');
    for (const [table, quoted] of [
      ['auth.mfa', '"auth"."mfa"'],
      ['select.mfa', '"select"."mfa"'],
      ['mfa', '"mfa"'],
    ] as const) {
      expect(postgresSchema({ table })).toContain(`CREATE TABLE IF NOT EXISTS ${quoted} (`);
      await migratePostgres(database, { table });
      const store = postgresStore(database, { table });
      expect(await store.get('alice')).toBeUndefined();
      expect(await store.compareAndSet('alice', undefined, ROW)).toBe('stored');
      expect(await store.compareAndSet('alice', 'r1', NEXT)).toBe('stored');
      expect(await store.get('alice')).toEqual(NEXT);
      expect((await database.query(`SELECT user_id FROM ${quoted}`)).rows).toEqual([{ user_id: 'alice' }]);
    }
    expect(await postgresStore(database, { table: 'auth.mfa' }).compareAndSet('alice', 'r2', undefined)).toBe('stored');
    expect(await postgresStore(database, { table: 'select.mfa' }).get('alice')).toEqual(NEXT);
    expect(await postgresStore(database, { table: 'mfa' }).get('alice')).toEqual(NEXT);
  });

  it.each(['a.b.c', '.', '.a', 'a.', 'a..b', 'A.b', 'a.B', '"a".b', 'a.b ', `a.${'b'.repeat(64)}`])(
    'is not in %j',
    (table) => {
      for (const named of [postgresSchema, (options: PostgresStoreOptions) => postgresStore(database, options)]) {
        expect(thrown(() => named({ table }))).toMatchObject({
          code: 'invalid-argument',
          message: expect.stringContaining('a schema may stand before it, with a dot'),
        });
      }
    },
  );

  it.each(['', '1', 'A', 'a-b', 'a"b', 'a;b', 'é', 'a b', 'a\n', 'a'.repeat(64)])('is not called %j', (table) => {
    expect(thrown(() => postgresSchema({ table })).code).toBe('invalid-argument');
    expect(thrown(() => postgresStore(database, { table })).code).toBe('invalid-argument');
  });
});

describe('bad input', () => {
  const NO_OBJECTS: readonly unknown[] = [null, Number.NaN, 0, 1n, true, '', 'text', Symbol('bad'), () => 1];

  it.each([undefined, ...NO_OBJECTS, {}, [], { query: 'SELECT 1' }])('%o is no client', async (bad) => {
    expect(thrown(() => postgresStore(bad as PostgresClient)).code).toBe('invalid-argument');
    expect((await rejected(migratePostgres(bad as PostgresClient))).code).toBe('invalid-argument');
  });

  it.each(NO_OBJECTS)('%o are no options', async (bad) => {
    const options = bad as PostgresStoreOptions;
    expect(thrown(() => postgresStore(database, options)).code).toBe('invalid-argument');
    expect(thrown(() => postgresSchema(options)).code).toBe('invalid-argument');
    expect((await rejected(migratePostgres(database, options))).code).toBe('invalid-argument');
  });

  it.each([Number.NaN, 0, 1n, true, Symbol('bad'), () => 'a', {}, ['a']])('%o is no table', (table) => {
    expect(thrown(() => postgresSchema({ table } as unknown as PostgresStoreOptions)).code).toBe('invalid-argument');
  });
});

/** A client that fails so, or answers so. */
function client(...answers: readonly unknown[]): PostgresClient & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async query(text) {
      const answer = answers[asked.length];
      asked.push(text);
      if (answer instanceof Error) throw answer;
      return answer as { rows: unknown[] };
    },
  };
}

describe('a client that fails', () => {
  const SECRET = 'JBSWY3DPEHPK3PXP';
  /** As drivers make them. */
  const failure = (code: string): Error =>
    Object.assign(new Error('new row violates a constraint'), {
      name: 'DatabaseError',
      code,
      detail: `Failing row contains (alice, r1, {"sealedSecret":"${SECRET}"}).`,
      parameters: [SECRET],
      connectionString: `postgres://app:${SECRET}@db/app`,
    });

  it.each([
    ['get', () => postgresStore(client(failure('23514'))).get('alice')],
    ['create', () => postgresStore(client(failure('23514'))).compareAndSet('alice', undefined, ROW)],
    ['replace', () => postgresStore(client(failure('23514'))).compareAndSet('alice', 'r1', NEXT)],
    ['remove', () => postgresStore(client(failure('23514'))).compareAndSet('alice', 'r1', undefined)],
    ['expect none', () => postgresStore(client(failure('23514'))).compareAndSet('alice', undefined, undefined)],
    ['migrate', () => migratePostgres(client(failure('23514')))],
  ])('%s: the cause has its name, code and message, and nothing else', async (_, call) => {
    const error = await rejected(call());
    expect(error).toMatchObject({
      code: 'store-failed',
      cause: { name: 'DatabaseError', code: '23514', message: 'new row violates a constraint' },
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'broken', 'no message'],
    ['nothing', undefined, 'no message'],
    ['an error without a message', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['an error without a code', new Error('Connection terminated'), 'Connection terminated'],
  ])('throws %s', async (_, reason, message) => {
    const store = postgresStore({ query: () => Promise.reject(reason) });
    expect(await rejected(store.get('alice'))).toMatchObject({ code: 'store-failed', cause: { message } });
  });

  const readings = [
    ['get', (store: MfaStore) => store.get('alice'), { revision: 'r1', record: { version: 1 } }],
    ['expect none', (store: MfaStore) => store.compareAndSet('alice', undefined, undefined), 'conflict'],
  ] as const;

  it.each(readings)('has to ask again at 40001, under SERIALIZABLE: %s', async (_, read, answer) => {
    const found = { rows: [{ revision: 'r1', record: '{"version":1}' }] };
    const overtaken = client(...Array(4).fill(failure('40001')), found);
    expect(await read(postgresStore(overtaken))).toEqual(answer);
    expect(new Set(overtaken.asked)).toEqual(
      new Set(['SELECT revision, record FROM "lockstep_mfa" WHERE user_id = $1']),
    );
    expect(overtaken.asked).toHaveLength(5);
  });

  it.each(readings)('is not asked for ever: %s', async (_, read) => {
    const overtaken = client(...Array(9).fill(failure('40001')));
    expect(await rejected(read(postgresStore(overtaken)))).toMatchObject({
      code: 'store-failed',
      cause: { code: '40001' },
    });
    expect(overtaken.asked).toHaveLength(5);
  });

  it.each(readings)('is not asked again after another error: %s', async (_, read) => {
    const broken = client(failure('40P01'), { rows: [] });
    expect(await rejected(read(postgresStore(broken)))).toMatchObject({ cause: { code: '40P01' } });
    expect(broken.asked).toHaveLength(1);
  });

  it('asks a write once: what was overtaken is decided anew on another row', async () => {
    const store = client(failure('40001'), { rows: [{}] });
    expect(await postgresStore(store).compareAndSet('alice', 'r1', NEXT)).toBe('conflict');
    expect(store.asked).toHaveLength(1);
  });

  it('was overtaken by another write: a conflict, since nothing was written', async () => {
    const store = postgresStore(client(failure('40001'), failure('40001')));
    expect(await store.compareAndSet('alice', 'r1', NEXT)).toBe('conflict');
    expect(await store.compareAndSet('alice', undefined, NEXT)).toBe('conflict');
  });

  // 40003: CockroachDB does not know whether it was written.
  it.each(['40003', '40P01', '57014', '08006'])('with %s: no conflict, for it may have been written', async (code) => {
    expect(await rejected(postgresStore(client(failure(code))).compareAndSet('alice', 'r1', NEXT))).toMatchObject({
      code: 'store-failed',
      cause: { code },
    });
  });

  it.each([undefined, null, [], {}, { rows: null }, { rows: {} }])('answers %j: no rows', async (answer) => {
    const store = postgresStore(client(answer, answer));
    expect((await rejected(store.get('alice'))).code).toBe('store-failed');
    expect((await rejected(store.compareAndSet('alice', undefined, ROW))).code).toBe('store-failed');
  });

  it('has a record that is no JSON: the service says so, and does not show it', async () => {
    const broken = client({ rows: [{ revision: 'r1', record: `{"sealedSecret":"${SECRET}` }] });
    const mfa = createMfaService({ issuer: 'Acme', store: postgresStore(broken), sealer: plaintextSealer() });
    const error = await rejected(mfa.describeUser('alice'));
    expect(error.code).toBe('corrupt-record');
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
  });
});

it('has more rows than one for a write: an error, for it is not known what was written', async () => {
  const counted = { rows: [[{ user_id: 'alice' }], 1] };
  const store = postgresStore(client(counted));
  expect(await rejected(store.compareAndSet('alice', 'r1', NEXT))).toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining('2 rows'),
  });
});

describe('two that make the table at once', () => {
  const raced = (code: string): Error => Object.assign(new Error('raced'), { code });

  it.each(['23505', '42710', '42P07'])('find it, after %s', async (code) => {
    const loser = client(raced(code), { rows: [] });
    await migratePostgres(loser);
    expect(loser.asked).toEqual([postgresSchema(), postgresSchema()]);
  });

  it('are store-failed after another error', async () => {
    expect(await rejected(migratePostgres(client(raced('23505'), raced('42501'))))).toMatchObject({
      code: 'store-failed',
      cause: { code: '42501' },
    });
  });
});
