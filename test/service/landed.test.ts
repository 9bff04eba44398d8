import { type DeviceSummary, type MfaError, type MfaStore, parseSecret, type StoredRow } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { rejected } from '../support/thrown.js';
import { ACTION_NAMES, type Action, scene } from './actions.js';
import { ConnectionLost, type Loss, LossyStore } from './faults.js';
import { checkRace, type Race, replacePauses } from './racing.js';
import { ADMINISTRATOR, type Enrolled, outcome, pairOf, seededRandom, USER, World, yes } from './world.js';

// A write that landed is never lost, whatever the store answered: its call gives the answer and the events that it would
// have given over a store that is well. So each call runs twice, over a store that loses its write and over a sound one,
// and answer, events and record have to be the same.

type Settle = typeof import('../../src/service/settle.js').settle;
/** Takes the place of the service's own loop, to see that the tests catch a wrong one. */
const { loops } = vi.hoisted(() => ({ loops: { current: undefined as Settle | undefined } }));
vi.mock('../../src/service/settle.js', async (original) => {
  const actual = await original<typeof import('../../src/service/settle.js')>();
  const settle: Settle = (...args) => (loops.current ?? actual.settle)(...args);
  return { ...actual, settle };
});
afterEach(() => {
  loops.current = undefined;
  vi.restoreAllMocks();
});

type Expected = 'its own answer' | 'store-failed, and nothing is stored' | 'store-failed, and it is stored';
const EXPECTED: Readonly<Record<Loss, Expected>> = {
  'lands, then conflict': 'its own answer',
  'lands, then throws': 'its own answer',
  'lands, never answers': 'its own answer',
  'lands, others write, then conflict': 'its own answer',
  'lands, others write, then throws': 'its own answer',
  'lands, then conflict, then a stale read': 'its own answer',
  // One look after an error, and no second write: what it does not see it cannot answer.
  'lands, then throws, and so does the next read': 'store-failed, and it is stored',
  'lands, then throws, then a stale read': 'store-failed, and it is stored',
  'lands after the next read, then conflict': 'its own answer',
  'lands after the next read, then throws': 'store-failed, and it is stored',
  'lands after the next read, never answers': 'store-failed, and it is stored',
  // As PostgreSQL answers with 40001.
  'conflict with nothing written': 'its own answer',
  'conflict with nothing written, always': 'store-failed, and nothing is stored',
  'others write, then conflict with nothing written': 'its own answer',
  'throws with nothing written': 'store-failed, and nothing is stored',
  'never answers, with nothing written': 'store-failed, and nothing is stored',
};
const LOSSES = Object.keys(EXPECTED) as Loss[];

interface Scene {
  readonly world: World;
  readonly action: Action;
  /** Another request writes. */
  readonly other: () => Promise<unknown>;
}

/** A scene of the list of actions; others rename a device that no action touches. */
async function sceneOf(name: string, store: MfaStore): Promise<Scene> {
  if (name in FIRSTS) return firstScene(name, store);
  const { world, actions, bystander } = await scene(name, store);
  let renamed = 0;
  const rival = rivalOf(world, store);
  const other = () => rival.renameDevice(USER, { serialNumber: bystander, name: `tablet ${++renamed}` });
  return { world, action: actions[name]!, other };
}

/** An administrator at another server, whose events and random bytes are its own. */
function rivalOf(world: World, store: MfaStore) {
  const sound = store instanceof LossyStore ? store.inner : store;
  const server = world.server({ store: sound, random: seededRandom(77), onEvent: () => {} });
  return server.asAdministrator(ADMINISTRATOR);
}

/** What makes the row. */
const FIRSTS: Readonly<Record<string, Action>> = {
  'createDevice of a new user': {
    act: (mfa) => mfa.createDevice(USER, { name: 'phone', account: 'alice' }),
    ...{ outcome: 'ok', again: 'ok', events: ['device-created'] },
  },
  'importDevice of a new user': {
    act: (mfa) =>
      mfa.asAdministrator(ADMINISTRATOR).importDevice(USER, {
        name: 'token',
        secret: parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'),
      }),
    ...{ outcome: 'ok', again: 'name-taken', events: ['device-imported'] },
  },
};

/** A user without a row; others begin to set up devices. */
function firstScene(name: string, store: MfaStore): Scene {
  const world = new World({ store, policy: { maxPendingDevices: 100 } });
  const rival = rivalOf(world, store);
  let begun = 0;
  const other = () => rival.createDevice(USER, { name: `other ${++begun}`, account: 'alice' });
  return { world, action: FIRSTS[name]!, other };
}

