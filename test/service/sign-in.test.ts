import { createPolicy, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { rejected } from '../support/thrown.js';
import { Phone, wrongCode, wrongCodes } from './phone.js';
import { ADMINISTRATOR, DAY_MS, type Enrolled, NOBODY, outcome, STEP_MS, USER, World, yes } from './world.js';

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const TOKEN = new Phone(SECRET, { algorithm: 'SHA1', digits: 6, periodSeconds: 30 });

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World();
  return { world, ...(await world.enroll()) };
}

describe('signing in', () => {
  it('answers with the device and a proof, and stores what it learned', async () => {
    const { world, phone, serialNumber } = await enrolled();
    world.wait(10 * STEP_MS);
    const answer = yes(await world.mfa.signIn(USER, { code: phone.code(world.nowMs, 1) }));
    expect(answer).toMatchObject({
      device: { serialNumber, status: 'assigned', name: 'phone', driftSteps: 1, lastUsedAtMs: world.nowMs },
      proof: { userId: USER, atMs: world.nowMs },
    });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(await world.mfa.describeUser(USER)).toMatchObject({ devices: [answer.device] });
  });

  it('takes what a person types: spaces, hyphens, digits of any script', async () => {
    const { world, phone } = await enrolled();
    const fullwidth = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    for (const type of [(code: string) => ` ${code.slice(0, 3)}-${code.slice(3)}\n`, fullwidth]) {
      expect(outcome(await world.mfa.signIn(USER, { code: type(phone.code(world.nowMs)) }))).toBe('ok');
      world.wait();
    }
  });

  it('refuses in order: not-assigned, unknown-device, suspended, locked, malformed-code, code-reused, code-mismatch', async () => {
    const world = new World();
    const { mfa } = world;
    const signIn = async (input: { code: unknown; serialNumber?: string }) => outcome(await mfa.signIn(USER, input));
    // Each of these is wrong in all that comes after, too.
    expect(await signIn({ code: '', serialNumber: 'none' })).toBe('not-assigned');
    const pending = await world.begin(NOBODY, { name: 'pending' });
    expect(await signIn({ code: '', serialNumber: pending.serialNumber })).toBe('not-assigned');

    const { phone, serialNumber } = await world.enroll();
    const lock = { failures: 9, strikes: 100 };
    const calm = { failures: 0, strikes: 0 };
    await world.tamper((record) => ({ ...record, throttle: lock }));
    expect(await signIn({ code: '', serialNumber: 'none' })).toBe('unknown-device');
    expect(await signIn({ code: '', serialNumber: pending.serialNumber })).toBe('not-assigned');
    yes(await mfa.suspendDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    expect(await signIn({ code: '', serialNumber })).toBe('suspended');
    expect(await signIn({ code: '' })).toBe('suspended');
    yes(await mfa.reinstateDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    expect(await signIn({ code: '', serialNumber })).toBe('locked');
    await world.tamper((record) => ({ ...record, throttle: calm }));
    expect(await signIn({ code: '', serialNumber })).toBe('malformed-code');
    expect(await signIn({ code: phone.code(world.nowMs, -1) })).toBe('code-reused');
    expect(await signIn({ code: wrongCode(world.nowMs, phone) })).toBe('code-mismatch');
    expect(await signIn({ code: phone.code(world.nowMs) })).toBe('ok');
  });

  it('counts only an evaluated wrong code', async () => {
    const { world, phone, serialNumber } = await enrolled();
    yes(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }));
    const row = await world.store.get(USER);
    for (const input of [
      { code: phone.code(world.nowMs) },
      { code: phone.code(world.nowMs, -1) },
      { code: '12345' },
      { code: '1234567' },
      { code: 'abcdef' },
      { code: 123456 },
      { code: undefined },
      { code: wrongCode(world.nowMs, phone), serialNumber: 'none' },
    ]) {
      expect(['code-reused', 'malformed-code', 'unknown-device']).toContain(
        outcome(await world.mfa.signIn(USER, input)),
      );
    }
    for (const codes of [
      [phone.code(world.nowMs, -1), phone.code(world.nowMs)],
      ['12345', phone.code(world.nowMs, 1)],
      [phone.code(world.nowMs, 1), ''],
    ] as const) {
      const answer = await world.mfa.resynchronizeDevice(USER, { serialNumber, codes });
      expect(['code-reused', 'malformed-code']).toContain(outcome(answer));
    }
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('while it is locked looks at no code, stores nothing and extends nothing', async () => {
    const { world, phone, serialNumber } = await enrolled();
    for (const code of wrongCodes(5, world.nowMs, phone)) await world.mfa.signIn(USER, { code });
    const row = await world.store.get(USER);
    const lockedUntilMs = world.nowMs + 30_000;
    const right = [phone.code(world.nowMs), phone.code(world.nowMs, 1)] as const;
    let opened = 0;
    const mfa = world.server({
      sealer: {
        seal: async () => '',
        open: async () => {
          opened++;
          return { plain: '', stale: false };
        },
      },
    });
    world.events.length = 0;
    for (let i = 0; i < 30; i++) {
      for (const code of [right[0], wrongCode(world.nowMs, phone), '']) {
        expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'locked', lockedUntilMs });
      }
      const answer = await mfa.resynchronizeDevice(USER, { serialNumber, codes: right });
      expect(answer).toEqual({ ok: false, reason: 'locked', lockedUntilMs });
      expect(await mfa.describeUser(USER)).toMatchObject({ status: 'locked', lockedUntilMs });
      world.wait(999);
    }
    expect(opened).toBe(0);
    expect(world.events).toEqual([]);
    expect(await world.store.get(USER)).toEqual(row);
    world.nowMs = lockedUntilMs;
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }))).toBe('ok');
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 4 });
  });
});

