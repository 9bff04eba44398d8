/** What the service costs beside the bare `verifyCode`, in one process, by turns. Prints JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  aesGcmSealer,
  createMfaService,
  generateSecret,
  hotp,
  type MfaStore,
  parseKeyUri,
  plaintextSealer,
  type Sealer,
  type Secret,
} from 'lockstep-mfa';
import { importDevice, verifyCode } from 'lockstep-mfa/device';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { median } from '../statistics.js';

interface Contender {
  readonly name: string;
  /** How many times it works at a time, where that is not {@link BATCH}. */
  readonly batch?: number;
  /** Not timed: makes the codes that so many times will take. */
  prepare(count: number): unknown;
  once(i: number): unknown;
}

export interface ServiceRow {
  readonly name: string;
  readonly nsPerOp: number;
  /** Beyond the bare `verifyCode`, and how many times that; medians of what they were in each round. */
  readonly overheadNs: number;
  readonly ratio: number;
}

const PERIOD_MS = 30_000;
const START_MS = 1_700_000_040_000;
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;
const BATCH = 50;
const ROUNDS = 40;
const WARM_UPS = 40;

/** So many codes from here on, each of the next period. */
function codesOf(secret: Secret, nowMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => hotp(secret, nowMs / PERIOD_MS + 1 + i, PARAMETERS));
}

function bare(): Contender {
  const secret = generateSecret();
  let device = importDevice({ serialNumber: 'phone', nowMs: START_MS, lastCounter: START_MS / PERIOD_MS });
  let nowMs = START_MS;
  let codes: string[] = [];
  return {
    name: 'verifyCode',
    prepare: (count) => {
      codes = codesOf(secret, nowMs, count);
    },
    once: (i) => {
      nowMs += PERIOD_MS;
      const result = verifyCode(device, secret, codes[i], { nowMs });
      if (!result.ok) throw new Error(result.reason);
      device = result.device;
    },
  };
}

async function service(name: string, store: MfaStore, sealer: Sealer): Promise<Contender> {
  const secret = generateSecret();
  let nowMs = START_MS;
  let codes: string[] = [];
  const mfa = createMfaService({ issuer: 'Acme', store, sealer, clock: () => nowMs });
  const userId = name;
  const administration = mfa.asAdministrator('Ada');
  await administration.importDevice(userId, { name: 'Phone', secret, lastCounter: START_MS / PERIOD_MS });
  await administration.createRecoveryCodes(userId);
  return {
    name,
    prepare: (count) => {
      codes = codesOf(secret, nowMs, count);
    },
    once: async (i) => {
      nowMs += PERIOD_MS;
      const answer = await mfa.signIn(userId, { code: codes[i] });
      if (!answer.ok) throw new Error(answer.reason);
    },
  };
}

/** What is WebCrypto's own of a sealed sign-in. */
async function webCrypto(): Promise<Contender> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const parameters = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new Uint8Array(64) };
  const sealed = await crypto.subtle.encrypt(parameters, key, new Uint8Array(32));
  return {
    name: 'WebCrypto: AES-GCM decryption alone',
    prepare: () => {},
    once: () => crypto.subtle.decrypt(parameters, key, sealed),
  };
}

function codeOfKeyUri(keyUri: string): string {
  const read = parseKeyUri(keyUri);
  if (!read.ok || read.keyUri.type !== 'totp') throw new Error('no key URI of a TOTP device');
  return hotp(read.keyUri.secret, Math.floor(Date.now() / PERIOD_MS), PARAMETERS);
}

async function nanoseconds({ prepare, once, batch = BATCH }: Contender): Promise<number> {
  await prepare(batch);
  const startMs = performance.now();
  for (let i = 0; i < batch; i++) {
    const result = once(i);
    if (result instanceof Promise) await result;
  }
  return ((performance.now() - startMs) * 1e6) / batch;
}

const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
const database = new Database(join(folder, 'users.db'));
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${sqliteSchema()}`);
const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
const [peers] = process.argv.slice(2) as [string];
const contenders: readonly Contender[] = [
  bare(),
  await webCrypto(),
  await service('signIn, memory, plain', memoryStore(), plaintextSealer()),
  await service('signIn, memory, sealed', memoryStore(), sealer),
  await service('signIn, SQLite, plain', sqliteStore(database), plaintextSealer()),
  await service('signIn, SQLite, sealed', sqliteStore(database), sealer),
  ...(await (await import(new URL('sign-ins/better-auth.mjs', peers).href)).make(codeOfKeyUri)),
];

const times: number[][] = contenders.map(() => []);
for (let round = -WARM_UPS; round < ROUNDS; round++) {
  for (let turn = 0; turn < contenders.length; turn++) {
    const i = (turn + round + WARM_UPS) % contenders.length;
    const ns = await nanoseconds(contenders[i] as Contender);
    if (round >= 0) times[i]?.push(ns);
  }
}
database.close();
rmSync(folder, { recursive: true });

const [ofBare] = times as [number[]];
const rows: ServiceRow[] = contenders.map(({ name }, i) => {
  const own = times[i] as number[];
  return {
    name,
    nsPerOp: median(own),
    overheadNs: median(own.map((ns, round) => ns - (ofBare[round] as number))),
    ratio: median(own.map((ns, round) => ns / (ofBare[round] as number))),
  };
});
console.log(JSON.stringify(rows));
