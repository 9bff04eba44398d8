import { generateSecret, parseSecret, plaintextSealer, type Sealer, wipeSecret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { rejected, rejectedCodes } from '../support/thrown.js';
import { Confidential } from './leaks.js';
import { replacePauses } from './racing.js';
import { ADMINISTRATOR, outcome, STEP_MS, USER, World, yes } from './world.js';

const TIMEOUT = new Error('the key service timed out');

/** Seals under the newest of some generations of keys, opens what any of them sealed, and fails when told to. */
class Generations implements Sealer {
  newest = 1;
  /** Keys that are gone. */
  readonly gone = new Set<number>();
  sealing = true;
  opens = 0;
  seals = 0;

  async seal(plain: string): Promise<string> {
    this.seals++;
    if (!this.sealing) throw TIMEOUT;
    return `${this.newest}:${plain}`;
  }

  async open(sealed: string): Promise<{ readonly plain: string; readonly stale: boolean }> {
    this.opens++;
    const [generation, plain] = sealed.split(':') as [string, string];
    if (this.gone.has(Number(generation))) throw TIMEOUT;
    return { plain, stale: Number(generation) !== this.newest };
  }
}

async function sealedWorld(): Promise<{ sealer: Generations; world: World; generations: () => Promise<string[]> }> {
  const sealer = new Generations();
  const world = new World({ sealer });
  const generations = async () => (await world.record()).devices.map(({ sealedSecret }) => sealedSecret.split(':')[0]!);
  return { sealer, world, generations };
}

describe('a sealer that cannot open', () => {
  const BROKEN: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw TIMEOUT;
    },
    rejects: () => Promise.reject(TIMEOUT),
    'answers nothing': () => undefined,
    'answers null': () => null,
    'answers without a text': () => ({ stale: false }),
    'answers a number': () => ({ plain: 5, stale: false }),
    'answers an empty text': () => ({ plain: '', stale: false }),
    'answers what is no base32': () => ({ plain: 'not base32!', stale: false }),
  };

  it.each(Object.keys(BROKEN))(
    '%s: an error with a cause, nothing is written, and no event is emitted',
    async (what) => {
      const world = new World();
      const own = await world.enroll();
      const { phone, serialNumber, proof } = own;
      const pending = await world.begin({ by: 'administrator', name: 'new' });
      const row = await world.store.get(USER);
      world.events.length = 0;
      const sealer = { ...plaintextSealer(), open: BROKEN[what] } as Sealer;
      const mfa = world.server({ sealer });
      const code = phone.code();
      const codes = [code, phone.code({ steps: 1 })] as const;
      const { enrollment } = pending;
      const calls = [
        mfa.signIn(USER, { code }),
        mfa.signIn(USER, { code, serialNumber }),
        mfa.signIn(USER, { code: phone.wrongCode() }),
        mfa.resynchronizeDevice(USER, { serialNumber, codes }),
        mfa.showDevice(USER, { enrollment, proof }),
        mfa.asAdministrator(ADMINISTRATOR).assignDevice(USER, { enrollment, codes }),
        mfa.reseal(USER),
      ];
      for (const error of await Promise.all(calls.map(rejected))) {
        expect(error.code).toBe('sealer-failed');
        expect(error.cause).toBeInstanceOf(Error);
        if (what === 'throws' || what === 'rejects') expect(error.cause).toBe(TIMEOUT);
        const secrets = new Confidential()
          .scanned(own, pending)
          .code(code, ...codes)
          .text(enrollment);
        expect(secrets.foundIn(error)).toEqual([]);
      }
      expect(await world.store.get(USER)).toEqual(row);
      expect(world.events).toEqual([]);
      // The same code counts once the sealer is back.
      expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('ok');
    },
  );

  it('bars no way that needs no secret', async () => {
    const world = new World();
    await world.enroll();
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    const mfa = world.server({ sealer: { ...plaintextSealer(), open: () => Promise.reject(TIMEOUT) } });
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
    expect(outcome(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }))).toBe('ok');
    expect((await mfa.describeUser(USER)).status).toBe('recovering');
    expect(outcome(await mfa.signIn(USER, { code: '123456' }))).toBe('suspended');
  });
});

