import type { MfaStore, StoredRow } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { storeContract } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';

/** A right store but for what the test breaks, on purpose. */
interface Parts {
  /** What the database takes an id for. */
  readonly key: (userId: string) => string;
  /** What it makes of a record on the way in. */
  readonly keep: (record: unknown) => unknown;
  /** And on the way out. */
  readonly hand: (record: unknown) => unknown;
  readonly sameRevision: (stored: string, expected: string) => boolean;
  /** What is in the database, where a test must reach into it. */
  readonly rows: Map<string, StoredRow>;
}

function parts(): Parts {
  return {
    key: (userId) => userId,
    keep: (record) => structuredClone(record),
    hand: (record) => structuredClone(record),
    sameRevision: (stored, expected) => stored === expected,
    rows: new Map(),
  };
}

function storeOf(overrides: Partial<Parts> = {}, methods: (parts: Parts) => Partial<MfaStore> = () => ({})): MfaStore {
  const own = { ...parts(), ...overrides };
  const { key, keep, hand, sameRevision, rows } = own;
  return {
    async get(userId) {
      const row = rows.get(key(userId));
      return row && { revision: row.revision, record: hand(row.record) };
    },
    async compareAndSet(userId, expected, next) {
      const row = rows.get(key(userId));
      const asExpected =
        row === undefined || expected === undefined ? row === expected : sameRevision(row.revision, expected);
      if (!asExpected) return 'conflict';
      if (next === undefined) rows.delete(key(userId));
      else rows.set(key(userId), { revision: next.revision, record: keep(next.record) });
      return 'stored';
    },
    ...methods(own),
  };
}

/** Writes without looking. */
function put({ key, keep, rows }: Parts, userId: string, next: StoredRow | undefined): void {
  if (next === undefined) rows.delete(key(userId));
  else rows.set(key(userId), { revision: next.revision, record: keep(next.record) });
}

type List = Required<MfaStore>['list'];