interface Run extends Scene {
  readonly others: () => Promise<void>;
  readonly store: LossyStore;
}

async function lossyRun(name: string, count: number): Promise<Run> {
  const others = async () => {
    for (let i = 0; i < count; i++) await run.other();
  };
  const store = new LossyStore(memoryStore(), () => others());
  const run = await sceneOf(name, store);
  return { ...run, others, store };
}

/** A deadline that is soon over, and longer than the answers of a store in memory. */
const TIMEOUT_MS = 20;

/**
 * Loses the write of a call, and looks whether its answer, its events and the record are those that they have to be.
 *
 * @param count - of the others that write meanwhile
 */
async function check(name: string, loss: Loss, count = 1, expected: Expected = EXPECTED[loss]): Promise<void> {
  const hangs = loss.includes('never answers');
  const restore = hangs ? () => {} : replacePauses();
  try {
    await checkRun(await lossyRun(name, count), await lossyRun(name, count), loss, expected, hangs);
  } finally {
    restore();
  }
}

async function checkRun(run: Run, twin: Run, loss: Loss, expected: Expected, hangs: boolean): Promise<void> {
  const { world, action, store } = run;
  const before = await store.inner.get(USER);
  const isStored = expected !== 'store-failed, and nothing is stored';
  // The same with all well, in the order in which the writes land.
  const beside = loss.includes('others write');
  const othersFirst = beside && loss.startsWith('others');
  if (othersFirst) await twin.others();
  const own = isStored ? await twin.action.act(twin.world.mfa) : undefined;
  if (beside && !othersFirst) await twin.others();

  store.loss = loss;
  const call = action.act(hangs ? world.server({ timeoutMs: TIMEOUT_MS }) : world.mfa);
  if (expected === 'its own answer') {
    expect(await call).toEqual(own);
    expect(world.events).toEqual(twin.world.events);
    expect(world.eventTypes()).toEqual(action.events);
  } else {
    expect((await rejected(call)).code).toBe('store-failed');
    expect(world.events).toEqual([]);
  }
  store.loss = undefined;
  if (isStored) expect(await recordOf(store)).toEqual(await recordOf(twin.store));
  else expect(await store.inner.get(USER)).toEqual(before);

  // The record is readable, and the same request once more finds it as it has to.
  await world.mfa.describeUser(USER);
  expect(outcome(await action.act(world.mfa))).toBe(isStored ? action.again : action.outcome);
}

/** All of it but the revisions, which are drawn anew for each try. */
async function recordOf(store: LossyStore): Promise<Omit<UserRecord, 'revisions'> | undefined> {
  const row = await store.inner.get(USER);
  if (row === undefined) return undefined;
  const { revisions: _, ...record } = parseRecord(row.record);
  return record;
}

const NAMES = [...ACTION_NAMES, ...Object.keys(FIRSTS)];

it('the table has every method that writes', () => {
  const { mfa, desk } = new World();
  const READS = ['describeUser', 'showDevice', 'checkProof', 'users', 'asAdministrator'];
  for (const method of Object.keys(mfa)) {
    const own = NAMES.filter((name) => name.split(' ')[0] === method && !name.endsWith('an administrator'));
    expect(own.length > 0, method).toBe(!READS.includes(method));
  }
  for (const method of Object.keys(desk)) {
    const own = NAMES.filter((name) => name === 'unlock' || name.startsWith(`${method} by an administrator`));
    expect(
      own.some((name) => name.startsWith(method)),
      method,
    ).toBe(!READS.includes(method));
  }
});

/** Where others make the row before, a call draws other bytes, and so is not the same. */
function namesFor(loss: Loss): readonly string[] {
  return loss.startsWith('others write') ? ACTION_NAMES : NAMES;
}

describe.each(LOSSES)('%s', (loss) => {
  it.each(namesFor(loss))(`%s: ${EXPECTED[loss]}`, async (name) => {
    await check(name, loss);
  });
});