describe('one device of two that does not open', () => {
  async function half() {
    const { world, ...rest } = await sealedWorld();
    const first = await world.enroll();
    const second = await world.enroll({ by: first.proof, name: 'tablet' });
    await world.tamper(({ devices: [phone, tablet], ...record }) => {
      return { ...record, devices: [{ ...phone, sealedSecret: phone!.sealedSecret.replace('1:', '0:') }, tablet] };
    });
    rest.sealer.gone.add(0);
    world.events.length = 0;
    return { world, first, second, ...rest };
  }

  it('is skipped, and emits secret-unreadable', async () => {
    const { world, first, second } = await half();
    const { serialNumber } = first;
    const unreadable = { type: 'secret-unreadable', serialNumber, name: 'phone' };
    expect(outcome(await world.mfa.signIn(USER, { code: second.phone.code() }))).toBe('ok');
    expect(world.events).toMatchObject([unreadable, { type: 'signed-in', name: 'tablet' }]);

    for (const [code, reason] of [
      [second.phone.code(), 'code-reused'],
      ['', 'malformed-code'],
      [second.phone.wrongCode(), 'code-mismatch'],
    ]) {
      world.events.length = 0;
      expect(outcome(await world.mfa.signIn(USER, { code }))).toBe(reason);
      expect(world.events[0]).toMatchObject(unreadable);
    }
  });

  it('counts a right code of it as wrong, and not as a success', async () => {
    const { world, first } = await half();
    const answer = await world.mfa.signIn(USER, { code: first.phone.code() });
    expect(outcome(answer)).toBe('code-mismatch');
    expect((await world.record()).throttle.failures).toBe(1);
  });

  it('is an error where it was named', async () => {
    const { world, first } = await half();
    const { serialNumber, phone } = first;
    const call = world.mfa.signIn(USER, { serialNumber, code: phone.code() });
    expect(await rejected(call)).toMatchObject({ code: 'sealer-failed', cause: TIMEOUT });
  });
});

