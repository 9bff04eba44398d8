import fc from 'fast-check';
import { MfaError, type MfaService, type MfaStore } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserRecord } from '../../src/user/record.js';
import { rejected, rejectedCodes } from '../support/thrown.js';
import { ACTION_NAMES, scene } from './actions.js';
import { FAULTS, type Fault, FaultyStore } from './faults.js';
import { replacePauses } from './racing.js';
import { ADMINISTRATOR, outcome, USER, World, wrongCodes, yes } from './world.js';

/** What stands in the store itself. */
async function rowOf(store: FaultyStore): Promise<{ readonly revision: string; readonly record: unknown } | undefined> {
  return store.inner.get(USER);
}

/** The write is found by the read that follows. */
const FOUND: readonly Fault[] = ['throws after the write', 'answers garbage after the write'];
const THROWS: readonly Fault[] = ['get throws', 'throws before the write', 'writes after it threw'];
const LOST: readonly Fault[] = FAULTS.filter((fault) => !FOUND.includes(fault));

let restorePauses: () => void;
beforeEach(() => {
  restorePauses = replacePauses();
});
afterEach(() => restorePauses());

describe.each(ACTION_NAMES)('%s', (name) => {
  it('is answered once it is stored, and emits its events', async () => {
    const { world, actions } = await scene(name);
    const before = await world.store.get(USER);
    const { act, outcome: expected, events } = actions[name]!;
    expect(outcome(await act(world.mfa))).toBe(expected);
    expect(await world.store.get(USER)).not.toEqual(before);
    expect(world.eventTypes()).toEqual(events);
  });

  it.each(LOST)('where the store %s: an error with the cause, no event, and nothing twice', async (fault) => {
    const store = new FaultyStore(memoryStore());
    const { world, actions, confidential } = await scene(name, store);
    const { act, outcome: expected, again } = actions[name]!;
    const before = await rowOf(store);

    store.fault = fault;
    const error = await rejected(act(world.mfa));
    expect(error.code).toBe('store-failed');
    expect(error.cause).toBe(THROWS.includes(fault) ? store.thrown : undefined);
    expect(confidential.foundIn(error)).toEqual([]);
    expect(world.events).toEqual([]);
    const after = await rowOf(store);
    const landed = fault === 'writes after it threw';
    if (landed) expect(after?.revision).not.toBe(before?.revision);
    else expect(after).toEqual(before);

    // The same request once more, now that the store is well.
    store.fault = undefined;
    expect(outcome(await act(world.mfa))).toBe(landed ? again : expected);
  });

  it.each(FOUND)('where the store %s: its own answer and events, and nothing twice', async (fault) => {
    const store = new FaultyStore(memoryStore());
    const { world, actions } = await scene(name, store);
    const { act, outcome: expected, again, events } = actions[name]!;
    store.fault = fault;
    expect(outcome(await act(world.mfa))).toBe(expected);
    expect(world.eventTypes()).toEqual(events);
    store.fault = undefined;
    expect(outcome(await act(world.mfa))).toBe(again);
  });

  it('where every write is a conflict and the row stays: an error, and nothing happened', async () => {
    const store = new FaultyStore(memoryStore());
    const { world, actions, confidential } = await scene(name, store);
    const before = await rowOf(store);
    const losing: MfaStore = { get: (userId) => store.get(userId), compareAndSet: async () => 'conflict' };
    const error = await rejected(actions[name]!.act(world.server({ store: losing })));
    expect([error.code, error.cause]).toEqual(['store-failed', undefined]);
    expect(confidential.foundIn(error)).toEqual([]);
    expect(world.events).toEqual([]);
    expect(await rowOf(store)).toEqual(before);
  });

  it('where every write is overtaken by another: conflict, and nothing happened', async () => {
    const { world, actions, confidential, bystander } = await scene(name);
    const rival = world.server({ onEvent: () => {} }).asAdministrator(ADMINISTRATOR);
    let rivals = 0;
    const losing: MfaStore = {
      get: (userId) => world.store.get(userId),
      async compareAndSet(...args) {
        yes(await rival.renameDevice(USER, { serialNumber: bystander, name: `tablet ${++rivals}` }));
        return world.store.compareAndSet(...args);
      },
    };
    const { seq } = await world.record();
    const answer = await actions[name]!.act(world.server({ store: losing }));
    expect(answer).toEqual({ ok: false, reason: 'conflict' });
    expect(world.events).toEqual([]);
    expect(confidential.foundIn(answer)).toEqual([]);
    expect([(await world.record()).seq - seq, rivals]).toEqual([8, 8]);
  });
});

