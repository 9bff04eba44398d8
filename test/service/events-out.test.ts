import type { MfaError, MfaEvent, MfaService, MfaServiceOptions, MfaStore } from 'lockstep-mfa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rejected } from '../support/thrown.js';
import { Confidential } from './leaks.js';
import { ADMINISTRATOR, DAY_MS, type Enrolled, MINUTE_MS, outcome, STEP_MS, USER, World, yes } from './world.js';

// Events go out after the write, and never take the answer along.

const BROKEN = new Error('the log is full');
/** A deadline that is soon over. */
const TIMEOUT_MS = 30;
/** No test takes as long as two deadlines of the default. */
const LONG_MS = 5000;

const never = (): Promise<never> => new Promise(() => {});

let unhandled: unknown[];
const collect = (cause: unknown): void => {
  unhandled.push(cause);
};
beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', collect);
});
afterEach(() => {
  process.off('unhandledRejection', collect);
  vi.restoreAllMocks();
});

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World();
  const scene = { world, ...(await world.enroll()) };
  world.events.length = 0;
  return scene;
}

/** The next wrong code is the event that it is, and two more. */
async function oneBeforeTheLock(world: World): Promise<void> {
  await world.tamper((record) => ({ ...record, throttle: { failures: 4, strikes: 24 } }));
}
const THREE = ['sign-in-failed', 'guessing-suspected', 'locked'];