describe('several devices', () => {
  async function two() {
    const { world, proof, ...phone } = await enrolled();
    return { world, proof, phone, tablet: await world.enroll({ proof }, { name: 'tablet' }) };
  }

  it('each takes its own codes, the named one alone those that name it', async () => {
    const { world, phone, tablet } = await two();
    const ofTablet = tablet.phone.code(world.nowMs);
    const named = { code: ofTablet, serialNumber: phone.serialNumber };
    expect(outcome(await world.mfa.signIn(USER, named))).toBe('code-mismatch');
    const answer = yes(await world.mfa.signIn(USER, { code: ofTablet }));
    expect(answer.device.name).toBe('tablet');
    expect(yes(await world.mfa.signIn(USER, { code: phone.phone.code(world.nowMs) })).device.name).toBe('phone');
    const again = await world.mfa.signIn(USER, { code: ofTablet, serialNumber: tablet.serialNumber });
    expect(outcome(again)).toBe('code-reused');
  });

  it('a wrong code counts once, and weighs the counters of all that looked at it', async () => {
    const world = new World({ policy: createPolicy({ maxDevices: 100, window: { behind: 4, ahead: 4 } }) });
    const { proof, phone } = await world.enroll();
    const phones = [phone];
    for (let i = 0; i < 11; i++) phones.push((await world.enroll({ proof }, { name: `phone ${i}` })).phone);
    const tries = (await world.record()).devices.length * 9;
    await world.mfa.signIn(USER, { code: wrongCode(world.nowMs, ...phones) });
    const { failures, strikes } = (await world.record()).throttle;
    expect(failures).toBe(1);
    expect(strikes).toBeGreaterThanOrEqual(Math.ceil(tries / 50));
    const named = (await world.record()).devices[0]!.device.serialNumber;
    await world.mfa.signIn(USER, { code: wrongCode(world.nowMs, ...phones), serialNumber: named });
    expect((await world.record()).throttle).toEqual({ failures: 2, strikes: strikes + 1 });
  });

  it('a device of eight digits makes six digits neither malformed for the others, nor a failure of its own', async () => {
    const { world, proof, phone } = await enrolled();
    const long = await world.enroll({ proof }, { name: 'eight', parameters: { digits: 8 } });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }))).toBe('ok');
    expect(outcome(await world.mfa.signIn(USER, { code: long.phone.code(world.nowMs) }))).toBe('ok');
    expect(outcome(await world.mfa.signIn(USER, { code: '1234567' }))).toBe('malformed-code');
    const wrong = wrongCode(world.nowMs, phone);
    expect(outcome(await world.mfa.signIn(USER, { code: wrong }))).toBe('code-mismatch');
    expect((await world.record()).throttle.failures).toBe(1);
  });

  it('an unused code of one goes before a used one of another', async () => {
    // 726337 is the code of two neighbouring counters of this secret.
    const secret = parseSecret('UA6IFNPQTZEMZY4ZQJHX2I5XJLYH4XJ4');
    const world = new World();
    world.nowMs = 1_711_877_795_000 - 3_600_000;
    const input = { secret, ...ADMINISTRATOR };
    yes(await world.mfa.importDevice(USER, { name: 'fast', serialNumber: 'fast', ...input }));
    yes(await world.mfa.importDevice(USER, { name: 'slow', serialNumber: 'slow', ...input }));
    await world.tamper((record) => {
      const [fast, slow] = record.devices;
      return { ...record, devices: [{ ...fast, device: { ...fast!.device, lastCounter: 57_062_594 } }, slow] };
    });
    world.nowMs = 1_711_877_825_000;
    const answer = yes(await world.mfa.signIn(USER, { code: '726337' }));
    expect(answer.device.serialNumber).toBe('slow');
  });

  it('one secret in two devices: a code is used up in both, suspended or not, and whichever was named', async () => {
    const { world, phone } = await two();
    for (const serialNumber of ['HW-1', 'HW-2', 'HW-3']) {
      const input = { name: serialNumber, serialNumber, secret: SECRET, ...ADMINISTRATOR };
      yes(await world.mfa.importDevice(USER, input));
    }
    yes(await world.mfa.suspendDevice(USER, { serialNumber: 'HW-3', ...ADMINISTRATOR }));
    world.wait();
    const code = TOKEN.code(world.nowMs);
    yes(await world.mfa.signIn(USER, { code, serialNumber: 'HW-1' }));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-2' }))).toBe('code-reused');
    yes(await world.mfa.reinstateDevice(USER, { serialNumber: 'HW-3', ...ADMINISTRATOR }));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-3' }))).toBe('code-reused');

    world.wait(2 * STEP_MS);
    const codes = TOKEN.pair(world.nowMs);
    yes(await world.mfa.resynchronizeDevice(USER, { serialNumber: 'HW-2', codes }));
    for (const serialNumber of ['HW-1', 'HW-2', 'HW-3']) {
      expect(outcome(await world.mfa.signIn(USER, { code: codes[1], serialNumber }))).toBe('code-reused');
    }
    // Of another secret nothing is used up.
    expect(outcome(await world.mfa.signIn(USER, { code: phone.phone.code(world.nowMs) }))).toBe('ok');
  });

  it('the same secret with other parameters is another device', async () => {
    const { world } = await two();
    const input = { secret: SECRET, ...ADMINISTRATOR };
    yes(await world.mfa.importDevice(USER, { name: 'six', serialNumber: 'six', ...input }));
    const parameters = { digits: 8 } as const;
    yes(await world.mfa.importDevice(USER, { name: 'eight', serialNumber: 'eight', parameters, ...input }));
    world.wait();
    yes(await world.mfa.signIn(USER, { code: TOKEN.code(world.nowMs) }));
    const eight = new Phone(SECRET, { ...TOKEN.parameters, digits: 8 });
    expect(outcome(await world.mfa.signIn(USER, { code: eight.code(world.nowMs) }))).toBe('ok');
  });
});