describe('what a store answers', () => {
  const GARBAGE = [
    true,
    false,
    0,
    1,
    '',
    'row',
    [],
    {},
    { revision: 1 },
    { record: {} },
    { revision: null, record: {} },
  ];

  it.each(GARBAGE.map((row) => [row]))('to a question, %j, is no row', async (row) => {
    const store: MfaStore = { ...memoryStore(), get: async () => row as never };
    const error = await rejected(new World({ store }).mfa.signIn(USER, { code: '123456' }));
    expect([error.code, error.cause]).toEqual(['store-failed', undefined]);
  });

  it.each([[undefined], [null], [true], [1], ['STORED'], [{ stored: true }], [['stored']]])(
    'to a write, %j, is neither yes nor no',
    async (answer) => {
      const world = new World();
      const { phone } = await world.enroll();
      const store: MfaStore = { ...world.store, compareAndSet: async () => answer as never };
      const error = await rejected(world.server({ store }).signIn(USER, { code: phone.code() }));
      expect([error.code, error.cause]).toEqual(['store-failed', undefined]);
      expect(world.eventTypes()).not.toContain('signed-in');
    },
  );

  it('null, as many drivers say it, is no row', async () => {
    const store: MfaStore = { ...memoryStore(), get: async () => null as never };
    expect((await new World({ store }).mfa.describeUser(USER)).status).toBe('none');
  });

  it('a record that is none is corrupt-record, for every way in', async () => {
    for (const record of [undefined, null, '{"version":1}', {}]) {
      const store: MfaStore = { ...memoryStore(), get: async () => ({ revision: 'r', record }) };
      const { mfa } = new World({ store });
      const calls = [mfa.describeUser(USER), mfa.signIn(USER, { code: '123456' }), mfa.reseal(USER)];
      expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'corrupt-record'));
    }
  });

  it('an MfaError of the store is thrown as it is', async () => {
    const cause = new MfaError('corrupt-record', 'this row is no JSON');
    const world = new World({ store: { ...memoryStore(), get: () => Promise.reject(cause) } });
    expect(await rejected(world.mfa.describeUser(USER))).toBe(cause);
  });

  it('may be thrown at once, without a promise', async () => {
    const cause = new Error('not connected');
    const throwing = (): never => {
      throw cause;
    };
    const world = new World({ store: { ...memoryStore(), get: throwing } });
    expect(await rejected(world.mfa.describeUser(USER))).toMatchObject({ code: 'store-failed', cause });
  });
});

describe('a deletion', () => {
  it('that loses every race is a conflict, and of nobody is done', async () => {
    const world = new World();
    await world.enroll();
    const { serialNumber } = await world.enroll({ by: 'administrator', name: 'tablet' });
    let rivals = 0;
    const store: MfaStore = {
      ...world.store,
      async compareAndSet(...args) {
        yes(await world.desk.renameDevice(USER, { serialNumber, name: `tablet ${++rivals}` }));
        return world.store.compareAndSet(...args);
      },
    };
    expect(outcome(await world.server({ store }).deleteUser(USER))).toBe('conflict');
    expect(await world.mfa.deleteUser('nobody')).toEqual({ ok: true });
    expect(await world.mfa.deleteUser(USER)).toEqual({ ok: true });
    expect(await world.store.get(USER)).toBe(undefined);
  });
});

// ── any order of requests over a bad line ──

type Kind = 'right' | 'same again' | 'wrong' | 'recovery code' | 'resynchronize' | 'wait';
interface Step {
  readonly kind: Kind;
  readonly fault: Fault | undefined;
}
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('right', 'right', 'same again', 'wrong', 'wrong', 'recovery code', 'resynchronize', 'wait'),
    fault: fc.option(fc.constantFrom(...FAULTS), { nil: undefined }),
  }),
  { minLength: 5, maxLength: 25 },
);

interface Ledger {
  /** Of every accepted code, the counter; of every recovery code, its text. */
  readonly accepted: unknown[];
  /** Answers `code-mismatch`. */
  mismatches: number;
}

class Owner {
  readonly world: World;
  readonly store: FaultyStore;
  readonly phone: VirtualAuthenticator;
  readonly serialNumber: string;
  readonly recoveryCodes: readonly string[];
  readonly ledger: Ledger = { accepted: [], mismatches: 0 };
  /** Wherever the server looks, for longer than a run lasts. */
  readonly wrong: string | undefined;
  #typed = '';

  private constructor(
    world: World,
    store: FaultyStore,
    phone: VirtualAuthenticator,
    serialNumber: string,
    codes: readonly string[],
  ) {
    this.world = world;
    this.store = store;
    this.phone = phone;
    [this.wrong] = wrongCodes(1, phone);
    this.serialNumber = serialNumber;
    this.recoveryCodes = codes;
  }

