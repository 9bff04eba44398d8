/** A process of an application that signs its users in: forked by `engine-load.ts`, it does one phase at a time as it is told. */
import {
  aesGcmSealer,
  createMfaService,
  generateSecret,
  hotp,
  type MfaService,
  type MfaStore,
  plaintextSealer,
  type Secret,
} from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { ENGINES, type Engine, type RawEngine } from './engines.js';

/** The bare engine's read and compare-and-set, the store's, and a whole sign-in. */
export type Phase = 'raw' | 'store' | 'sealed' | 'plain';
export interface Order {
  readonly phase: Phase;
  readonly ms: number;
}
/** Milliseconds of each time, and of it the compare-and-set alone, or of a sign-in all that the store did. */
export interface Took {
  readonly whole: readonly number[];
  readonly part: readonly number[];
}

const USERS = 100;
const WARM_UPS = 3000;
const PERIOD_MS = 30_000;
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const;

const [name, place, prefix] = process.argv.slice(2) as [string, string, string];
const engine = ENGINES.find((each) => each.name === name) as Engine;
const { store, raw, close } = await engine.open(place);

let nowMs = 1_700_000_040_000;
const SEALERS = {
  sealed: aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] }),
  plain: plaintextSealer(),
};
type Kind = keyof typeof SEALERS;
const serviceOver = (over: MfaStore, kind: Kind): MfaService =>
  createMfaService({ issuer: 'Acme', store: over, sealer: SEALERS[kind], clock: () => nowMs });

/** Of the sign-in that goes on: how long it was in the store. */
let inStoreMs = 0;
async function timed<T>(call: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const answer = await call();
  inStoreMs += performance.now() - startMs;
  return answer;
}
const timedStore: MfaStore = {
  get: (userId) => timed(() => store.get(userId)),
  compareAndSet: (...write) => timed(() => store.compareAndSet(...write)),
};
const services: Readonly<Record<Kind, MfaService>> = {
  sealed: serviceOver(timedStore, 'sealed'),
  plain: serviceOver(timedStore, 'plain'),
};

interface User {
  readonly userId: string;
  readonly secret: Secret;
}

/** Each with one device and ten recovery codes. */
async function enroll(service: MfaService, kind: Kind, count: number): Promise<User[]> {
  const one = async (_: unknown, i: number): Promise<User> => {
    const [userId, secret] = [`${prefix}-${kind}-${i}`, generateSecret()];
    const administration = service.asAdministrator('Ada');
    await administration.importDevice(userId, { name: 'Phone', secret, lastCounter: nowMs / PERIOD_MS });
    await administration.createRecoveryCodes(userId);
    return { userId, secret };
  };
  return Promise.all(Array.from({ length: count }, one));
}

const users: Readonly<Record<Kind, readonly User[]>> = {
  sealed: await enroll(services.sealed, 'sealed', USERS),
  plain: await enroll(services.plain, 'plain', USERS),
};

const codeOf = ({ secret }: User): string => hotp(secret, Math.floor(nowMs / PERIOD_MS), PARAMETERS);

let writes = 0;
/** As long as the service's, and made before the time is taken. */
const nextRevision = (): string => `${prefix}${(writes++).toString(16)}`.padStart(32, '0');

/** Does it for one user after the other, until the time is up. */
async function repeat(
  ms: number,
  once: (turn: number) => Promise<readonly [whole: number, part: number]>,
): Promise<Took> {
  const took = { whole: [] as number[], part: [] as number[] };
  const endMs = performance.now() + ms;
  for (let turn = 0; performance.now() < endMs; turn++) {
    const [whole, part] = await once(turn);
    took.whole.push(whole);
    took.part.push(part);
  }
  return took;
}

const DO: Readonly<Record<Phase, (ms: number) => Promise<Took>>> = {
  raw: (ms) => {
    const { read, write } = raw as RawEngine;
    return repeat(ms, async (turn) => {
      const { userId } = users.sealed[turn % USERS] as User;
      const revision = nextRevision();
      const startMs = performance.now();
      const row = await read(userId);
      const readMs = performance.now();
      await write(userId, row.revision, { revision, record: row.record });
      const endMs = performance.now();
      return [endMs - startMs, endMs - readMs];
    });
  },
  store: (ms) =>
    repeat(ms, async (turn) => {
      const { userId } = users.sealed[turn % USERS] as User;
      const revision = nextRevision();
      const startMs = performance.now();
      const row = await store.get(userId);
      const readMs = performance.now();
      const stored = await store.compareAndSet(userId, row?.revision, { revision, record: row?.record });
      const endMs = performance.now();
      if (stored !== 'stored') throw new Error(stored);
      return [endMs - startMs, endMs - readMs];
    }),
  sealed: (ms) => signIns('sealed', ms),
  plain: (ms) => signIns('plain', ms),
};

function signIns(kind: Kind, ms: number): Promise<Took> {
  return repeat(ms, async (turn) => {
    if (turn % USERS === 0) nowMs += PERIOD_MS;
    const user = users[kind][turn % USERS] as User;
    const code = codeOf(user);
    inStoreMs = 0;
    const startMs = performance.now();
    const answer = await services[kind].signIn(user.userId, { code });
    const endMs = performance.now();
    if (!answer.ok) throw new Error(answer.reason);
    return [endMs - startMs, inStoreMs];
  });
}

/** Until the engine of JavaScript has optimized the service, for which a database takes long. */
async function warmUp(kind: Kind): Promise<void> {
  const service = serviceOver(memoryStore(), kind);
  const [user] = (await enroll(service, kind, 1)) as [User];
  for (let turn = 0; turn < WARM_UPS; turn++) {
    nowMs += PERIOD_MS;
    await service.signIn(user.userId, { code: codeOf(user) });
  }
}

await warmUp('sealed');
await warmUp('plain');
process.on('message', async ({ phase, ms }: Order) => {
  process.send?.(await DO[phase](ms));
});
process.on('disconnect', async () => {
  await close();
  process.exit();
});
process.send?.('ready');