describe('a secret that stands in two devices', () => {
  async function sharedWorld(): Promise<World> {
    const world = new World();
    for (const serialNumber of ['A', 'B']) {
      yes(await world.mfa.importDevice(USER, { name: serialNumber, serialNumber, secret: SECRET, ...ADMINISTRATOR }));
    }
    world.wait(2 * STEP_MS);
    return world;
  }

  it.each([
    [{ serialNumber: 'A' }, { serialNumber: 'B' }],
    [{ serialNumber: 'B' }, {}],
    [{}, { serialNumber: 'B' }],
  ])('has a code that signs in with %j and then is code-reused with %j', async (first, second) => {
    const { mfa, nowMs } = await sharedWorld();
    const code = TOKEN.code(nowMs);
    expect(await mfa.signIn(USER, { code, ...first })).toMatchObject({ ok: true });
    expect(await mfa.signIn(USER, { code, ...second })).toMatchObject({ ok: false, reason: 'code-reused' });
  });

  it('has a code that is code-reused at the device that was suspended when it was used, and reinstated after', async () => {
    const { mfa, nowMs } = await sharedWorld();
    yes(await mfa.suspendDevice(USER, { serialNumber: 'A', ...ADMINISTRATOR }));
    const code = TOKEN.code(nowMs);
    expect(await mfa.signIn(USER, { code })).toMatchObject({ ok: true, device: { serialNumber: 'B' } });
    yes(await mfa.reinstateDevice(USER, { serialNumber: 'A', ...ADMINISTRATOR }));
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
  });

  it('has a code that is code-reused at one device after it resynchronized the other', async () => {
    const { mfa, nowMs } = await sharedWorld();
    const codes = TOKEN.pair(nowMs, 1);
    expect(outcome(await mfa.resynchronizeDevice(USER, { serialNumber: 'A', codes }))).toBe('ok');
    expect(outcome(await mfa.signIn(USER, { code: codes[1], serialNumber: 'B' }))).toBe('code-reused');
  });

  it('is not imported a second time with a code that signed in, and the codes that import it sign in nowhere', async () => {
    const world = new World();
    const { mfa } = world;
    yes(await mfa.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET, ...ADMINISTRATOR }));
    world.wait(3 * STEP_MS);
    const codes = TOKEN.pair(world.nowMs);
    const second = { name: 'B', serialNumber: 'B', secret: SECRET, codes, ...ADMINISTRATOR };
    expect(outcome(await mfa.signIn(USER, { code: codes[0] }))).toBe('ok');
    expect(outcome(await mfa.importDevice(USER, second))).toBe('code-mismatch');
    world.wait(2 * STEP_MS);
    const fresh = TOKEN.pair(world.nowMs);
    expect(outcome(await mfa.importDevice(USER, { ...second, codes: fresh }))).toBe('ok');
    expect(outcome(await mfa.signIn(USER, { code: fresh[1] }))).toBe('code-reused');
  });

  it('uses up no code of another secret', async () => {
    const world = await sharedWorld();
    const other = new Phone(parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), TOKEN.parameters);
    const input = { name: 'C', serialNumber: 'C', secret: other.secret, ...ADMINISTRATOR };
    yes(await world.mfa.importDevice(USER, input));
    world.wait(2 * STEP_MS);
    expect(outcome(await world.mfa.signIn(USER, { code: TOKEN.code(world.nowMs) }))).toBe('ok');
    const code = other.code(world.nowMs);
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'C' }))).toBe('ok');
  });
});

