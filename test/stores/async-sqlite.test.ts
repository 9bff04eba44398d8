import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createClient } from '@libsql/client';
import { build } from 'esbuild';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { asyncSqliteStore, type SqliteQuery, sqliteSchema } from 'lockstep-mfa/stores/sqlite';
import { storeContract } from 'lockstep-mfa/testing';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';
import { ROOT } from '../support/tree.js';

const ROW = { revision: 'r1', record: { version: 1 } };

describe.each([
  ['in memory', () => ':memory:'],
  ['in a file', (folder: string) => `file:${join(folder, 'mfa.db')}`],
] as const)('over libSQL, %s', (_, urlIn) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-libsql-'));
  const client = createClient({ url: urlIn(folder) });
  afterAll(() => {
    client.close();
    rmSync(folder, { recursive: true });
  });
  const checks = storeContract(async () => {
    await client.execute('DROP TABLE IF EXISTS lockstep_mfa');
    await client.execute(sqliteSchema());
    return asyncSqliteStore((sql, args) => client.execute({ sql, args }));
  });
  for (const { name, run } of checks) it(name, run);
});

describe('over D1, in its local simulator', () => {
  let miniflare: Miniflare;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [`${ROOT}test/stores/processes/d1-worker.ts`],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
    });
    miniflare = new Miniflare({ modules: true, script: outputFiles[0]?.text ?? '', d1Databases: ['DB'] });
    await miniflare.ready;
  });
  afterAll(() => miniflare.dispose());
  it.each(storeContract(memoryStore).map(({ name }) => name))('%s', async (name) => {
    const answer = await miniflare.dispatchFetch('http://localhost/', { method: 'POST', body: name });
    expect(await answer.text()).toBe('kept');
  });
});

describe('the asynchronous SQLite store', () => {
  it('throws store-failed with the cause, and nothing else that hangs on it', async () => {
    const failure = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY', args: ['JBSWY3DPEHPK3PXP'] });
    const store = asyncSqliteStore(() => Promise.reject(failure));
    const error = await rejected(store.compareAndSet('alice', undefined, ROW));
    expect(error).toMatchObject({
      code: 'store-failed',
      cause: { code: 'SQLITE_BUSY', message: 'database is locked' },
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('JBSWY3DPEHPK3PXP');
  });

  it.each([undefined, null, [], {}, { rows: null }, { results: [] }])('has no rows in %j', async (answer) => {
    const store = asyncSqliteStore(async () => answer as never);
    expect((await rejected(store.get('alice'))).message).toContain('without rows');
  });

  it('does not take two rows for one', async () => {
    const store = asyncSqliteStore(async () => ({ rows: [[{}], 1] }));
    expect((await rejected(store.compareAndSet('alice', 'r0', ROW))).code).toBe('store-failed');
  });

  it('needs a function and a name of a table', () => {
    const query: SqliteQuery = async () => ({ rows: [] });
    expect(thrown(() => asyncSqliteStore({} as never)).code).toBe('invalid-argument');
    expect(thrown(() => asyncSqliteStore(query, { table: 'a b' })).code).toBe('invalid-argument');
  });
});