  static async enrolled(): Promise<Owner> {
    const store = new FaultyStore(memoryStore());
    const world = new World({ store });
    const { phone, serialNumber } = await world.enroll();
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    return new Owner(world, store, phone, serialNumber, recoveryCodes);
  }

  async record(): Promise<UserRecord> {
    return (await rowOf(this.store))?.record as UserRecord;
  }

  /** Checks each answer against what is stored then. */
  async take({ kind, fault }: Step, mfa: MfaService): Promise<void> {
    const { world, phone, serialNumber, ledger, store } = this;
    if (kind === 'wait') return world.wait();
    const before = await this.record();
    store.fault = fault;
    const codes = [phone.code(), phone.code({ steps: 1 })] as const;
    if (kind === 'right') this.#typed = codes[0];
    const recoveryCode = this.recoveryCodes[ledger.accepted.length % 10];
    const call =
      kind === 'recovery code'
        ? mfa.signInWithRecoveryCode(USER, { recoveryCode })
        : kind === 'resynchronize'
          ? mfa.resynchronizeDevice(USER, { serialNumber, codes })
          : mfa.signIn(USER, { code: kind === 'wrong' ? this.wrong : this.#typed });
    const answer = await call.catch((error: MfaError) => error);
    store.fault = undefined;
    if (answer instanceof MfaError) return expect(answer.code).toBe('store-failed');

    const after = await this.record();
    if (outcome(answer) === 'ok') {
      const used = kind === 'recovery code' ? recoveryCode : floorOf(after);
      expect(ledger.accepted, 'a code that was accepted before').not.toContain(used);
      if (kind !== 'recovery code') expect(floorOf(after)).toBeGreaterThan(floorOf(before));
      ledger.accepted.push(used);
    } else if (outcome(answer) === 'code-mismatch') {
      ledger.mismatches++;
      expect(failuresOf(after), 'an answer that is not counted').toBeGreaterThanOrEqual(ledger.mismatches);
      expect(after.throttle.failures).toBeGreaterThan(0);
    } else {
      const refusals =
        kind === 'recovery code' ? ['recovery-code-reused'] : ['code-reused', 'locked', 'malformed-code'];
      expect(refusals).toContain(outcome(answer));
    }
    if (kind === 'wrong') expect(outcome(answer)).not.toBe('ok');
  }
}

/** All that ever were: a sign-in clears the throttle, not the history. */
function failuresOf({ history }: UserRecord): number {
  const failures = history.filter(({ type }) => type === 'sign-in-failed');
  return failures.reduce((sum, { count = 1 }) => sum + count, 0);
}

function floorOf({ devices }: UserRecord): number {
  const { device } = devices[0]!;
  return device.status === 'assigned' ? device.lastCounter : 0;
}

/** A program that a hasty author would have written. */
type Spoil = (mfa: MfaService, store: FaultyStore) => MfaService;
const asItIs: Spoil = (mfa) => mfa;

function property(spoil: Spoil): fc.IAsyncProperty<[Step[]]> {
  return fc.asyncProperty(steps, async (taken) => {
    const owner = await Owner.enrolled();
    const mfa = spoil(owner.world.mfa, owner.store);
    for (const step of taken) await owner.take(step, mfa);
  });
}

describe('requests over a store that fails at any point', () => {
  it('no code is accepted twice, and no answer goes uncounted', async () => {
    await fc.assert(property(asItIs), { numRuns: 200 });
  });

  it('a failure that is read as success would be caught', async () => {
    const hasty: Spoil = (mfa, store) => ({
      ...mfa,
      signIn: async (userId, input) => {
        const failed = async (): Promise<Awaited<ReturnType<MfaService['signIn']>>> => {
          const { devices } = await mfa.describeUser(userId);
          return { ok: true, device: devices[0] as never, proof: {} as never };
        };
        return mfa.signIn(userId, input).catch(() => {
          store.fault = undefined;
          return failed();
        });
      },
    });
    expect((await fc.check(property(hasty), { numRuns: 500, endOnFailure: true })).failed).toBe(true);
  });

  it('an answer before the write would be caught', async () => {
    const early: Spoil = (mfa, store) => ({
      ...mfa,
      signIn: async (userId, input) => {
        const { fault } = store;
        const row = await store.inner.get(userId);
        store.fault = undefined;
        const answer = await mfa.signIn(userId, input);
        if (fault !== 'throws before the write') return answer;
        // As if the write had been lost.
        const now = await store.inner.get(userId);
        await store.inner.compareAndSet(userId, now?.revision, { ...row!, revision: `${now?.revision} lost` } as never);
        return answer;
      },
    });
    expect((await fc.check(property(early), { numRuns: 500, endOnFailure: true })).failed).toBe(true);
  });
});
