import { randomUUID } from 'node:crypto';
import {
  aesGcmSealer,
  type Clock,
  createMfaService,
  generateSecret,
  hotp,
  type MfaStore,
  type Secret,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { postgresSchema, postgresStore } from 'lockstep-mfa/stores/postgres';
import { redisStore } from 'lockstep-mfa/stores/redis';
import pg from 'pg';
import { createClient } from 'redis';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { REVISIONS_KEPT } from '../../src/user/revisions.js';
import { table } from '../support/tables.js';
import { PARAMETERS, START_MS } from './load.js';
import { freshPlace, URLS } from './servers.js';

export interface UserSize {
  /** Bytes a user. */
  readonly json: number;
  readonly postgresTable: number;
  readonly postgresIndex: number;
  readonly redis: number;
}

export interface Sizes {
  /** One device and ten recovery codes. */
  readonly usual: UserSize;
  readonly full: UserSize & { readonly devices: number; readonly browsers: number; readonly lines: number };
  /** By storage parameters, the share of the updates that leave the index alone, and the bytes of table a user. */
  readonly storage: ReadonlyMap<string, { readonly hot: number; readonly table: number }>;
  readonly rowWritesPerSignIn: number;
}

/** A row of more than 2 kB goes out of the page in parts, unless the last of them says otherwise. */
const STORAGE = [
  'fillfactor = 100',
  'fillfactor = 70',
  'fillfactor = 100, toast_tuple_target = 8160',
  'fillfactor = 70, toast_tuple_target = 8160',
] as const;
/** Writes to each user after the first. */
const UPDATES = 3;
const SIGN_INS = 50;
const AT_ONCE = 8;
const MOST_DEVICES = 8;
/** Long before: no code of before counts, and the floor is assumed a little above. */
const IMPORTED_MS = START_MS - 1_200_000;
const USED_MS = START_MS - 600_000;
const DAY_MS = 86_400_000;
/** More than are kept, of each. */
const REMOVALS = 25;
const BROWSERS = 11;
/** As long as a label may be. */
const LABEL = 'Firefox 140 on Windows 11, the blue laptop in the kitchen ';

const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
const serviceOver = (store: MfaStore, clock: Clock) => createMfaService({ issuer: 'Acme', store, sealer, clock });

const codeAt = (secret: Secret, nowMs: number): string => hotp(secret, nowMs / 30_000, PARAMETERS);

function yes<A extends { readonly ok: boolean }>(answer: A): Extract<A, { readonly ok: true }> {
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer as Extract<A, { readonly ok: true }>;
}

interface Sample {
  readonly record: UserRecord;
  readonly secret: Secret;
}

/** One device and ten recovery codes. It has been in use: the list of its revisions is full. */
async function usualRecord(userId: string): Promise<Sample> {
  const store = memoryStore();
  let nowMs = IMPORTED_MS;
  const mfa = serviceOver(store, () => nowMs);
  const desk = mfa.asAdministrator('Ada');
  const secret = generateSecret();
  yes(await desk.importDevice(userId, { name: 'Phone 0', secret }));
  const [recoveryCode] = yes(await desk.createRecoveryCodes(userId)).recoveryCodes;
  nowMs = USED_MS;
  for (let i = 0; i < REVISIONS_KEPT; i++) {
    const { proof } = yes(await mfa.signIn(userId, { code: codeAt(secret, nowMs) }));
    if (i === 0) yes(await mfa.confirmRecoveryCodes(userId, { recoveryCode, proof }));
    nowMs += 30_000;
  }
  return { record: (await store.get(userId))?.record as UserRecord, secret };
}

/**
 * Eight devices, ten trusted browsers whose last answers were not seen, two sets of recovery codes, and all lines of history
 * that are kept. A reset would forget the browsers and the codes, and be smaller.
 */
export async function fullRecord(userId: string): Promise<Sample> {
  const store = memoryStore();
  let nowMs = IMPORTED_MS - 2 * REMOVALS * DAY_MS;
  const mfa = serviceOver(store, () => nowMs);
  const desk = mfa.asAdministrator('Ada');
  const add = async (name: string, secret = generateSecret()): Promise<string> =>
    yes(await desk.importDevice(userId, { name, secret })).device.serialNumber;
  for (let i = 0; i < REMOVALS; i++) {
    const serialNumber = await add(`Phone ${i}`);
    nowMs += DAY_MS;
    yes(await desk.removeDevice(userId, { serialNumber }));
  }
  yes(await desk.removeDevice(userId, { serialNumber: await add('Phone for a moment') }));

  const secret = generateSecret();
  for (let i = 0; i < MOST_DEVICES; i++) {
    const serialNumber = await add(`Phone ${i}`, i === 0 ? secret : undefined);
    yes(await desk.renameDevice(userId, { serialNumber, name: `Phone ${i} of Alice` }));
    for (let times = 0; times < 2; times++) {
      yes(await desk.suspendDevice(userId, { serialNumber }));
      yes(await desk.reinstateDevice(userId, { serialNumber }));
    }
  }
  const signIn = (more: object = {}) => mfa.signIn(userId, { code: codeAt(secret, nowMs), ...more });
  nowMs = USED_MS;
  const [recoveryCode] = yes(await desk.createRecoveryCodes(userId)).recoveryCodes;
  yes(await mfa.signInWithRecoveryCode(userId, { recoveryCode }));
  await mfa.signInWithRecoveryCode(userId, { recoveryCode });
  yes(await desk.createRecoveryCodes(userId));
  yes(await desk.unlock(userId));
  const tokens: unknown[] = [];
  for (let i = 0; i < BROWSERS; i++) {
    nowMs += 30_000;
    tokens.push(yes(await signIn({ trust: true, browserLabel: `${LABEL}${String(i).padStart(6, '0')}` })).browserToken);
  }
  await signIn();
  for (const browserToken of tokens.slice(1)) yes(await mfa.signInWithTrustedBrowser(userId, { browserToken }));
  return { record: (await store.get(userId))?.record as UserRecord, secret };
}

async function inTurns(count: number, once: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) await once(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
}

const revision = (): string => randomUUID().replaceAll('-', '');

interface PostgresSizes {
  readonly json: number;
  readonly table: number;
  readonly index: number;
  readonly hot: number;
}

/** Of a table of users who were each written a few times, and nothing was vacuumed. */
async function postgresSizes(
  pool: pg.Pool,
  { record }: Sample,
  storage: string,
  users: number,
): Promise<PostgresSizes> {
  const place = freshPlace();
  const store = postgresStore(pool, { table: place });
  await pool.query(`${postgresSchema({ table: place })} WITH (${storage}, autovacuum_enabled = off)`);
  try {
    const userIds = Array.from({ length: users }, () => randomUUID());
    const revisions = userIds.map(revision);
    await inTurns(users, (i) =>
      store.compareAndSet(userIds[i] as string, undefined, { revision: revisions[i] as string, record }),
    );
    // In any order, as users come.
    await inTurns(users * UPDATES, async (turn) => {
      const i = (turn * 1_000_003) % users;
      const next = revision();
      const stored = await store.compareAndSet(userIds[i] as string, revisions[i], { revision: next, record });
      if (stored !== 'stored') throw new Error(stored);
      revisions[i] = next;
    });
    const { updates, hot } = await updatesOf(pool, place, users * UPDATES);
    const { rows } = await pool.query(
      `SELECT pg_table_size(c.oid)::float AS "table", pg_indexes_size(c.oid)::float AS index,
         (SELECT avg(octet_length(record))::float FROM "${place}") AS json
       FROM pg_class c WHERE c.relname = $1`,
      [place],
    );
    const { table: bytes, index, json } = rows[0];
    return { json, table: bytes / users, index: index / users, hot: hot / updates };
  } finally {
    await pool.query(`DROP TABLE "${place}"`);
  }
}

/** The server's own count, which comes a little later. */
async function updatesOf(pool: pg.Pool, place: string, least: number): Promise<{ updates: number; hot: number }> {
  for (;;) {
    const { rows } = await pool.query(
      'SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = $1',
      [place],
    );
    if (rows[0].updates >= least) return rows[0];
    await pool.query('SELECT pg_sleep(0.2)');
  }
}

/** By the server's own count, over the whole of a sign-in. */
async function rowWritesPerSignIn(pool: pg.Pool): Promise<number> {
  const place = freshPlace();
  const store = postgresStore(pool, { table: place });
  await pool.query(postgresSchema({ table: place }));
  try {
    const userId = randomUUID();
    const { record, secret } = await usualRecord(userId);
    await store.compareAndSet(userId, undefined, { revision: revision(), record });
    for (let i = 1; i <= SIGN_INS; i++) {
      const nowMs = START_MS + i * 30_000;
      const answer = await serviceOver(store, () => nowMs).signIn(userId, { code: codeAt(secret, nowMs) });
      if (!answer.ok) throw new Error(answer.reason);
    }
    return (await updatesOf(pool, place, SIGN_INS)).updates / SIGN_INS;
  } finally {
    await pool.query(`DROP TABLE "${place}"`);
  }
}

async function redisSize({ record }: Sample): Promise<number> {
  const client = await createClient({ url: URLS.Redis }).connect();
  try {
    const prefix = `${freshPlace()}:`;
    const userId = randomUUID();
    const store = redisStore((parts) => client.sendCommand(parts), { prefix });
    const row = { revision: revision(), record };
    await store.compareAndSet(userId, undefined, row);
    const bytes = await client.sendCommand(['MEMORY', 'USAGE', prefix + userId]);
    await store.compareAndSet(userId, row.revision, undefined);
    return Number(bytes);
  } finally {
    await client.close();
  }
}

/** @param users - in each table */
export async function measureSizes(users: number): Promise<Sizes> {
  const pool = new pg.Pool({ connectionString: URLS.PostgreSQL, max: AT_ONCE });
  try {
    const usual = await usualRecord(randomUUID());
    const fullest = await fullRecord(randomUUID());
    const { devices, browsers = [], history } = parseRecord(fullest.record);
    const [first, ...others] = STORAGE;
    const plain = await postgresSizes(pool, usual, first, users);
    const full = await postgresSizes(pool, fullest, first, users);
    const storage = new Map([[first as string, plain]]);
    for (const other of others) storage.set(other, await postgresSizes(pool, usual, other, users));
    const size = (of: PostgresSizes, redis: number): UserSize => ({
      json: of.json,
      postgresTable: of.table,
      postgresIndex: of.index,
      redis,
    });
    return {
      usual: size(plain, await redisSize(usual)),
      full: {
        ...size(full, await redisSize(fullest)),
        devices: devices.length,
        browsers: browsers.length,
        lines: history.length,
      },
      storage,
      rowWritesPerSignIn: await rowWritesPerSignIn(pool),
    };
  } finally {
    await pool.end();
  }
}

/** The tables of docs/stores.md. */
export function sizeTables({ usual, full, storage, rowWritesPerSignIn: writes }: Sizes): string {
  const rows: [string, keyof UserSize][] = [
    ['JSON', 'json'],
    ['PostgreSQL, table with dead rows', 'postgresTable'],
    ['PostgreSQL, index', 'postgresIndex'],
    ['Redis, memory', 'redis'],
  ];
  return [
    table(
      [
        '',
        'bytes a user',
        '1 million users',
        '100 million',
        '1 billion',
        `bytes with ${full.devices} devices, ${full.browsers} browsers and ${full.lines} lines of history`,
      ],
      rows.map(([name, key]) => [
        name,
        bytes(usual[key]),
        ...[1e6, 1e8, 1e9].map((users) => volume(usual[key] * users)),
        bytes(full[key]),
      ]),
      1,
    ),
    table(
      ['storage parameters of the table', 'HOT updates', 'bytes of table a user'],
      [...storage].map(([parameters, { hot, table: size }]) => [
        `\`${parameters}\``,
        `${Math.round(hot * 100)} %`,
        bytes(size),
      ]),
      1,
    ),
    `Row writes per sign-in: ${writes}.`,
  ].join('\n\n');
}

/** Two digits: more would not be the same in the next run. */
const bytes = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en');

function volume(value: number): string {
  const rounded = Number(value.toPrecision(2));
  return rounded >= 1e12 ? `${rounded / 1e12} TB` : rounded >= 1e9 ? `${rounded / 1e9} GB` : `${rounded / 1e6} MB`;
}
