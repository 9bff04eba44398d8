import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createMfaService, type MfaServiceOptions, type MfaStore, plaintextSealer, type Sealer } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MfaError } from '../../src/errors.js';
import { Deadline } from '../../src/service/deadline.js';
import { rejected, thrown } from '../support/thrown.js';
import { type Enrolled, outcome, pairOf, USER, World, yes } from './world.js';

// A store, a sealer or a handler that never answers holds no request for longer than `timeoutMs`.

const never = (): Promise<never> => new Promise(() => {});

describe('the option timeoutMs', () => {
  const withTimeout = (timeoutMs: unknown) => () =>
    createMfaService({
      issuer: 'Acme',
      store: memoryStore(),
      sealer: plaintextSealer(),
      timeoutMs,
    } as MfaServiceOptions);

  it.each([[0], [-1], [0.5], [600_001], [Number.NaN], [Number.POSITIVE_INFINITY], ['10000'], [null], [10n]])(
    '%s is refused',
    (timeoutMs) => {
      const error = thrown(withTimeout(timeoutMs));
      expect([error.code, error.message]).toEqual([
        'invalid-argument',
        'timeoutMs must be a whole number from 1 to 600000',
      ]);
    },
  );

  it.each([[1], [600_000], [undefined]])('%s is taken', (timeoutMs) => {
    expect(withTimeout(timeoutMs)).not.toThrow();
  });
});

// ── with the time of the test ──

/** What a promise has come to by now. */
function watched<T>(promise: Promise<T>): { readonly state: () => string } {
  let state = 'waiting';
  promise.then(
    () => {
      state = 'answered';
    },
    (error: MfaError) => {
      state = error.message;
    },
  );
  return { state: () => state };
}

describe('the deadline', () => {
  let unhandled: unknown[];
  const collect = (cause: unknown): void => {
    unhandled.push(cause);
  };
  beforeEach(() => {
    unhandled = [];
    process.on('unhandledRejection', collect);
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  });
  afterEach(() => {
    // Before the timers: a spy on one of them would put it back.
    vi.restoreAllMocks();
    vi.useRealTimers();
    process.off('unhandledRejection', collect);
  });
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it('is ten seconds by default', async () => {
    const world = new World({ store: { ...memoryStore(), get: never } });
    const call = watched(world.mfa.describeUser(USER));
    await pass(9999);
    expect(call.state()).toBe('waiting');
    await pass(1);
    expect(call.state()).toBe('the store did not answer within 10000 ms');
  });

  it('of each call is as long, whenever it began', async () => {
    const deadline = new Deadline(100);
    const begin = () => watched(deadline.within(never, 'store-failed', 'it'));
    const first = begin();
    await pass(60);
    const second = begin();
    await pass(39);
    expect([first.state(), second.state()]).toEqual(['waiting', 'waiting']);
    await pass(1);
    expect([first.state(), second.state()]).toEqual(['it did not answer within 100 ms', 'waiting']);
    await pass(59);
    expect(second.state()).toBe('waiting');
    await pass(1);
    expect(second.state()).toBe('it did not answer within 100 ms');
    // And for those that begin after all were done.
    const third = begin();
    await pass(99);
    expect(third.state()).toBe('waiting');
    await pass(1);
    expect(third.state()).not.toBe('waiting');
  });

  it('arms one timer, however many calls wait, and none where nobody waits', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const deadline = new Deadline(1000);
    for (let i = 0; i < 1000; i++) await deadline.within(async () => i, 'store-failed', 'it');
    const hanging = Array.from({ length: 100 }, () => watched(deadline.within(never, 'store-failed', 'it')));
    expect(timers).toHaveBeenCalledTimes(1);
    await pass(1000);
    expect(new Set(hanging.map(({ state }) => state()))).toEqual(new Set(['it did not answer within 1000 ms']));
    expect(timers).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(timers).toHaveBeenCalledTimes(1);
  });

  it('gives the answer, or what was thrown, and forgets what comes too late', async () => {
    const deadline = new Deadline(100);
    const cause = new Error('lost');
    expect(await deadline.within(async () => 5, 'store-failed', 'it')).toBe(5);
    await expect(deadline.within(() => Promise.reject(cause), 'store-failed', 'it')).rejects.toBe(cause);
    const throws = (): never => {
      throw cause;
    };
    await expect(deadline.within(throws, 'store-failed', 'it')).rejects.toBe(cause);
    const late = [
      deadline.within(() => new Promise((resolve) => setTimeout(resolve, 101)), 'store-failed', 'it'),
      deadline.within(() => new Promise((_, reject) => setTimeout(() => reject(cause), 101)), 'sealer-failed', 'it'),
    ].map((call) => rejected(call));
    await pass(200);
    expect((await Promise.all(late)).map(({ code }) => code)).toEqual(['store-failed', 'sealer-failed']);
    vi.useRealTimers();
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  it('works where timers are numbers, as in browsers', async () => {
    const { setTimeout } = globalThis;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((then: () => void, ms: number) => {
      setTimeout(then, ms);
      return 1;
    }) as never);
    const call = watched(new Deadline(100).within(never, 'store-failed', 'it'));
    await pass(100);
    expect(call.state()).toBe('it did not answer within 100 ms');
  });
});

// ── a store and a sealer that never answer ──

const TIMEOUT_MS = 30;

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World();
  return { world, ...(await world.enroll()) };
}