describe('the events of a call', () => {
  it('are all handed out at once and in order, and the answer waits until their handlers are done', async () => {
    const { world, phone } = await enrolled();
    await oneBeforeTheLock(world);
    const handed: MfaEvent[] = [];
    const done: (() => void)[] = [];
    const onEvent = (event: MfaEvent): Promise<void> => {
      handed.push(event);
      return new Promise((resolve) => done.push(resolve));
    };
    let answered = false;
    const answer = world.server({ onEvent }).signIn(USER, { code: phone.wrongCode() });
    void answer.then(() => {
      answered = true;
    });
    await vi.waitFor(() => expect(handed.map(({ type }) => type)).toEqual(THREE));
    expect(handed.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    // The write is there already.
    expect((await world.record()).throttle.failures).toBe(5);
    for (const finish of done.slice(0, 2)) finish();
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    done[2]!();
    expect(outcome(await answer)).toBe('code-mismatch');
  });

  it('are handed out before a handler has time to do anything', async () => {
    const { world, phone } = await enrolled();
    await oneBeforeTheLock(world);
    const order: string[] = [];
    const onEvent = async ({ type }: MfaEvent): Promise<void> => {
      order.push(`${type} handed`);
      await Promise.resolve();
      order.push(`${type} done`);
    };
    await world.server({ onEvent }).signIn(USER, { code: phone.wrongCode() });
    expect(order).toEqual([...THREE.map((type) => `${type} handed`), ...THREE.map((type) => `${type} done`)]);
  });

  it('are none where nothing was stored', async () => {
    const { world, phone } = await enrolled();
    const store: MfaStore = { ...world.store, compareAndSet: () => Promise.reject(BROKEN) };
    expect((await rejected(world.server({ store }).signIn(USER, { code: phone.code() }))).code).toBe('store-failed');
    expect(world.events).toEqual([]);
  });
});

// ── handlers that fail ──

type OnEvent = NonNullable<MfaServiceOptions['onEvent']>;
const HANDLERS: Readonly<Record<string, { readonly onEvent: OnEvent; readonly cause: unknown }>> = {
  throws: {
    onEvent: () => {
      throw BROKEN;
    },
    cause: BROKEN,
  },
  rejects: { onEvent: () => Promise.reject(BROKEN), cause: BROKEN },
  'rejects later': {
    onEvent: () => new Promise((_, reject) => setTimeout(() => reject(BROKEN), 5)),
    cause: BROKEN,
  },
  'throws what is no error': {
    onEvent: () => {
      throw undefined;
    },
    cause: undefined,
  },
  'returns a thenable that throws': {
    onEvent: () => {
      const thenable = Object.defineProperty({}, ['th', 'en'].join(''), {
        value: () => {
          throw BROKEN;
        },
      });
      return thenable as Promise<void>;
    },
    cause: BROKEN,
  },
  hangs: {
    onEvent: never,
    cause: expect.objectContaining({ code: 'event-failed', message: `onEvent did not answer within ${TIMEOUT_MS} ms` }),
  },
  'rejects after the deadline': {
    onEvent: () => new Promise((_, reject) => setTimeout(() => reject(BROKEN), TIMEOUT_MS + 20)),
    cause: expect.objectContaining({ code: 'event-failed' }),
  },
};
type OnEventError = NonNullable<MfaServiceOptions['onEventError']>;
const LISTENERS: Readonly<Record<string, OnEventError>> = {
  'is there': () => {},
  throws: () => {
    throw new Error('and so is the disk');
  },
  rejects: () => Promise.reject(new Error('and so is the disk')),
  hangs: never,
};
const CASES = Object.keys(HANDLERS).flatMap((handler) => Object.keys(LISTENERS).map((listener) => [handler, listener]));

describe('a handler that fails takes no answer along', () => {
  it.each(CASES as [string, string][])('it %s, and onEventError %s', async (handler, listener) => {
    const { onEvent, cause } = HANDLERS[handler]!;
    const { world, phone, proof } = await enrolled();
    const failed: [unknown, MfaEvent][] = [];
    const onEventError: OnEventError = (...args) => {
      failed.push(args);
      return LISTENERS[listener]!(...args);
    };
    const mfa = world.server({ onEvent, onEventError, timeoutMs: TIMEOUT_MS });
    const begun = performance.now();
    // What is shown once is shown.
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    expect(recoveryCodes).toHaveLength(10);
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    await oneBeforeTheLock(world);
    expect(outcome(await mfa.signIn(USER, { code: phone.wrongCode() }))).toBe('code-mismatch');
    expect(yes(await mfa.deleteUser(USER))).toEqual({ ok: true });
    expect(performance.now() - begun).toBeLessThan(LONG_MS);

    expect(failed.map(([, { type }]) => type)).toEqual([
      'recovery-codes-created',
      'signed-in',
      ...THREE,
      'user-deleted',
    ]);
    for (const [thrown] of failed) expect(thrown).toEqual(cause);
    // What comes after the answer harms nobody.
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS + 10));
    expect(unhandled).toEqual([]);
  });

  it('all handlers of a call that hang share one deadline', async () => {
    const { world, phone } = await enrolled();
    await oneBeforeTheLock(world);
    const mfa = world.server({ onEvent: never, onEventError: () => {}, timeoutMs: 400 });
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      let answered = false;
      const answer = mfa.signIn(USER, { code: phone.wrongCode() }).finally(() => {
        answered = true;
      });
      await vi.advanceTimersByTimeAsync(399);
      expect(answered).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(outcome(await answer)).toBe('code-mismatch');
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps no other handler from its event', async () => {
    const { world, phone } = await enrolled();
    await oneBeforeTheLock(world);
    const handed: string[] = [];
    const failed: string[] = [];
    const onEvent: OnEvent = ({ type }) => {
      handed.push(type);
      if (type === 'guessing-suspected') throw BROKEN;
    };
    const onEventError: OnEventError = (_, { type }) => void failed.push(type);
    await world.server({ onEvent, onEventError }).signIn(USER, { code: phone.wrongCode() });
    expect([handed, failed]).toEqual([THREE, ['guessing-suspected']]);
  });
});

describe('onEventError by default', () => {
  it('logs type, user and cause, and no code or secret', async () => {
    const { world, phone, proof, keyUri, enrollment } = await enrolled();
    const logged: unknown[][] = [];
    vi.spyOn(console, 'error').mockImplementation((...args) => void logged.push(args));
    const mfa = world.server({ onEvent: HANDLERS['throws']!.onEvent });
    const code = phone.code();
    yes(await mfa.signIn(USER, { code }));
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0] }));
    const types = ['signed-in', 'recovery-codes-created', 'recovery-codes-confirmed', 'recovery-code-used'];
    expect(logged).toEqual(
      types.map((type) => [`lockstep-mfa: the handler of the event ${type} of user "user-1" failed`, BROKEN]),
    );
    const secrets = new Confidential()
      .scanned({ keyUri })
      .code(code)
      .text(enrollment, ...recoveryCodes);
    expect(secrets.foundIn(logged)).toEqual([]);
  });

  it('writes one line, whatever the user id holds', async () => {
    const world = new World();
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const mfa = world.server({ onEvent: HANDLERS['throws']!.onEvent });
    yes(await mfa.createDevice('eve\nroot', { name: 'phone', account: 'eve' }));
    expect(error.mock.calls[0]![0]).toBe(
      'lockstep-mfa: the handler of the event device-created of user "eve\\nroot" failed',
    );
  });
});