/** A store that lists by user id, but for what the test breaks. */
function listing(broken: (page: List) => List): MfaStore {
  return storeOf({}, ({ rows }) => ({
    list: broken(async ({ cursor = '', limit }) => {
      const all = [...rows].filter(([userId]) => userId > cursor).sort(([a], [b]) => (a < b ? -1 : 1));
      const page = all.slice(0, limit).map(([userId, row]) => ({ userId, ...row }));
      return { rows: page, cursor: all.length > limit ? page.at(-1)?.userId : undefined };
    }),
  }));
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A change of every text in a record. */
function everyText(change: (text: string) => unknown): (record: unknown) => unknown {
  return (record) =>
    JSON.parse(JSON.stringify(record), (_, value) => (typeof value === 'string' ? change(value) : value));
}

/** What stores do wrong, the rule that must notice it, and what it must say. */
const BROKEN: readonly [fault: string, store: () => MfaStore, rule: string, says: RegExp][] = [
  [
    'compares nothing',
    () => storeOf({ sameRevision: () => true }),
    'replacing at any other revision is a conflict, and writes nothing',
    /^replacing at the revision before was 'stored'/,
  ],
  [
    'lets the last one win',
    () =>
      storeOf({}, (own) => ({
        async compareAndSet(userId, _, next) {
          put(own, userId, next);
          return 'stored';
        },
      })),
    'of 100 parallel replacements exactly one is stored',
    /^100 of 100 parallel writers/,
  ],
  [
    'writes, and then says conflict',
    () =>
      storeOf({}, (own) => ({
        async compareAndSet(userId, expected, next) {
          const before = own.rows.get(own.key(userId))?.revision;
          put(own, userId, next);
          return before === expected ? 'stored' : 'conflict';
        },
      })),
    'replacing at any other revision is a conflict, and writes nothing',
    /^after replacing at the revision before, the user "alice" was read: its revision is /,
  ],
  [
    'stores, and says conflict, as where the count of rows is looked for in the wrong place',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(...write) {
            await compareAndSet(...write);
            return 'conflict';
          },
        };
      }),
    'a row is created, and read as it was stored',
    /^creating the row of "alice" was a conflict, and stored all the same: look where the client says how many rows/,
  ],
  [
    'removes, and says conflict',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            const written = await compareAndSet(userId, expected, next);
            return next === undefined && expected !== undefined ? 'conflict' : written;
          },
        };
      }),
    'a row is removed at its revision',
    /^removing a row at its revision was a conflict, and stored all the same/,
  ],
  [
    'stores what it races for, and says conflict',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(...write) {
            await compareAndSet(...write);
            return 'conflict';
          },
        };
      }),
    'of 100 parallel creations exactly one is stored',
    /^0 of 100 parallel writers .* and the row of one of them is: look where the client says how many rows/,
  ],
  [
    'always says conflict',
    () => storeOf({}, () => ({ compareAndSet: async () => 'conflict' })),
    'a row is created, and read as it was stored',
    /^creating the row of "alice" was a conflict, though/,
  ],
  [
    'says stored, and writes nothing',
    () => storeOf({}, () => ({ compareAndSet: async () => 'stored' })),
    'a row is created, and read as it was stored',
    /the row is undefined, not \{"revision"/,
  ],
  [
    'looks, and writes some time later',
    () =>
      storeOf({}, (own) => ({
        async compareAndSet(userId, expected, next) {
          if (own.rows.get(own.key(userId))?.revision !== expected) return 'conflict';
          await pause();
          put(own, userId, next);
          return 'stored';
        },
      })),
    'of 100 parallel creations exactly one is stored',
    /^100 of 100 parallel writers/,
  ],
  [
    'looks before it removes, and removes some time later',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            if (next !== undefined) return compareAndSet(userId, expected, next);
            if (own.rows.get(own.key(userId))?.revision !== expected) return 'conflict';
            await pause();
            put(own, userId, next);
            return 'stored';
          },
        };
      }),
    'of 100 parallel removals and replacements exactly one is stored',
    /^(?!1 )\d+ of 100 parallel writers/,
  ],
  [
    'refuses all writers of a race',
    () => {
      let writing = 0;
      return storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            writing++;
            await pause();
            const alone = writing === 1;
            await pause();
            writing--;
            return alone ? compareAndSet(userId, expected, next) : 'conflict';
          },
        };
      });
    },
    'of 100 parallel replacements exactly one is stored',
    /^0 of 100 parallel writers/,
  ],
  [
    'locks the whole table',
    () => {
      let writing = false;
      return storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            if (writing) return 'conflict';
            writing = true;
            await pause();
            writing = false;
            return compareAndSet(userId, expected, next);
          },
        };
      });
    },
    'users do not hinder each other',
    /^creating the row of "user-1" was a conflict, though/,
  ],
  [
    'creates over a row that is there',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            if (expected !== undefined || next === undefined) return compareAndSet(userId, expected, next);
            put(own, userId, next);
            return 'stored';
          },
        };
      }),
    'creating where there is a row is a conflict, and writes nothing',
    /^creating where there is a row was 'stored'/,
  ],
  [
    'creates a row that was to be replaced',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          compareAndSet: async (userId, expected, next) =>
            compareAndSet(userId, own.rows.has(own.key(userId)) ? expected : undefined, next),
        };
      }),
    'replacing where there is no row is a conflict, and creates none',
    /^replacing where there is no row was 'stored'/,
  ],
  [
    'removes without comparing',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            if (next !== undefined) return compareAndSet(userId, expected, next);
            return own.rows.delete(own.key(userId)) || expected === undefined ? 'stored' : 'conflict';
          },
        };
      }),
    'removing at any other revision is a conflict, and removes nothing',
    /^removing at the revision before was 'stored'/,
  ],
  [
    'removes nothing',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          compareAndSet: async (userId, expected, next) =>
            next === undefined ? 'stored' : compareAndSet(userId, expected, next),
        };
      }),
    'a row is removed at its revision',
    /^after removing the row, the user "alice" was read: the row is \{.*, not undefined$/,
  ],
  [
    'removes the whole table',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            const written = await compareAndSet(userId, expected, next);
            if (written === 'stored' && next === undefined) own.rows.clear();
            return written;
          },
        };
      }),
    'a row is removed at its revision',
    /^after removing another user's row, the user "bob" was read: the row is undefined/,
  ],
  [
    'keeps the row that it removes, as a tombstone',
    () =>
      storeOf({}, (own) => {
        const removed = new Set<string>();
        const { get, compareAndSet } = storeOf(own);
        return {
          get: async (userId) => (removed.has(userId) ? undefined : get(userId)),
          async compareAndSet(userId, expected, next) {
            if (next !== undefined) return compareAndSet(userId, expected, next);
            if (own.rows.get(userId)?.revision !== expected || removed.has(userId)) return 'conflict';
            removed.add(userId);
            return 'stored';
          },
        };
      }),
    'a row that was removed and created anew counts at its new revision alone',
    /^replacing a removed row was 'stored'/,
  ],
  [
    'says stored where there is nothing to write',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          compareAndSet: async (userId, expected, next) =>
            expected === undefined && next === undefined ? 'stored' : compareAndSet(userId, expected, next),
        };
      }),
    'removing where there is no row is a conflict, unless none was expected',
    /^removing none where there is a row was 'stored'/,
  ],
  [
    'throws for a conflict',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            const written = await compareAndSet(userId, expected, next);
            if (written === 'conflict') throw new Error('duplicate key');
            return written;
          },
        };
      }),
    'creating where there is a row is a conflict, and writes nothing',
    /^duplicate key$/,
  ],
  [
    'answers by a boolean',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          compareAndSet: async (userId, expected, next) =>
            ((await compareAndSet(userId, expected, next)) === 'stored') as unknown as 'stored',
        };
      }),
    'a row is created, and read as it was stored',
    /^compareAndSet returned true: it must return 'stored' or 'conflict'$/,
  ],
  [
    'answers by nothing',
    () => storeOf({}, () => ({ compareAndSet: async () => undefined as unknown as 'stored' })),
    'a row is created, and read as it was stored',
    /^compareAndSet returned undefined/,
  ],
  [
    'has null for no row',
    () => storeOf({}, () => ({ get: async () => null as unknown as undefined })),
    'a user without a row reads as undefined',
    /^get returned null/,
  ],
  [
    'has an empty row for no row',
    () =>
      storeOf({}, (own) => {
        const { get } = storeOf(own);
        return { get: async (userId) => (await get(userId)) ?? { revision: '', record: {} } };
      }),
    'a user without a row reads as undefined',
    /the row is \{"revision":"","record":\{\}\}, not undefined$/,
  ],
  [
    'says conflict where no value changed, as a count of changed rows does',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          async compareAndSet(userId, expected, next) {
            const same = JSON.stringify(own.rows.get(userId)?.record) === JSON.stringify(next?.record);
            const written = await compareAndSet(userId, expected, next);
            return same && next !== undefined ? 'conflict' : written;
          },
        };
      }),
    'a row is replaced by an equal record',
    /^replacing a row by an equal record was a conflict, and stored all the same/,
  ],
  [
    'reads from a replica that lags',
    () => {
      const replica = new Map<string, StoredRow>();
      return storeOf({}, (own) => {
        const { compareAndSet } = storeOf(own);
        return {
          get: async (userId) => replica.get(userId),
          async compareAndSet(userId, expected, next) {
            for (const [key, row] of own.rows) replica.set(key, row);
            return compareAndSet(userId, expected, next);
          },
        };
      });
    },
    'a row is replaced at its revision, and read at once',
    /^after replacing the row, the user "alice" was read: /,
  ],
  [
    'reads revision and record one after the other',
    () =>
      storeOf({}, (own) => ({
        async get(userId) {
          const revision = own.rows.get(userId)?.revision;
          if (revision === undefined) return undefined;
          await pause();
          return { revision, record: own.rows.get(userId)?.record };
        },
      })),
    'a reader beside a writer sees a whole row',
    /^a read beside a write has the revision of one row and the record of another$/,
  ],
  [
    'shows a removed row for a moment, while it writes',
    () =>
      storeOf({}, (own) => ({
        async compareAndSet(userId, expected, next) {
          if (own.rows.get(userId)?.revision !== expected) return 'conflict';
          own.rows.delete(userId);
          await pause();
          put(own, userId, next);
          return 'stored';
        },
        async get(userId) {
          await Promise.resolve();
          return own.rows.get(userId);
        },
      })),
    'a reader beside a writer sees a whole row',
    /^a read beside a write is neither the row before nor the row after$/,
  ],
  [
    'compares revisions in whatever case',
    () => storeOf({ sameRevision: (stored, expected) => stored.toLowerCase() === expected.toLowerCase() }),
    'replacing at any other revision is a conflict, and writes nothing',
    /^replacing at its revision in upper case was 'stored'/,
  ],
  [
    'compares beginnings of revisions',
    () => storeOf({ sameRevision: (stored, expected) => stored.startsWith(expected) }),
    'removing at any other revision is a conflict, and removes nothing',
    /^removing at the beginning of its revision was 'stored'/,
  ],
  [
    'compares revisions as `<>` for `=`',
    () => storeOf({ sameRevision: (stored, expected) => stored !== expected }),
    'a row is replaced at its revision, and read at once',
    /^replacing a row at its revision was a conflict/,
  ],
  [
    'has one row for all',
    () => storeOf({ key: () => 'row' }),
    'a user without a row reads as undefined',
    /^where only another user has a row, the user "alice" was read: the row is /,
  ],
  [
    'folds the case of ids',
    () => storeOf({ key: (userId) => userId.toLowerCase() }),
    'user ids that differ only in case are different users',
    /^where only \["alice"\] were created, the user "Alice" was read: the row is /,
  ],
  [
    'trims ids',
    () => storeOf({ key: (userId) => userId.trim() }),
    'user ids that differ only in white space are different users',
    /the user "alice " was read/,
  ],
  [
    'pads ids, as CHAR(n) does',
    () => storeOf({ key: (userId) => userId.replace(/ +$/, '') }),
    'user ids that differ only in white space are different users',
    /the user "alice " was read/,
  ],
  [
    'ignores accents',
    () => storeOf({ key: (userId) => userId.normalize('NFD').replace(/\p{M}/gu, '') }),
    'user ids that differ only in accents are different users',
    /the user "\\u00e9" was read/,
  ],
  [
    'composes ids',
    () => storeOf({ key: (userId) => userId.normalize('NFC') }),
    'user ids that differ only in accents are different users',
    /the user "e\\u0301" was read/,
  ],
  [
    'ignores what cannot be seen',
    () => storeOf({ key: (userId) => userId.replace(/\p{Cf}/gu, '') }),
    'user ids that differ only in what cannot be seen are different users',
    /the user "ali\\u200bce" was read/,
  ],
  [
    'makes compatible characters one',
    () => storeOf({ key: (userId) => userId.normalize('NFKC') }),
    'user ids that Unicode has for compatible are different users',
    /the user "\\ufb01" was read/,
  ],
  [
    'has no characters beyond the basic plane',
    () => storeOf({ key: (userId) => userId.replace(/[\u{10000}-\u{10ffff}]/gu, '?') }),
    'user ids of emoji are different users',
    /the user "\\ud83d\\ude01" was read/,
  ],
  [
    'takes ids for numbers',
    () => storeOf({ key: (userId) => (Number.isNaN(Number(userId)) ? userId : String(Number(userId))) }),
    'user ids like numbers are different users',
    /the user "01" was read/,
  ],
  [
    'keeps rows in an object',
    () => {
      const rows: Record<string, StoredRow> = {};
      return storeOf({}, () => ({
        get: async (userId) => rows[userId],
        async compareAndSet(userId, expected, next) {
          if (rows[userId]?.revision !== expected) return 'conflict';
          if (next === undefined) delete rows[userId];
          else rows[userId] = next;
          return 'stored';
        },
      }));
    },
    'user ids like words of a language are different users',
    /the user "__proto__" was read: /,
  ],
  [
    'escapes quotes away',
    () => storeOf({ key: (userId) => userId.replaceAll("''", "'") }),
    'user ids like marks of a language are different users',
    /the user "''" was read/,
  ],
  [
    'makes paths of ids',
    () => storeOf({ key: (userId) => new URL(userId, 'file:///users/').href }),
    'user ids like paths are different users',
    /the user /,
  ],
  [
    'decodes ids',
    () => storeOf({ key: (userId) => decodeURIComponent(userId) }),
    'user ids like paths are different users',
    /the user "a%2Fb" was read/,
  ],
  [
    'cuts ids at 191 characters',
    () => storeOf({ key: (userId) => userId.slice(0, 191) }),
    'user ids that differ in the last of 200 characters are different users',
    /the user "a{79}… \(202 characters\) was read/,
  ],
  [
    'cuts ids at 255 characters',
    () => storeOf({ key: (userId) => userId.slice(0, 255) }),
    'user ids that the store cannot hold are refused, and never cut',
    /^two user ids that differ in the last of 10,000 characters are one user$/,
  ],
  [
    'cuts ids at a NUL',
    () => storeOf({ key: (userId) => userId.split('\0')[0]! }),
    'user ids that the store cannot hold are refused, and never cut',
    /^two user ids that differ behind a NUL are one user$/,
  ],
  [
    'loses the row of an id that it cut',
    () =>
      storeOf({}, (own) => {
        const { compareAndSet } = storeOf({ ...own, key: (userId) => `${userId}`.replace('\0', '?') });
        return { compareAndSet };
      }),
    'user ids that the store cannot hold are refused, and never cut',
    /^beside user ids that differ behind a NUL, the user "a\\u0000" was read: the row is undefined/,
  ],
  [
    'keeps the caller’s object',
    () => storeOf({ keep: (record) => record }),
    "what was handed over, and what was read, is not the store's own",
    /^after the caller changed what was handed over, .* its record\.devices\.0\.name is "Changed", not "Phone"$/,
  ],
  [
    'hands out its own object',
    () => storeOf({ hand: (record) => record }),
    "what was handed over, and what was read, is not the store's own",
    /^after the caller changed what was read, .* "Changed", not "Phone"$/,
  ],
  [
    'copies a record, but not what is in it',
    () => storeOf({ keep: (record) => ({ ...(record as object) }), hand: (record) => ({ ...(record as object) }) }),
    "what was handed over, and what was read, is not the store's own",
    /"Changed", not "Phone"$/,
  ],
  [
    'keeps 65,535 characters, as TEXT does',
    () =>
      storeOf({
        keep: (record) => JSON.stringify(record).slice(0, 65_535),
        hand(json) {
          try {
            return JSON.parse(json as string);
          } catch {
            return json;
          }
        },
      }),
    'a record of 200 kB comes back whole',
    /its record is ".* \(\d+ characters\), not \{/,
  ],
  [
    'keeps the end of a longer record',
    () => {
      const files = new Map<string, string>();
      return storeOf({}, () => ({
        async get(userId) {
          const file = files.get(userId);
          return file === undefined ? undefined : JSON.parse(file);
        },
        async compareAndSet(userId, _, next) {
          const json = JSON.stringify(next);
          files.set(userId, json + (files.get(userId) ?? '').slice(json.length));
          return 'stored';
        },
      }));
    },
    'a record of 200 kB comes back whole',
    /JSON/,
  ],
  [
    'has no empty texts',
    () => storeOf({ keep: everyText((text) => (text === '' ? null : text)) }),
    'a record comes back with every value as it was',
    /its record\.texts\.0 is null, not ""$/,
  ],
  [
    'makes dates of texts',
    () => storeOf({ keep: everyText((text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : text)) }),
    'a record comes back with every value as it was',
    /its record\.textsLikeOthers\.7 is Date "2026-01-01T00:00:00\.000Z", not "2026-01-01T00:00:00\.000Z"$/,
  ],
  [
    'makes big integers of numbers',
    () =>
      storeOf({
        hand: (record) =>
          JSON.parse(JSON.stringify(record), (_, value) => (Number.isInteger(value) ? BigInt(value) : value)),
      }),
    'a record comes back with every value as it was',
    /its record\.version is "1n", not 1$/,
  ],
  [
    'has numbers of 32 bits',
    () =>
      storeOf({
        keep: (record) =>
          JSON.parse(JSON.stringify(record), (_, value) => (Number.isInteger(value) ? value | 0 : value)),
      }),
    'a record comes back with every value as it was',
    /its record\.numbers\.4 is /,
  ],
  [
    'makes objects of empty lists, as Lua does',
    () => storeOf({ hand: (record) => JSON.parse(JSON.stringify(record).replace(/(?<!")\[\]/g, '{}')) }),
    'a record comes back with every value as it was',
    /its record\.empty\.0 is \{\}, not \[\]$/,
  ],
  [
    'leaves out what is null',
    () =>
      storeOf({
        keep: (record) => JSON.parse(JSON.stringify(record, (_, value) => (value === null ? undefined : value))),
      }),
    'a record comes back with every value as it was',
    /its record\.nothing is undefined, not null$/,
  ],
  [
    'adds a field of its own',
    () => storeOf({ hand: (record) => ({ ...(record as object), _id: 1 }) }),
    'a row is created, and read as it was stored',
    /its record\._id is 1, not undefined$/,
  ],
  [
    'lists somebody where nobody is',
    () => listing(() => async () => ({ rows: [{ userId: 'ghost', revision: 'r1', record: {} }] })),
    'list, where there is one, of an empty store gives no row',
    /^list gave \["ghost"\] of an empty store$/,
  ],
  [
    'lists the first page alone',
    () =>
      listing((page) => async (options) => {
        const { rows } = await page(options);
        return { rows };
      }),
    'list, where there is one, gives each user with the row as it was stored',
    /^list missed "user-/,
  ],
  [
    'lists the rows as they were once',
    () =>
      listing((page) => async (options) => {
        const { rows, cursor } = await page(options);
        return { rows: rows.map((row) => ({ ...row, revision: '' })), cursor };
      }),
    'list, where there is one, gives each user with the row as it was stored',
    /^list gave "user-0" with \{"revision":""/,
  ],
  [
    'lists under its own keys, not the user ids',
    () =>
      listing((page) => async (options) => {
        const { rows, cursor } = await page(options);
        return { rows: rows.map((row) => ({ ...row, userId: encodeURIComponent(row.userId) })), cursor };
      }),
    'list, where there is one, gives each user with the row as it was stored',
    /^list missed "a:b"$/,
  ],
  [
    'lists users that it does not have',
    () =>
      listing((page) => async (options) => {
        const { rows, cursor } = await page(options);
        return { rows: [...rows, ...rows.map((row) => ({ ...row, userId: `old ${row.userId}` }))], cursor };
      }),
    'list, where there is one, gives each user with the row as it was stored',
    /^list gave "old .*", who has no row$/,
  ],
  [
    'lists by the number of the row, which moves when others are removed',
    () =>
      storeOf({}, ({ rows }) => ({
        async list({ cursor = '0', limit }) {
          const all = [...rows].map(([userId, row]) => ({ userId, ...row }));
          const end = Number(cursor) + limit;
          return { rows: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : undefined };
        },
      })),
    'list, where there is one, misses nobody while rows are written, created and removed',
    /^list missed "user-/,
  ],
  [
    'lists for ever',
    () => listing((page) => async (options) => ({ ...(await page({ ...options, cursor: undefined })), cursor: '0' })),
    'list, where there is one, gives each user with the row as it was stored',
    /^list has no end/,
  ],
  [
    'lists a bare list',
    () => listing((page) => async (options) => (await page(options)).rows as never),
    'list, where there is one, gives each user with the row as it was stored',
    /^list returned \[/,
  ],
  [
    'has a number for a cursor',
    () => listing((page) => async (options) => ({ ...(await page(options)), cursor: 7 as never })),
    'list, where there is one, gives each user with the row as it was stored',
    /^list returned the cursor 7: it must be a text/,
  ],
];

/** What each rule said, where it was broken. */
async function complaintsAbout(makeStore: () => MfaStore): Promise<Map<string, string>> {
  const complaints = new Map<string, string>();
  for (const { name, run } of storeContract(makeStore)) {
    await run().catch((error: unknown) => complaints.set(name, (error as Error).message));
  }
  return complaints;
}

describe('the contract', () => {
  it('is kept by a right store', async () => {
    expect(await complaintsAbout(() => storeOf())).toEqual(new Map());
    expect(await complaintsAbout(() => listing((page) => page))).toEqual(new Map());
    expect(await complaintsAbout(memoryStore)).toEqual(new Map());
  });

  it('is kept by one that freezes what it hands out', async () => {
    const freeze = (record: unknown): unknown => JSON.parse(JSON.stringify(record), (_, value) => Object.freeze(value));
    expect(await complaintsAbout(() => storeOf({ hand: freeze }))).toEqual(new Map());
  });

  it('is kept by one that refuses the ids that it cannot hold', async () => {
    const key = (userId: string): string => {
      if (userId.includes('\0') || userId.length > 255) throw new Error('no such id');
      return userId;
    };
    expect(await complaintsAbout(() => storeOf({ key }))).toEqual(new Map());
  });

  it.each(BROKEN)('is broken by a store that %s', async (_, makeStore, rule, says) => {
    const complaints = await complaintsAbout(makeStore);
    expect([...complaints.keys()]).toContain(rule);
    expect(complaints.get(rule)).toMatch(says);
  });

  it('has no rule that nothing here breaks', () => {
    const proven = new Set(BROKEN.map(([, , rule]) => rule));
    const rules = storeContract(memoryStore).map(({ name }) => name);
    expect(rules.filter((rule) => !proven.has(rule))).toEqual([]);
  });

  it('makes a store for each rule, which may take its time', async () => {
    let made = 0;
    const checks = storeContract(async () => {
      await pause();
      made++;
      return memoryStore();
    });
    expect(made).toBe(0);
    for (const { run } of checks.slice(0, 3)) await run();
    expect(made).toBe(3);
  });

  it.each([undefined, null, memoryStore()])('needs a function that makes stores, not %j', (makeStore) => {
    expect(thrown(() => storeContract(makeStore as never)).code).toBe('invalid-argument');
  });

  it('needs a store', async () => {
    const [check] = storeContract(() => undefined as never);
    const { code, message } = await rejected(check!.run());
    expect([code, message]).toEqual(['invalid-argument', 'store must be an object']);
  });
});
