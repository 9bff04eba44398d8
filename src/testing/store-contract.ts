import type { MfaStore, UserRecord } from '../service/ports.js';

/** One promise of a store, for any test runner: `it(name, run)`. */
export interface StoreCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

type Check = (store: MfaStore) => Promise<void>;

/**
 * The contract of a store as named checks. Each makes a store of its own, and uses user ids that no other check uses, so
 * that they can share a database.
 *
 * @param makeStore - a store; it may keep what others wrote before
 * @example
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 * import { storeContract } from 'lockstep-mfa/testing';
 *
 * for (const { name, run } of storeContract(memoryStore)) {
 *   await run(); // in a test runner: it(name, run)
 *   if (name === '') throw new Error();
 * }
 */
export function storeContract(makeStore: () => MfaStore | Promise<MfaStore>): readonly StoreCheck[] {
  return Object.entries(CHECKS).map(([name, check]) => ({ name, run: async () => check(await makeStore()) }));
}

let used = 0;
/** Of no other check or run. */
function newId(): string {
  used++;
  return `user-${used}-${Math.random().toString(36).slice(2)}`;
}

function record(content: unknown): UserRecord {
  return { version: 1, content } as unknown as UserRecord;
}

function row(revision: string, content: unknown = revision): { revision: string; record: UserRecord } {
  return { revision, record: record(content) };
}

async function expectWrite(
  written: Promise<'stored' | 'conflict'>,
  wanted: 'stored' | 'conflict',
  what: string,
): Promise<void> {
  const got: unknown = await written;
  if (got !== wanted) throw new Error(`${what}: expected '${wanted}', the store answered ${JSON.stringify(got)}`);
}

async function expectRow(
  store: MfaStore,
  userId: string,
  wanted: { readonly revision: string; readonly record: UserRecord } | undefined,
  what: string,
): Promise<void> {
  const got = await store.get(userId);
  if (wanted === undefined) {
    if (got !== undefined) throw new Error(`${what}: expected no row (undefined), the store returned one`);
    return;
  }
  if (got === undefined) throw new Error(`${what}: expected a row, the store returned undefined`);
  if (got.revision !== wanted.revision) {
    throw new Error(`${what}: expected revision ${wanted.revision}, the store returned ${String(got.revision)}`);
  }
  if (stable(got.record) !== stable(wanted.record)) throw new Error(`${what}: the record came back changed`);
}