describe('user-deleted', () => {
  it('has the next number, and the administrator who did it', async () => {
    const { world } = await enrolled();
    const { seq } = await world.record();
    yes(await world.desk.deleteUser(USER));
    const deleted = { type: 'user-deleted', userId: USER, atMs: world.nowMs, seq: seq + 1 };
    expect(world.events).toEqual([{ ...deleted, administrator: ADMINISTRATOR }]);
    // A user without a row is nobody's event.
    yes(await world.desk.deleteUser(USER));
    yes(await world.mfa.deleteUser('nobody'));
    expect(world.events).toHaveLength(1);
  });

  it('has no administrator where the application did it', async () => {
    const { world } = await enrolled();
    yes(await world.mfa.deleteUser(USER));
    expect(world.events).toEqual([{ type: 'user-deleted', userId: USER, atMs: world.nowMs, seq: 3 }]);
  });

  it('comes for a row that cannot be read, too', async () => {
    const { world } = await enrolled();
    await world.tamper(() => 'no record');
    yes(await world.desk.deleteUser(USER));
    expect(world.events).toMatchObject([{ type: 'user-deleted', seq: 1 }]);
    expect(await world.store.get(USER)).toBe(undefined);
  });
});

describe('a maxStrikes that was lowered', () => {
  it('locks at the next failure, with its event, and not before', async () => {
    const { world, phone } = await enrolled();
    await world.tamper((record) => ({ ...record, throttle: { failures: 0, strikes: 40 } }));
    const mfa = world.server({ policy: { maxStrikes: 30 } });
    expect((await mfa.describeUser(USER)).status).toBe('required');
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    world.events.length = 0;
    expect(await mfa.signIn(USER, { code: phone.wrongCode() })).toEqual({
      ok: false,
      reason: 'code-mismatch',
      lock: {},
    });
    expect(world.eventTypes()).toEqual(['sign-in-failed', 'locked']);
    expect((await world.record()).history.map(({ type }) => type)).toContain('locked');
    // As it was written, whatever a server's policy says.
    world.wait(DAY_MS);
    for (const server of [mfa, world.mfa]) {
      expect(await server.signIn(USER, { code: phone.code() })).toEqual({ ok: false, reason: 'locked' });
    }
  });
});

// ── failures that change nothing else ──

interface Busy extends Enrolled {
  readonly world: World;
  readonly mfa: MfaService;
  readonly recoveryCodes: readonly string[];
  /** Since the last time it was asked. */
  readonly writes: () => number;
}

async function busy(): Promise<Busy> {
  const { world, ...device } = await enrolled();
  const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
  yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0] }));
  let count = 0;
  const store: MfaStore = {
    ...world.store,
    compareAndSet: (...args) => {
      count++;
      return world.store.compareAndSet(...args);
    },
  };
  world.events.length = 0;
  const writes = () => {
    const since = count;
    count = 0;
    return since;
  };
  return { world, ...device, mfa: world.server({ store }), recoveryCodes, writes };
}

const WRONG = '0'.repeat(24);