describe('importing', () => {
  const token = { name: 'token', serialNumber: 'HW-1', secret: SECRET };

  it('without codes takes an administrator; codes up to now never count', async () => {
    const world = new World();
    const { mfa } = world;
    const { proof } = await world.enroll();
    expect(outcome(await mfa.importDevice(USER, { ...token, proof } as never))).toBe('mfa-required');
    const { device } = yes(await mfa.importDevice(USER, { ...token, ...ADMINISTRATOR }));
    expect(device).toMatchObject({ serialNumber: 'HW-1', status: 'assigned', driftSteps: 0 });
    expect(outcome(await mfa.signIn(USER, { code: TOKEN.code(world.nowMs) }))).toBe('code-reused');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: TOKEN.code(world.nowMs) }))).toBe('ok');
  });

  it('with codes reads the clock from them, an hour each way, and the next code signs in', async () => {
    for (const steps of [0, 100, -100, 120, -120]) {
      const world = new World();
      const input = { ...token, codes: TOKEN.pair(world.nowMs, steps), ...NOBODY };
      const { device } = yes(await world.mfa.importDevice(USER, input));
      expect(device.driftSteps).toBe(steps);
      world.wait();
      expect(outcome(await world.mfa.signIn(USER, { code: TOKEN.code(world.nowMs, steps) }))).toBe('ok');
    }
  });

  it('with codes takes any period, a pending device only one that is shorter than its life', async () => {
    const world = new World();
    const parameters = { ...TOKEN.parameters, periodSeconds: 86_400 };
    const daily = new Phone(SECRET, parameters);
    const create = world.mfa.createDevice(USER, { name: 'daily', account: 'alice', parameters, ...NOBODY });
    expect((await rejected(create)).code).toBe('invalid-argument');
    const codes = daily.pair(world.nowMs);
    yes(await world.mfa.importDevice(USER, { ...token, parameters, codes, ...NOBODY }));
    world.wait(86_400_000);
    expect(outcome(await world.mfa.signIn(USER, { code: daily.code(world.nowMs) }))).toBe('ok');
  });

  it.each([
    ['code-mismatch', (nowMs: number) => wrongCodes(2, nowMs, TOKEN)],
    ['codes-identical', (nowMs: number) => [TOKEN.code(nowMs), TOKEN.code(nowMs)]],
    ['codes-reversed', (nowMs: number) => [...TOKEN.pair(nowMs)].reverse()],
    ['codes-not-consecutive', (nowMs: number) => [TOKEN.code(nowMs, -3), TOKEN.code(nowMs)]],
    ['clock-off', (nowMs: number) => TOKEN.pair(nowMs, 121)],
    ['malformed-code', (nowMs: number) => [TOKEN.code(nowMs), '']],
  ])('%s is diagnosed, and nothing is stored', async (reason, codesAt) => {
    const world = new World();
    const codes = codesAt(world.nowMs) as unknown as readonly [unknown, unknown];
    expect(outcome(await world.mfa.importDevice(USER, { ...token, codes, ...NOBODY }))).toBe(reason);
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it('refuses in order: mfa-required, already-assigned, malformed-name, name-taken, too-many-devices', async () => {
    const world = new World({ policy: createPolicy({ maxDevices: 2 }) });
    const { mfa } = world;
    yes(await mfa.importDevice(USER, { ...token, ...ADMINISTRATOR }));
    const codes = ['', ''] as const;
    expect(outcome(await mfa.importDevice(USER, { ...token, name: '', codes, ...NOBODY }))).toBe('mfa-required');
    const other = { ...token, serialNumber: 'HW-2', ...ADMINISTRATOR };
    expect(outcome(await mfa.importDevice(USER, { ...token, name: '', ...ADMINISTRATOR }))).toBe('already-assigned');
    expect(outcome(await mfa.importDevice(USER, { ...other, name: '' }))).toBe('malformed-name');
    expect(outcome(await mfa.importDevice(USER, other))).toBe('name-taken');
    yes(await mfa.importDevice(USER, { ...other, name: 'second' }));
    const third = { ...other, serialNumber: 'HW-3', name: 'third' };
    expect(outcome(await mfa.importDevice(USER, third))).toBe('too-many-devices');
  });

  it('gives a serial number where none was given, and migrates twice without harm', async () => {
    const world = new World();
    const { serialNumber: _, ...unnamed } = token;
    const { device } = yes(await world.mfa.importDevice(USER, { ...unnamed, ...ADMINISTRATOR }));
    expect(device.serialNumber).toMatch(/^[0-9a-f]{20}$/);
    yes(await world.mfa.importDevice('user-2', { ...token, ...ADMINISTRATOR }));
    const again = await world.mfa.importDevice('user-2', { ...token, ...ADMINISTRATOR });
    expect(outcome(again)).toBe('already-assigned');
  });

  it('of a secret that is there already brings no used code back', async () => {
    const world = new World();
    yes(await world.mfa.importDevice(USER, { ...token, ...ADMINISTRATOR }));
    world.wait();
    const code = TOKEN.code(world.nowMs);
    yes(await world.mfa.signIn(USER, { code }));
    const next = TOKEN.code(world.nowMs, 1);
    const second = { ...token, name: 'second', serialNumber: 'HW-2', ...ADMINISTRATOR };
    const withCodes = await world.mfa.importDevice(USER, { ...second, codes: [code, next] });
    expect(outcome(withCodes)).toBe('code-mismatch');
    yes(await world.mfa.importDevice(USER, second));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-2' }))).toBe('code-reused');
    // Nor one of a clock that is ahead.
    yes(await world.mfa.signIn(USER, { code: next, serialNumber: 'HW-1' }));
    const third = { ...token, name: 'third', serialNumber: 'HW-3', ...ADMINISTRATOR };
    yes(await world.mfa.importDevice(USER, third));
    expect(outcome(await world.mfa.signIn(USER, { code: next, serialNumber: 'HW-3' }))).toBe('code-reused');
  });

  it('with codes that were typed late keeps the device in step all the same', async () => {
    const world = new World();
    const codes = TOKEN.pair(world.nowMs, 50 - 4);
    yes(await world.mfa.importDevice(USER, { ...token, codes, ...NOBODY }));
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: TOKEN.code(world.nowMs, 50) }))).toBe('ok');
  });
});

