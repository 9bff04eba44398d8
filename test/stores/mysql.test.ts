import { inspect } from 'node:util';
import {
  type MysqlClient,
  type MysqlStoreOptions,
  migrateMysql,
  mysqlSchema,
  mysqlStore,
} from 'lockstep-mfa/stores/mysql';
import { describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

// What the statements do is tested on a server: test/servers/. Here is what is sent, and what becomes of each answer.

const ROW = { revision: 'r1', record: { version: 1 } };
const SECRET = 'JBSWY3DPEHPK3PXP';

/** A client that answers so, or fails so, one after the other. */
function client(...answers: readonly unknown[]): MysqlClient & { readonly asked: [string, string[]][] } {
  const asked: [string, string[]][] = [];
  return {
    asked,
    async execute(sql, values) {
      const answer = answers[asked.length];
      asked.push([sql, values]);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const failure = (errno: number, message = 'failed'): Error =>
  Object.assign(new Error(message), { errno, code: `E${errno}` });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what is sent', () => {
  it('is ASCII, whatever the user id, the revision and the record are', async () => {
    const asked = client({ affectedRows: 1 });
    const record = { name: 'Téléphone 📱', text: '\u007f\u2028' };
    await mysqlStore(asked).compareAndSet('é', undefined, { revision: 'ß', record });
    const [[sql, values]] = asked.asked as [[string, string[]]];
    expect(sql).toBe('INSERT INTO `lockstep_mfa` (`user_id`, `revision`, `record`) VALUES (UNHEX(?), UNHEX(?), ?)');
    expect(values.slice(0, 2)).toEqual(['c3a9', 'c39f']);
    expect(values[2]).toMatch(/^[ -~]+$/);
    expect(JSON.parse(values[2] ?? '')).toEqual(record);
  });

  it('is one statement with its parameters, to the table that was named', async () => {
    const asked = client([], { affectedRows: 1 }, { affectedRows: 1 }, [], []);
    const store = mysqlStore(asked, { table: 'auth.mfa' });
    await store.get('a');
    await store.compareAndSet('a', 'r', ROW);
    await store.compareAndSet('a', 'r', undefined);
    await store.compareAndSet('a', undefined, undefined);
    await store.list({ cursor: 'a', limit: 7 });
    const columns = '`user_id`, `revision`, `record`, @@autocommit AS `autocommit`';
    const select = `SELECT ${columns} FROM \`auth\`.\`mfa\` WHERE \`user_id\` = UNHEX(?)`;
    const where = 'WHERE `user_id` = UNHEX(?) AND `revision` = UNHEX(?)';
    expect(asked.asked).toEqual([
      [select, ['61']],
      [
        `UPDATE \`auth\`.\`mfa\` SET \`revision\` = UNHEX(?), \`record\` = ? ${where}`,
        ['7231', '{"version":1}', '61', '72'],
      ],
      [`DELETE FROM \`auth\`.\`mfa\` ${where}`, ['61', '72']],
      [select, ['61']],
      [`SELECT ${columns} FROM \`auth\`.\`mfa\` WHERE \`user_id\` > UNHEX(?) ORDER BY \`user_id\` LIMIT 7`, ['61']],
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, '7; DROP TABLE users'])('is no page of %j rows', async (limit) => {
    const store = mysqlStore(client([]));
    expect((await rejected(store.list({ limit: limit as number }))).code).toBe('invalid-argument');
  });

  it('is nothing that the columns would cut', async () => {
    const asked = client();
    const store = mysqlStore(asked);
    for (const call of [
      () => store.get('é'.repeat(501)),
      () => store.compareAndSet('a', 'r'.repeat(256), ROW),
      () => store.compareAndSet('a', 'r', { ...ROW, revision: 'é'.repeat(128) }),
    ]) {
      expect(await rejected(call())).toMatchObject({
        code: 'store-failed',
        message: expect.stringContaining('at most'),
      });
    }
    expect(asked.asked).toEqual([]);
  });
});

const rowOf = (user_id: unknown, revision: unknown, record: unknown, autocommit: unknown = 1) => ({
  ...{ user_id, revision, record, autocommit },
});

describe('an answer', () => {
  it.each<[string, unknown]>([
    ['of mysql2', [[rowOf(bytes('a'), bytes('r1'), '{"version":1}')], []]],
    ['of mariadb', [rowOf(bytes('a'), bytes('r1'), '{"version":1}', 1n)]],
    ['in texts', [rowOf('a', 'r1', '{"version":1}', '1')]],
    ['in bytes', [rowOf(bytes('a'), bytes('r1'), bytes('{"version":1}'))]],
  ])('%s is a row', async (_, answer) => {
    expect(await mysqlStore(client(answer)).get('a')).toEqual(ROW);
    expect(await mysqlStore(client(answer)).compareAndSet('a', undefined, undefined)).toBe('conflict');
    const page = { rows: [{ userId: 'a', ...ROW }], cursor: 'a' };
    expect(await mysqlStore(client(answer)).list({ limit: 1 })).toEqual(page);
    expect(await mysqlStore(client(answer)).list({ limit: 2 })).toEqual({ ...page, cursor: undefined });
  });

  it.each([[[]], [[[], []]]])('%j is no row', async (answer) => {
    expect(await mysqlStore(client(answer)).get('a')).toBeUndefined();
    expect(await mysqlStore(client(answer)).compareAndSet('a', undefined, undefined)).toBe('stored');
  });

  it('keeps a mark that an id begins with', async () => {
    const answer = [rowOf(bytes('\ufeffa'), 'r1', '{}')];
    expect((await mysqlStore(client(answer)).list({ limit: 2 })).rows[0]?.userId).toBe('\ufeffa');
  });

  it.each([undefined, null, {}, 1, [['r1', '{}']], [{ record: '{}' }]])('%j has no rows', async (answer) => {
    expect((await rejected(mysqlStore(client(answer)).get('a'))).code).toBe('store-failed');
  });

  it.each([
    [1, 'stored'],
    [0, 'conflict'],
    [1n, 'stored'],
    [0n, 'conflict'],
  ])('of %s rows is %s', async (affectedRows, answer) => {
    for (const written of [{ affectedRows }, [{ affectedRows }, undefined]]) {
      expect(await mysqlStore(client(written)).compareAndSet('a', 'r0', ROW)).toBe(answer);
    }
  });

  it.each([undefined, null, {}, [], [[]], { affectedRows: 2 }, { affectedRows: 'x' }])(
    '%j tells no number',
    async (answer) => {
      expect((await rejected(mysqlStore(client(answer)).compareAndSet('a', 'r0', ROW))).code).toBe('store-failed');
    },
  );

  it.each([0, 0n, '0'])('with autocommit %s is refused', async (autocommit) => {
    const error = await rejected(mysqlStore(client([rowOf('a', 'r1', '{}', autocommit)])).get('a'));
    expect(error).toMatchObject({ code: 'store-failed', message: expect.stringContaining('autocommit is off') });
  });
});

describe('a client that fails', () => {
  it('with a duplicate key is a conflict where a row is created, and nowhere else', async () => {
    expect(await mysqlStore(client(failure(1062))).compareAndSet('a', undefined, ROW)).toBe('conflict');
    expect((await rejected(mysqlStore(client(failure(1062))).compareAndSet('a', 'r0', ROW))).code).toBe('store-failed');
  });

  it.each([1213, 1020])('with %i wrote nothing: a conflict', async (errno) => {
    for (const [expected, next] of [
      [undefined, ROW],
      ['r0', ROW],
      ['r0', undefined],
    ] as const) {
      expect(await mysqlStore(client(failure(errno))).compareAndSet('a', expected, next)).toBe('conflict');
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    ['get', () => mysqlStore(client(leaking())).get('a')],
    ['write', () => mysqlStore(client(leaking())).compareAndSet('a', 'r0', ROW)],
    ['list', () => mysqlStore(client(leaking())).list({ limit: 1 })],
    ['migrate', () => migrateMysql(client(leaking()))],
  ])('%s: the cause has no statement and no parameters', async (_, call) => {
    const error = await rejected(call());
    expect(error).toMatchObject({
      code: 'store-failed',
      cause: { code: 'E1205', message: '(conn:1, no: 1205) Lock wait timeout exceeded' },
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  /** As mariadb makes them. */
  function leaking(): Error {
    const message = `(conn:1, no: 1205) Lock wait timeout exceeded\nsql: UPDATE x SET a = ? - parameters:['${SECRET}']`;
    return Object.assign(failure(1205, message), { sql: SECRET });
  }
});

describe('the table', () => {
  it('has bytes for keys', async () => {
    const asked = client([]);
    await migrateMysql(asked, { table: 'order' });
    expect(asked.asked).toEqual([[mysqlSchema({ table: 'order' }), []]]);
    expect(mysqlSchema()).toContain('`user_id` VARBINARY(1000) NOT NULL PRIMARY KEY');
  });

  it.each(['', 'A', 'a.b.c', 'a`b', 'a b', 1, null])('is not called %j', (table) => {
    const options = { table } as MysqlStoreOptions;
    expect(thrown(() => mysqlSchema(options)).code).toBe('invalid-argument');
    expect(thrown(() => mysqlStore(client(), options)).code).toBe('invalid-argument');
  });
});

describe('bad input', () => {
  it.each([undefined, null, 1, 'mysql://', {}, { execute: 1 }, { query: () => [] }])('%o is no client', async (bad) => {
    expect(thrown(() => mysqlStore(bad as MysqlClient)).code).toBe('invalid-argument');
    expect((await rejected(migrateMysql(bad as MysqlClient))).code).toBe('invalid-argument');
  });

  it('the pool of mysql2 with callbacks is none, and it is said which is', () => {
    const callbacks = { execute: () => ({}), promise: () => ({}) };
    expect(thrown(() => mysqlStore(callbacks as never)).message).toContain('client.promise()');
  });

  it.each([null, 1, 'mfa', { tabel: 'mfa' }])('%j are no options', (bad) => {
    expect(thrown(() => mysqlStore(client(), bad as never)).code).toBe('invalid-argument');
  });
});