describe('a write and many others at once', () => {
  const isDeletion = (name: string): boolean => name.startsWith('deleteUser');
  const NINTH = 'store-failed, and it is stored';

  it.each(NAMES)('%s: found again behind eight others, and not behind nine', async (name) => {
    await check(name, 'lands, others write, then conflict', 8);
    await check(name, 'lands, others write, then throws', 8);
    // Nobody writes into a row that is gone.
    const ninth = isDeletion(name) ? 'its own answer' : NINTH;
    await check(name, 'lands, others write, then conflict', 9, ninth);
    await check(name, 'lands, others write, then throws', 9, ninth);
  });

  it.each(ACTION_NAMES)('%s: made again behind eight others that overtook it', async (name) => {
    await check(name, 'others write, then conflict with nothing written', 8);
  });

  it.each(Object.keys(FIRSTS))('%s: made again in the row that others made, with what it answers', async (name) => {
    const { world, action, store } = await lossyRun(name, 8);
    store.loss = 'others write, then conflict with nothing written';
    const answer = (await action.act(world.mfa)) as { readonly ok: true; readonly device: DeviceSummary };
    expect(answer.ok).toBe(true);
    const { devices } = await world.record();
    expect(devices).toHaveLength(9);
    expect(devices.at(-1)!.device.serialNumber).toBe(answer.device.serialNumber);
    expect(world.events).toMatchObject([{ type: action.events[0], serialNumber: answer.device.serialNumber, seq: 9 }]);
  });

  it.each(NAMES.filter((name) => !isDeletion(name)))(
    '%s: an error behind nine others, for it may have landed before them',
    async (name) => {
      const restore = replacePauses();
      const { world, action, store, others } = await lossyRun(name, 9);
      store.loss = 'others write, then conflict with nothing written';
      expect((await rejected(action.act(world.mfa))).code).toBe('store-failed');
      restore();
      expect(world.events).toEqual([]);
      const twin = await lossyRun(name, 9);
      await twin.others();
      expect(await recordOf(store)).toEqual(await recordOf(twin.store));
      await others();
      await world.mfa.describeUser(USER);
    },
  );
});

// ── what the answer holds ──

describe('what a landed call answers', () => {
  const losing = (loss: Loss): { store: LossyStore; lose: () => void } => {
    const store = new LossyStore(memoryStore());
    return {
      store,
      lose: () => {
        store.loss = loss;
      },
    };
  };
  const LANDED: readonly Loss[] = [
    'lands, then conflict',
    'lands, then throws',
    'lands, then conflict, then a stale read',
  ];

  it.each(LANDED)('%s: the device, the handle and the secret that stand in the row', async (loss) => {
    const { store, lose } = losing(loss);
    const world = new World({ store });
    const { mfa } = world;
    lose();
    const created = yes(await mfa.createDevice(USER, { name: 'phone', account: 'alice' }));
    const { enrollment, keyUri, device } = created;
    expect((await world.record()).devices.map((entry) => entry.device.serialNumber)).toEqual([device.serialNumber]);
    expect(yes(await mfa.showDevice(USER, { enrollment }))).toEqual(created);
    const phone = world.scan(keyUri);
    lose();
    const { proof } = yes(await mfa.assignDevice(USER, { enrollment, codes: pairOf(phone) }));
    world.wait();
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    lose();
    const { proof: fresh } = yes(await mfa.signIn(USER, { code: phone.code() }));
    expect((await mfa.describeUser(USER, { proof: fresh })).signedIn).toBe(true);
  });

  it.each(LANDED)('%s: ten recovery codes that work, and a proof that stands', async (loss) => {
    const { store, lose } = losing(loss);
    const world = new World({ store });
    const { mfa } = world;
    const { proof } = await world.enroll();
    lose();
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    lose();
    const confirmed = yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode: recoveryCodes[0], proof }));
    expect((await mfa.describeUser(USER, { proof: confirmed.proof })).signedIn).toBe(true);
    for (const recoveryCode of recoveryCodes) {
      lose();
      const { proof: session } = yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode }));
      expect((await mfa.describeUser(USER, { proof: session })).signedIn).toBe(true);
    }
    expect((await mfa.describeUser(USER)).recoveryCodesLeft).toBe(0);
  });

  it.each(LOSSES.filter((loss) => EXPECTED[loss] === 'its own answer' && !loss.includes('never')))(
    '%s: the removal of the last device is ok, though the application expects MFA',
    async (loss) => {
      const { store, lose } = losing(loss);
      const world = new World({ store });
      const { proof, serialNumber } = await world.enroll();
      world.events.length = 0;
      lose();
      const answer = yes(await world.mfa.removeDevice(USER, { serialNumber, proof, expectMfa: true }));
      expect(answer.status).toBe('none');
      expect(world.eventTypes()).toEqual(['device-removed']);
      expect((await world.mfa.describeUser(USER, { proof: answer.proof })).signedIn).toBe(true);
      expect((await world.record()).devices).toEqual([]);
    },
  );

  it('a removal that landed and is not found is an error, and after it the flag and the record differ', async () => {
    const { store, lose } = losing('lands, then throws, and so does the next read');
    const world = new World({ store });
    const { proof, serialNumber } = await world.enroll();
    lose();
    const call = world.mfa.removeDevice(USER, { serialNumber, proof, expectMfa: true });
    expect((await rejected(call)).code).toBe('store-failed');
    expect((await rejected(world.mfa.describeUser(USER, { expectMfa: true }))).code).toBe('record-missing');
  });

  it('no refusal where an earlier try may still land, though its proof has ended meanwhile', async () => {
    const { store, lose } = losing('lands after the next read, then conflict');
    const world = new World({ store });
    const { proof, serialNumber } = await world.enroll();
    world.nowMs = proof.atMs + 15 * 60_000 - 1;
    lose();
    const clock = () => {
      const { nowMs } = world;
      // The next try comes a millisecond later.
      world.nowMs = nowMs + 1;
      return nowMs;
    };
    const answer = await world.server({ clock }).renameDevice(USER, { serialNumber, name: 'mine', proof });
    expect(outcome(answer)).toBe('ok');
    expect((await world.record()).devices[0]!.name).toBe('mine');
  });

  it('nothing is written that could not be read, and the error says so', async () => {
    const world = new World();
    const { serialNumber } = await world.enroll();
    const row = await world.store.get(USER);
    // A source of random bytes that gives a new device the serial number of another.
    const own = seededRandom(5);
    const random = (byteLength: number) => (byteLength === 10 ? Buffer.from(serialNumber, 'hex') : own(byteLength));
    const mfa = world.server({ random: (length) => Uint8Array.from(random(length)) });
    const call = mfa.asAdministrator(ADMINISTRATOR).createDevice(USER, { name: 'other', account: 'alice' });
    expect((await rejected(call)).code).toBe('corrupt-record');
    expect(await world.store.get(USER)).toEqual(row);
  });
});