describe('used codes and wrong recovery codes', () => {
  it('5,000 of each within two minutes are written and emitted twice a kind', async () => {
    const { world, mfa, phone, recoveryCodes, writes } = await busy();
    const { seq } = await world.record();
    let signIns = 0;
    let code = '';
    const begunMs = world.nowMs;
    for (let i = 0; i < 5000; i++) {
      if ((world.nowMs - begunMs) % STEP_MS === 0) {
        code = phone.code();
        yes(await mfa.signIn(USER, { code }));
        signIns++;
      }
      const used = await mfa.signIn(USER, { code });
      const wrong = await mfa.signInWithRecoveryCode(USER, { recoveryCode: i % 2 === 0 ? WRONG : recoveryCodes[0] });
      if (outcome(used) !== 'code-reused') expect(outcome(used)).toBe('code-reused');
      const expected = i % 2 === 0 ? 'recovery-code-mismatch' : 'recovery-code-reused';
      if (outcome(wrong) !== expected) expect(outcome(wrong)).toBe(expected);
      world.wait(24);
    }
    const counts = (type: string) => world.events.filter((event) => event.type === type).length;
    expect([signIns, counts('signed-in')]).toEqual([4, 4]);
    expect([counts('code-reused'), counts('recovery-code-failed')]).toEqual([2, 2]);
    expect([writes(), world.events.length]).toEqual([8, 8]);
    const after = await world.record();
    expect(after.seq - seq).toBe(8);
    expect(world.events.map((event) => event.seq - seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const type of ['code-reused', 'recovery-code-failed']) {
      expect(after.history.filter((line) => line.type === type)).toMatchObject([{ count: 2 }]);
    }
    expect(after.throttle).toMatchObject({ failures: 0, strikes: 0 });
  });

  it('each device has a minute of its own', async () => {
    const { world, mfa, phone, proof, writes } = await busy();
    const generation = (await world.record()).generation;
    const tablet = await world.enroll({ by: { ...proof, generation }, name: 'tablet' });
    for (const device of [phone, tablet.phone]) yes(await mfa.signIn(USER, { code: device.code() }));
    world.events.length = 0;
    writes();
    for (const device of [phone, tablet.phone, phone, tablet.phone]) await mfa.signIn(USER, { code: device.code() });
    expect(world.eventTypes()).toEqual(['code-reused', 'code-reused']);
    expect(writes()).toBe(2);
  });

  it('a clock that is set back or ahead silences nothing for longer than a minute and a half', async () => {
    const { world, mfa, writes } = await busy();
    const fail = async (): Promise<number> => {
      world.events.length = 0;
      for (let i = 0; i < 3; i++) await mfa.signInWithRecoveryCode(USER, { recoveryCode: WRONG });
      const count = writes();
      expect(world.eventTypes()).toEqual(Array.from({ length: count }, () => 'recovery-code-failed'));
      return count;
    };
    const setBy = (ms: number): void => {
      world.nowMs += ms;
    };
    const counts: [string, number][] = [];
    const steps: [string, number, number][] = [
      ['the first', 0, 1],
      ['59.999 s later', MINUTE_MS - 1, 0],
      ['a minute later', 1, 1],
      ['set back by 30 s, as far as two servers’ clocks may be apart', -30_000, 0],
      ['at the time of the last one again', 30_000, 0],
      ['set back by 30.001 s', -30_001, 1],
      ['set back by a day', -DAY_MS, 1],
      ['at once after it', 0, 0],
      ['set ahead by two days', 2 * DAY_MS, 1],
      ['at once after it', 0, 0],
      ['set right again', -DAY_MS, 1],
      ['a minute later', MINUTE_MS, 1],
    ];
    for (const [what, ms] of steps) {
      setBy(ms);
      counts.push([what, await fail()]);
    }
    expect(counts).toEqual(steps.map(([what, , count]) => [what, count]));
  });

  it('a race of many is written once', async () => {
    const { mfa, world, writes } = await busy();
    const all = Array.from({ length: 8 }, () => mfa.signInWithRecoveryCode(USER, { recoveryCode: WRONG }));
    expect((await Promise.all(all)).map(outcome)).toEqual(all.map(() => 'recovery-code-mismatch'));
    expect(world.eventTypes()).toEqual(['recovery-code-failed']);
    expect(writes()).toBeLessThanOrEqual(8);
  });
});

describe('a code that is malformed', () => {
  it('writes nothing and emits nothing', async () => {
    const { mfa, world, writes } = await busy();
    expect(outcome(await mfa.signIn(USER, { code: 'abc' }))).toBe('malformed-code');
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode: 'abc' }))).toBe('malformed-recovery-code');
    expect([writes(), world.events]).toEqual([0, []]);
  });
});

it('no answer and no error has the code event-failed', async () => {
  const { world, phone } = await enrolled();
  const caught: MfaError[] = [];
  const mfa = world.server({
    onEvent: never,
    onEventError: (cause) => void caught.push(cause as MfaError),
    timeoutMs: 1,
  });
  expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  expect(caught.map(({ code }) => code)).toEqual(['event-failed']);
});