describe('importing beside devices of which none opens', () => {
  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

  it('is possible, and emits secret-unreadable: a lost key must not bar the way to a device that works', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { serialNumber } = await world.enroll();
    sealer.newest = 2;
    sealer.gone.add(1);
    world.events.length = 0;
    yes(await world.desk.importDevice(USER, { name: 'token', serialNumber: 'HW-1', secret }));
    expect(world.events).toMatchObject([
      { type: 'secret-unreadable', serialNumber, name: 'phone' },
      { type: 'device-imported', serialNumber: 'HW-1' },
    ]);
    expect(await generations()).toEqual(['1', '2']);
    // Without codes the newest one that may have been used at the old system is one ahead.
    world.wait(2 * STEP_MS);
    const token = world.phoneOf(secret);
    expect(outcome(await world.mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });

  it('fails where the sealer itself is gone', async () => {
    const { world, sealer } = await sealedWorld();
    await world.enroll();
    sealer.gone.add(1);
    sealer.sealing = false;
    const row = await world.store.get(USER);
    const call = world.desk.importDevice(USER, { name: 'token', secret });
    expect(await rejected(call)).toMatchObject({ code: 'sealer-failed', cause: TIMEOUT });
    expect(await world.store.get(USER)).toEqual(row);
  });
});

describe('a secret that was copied', () => {
  it('opens for its own device alone, also beside it in one request', async () => {
    const bound: Sealer = {
      seal: async (plain, { userId, serialNumber }) => `${userId}/${serialNumber}/${plain}`,
      async open(sealed, { userId, serialNumber }) {
        const prefix = `${userId}/${serialNumber}/`;
        if (!sealed.startsWith(prefix)) throw new Error('sealed for another');
        return { plain: sealed.slice(prefix.length), stale: false };
      },
    };
    const world = new World({ sealer: bound });
    const own = await world.enroll();
    const other = await world.enroll({ by: own.proof, name: 'tablet' });
    yes(await world.mfa.signIn(USER, { code: own.phone.code() }));
    // Whoever writes into the database gives the thief's phone to the other device as well.
    await world.tamper((record) => {
      const [first, second] = record.devices;
      return { ...record, devices: [first, { ...second, sealedSecret: first!.sealedSecret }] };
    });
    world.wait();
    yes(await world.mfa.signIn(USER, { code: own.phone.code() }));
    expect(world.events.at(-2)).toMatchObject({ type: 'secret-unreadable', serialNumber: other.serialNumber });
    const floors = (await world.record()).devices.map(({ device }) => 'lastCounter' in device && device.lastCounter);
    expect(floors[0]).toBeGreaterThan(floors[1] as number);
  });
});

describe('what a call costs the sealer', () => {
  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  const codes = ['123456', '234567'] as const;

  it('nothing where a device is not admitted, whatever the reason', async () => {
    const { world, sealer } = await sealedWorld();
    const { mfa, desk } = world;
    yes(await desk.importDevice(USER, { name: 'phone', serialNumber: 'HW-1', secret }));
    const create = { name: 'new', account: 'alice' };
    const add = (input: object) => desk.importDevice(USER, { name: 'new', secret, codes, ...input });
    const before = { opens: sealer.opens, seals: sealer.seals };
    expect(outcome(await mfa.createDevice(USER, create))).toBe('mfa-required');
    expect(outcome(await mfa.importDevice(USER, { name: 'new', secret, codes }))).toBe('mfa-required');
    expect(outcome(await add({ serialNumber: 'HW-1' }))).toBe('already-assigned');
    expect(outcome(await add({ name: '' }))).toBe('malformed-name');
    expect(outcome(await add({ name: 'Phone' }))).toBe('name-taken');
    expect({ opens: sealer.opens, seals: sealer.seals }).toEqual(before);
    for (let i = 2; i <= 8; i++) {
      yes(await desk.importDevice(USER, { name: `token ${i}`, serialNumber: `HW-${i}`, secret }));
    }
    const full = { opens: sealer.opens, seals: sealer.seals };
    expect(outcome(await desk.createDevice(USER, create))).toBe('too-many-devices');
    expect(outcome(await add({}))).toBe('too-many-devices');
    expect({ opens: sealer.opens, seals: sealer.seals }).toEqual(full);
  });

  it('one sealing, however many races are lost', async () => {
    const { world, sealer } = await sealedWorld();
    let lost = 0;
    const compareAndSet: typeof world.store.compareAndSet = async (...args) =>
      lost++ % 3 < 2 ? 'conflict' : world.store.compareAndSet(...args);
    const mfa = world.server({ store: { ...world.store, compareAndSet } });
    yes(await mfa.createDevice(USER, { name: 'new', account: 'alice' }));
    yes(await mfa.asAdministrator(ADMINISTRATOR).importDevice(USER, { name: 'token', secret }));
    expect([lost, sealer.seals]).toEqual([6, 2]);
  });
});

describe('a sealer that cannot seal', () => {
  it.each([
    ['throws', () => Promise.reject(TIMEOUT), TIMEOUT],
    ['answers nothing', async () => undefined, undefined],
    ['answers an empty text', async () => '', undefined],
    ['answers an object', async () => ({}), undefined],
  ])('%s: no device is created or imported', async (_, seal, cause) => {
    const world = new World();
    const mfa = world.server({ sealer: { ...plaintextSealer(), seal } as Sealer });
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const calls = [
      mfa.createDevice(USER, { name: 'phone', account: 'alice' }),
      mfa.asAdministrator(ADMINISTRATOR).importDevice(USER, { name: 'token', secret }),
    ];
    for (const error of await Promise.all(calls.map(rejected))) {
      expect([error.code, error.cause]).toEqual(['sealer-failed', cause]);
      expect(new Confidential().secret(secret).foundIn(error)).toEqual([]);
    }
    expect(await world.store.get(USER)).toBe(undefined);
    expect(world.events).toEqual([]);
  });

  it('a wiped secret is no matter of the sealer', async () => {
    const { desk } = new World();
    const secret = generateSecret();
    wipeSecret(secret);
    const error = await rejected(desk.importDevice(USER, { name: 'token', secret }));
    expect(error.code).toBe('wiped-secret');
  });
});

describe('what lies under an older key', () => {
  it('is sealed anew with the next write, and not without one', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { phone, proof } = await world.enroll();
    await world.enroll({ by: proof, name: 'tablet' });
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    // Written once a minute.
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('code-reused');
    sealer.newest = 2;
    const row = await world.store.get(USER);
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('code-reused');
    expect(outcome(await world.mfa.signIn(USER, { code: '' }))).toBe('malformed-code');
    expect(await world.store.get(USER)).toEqual(row);

    world.wait();
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    expect(await generations()).toEqual(['2', '2']);
    sealer.gone.add(1);
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('is sealed anew with a wrong code too, and an attempt counts', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { phone } = await world.enroll();
    sealer.newest = 2;
    await world.mfa.signIn(USER, { code: phone.wrongCode() });
    expect(await generations()).toEqual(['2']);
    expect((await world.record()).throttle.failures).toBe(1);
  });

  it('stays where sealing fails: nobody is kept out, and no attempt is lost', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { phone } = await world.enroll();
    sealer.newest = 2;
    sealer.sealing = false;
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    await world.mfa.signIn(USER, { code: phone.wrongCode() });
    expect(await generations()).toEqual(['1']);
    expect((await world.record()).throttle.failures).toBe(1);
    sealer.sealing = true;
    world.wait();
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    expect(await generations()).toEqual(['2']);
  });
});