describe('a device out of step', () => {
  it('is told to the administrator after two failures at one distance, and to nobody else', async () => {
    const { world, phone, serialNumber } = await enrolled();
    world.events.length = 0;
    const fail = async (steps: number) => {
      const answer = await world.mfa.signIn(USER, { code: phone.code(world.nowMs, steps) });
      expect(answer).toEqual({ ok: false, reason: 'code-mismatch' });
      world.wait();
      const [event] = world.events.splice(0);
      return 'offsetSteps' in event! ? event.offsetSteps : undefined;
    };
    expect(await fail(40)).toBe(undefined);
    expect(await fail(41)).toBe(41);
    // At another distance it is chance again.
    expect(await fail(-60)).toBe(undefined);
    expect(await fail(40)).toBe(undefined);
    expect(await fail(42)).toBe(undefined);
    expect(await fail(41)).toBe(41);
    const { history } = await world.mfa.describeUser(USER, { administrator: 'Ada' });
    expect(history.filter(({ type }) => type === 'sign-in-failed')).toMatchObject([
      { count: 4 },
      { serialNumber, offsetSteps: 41, count: 2 },
    ]);
    const seen = (await world.mfa.describeUser(USER)).history.filter(({ type }) => type === 'sign-in-failed');
    expect(seen).toMatchObject([{ count: 6 }]);
    expect(JSON.stringify(seen)).not.toMatch(/offsetSteps|serialNumber/);
  });

  it('fifteen minutes ahead is one line without a distance for the user, and told to the administrator', async () => {
    const world = new World();
    const { mfa } = world;
    yes(await mfa.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET, ...ADMINISTRATOR }));
    for (let i = 0; i < 3; i++) {
      world.wait();
      await mfa.signIn(USER, { code: TOKEN.code(world.nowMs, 30) });
    }
    const failures = async (options: { administrator?: string }) => {
      const { history } = await mfa.describeUser(USER, options);
      return history.filter(({ type }) => type === 'sign-in-failed');
    };
    const [line, ...more] = await failures({});
    expect(more).toEqual([]);
    expect(line).toMatchObject({ count: 3 });
    expect(line).not.toHaveProperty('offsetSteps');
    expect(line).not.toHaveProperty('serialNumber');
    expect(await failures(ADMINISTRATOR)).toContainEqual(
      expect.objectContaining({ offsetSteps: 30, serialNumber: 'A' }),
    );
    expect((await mfa.describeUser('nobody')).history).toEqual([]);
  });

  it('is not suspected after a wrong code between, nor after a sign-in', async () => {
    const { world, phone, serialNumber } = await enrolled();
    const told = () => world.events.splice(0).some((event) => 'offsetSteps' in event);
    const far = () => world.mfa.signIn(USER, { code: phone.code(world.nowMs, 40) });
    await far();
    await world.mfa.signIn(USER, { code: wrongCode(world.nowMs, phone) });
    await far();
    expect(told()).toBe(false);
    world.wait();
    yes(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }));
    await far();
    expect(told()).toBe(false);
    await far();
    expect(told()).toBe(true);
    world.wait(120_000);
    const codes = [phone.code(world.nowMs, 40), phone.code(world.nowMs, 41)] as const;
    const { device } = yes(await world.mfa.resynchronizeDevice(USER, { serialNumber, codes }));
    expect(device.driftSteps).toBe(41);
    expect(await world.record()).not.toHaveProperty('suspected');
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(world.nowMs, 41) }))).toBe('ok');
  });

  it('resynchronizing says which code is malformed, takes away no strike, and clears no failure', async () => {
    const { world, phone, serialNumber } = await enrolled();
    for (const code of wrongCodes(3, world.nowMs, phone)) await world.mfa.signIn(USER, { code });
    const resynchronize = (...codes: [unknown, unknown]) =>
      world.mfa.resynchronizeDevice(USER, { serialNumber, codes });
    expect(await resynchronize('', '')).toEqual({ ok: false, reason: 'malformed-code', field: 'first' });
    expect(await resynchronize('123456', 5)).toEqual({ ok: false, reason: 'malformed-code', field: 'second' });
    yes(await resynchronize(phone.code(world.nowMs, 9), phone.code(world.nowMs, 10)));
    expect((await world.record()).throttle).toEqual({ failures: 3, strikes: 3 });
    const [a, b] = wrongCodes(2, world.nowMs, phone);
    expect(outcome(await resynchronize(a, b))).toBe('code-mismatch');
    expect((await world.record()).throttle).toEqual({ failures: 4, strikes: 4 });
  });

  it('resynchronizing names one device', async () => {
    const { world } = await enrolled();
    for (const serialNumber of [undefined, null, '', 5]) {
      const input = { serialNumber, codes: ['123456', '123456'] } as never;
      expect((await rejected(world.mfa.resynchronizeDevice(USER, input))).code).toBe('invalid-argument');
    }
  });
});