describe('a store that never answers', () => {
  it.each<[string, Partial<MfaStore>]>([
    ['a read', { get: never }],
    ['a write', { compareAndSet: never }],
  ])('%s: store-failed at every verb, and nothing happened', async (_, broken) => {
    const { world, phone, proof, serialNumber } = await enrolled();
    const row = await world.store.get(USER);
    world.events.length = 0;
    const mfa = world.server({ store: { ...world.store, ...broken }, timeoutMs: TIMEOUT_MS });
    const calls = [
      mfa.signIn(USER, { code: phone.code() }),
      mfa.renameDevice(USER, { serialNumber, name: 'mine', proof }),
      mfa.deleteUser(USER),
      mfa.asAdministrator('Ada').createRecoveryCodes(USER),
    ];
    for (const error of await Promise.all(calls.map(rejected))) {
      expect([error.code, error.message]).toEqual(['store-failed', `the store did not answer within ${TIMEOUT_MS} ms`]);
    }
    expect(await world.store.get(USER)).toEqual(row);
    expect(world.events).toEqual([]);
    // The same code counts once the store is back.
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('holds no call that reads by the row of another request', async () => {
    const { world } = await enrolled();
    let reads = 0;
    const get: MfaStore['get'] = (userId) => (reads++ === 0 ? never() : world.store.get(userId));
    const mfa = world.server({ store: { ...world.store, get }, timeoutMs: TIMEOUT_MS });
    const [first, second] = [rejected(mfa.describeUser(USER)), mfa.describeUser(USER)];
    expect((await second).status).toBe('required');
    expect((await first).code).toBe('store-failed');
  });
});

describe('a sealer that never answers', () => {
  const broken = (part: Partial<Sealer>): Sealer => ({ ...plaintextSealer(), ...part });

  it('while opening: sealer-failed, and nothing is written', async () => {
    const { world, phone, serialNumber } = await enrolled();
    const row = await world.store.get(USER);
    const mfa = world.server({ sealer: broken({ open: never }), timeoutMs: TIMEOUT_MS });
    const codes = pairOf(phone, 2);
    const calls = [
      mfa.signIn(USER, { code: phone.code() }),
      mfa.signIn(USER, { code: phone.code(), serialNumber }),
      mfa.resynchronizeDevice(USER, { serialNumber, codes }),
      mfa.reseal(USER),
    ];
    for (const error of await Promise.all(calls.map(rejected))) {
      expect(error.code).toBe('sealer-failed');
      expect(error.cause).toMatchObject({ message: `the sealer did not answer within ${TIMEOUT_MS} ms` });
    }
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('for one device of two: the other signs in', async () => {
    const { world, proof, serialNumber } = await enrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    const { open } = plaintextSealer();
    const sealer = broken({ open: (sealed, to) => (to.serialNumber === serialNumber ? never() : open(sealed, to)) });
    world.events.length = 0;
    const mfa = world.server({ sealer, timeoutMs: TIMEOUT_MS });
    expect(outcome(await mfa.signIn(USER, { code: tablet.phone.code() }))).toBe('ok');
    expect(world.eventTypes()).toEqual(['secret-unreadable', 'signed-in']);
  });

  it('while sealing: sealer-failed, and no device is made', async () => {
    const world = new World();
    const mfa = world.server({ sealer: broken({ seal: never }), timeoutMs: TIMEOUT_MS });
    const error = await rejected(mfa.createDevice(USER, { name: 'phone', account: 'alice' }));
    expect(error.code).toBe('sealer-failed');
    expect(error.cause).toBeInstanceOf(MfaError);
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it('several secrets share one deadline, opened or sealed anew, and however many races are lost', async () => {
    const world = new World();
    const { proof, phone } = await world.enroll();
    for (const name of ['b', 'c', 'd', 'e']) await world.enroll({ by: proof, name });
    const { open } = plaintextSealer();
    const stale = broken({ open: async (...args) => ({ ...(await open(...args)), stale: true }), seal: never });
    let writes = 0;
    const store: MfaStore = {
      ...world.store,
      compareAndSet: (...args) => (writes++ < 3 ? Promise.resolve('conflict') : world.store.compareAndSet(...args)),
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      const opening = watched(world.server({ sealer: broken({ open: never }) }).signIn(USER, { code: phone.code() }));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(opening.state()).toBe('the secret of this device could not be opened: see cause');
      const sealing = watched(world.server({ sealer: stale, store }).signIn(USER, { code: phone.code() }));
      // The pauses after three lost races are at most 2 + 4 + 8 ms.
      await vi.advanceTimersByTimeAsync(10_000 + 14);
      expect(sealing.state()).toBe('answered');
    } finally {
      vi.useRealTimers();
    }
  });

  it('while sealing anew: nobody is kept out', async () => {
    const { world, phone } = await enrolled();
    const { open } = plaintextSealer();
    const sealer = broken({ open: async (...args) => ({ ...(await open(...args)), stale: true }), seal: never });
    const mfa = world.server({ sealer, timeoutMs: TIMEOUT_MS });
    yes(await mfa.signIn(USER, { code: phone.code() }));
    expect((await rejected(mfa.reseal(USER))).code).toBe('sealer-failed');
  });
});

describe('a program that has nothing else to do', () => {
  it('ends, though the deadline of its last call lies ten minutes ahead', async () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const program = `
      import { createMfaService, plaintextSealer } from './src/index.ts';
      import { memoryStore } from './src/stores/memory/index.ts';
      const mfa = createMfaService({
        issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), timeoutMs: 600_000,
      });
      console.log((await mfa.describeUser('user-1')).status);
    `;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      // It is ended by force long before the deadline.
      timeout: 120_000,
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const [code, signal] = await once(child, 'close');
    expect([code, signal, out]).toEqual([0, null, 'none\n']);
  });
});