describe('reseal', () => {
  it('seals all of a user anew, pending and suspended devices too, and changes nothing else', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { proof, serialNumber } = await world.enroll();
    await world.enroll({ by: proof, name: 'tablet' });
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    await world.begin({ by: 'administrator', name: 'new' });
    const before = await world.record();
    const row = await world.store.get(USER);
    world.events.length = 0;
    sealer.newest = 2;
    expect(await world.mfa.reseal(USER)).toEqual({ ok: true });
    expect(await generations()).toEqual(['2', '2', '2']);
    const unsealed = ({ devices, revisions: _, ...rest }: typeof before) => ({
      ...rest,
      devices: devices.map((entry) => ({ ...entry, sealedSecret: '' })),
    });
    const after = await world.record();
    expect(unsealed(after)).toEqual(unsealed(before));
    expect(after.revisions).toEqual([...before.revisions, row?.revision.slice(0, 16)].slice(-8));
    expect(world.events).toEqual([]);
  });

  it('writes nothing where nothing is stale, or nobody there', async () => {
    const { world } = await sealedWorld();
    expect(await world.mfa.reseal(USER)).toEqual({ ok: true });
    expect(await world.store.get(USER)).toBe(undefined);
    await world.enroll();
    const row = await world.store.get(USER);
    expect(await world.mfa.reseal(USER)).toEqual({ ok: true });
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('never says ok while a secret is left under an older key', async () => {
    const { world, sealer, generations } = await sealedWorld();
    const { proof } = await world.enroll();
    await world.enroll({ by: proof, name: 'tablet' });
    sealer.newest = 2;
    await world.tamper((record) => {
      const [first, second] = record.devices;
      return { ...record, devices: [first, { ...second, sealedSecret: '0:lost' }] };
    });
    expect(await generations()).toEqual(['1', '0']);

    sealer.sealing = false;
    expect(await rejected(world.mfa.reseal(USER))).toMatchObject({ code: 'sealer-failed' });
    sealer.sealing = true;
    sealer.gone.add(0);
    // What can be sealed is, and the rest is told.
    expect(await rejected(world.mfa.reseal(USER))).toMatchObject({ code: 'sealer-failed', cause: TIMEOUT });
    expect(await generations()).toEqual(['2', '0']);
    sealer.gone.add(2);
    expect(await rejected(world.mfa.reseal(USER))).toMatchObject({ code: 'sealer-failed', cause: TIMEOUT });
  });

  it('decides anew when it loses a race, without opening anything twice, and gives up', async () => {
    const { world, sealer, generations } = await sealedWorld();
    await world.enroll();
    sealer.newest = 2;
    sealer.opens = 0;
    let lost = 0;
    const store = (losses: number) => ({
      ...world.store,
      compareAndSet: (...args: Parameters<typeof world.store.compareAndSet>) =>
        lost++ < losses ? Promise.resolve('conflict' as const) : world.store.compareAndSet(...args),
    });
    sealer.seals = 0;
    const restore = replacePauses();
    const error = await rejected(world.server({ store: store(100) }).reseal(USER));
    restore();
    expect(error.code).toBe('store-failed');
    expect([sealer.opens, sealer.seals]).toEqual([1, 1]);
    lost = 0;
    expect(await world.server({ store: store(2) }).reseal(USER)).toEqual({ ok: true });
    expect(await generations()).toEqual(['2']);
  });
});

describe('a clock or a source of random bytes that fails', () => {
  it.each([[Number.NaN], [1_700_000_000], [1.7e15], [undefined], ['1700000000000'], [new Date()]])(
    'the clock says %j: refused before anything is read as a time',
    async (now) => {
      const world = new World();
      const { phone } = await world.enroll();
      const row = await world.store.get(USER);
      const mfa = world.server({ clock: () => now as number });
      const calls = [mfa.signIn(USER, { code: phone.code() }), mfa.describeUser(USER)];
      expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'invalid-argument'));
      expect(await world.store.get(USER)).toEqual(row);
    },
  );

  it.each([[undefined], [[]], ['random'], [new Uint8Array(3)], [new Uint8Array(1000)]])(
    'random bytes are %j: nothing is made or stored with them',
    async (bytes) => {
      const store = memoryStore();
      const { mfa } = new World({ store, random: () => bytes as Uint8Array });
      const call = mfa.createDevice(USER, { name: 'phone', account: 'alice' });
      expect((await rejected(call)).code).toBe('invalid-argument');
      expect(await store.get(USER)).toBe(undefined);
    },
  );
});