describe('what a page may show', () => {
  it('is a user without MFA, where there is no row', async () => {
    const { mfa } = new World();
    expect(await mfa.describeUser(USER)).toEqual({
      status: 'none',
      devices: [],
      recoveryCodesLeft: 0,
      signedIn: false,
      history: [],
    });
  });

  it('is whether the session is signed in, however long ago, until its proof is void', async () => {
    const { world, proof, serialNumber } = await enrolled();
    const signedIn = async (by: unknown) =>
      (await world.mfa.describeUser(USER, { proof: by as typeof proof })).signedIn;
    expect(await signedIn(undefined)).toBe(false);
    expect(await signedIn(proof)).toBe(true);
    world.wait(86_400_000);
    expect(await signedIn(proof)).toBe(true);
    expect(await signedIn({ ...proof, userId: 'user-2' })).toBe(false);
    expect(await signedIn({ ...proof, atMs: world.nowMs + 1 })).toBe(false);
    yes(await world.mfa.suspendDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    expect(await signedIn(proof)).toBe(false);
  });

  it('is a session that is signed in with its own proof of yesterday, and that no recovery has voided', async () => {
    const { world, phone } = await enrolled();
    const { proof } = yes(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }));
    world.wait(DAY_MS);
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    expect((await world.mfa.describeUser(USER)).signedIn).toBe(false);
    expect((await world.mfa.describeUser('user-2', { proof })).signedIn).toBe(false);
    yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(false);
  });

  it('lists devices of every status, and nothing that is confidential', async () => {
    const { world, proof, serialNumber } = await enrolled();
    const tablet = await world.enroll({ proof }, { name: 'tablet' });
    const pending = await world.begin({ proof }, { name: 'new' });
    yes(await world.mfa.suspendDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    const { devices } = await world.mfa.describeUser(USER);
    expect(devices).toMatchObject([
      { status: 'suspended', serialNumber, suspendedAtMs: world.nowMs },
      { status: 'assigned', serialNumber: tablet.serialNumber },
      { status: 'pending', serialNumber: pending.serialNumber, expiresAtMs: world.nowMs + 900_000 },
    ]);
    expect(JSON.stringify(devices)).not.toMatch(/sealed|hash|lastCounter|offsets"/i);
  });
});

describe('managing devices', () => {
  it('suspends and reinstates: the floor and the drift stay', async () => {
    const { world, phone, serialNumber } = await enrolled();
    const code = phone.code(world.nowMs, 1);
    yes(await world.mfa.signIn(USER, { code }));
    const by = { serialNumber, ...ADMINISTRATOR };
    expect(yes(await world.mfa.suspendDevice(USER, by)).device.status).toBe('suspended');
    const row = await world.store.get(USER);
    expect(yes(await world.mfa.suspendDevice(USER, by)).device.status).toBe('suspended');
    expect(await world.store.get(USER)).toEqual(row);
    expect(yes(await world.mfa.reinstateDevice(USER, by)).device).toMatchObject({ status: 'assigned', driftSteps: 1 });
    expect(yes(await world.mfa.reinstateDevice(USER, by)).device.status).toBe('assigned');
    expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-reused');
  });

  it('a pending device is neither suspended nor reinstated, and one that is not there is unknown', async () => {
    const { world } = await enrolled();
    const pending = await world.begin(ADMINISTRATOR, { name: 'new' });
    for (const [serialNumber, reason] of [
      [pending.serialNumber, 'not-assigned'],
      ['none', 'unknown-device'],
      [undefined as never, 'unknown-device'],
    ] as const) {
      const by = { serialNumber, ...ADMINISTRATOR };
      expect(outcome(await world.mfa.suspendDevice(USER, by))).toBe(reason);
      expect(outcome(await world.mfa.reinstateDevice(USER, by))).toBe(reason);
    }
    const by = { serialNumber: pending.serialNumber, ...ADMINISTRATOR };
    expect(outcome(await world.mfa.removeDevice(USER, by))).toBe('ok');
    expect(outcome(await world.mfa.removeDevice(USER, by))).toBe('unknown-device');
  });

  it('keeps the last unsuspended device where the policy says so, from suspending too', async () => {
    const world = new World({ policy: createPolicy({ lastDeviceRemovable: false }) });
    const first = await world.enroll();
    const by = { serialNumber: first.serialNumber, ...ADMINISTRATOR };
    expect(outcome(await world.mfa.suspendDevice(USER, by))).toBe('last-device');
    expect(outcome(await world.mfa.removeDevice(USER, by))).toBe('last-device');
    const second = await world.enroll({ proof: first.proof }, { name: 'tablet' });
    yes(await world.mfa.suspendDevice(USER, by));
    const last = { serialNumber: second.serialNumber, ...ADMINISTRATOR };
    expect(outcome(await world.mfa.removeDevice(USER, last))).toBe('last-device');
    expect(outcome(await world.mfa.removeDevice(USER, by))).toBe('ok');
  });

  it('removing leaves a dated line, without the secret', async () => {
    const { world, phone, serialNumber, proof } = await enrolled();
    yes(await world.mfa.removeDevice(USER, { serialNumber, proof }));
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'none', devices: [] });
    const { history } = await world.mfa.describeUser(USER);
    expect(history.at(-1)).toMatchObject({ type: 'device-removed', serialNumber, atMs: world.nowMs });
    expect((await world.record()).devices).toEqual([]);
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }))).toBe('not-assigned');
    // And the user may begin anew without a proof.
    await world.enroll();
  });

  it('an unlock of a user without a row is not-assigned', async () => {
    const world = new World();
    expect(outcome(await world.mfa.unlock(USER, ADMINISTRATOR))).toBe('not-assigned');
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it.each([100, 40, 5, 1])(
    'an unlock of a user whom %d strikes locked for good lets a right code in',
    async (maxStrikes) => {
      const world = new World({ policy: createPolicy({ maxStrikes, suspectStrikes: 1 }) });
      const { mfa } = world;
      yes(await mfa.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET, ...ADMINISTRATOR }));
      const lockedForGood = async () => {
        const user = await mfa.describeUser(USER);
        return user.status === 'locked' && user.lockedUntilMs === undefined;
      };
      for (let i = 0; i < 300 && !(await lockedForGood()); i++) {
        world.wait(3_600_000);
        await mfa.signIn(USER, { code: wrongCode(world.nowMs, TOKEN) });
      }
      expect(await lockedForGood()).toBe(true);
      expect(outcome(await mfa.unlock(USER, ADMINISTRATOR))).toBe('ok');
      expect((await mfa.describeUser(USER)).status).toBe('required');
      world.wait();
      expect(outcome(await mfa.signIn(USER, { code: TOKEN.code(world.nowMs) }))).toBe('ok');
    },
  );

  it('a user without a device stays locked until an administrator says otherwise', async () => {
    const { world, serialNumber } = await enrolled();
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100 } }));
    yes(await world.mfa.removeDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    expect((await world.mfa.describeUser(USER)).status).toBe('locked');
    const create = { name: 'mine', account: 'alice', ...NOBODY };
    expect(outcome(await world.mfa.createDevice(USER, create))).toBe('mfa-required');
    yes(await world.mfa.unlock(USER, ADMINISTRATOR));
    expect((await world.mfa.describeUser(USER)).status).toBe('none');
    expect(outcome(await world.mfa.createDevice(USER, create))).toBe('ok');
  });
});