/** JSON with its keys in order: a store may order them as it likes. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const CHECKS: Readonly<Record<string, Check>> = {
  async 'knows nothing of a user who was never stored'(store) {
    await expectRow(store, newId(), undefined, 'get');
  },

  async 'creates a row and reads it back'(store) {
    const id = newId();
    await expectWrite(store.compareAndSet(id, undefined, row('r1')), 'stored', 'create');
    await expectRow(store, id, row('r1'), 'get after create');
  },

  async 'replaces a row whose revision is the expected one'(store) {
    const id = newId();
    await store.compareAndSet(id, undefined, row('r1'));
    await expectWrite(store.compareAndSet(id, 'r1', row('r2')), 'stored', 'replace');
    await expectRow(store, id, row('r2'), 'get after replace');
  },

  async 'answers conflict to a second creation, and writes nothing'(store) {
    const id = newId();
    await store.compareAndSet(id, undefined, row('r1'));
    await expectWrite(store.compareAndSet(id, undefined, row('r2')), 'conflict', 'second creation');
    await expectRow(store, id, row('r1'), 'get after the conflict');
  },

  async 'answers conflict to a stale revision, and writes nothing'(store) {
    const id = newId();
    await store.compareAndSet(id, undefined, row('r1'));
    await store.compareAndSet(id, 'r1', row('r2'));
    await expectWrite(store.compareAndSet(id, 'r1', row('r3')), 'conflict', 'replace of a stale revision');
    await expectRow(store, id, row('r2'), 'get after the conflict');
  },

  async 'answers conflict to a replacement where there is no row'(store) {
    const id = newId();
    await expectWrite(store.compareAndSet(id, 'r1', row('r2')), 'conflict', 'replace without a row');
    await expectRow(store, id, undefined, 'get after the conflict');
  },

  async 'deletes a row, only at the expected revision'(store) {
    const id = newId();
    await store.compareAndSet(id, undefined, row('r1'));
    await expectWrite(store.compareAndSet(id, 'r0', undefined), 'conflict', 'delete of a stale revision');
    await expectRow(store, id, row('r1'), 'get after the conflict');
    await expectWrite(store.compareAndSet(id, 'r1', undefined), 'stored', 'delete');
    await expectRow(store, id, undefined, 'get after delete');
    await expectWrite(store.compareAndSet(id, 'r1', undefined), 'conflict', 'second delete');
  },

  async 'keeps a revision of before a deletion from matching after it'(store) {
    const id = newId();
    await store.compareAndSet(id, undefined, row('r1'));
    await store.compareAndSet(id, 'r1', undefined);
    await expectWrite(store.compareAndSet(id, undefined, row('r2')), 'stored', 'create after delete');
    await expectWrite(store.compareAndSet(id, 'r1', row('r3')), 'conflict', 'replace of the deleted revision');
    await expectRow(store, id, row('r2'), 'get after the conflict');
  },

  async 'lets one of 100 parallel writers through, in each of ten rounds'(store) {
    const id = newId();
    let revision: string | undefined;
    for (let round = 0; round < 10; round++) {
      const expected = revision;
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) => store.compareAndSet(id, expected, row(`r${round}-${i}`))),
      );
      const stored = answers.flatMap((answer, i) => (answer === 'stored' ? [i] : []));
      if (stored.length !== 1) throw new Error(`parallel writers: one may be stored, ${stored.length} were`);
      revision = `r${round}-${stored[0]}`;
      await expectRow(store, id, row(revision), 'get after the race');
    }
  },

  async 'keeps users apart, whatever their ids are made of'(store) {
    const base = newId();
    const ids = [
      '',
      ' ',
      '  ',
      '\t',
      '/',
      '%2F',
      ':',
      "'",
      '"',
      '`',
      '\\',
      ';--',
      '$1',
      '*',
      'ä',
      'a\u0308',
      'Ä',
      '🦊',
      '\u200b',
    ];
    const all = [...ids.map((id) => base + id), base.toUpperCase(), `${base}${'x'.repeat(400)}`];
    for (const [i, id] of all.entries()) await store.compareAndSet(id, undefined, row(`r${i}`));
    for (const [i, id] of all.entries()) await expectRow(store, id, row(`r${i}`), `get of user ${i}`);
  },

  async 'keeps big records, and every kind of text in them'(store) {
    const id = newId();
    const text = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(32 + ((i * 37) % 0xd000))).join('');
    const content = {
      text,
      list: [0, -1, 1.5, 2 ** 53 - 1, true, false, null, '', '\u0001\n"\\🦊'],
      deep: { a: [{ b: {} }] },
    };
    await store.compareAndSet(id, undefined, row('r1', 'small'));
    await expectWrite(store.compareAndSet(id, 'r1', row('r2', content)), 'stored', 'replace by a big record');
    await expectRow(store, id, row('r2', content), 'get of a big record');
  },

  async 'hands out copies: what a caller changes is not stored'(store) {
    const id = newId();
    const mine = row('r1', { list: [1] });
    await store.compareAndSet(id, undefined, mine);
    (mine.record as unknown as { content: { list: number[] } }).content.list.push(2);
    await expectRow(store, id, row('r1', { list: [1] }), 'get after the stored object was changed');
    const got = (await store.get(id)) as { readonly record: { readonly content: { readonly list: number[] } } };
    got.record.content.list.push(3);
    await expectRow(store, id, row('r1', { list: [1] }), 'get after the returned object was changed');
  },
};