describe('a deletion', () => {
  it('whose user is set up anew before its answer comes removes that as well', async () => {
    const world = new World();
    await world.enroll();
    const input = { name: 'phone', account: 'alice' };
    const store = new LossyStore(world.store, () => world.mfa.createDevice(USER, input));
    store.loss = 'lands, others write, then conflict';
    world.events.length = 0;
    expect(await world.server({ store }).deleteUser(USER)).toEqual({ ok: true });
    expect(await world.store.get(USER)).toBe(undefined);
    expect(world.eventTypes()).toEqual(['device-created', 'user-deleted']);
  });

  it('of a row that throws while it is read is answered all the same, once it has landed', async () => {
    const row = {
      revision: 'r',
      get record(): never {
        throw new Error('no JSON');
      },
    };
    let stored: StoredRow | undefined = row;
    const store: MfaStore = {
      get: async () => stored,
      async compareAndSet(_userId, _expected, next) {
        stored = next;
        return 'stored';
      },
    };
    const world = new World({ store });
    const broken = { revision: 'r', record: Object.defineProperty({}, 'devices', { get: () => row.record }) };
    stored = broken;
    expect(await world.desk.deleteUser(USER)).toEqual({ ok: true });
    expect(world.events).toMatchObject([{ type: 'user-deleted', seq: 1 }]);
  });
});

// ── two people with one code ──

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World();
  return { world, ...(await world.enroll()) };
}

/** Each write in turn is lost in one of these ways, with undefined for all well. */
function losingAll(...losses: readonly (Loss | undefined)[]) {
  return (inner: MfaStore): MfaStore => {
    let writes = 0;
    const stores = losses.map(() => new LossyStore(inner));
    return {
      get: (userId) => inner.get(userId),
      async compareAndSet(...args) {
        const i = writes++ % losses.length;
        stores[i]!.loss = losses[i];
        return stores[i]!.compareAndSet(...args);
      },
    };
  };
}

const oneSignsIn = async ({ world, phone }: Awaited<ReturnType<typeof enrolled>>, race: Race, racers: number) => {
  const code = phone.code();
  const signIn = async (): Promise<string> => outcome(await race.server().signIn(USER, { code }));
  const errors: MfaError[] = [];
  const answers = await race.run(
    Array.from({ length: racers }, () =>
      signIn().catch((error: MfaError) => {
        errors.push(error);
        return error.code;
      }),
    ),
  );
  expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1);
  for (const answer of answers) expect(['ok', 'code-reused', 'store-failed']).toContain(answer);
  // An error is what the store threw, and no other.
  for (const { cause } of errors) expect(cause).toBeInstanceOf(ConnectionLost);
  expect(world.eventTypes().filter((type) => type === 'signed-in')).toHaveLength(1);
};

describe('several people with one code, over a store that loses answers', () => {
  it.each<[string, ReturnType<typeof losingAll>]>([
    ['every write lands and is answered with conflict', losingAll('lands, then conflict')],
    ['every write lands and throws', losingAll('lands, then throws')],
    ['every other write lands and is answered with conflict', losingAll('lands, then conflict', undefined)],
    [
      'every third write is written, and every third not',
      losingAll('lands, then conflict', 'conflict with nothing written', undefined),
    ],
  ])('%s: exactly one signs in', async (_, spoil) => {
    expect(await checkRace(enrolled, oneSignsIn, { spoil })).toEqual({ ruleBroken: false, report: '' });
  });
});

// ── loops that are wrong ──

/** As it was before: the state decides, and what was asked for is forgotten. */
const forgetful: Settle = async (rows, userId, newRevision, decide) => {
  for (;;) {
    const row = await rows.read(userId);
    const { next, finish } = await decide(row && parseRecord(row.record));
    if (next === undefined) return finish();
    const revision = Buffer.from(newRevision()).toString('hex');
    if (await rows.write(userId, row?.revision, { revision, record: next })) return finish();
  }
};

/** Takes a record that is as it wanted it for its own. */
const believingState: Settle = async (rows, userId, newRevision, decide) => {
  const wanted: { readonly record: string; readonly finish: () => Promise<never> }[] = [];
  for (;;) {
    const row = await rows.read(userId);
    const own = wanted.find(({ record }) => row !== undefined && record === JSON.stringify(row.record));
    if (own !== undefined) return own.finish();
    const { next, finish } = await decide(row && parseRecord(row.record));
    if (next === undefined) return finish();
    wanted.push({ record: JSON.stringify(next), finish: finish as () => Promise<never> });
    const revision = Buffer.from(newRevision()).toString('hex');
    if (await rows.write(userId, row?.revision, { revision, record: next })) return finish();
  }
};

/** The names at which the table finds something wrong. */
async function caught(loss: Loss): Promise<string[]> {
  const found: string[] = [];
  for (const name of NAMES) await check(name, loss).catch(() => found.push(name));
  return found;
}

describe('a service that would lose what landed', () => {
  const settled = NAMES.filter((name) => !name.startsWith('deleteUser'));

  it('by deciding anew without a look for its own write is caught at every verb', async () => {
    loops.current = forgetful;
    // Nothing is left to seal anew, which is ok.
    expect(await caught('lands, then conflict')).toEqual(settled.filter((name) => name !== 'reseal'));
    expect(await caught('lands, then throws')).toEqual(settled);
  });

  it('by reading no revisions is caught at every verb', async () => {
    const hiding = (inner: MfaStore): MfaStore => ({
      async get(userId) {
        const row = await inner.get(userId);
        const record = row && { ...parseRecord(row.record), revisions: [] };
        return row && { revision: `hidden ${row.revision}`, record };
      },
      compareAndSet: (userId, expected, next) => inner.compareAndSet(userId, expected?.slice('hidden '.length), next),
    });
    for (const name of settled) {
      const restore = replacePauses();
      const { world, action, store } = await lossyRun(name, 1);
      store.loss = 'lands, then conflict';
      const answer = action.act(world.server({ store: hiding(store) }));
      // A first device would be made again, were a record with two of one serial number written.
      const code = name === 'createDevice of a new user' ? 'corrupt-record' : 'store-failed';
      if (name === 'importDevice of a new user') expect(outcome(await answer)).toBe('already-assigned');
      else expect((await rejected(answer)).code, name).toBe(code);
      restore();
    }
  });

  it('by taking an equal record for its own lets several in with one code, and is caught', async () => {
    loops.current = believingState;
    const { ruleBroken, report } = await checkRace(enrolled, oneSignsIn, { spoil: losingAll(undefined) });
    expect(ruleBroken, report).toBe(true);
    // Where nobody else writes it looks as if it were right.
    expect(await caught('lands, then conflict')).toEqual([]);
  });
});
