import { createPolicy, type MfaAdministration, parseSecret } from 'lockstep-mfa';
import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import { rejected } from '../support/thrown.js';
import { DAY_MS, type Enrolled, outcome, pairOf, STEP_MS, USER, World, wrongCodes, yes } from './world.js';

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

async function enrolled(): Promise<Enrolled & { readonly world: World }> {
  const world = new World();
  return { world, ...(await world.enroll()) };
}

describe('signing in', () => {
  it('answers with the device and a proof, and stores what it learned', async () => {
    const { world, phone, serialNumber } = await enrolled();
    world.wait(10 * STEP_MS);
    const answer = yes(await world.mfa.signIn(USER, { code: phone.code({ steps: 1 }) }));
    expect(answer).toMatchObject({
      device: { serialNumber, status: 'assigned', name: 'phone', driftSteps: 1, lastUsedAtMs: world.nowMs },
      proof: { userId: USER, atMs: world.nowMs, method: 'code' },
    });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(await world.mfa.describeUser(USER)).toMatchObject({ devices: [answer.device] });
  });

  it('takes what a person types: spaces, hyphens, digits of any script', async () => {
    const { world, phone } = await enrolled();
    const fullwidth = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    for (const type of [(code: string) => ` ${code.slice(0, 3)}-${code.slice(3)}\n`, fullwidth]) {
      expect(outcome(await world.mfa.signIn(USER, { code: type(phone.code()) }))).toBe('ok');
      world.wait();
    }
  });

  it('refuses in order: not-assigned, unknown-device, suspended, locked, malformed-code, code-reused, code-mismatch', async () => {
    const world = new World();
    const { mfa } = world;
    const signIn = async (input: { code: unknown; serialNumber?: string }) => outcome(await mfa.signIn(USER, input));
    // Each of these is wrong in all that comes after, too.
    expect(await signIn({ code: '', serialNumber: 'none' })).toBe('not-assigned');
    const pending = await world.begin({ name: 'pending' });
    expect(await signIn({ code: '', serialNumber: pending.serialNumber })).toBe('not-assigned');

    const { phone, serialNumber } = await world.enroll();
    const lock = { failures: 9, strikes: 100, locked: true };
    const calm = { failures: 0, strikes: 0 };
    await world.tamper((record) => ({ ...record, throttle: lock }));
    expect(await signIn({ code: '', serialNumber: 'none' })).toBe('unknown-device');
    expect(await signIn({ code: '', serialNumber: pending.serialNumber })).toBe('not-assigned');
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(await signIn({ code: '', serialNumber })).toBe('suspended');
    expect(await signIn({ code: '' })).toBe('suspended');
    yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    expect(await signIn({ code: '', serialNumber })).toBe('locked');
    await world.tamper((record) => ({ ...record, throttle: calm }));
    expect(await signIn({ code: '', serialNumber })).toBe('malformed-code');
    expect(await signIn({ code: phone.code({ steps: -1 }) })).toBe('code-reused');
    expect(await signIn({ code: phone.wrongCode() })).toBe('code-mismatch');
    expect(await signIn({ code: phone.code() })).toBe('ok');
  });

  it('counts only an evaluated wrong code', async () => {
    const { world, phone, serialNumber } = await enrolled();
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    const before = await world.record();
    for (const input of [
      { code: phone.code() },
      { code: phone.code({ steps: -1 }) },
      { code: '12345' },
      { code: '1234567' },
      { code: 'abcdef' },
      { code: 123456 },
      { code: undefined },
      { code: phone.wrongCode(), serialNumber: 'none' },
    ]) {
      expect(['code-reused', 'malformed-code', 'unknown-device']).toContain(
        outcome(await world.mfa.signIn(USER, input)),
      );
    }
    for (const codes of [
      [phone.code({ steps: -1 }), phone.code()],
      ['12345', phone.code({ steps: 1 })],
      [phone.code({ steps: 1 }), ''],
    ] as const) {
      const answer = await world.mfa.resynchronizeDevice(USER, { serialNumber, codes });
      expect(['code-reused', 'malformed-code']).toContain(outcome(answer));
    }
    const { revisions, seq, history, ...after } = await world.record();
    const { revisions: _revisions, seq: seqBefore, history: historyBefore, ...unchanged } = before;
    expect(after).toEqual(unchanged);
    // A used code is written once a minute, however often it comes.
    expect(seq).toBe(seqBefore + 1);
    expect(revisions).toHaveLength(before.revisions.length + 1);
    expect(history.slice(0, -1)).toEqual(historyBefore);
    expect(history.at(-1)).toMatchObject({ type: 'code-reused', seq });
  });

  it('while it is locked looks at no code, stores nothing and extends nothing', async () => {
    const { world, phone, serialNumber } = await enrolled();
    for (const code of wrongCodes(5, phone)) await world.mfa.signIn(USER, { code });
    const row = await world.store.get(USER);
    const lockedUntilMs = world.nowMs + 30_000;
    const right = [phone.code(), phone.code({ steps: 1 })] as const;
    const wrong = phone.wrongCode();
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
      for (const code of [right[0], wrong, '']) {
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
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 4 });
  });
});

describe('the failure that locks', () => {
  async function failing(failures: number, strikes: number) {
    const scene = await enrolled();
    await scene.world.tamper((record) => ({ ...record, throttle: { failures, strikes } }));
    const { world, phone, serialNumber } = scene;
    const [code, other] = wrongCodes(2, phone) as [string, string];
    return { world, mfa: world.mfa, code, pair: { serialNumber, codes: [code, other] as const } };
  }

  it('says until when: the fifth in a row, and each that follows', async () => {
    const { world, mfa, code } = await failing(0, 0);
    for (let i = 1; i <= 4; i++) {
      expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'code-mismatch' });
    }
    for (const lockMs of [30_000, 60_000, 120_000]) {
      const untilMs = world.nowMs + lockMs;
      const answer = await mfa.signIn(USER, { code });
      expect(answer).toEqual({ ok: false, reason: 'code-mismatch', lock: { untilMs } });
      expect(world.events.at(-1)).toMatchObject({ type: 'locked', lockedUntilMs: untilMs });
      expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'locked', lockedUntilMs: untilMs });
      expect(await mfa.describeUser(USER)).toMatchObject({ status: 'locked', lockedUntilMs: untilMs });
      world.nowMs = untilMs;
    }
  });

  it('says no time where it is the hundredth strike, which somebody has to lift', async () => {
    const { world, mfa, code } = await failing(0, 99);
    expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'code-mismatch', lock: {} });
    expect(world.events.at(-1)).not.toHaveProperty('lockedUntilMs');
    expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'locked' });
    world.wait(400 * DAY_MS);
    expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'locked' });
  });

  it('says no time where it is both the fifth in a row and the hundredth strike', async () => {
    const { mfa, code } = await failing(4, 99);
    expect(await mfa.signIn(USER, { code })).toEqual({ ok: false, reason: 'code-mismatch', lock: {} });
  });

  it.each(['the user', 'an administrator'])('says the same of two codes that resynchronize, by %s', async (who) => {
    for (const [failures, strikes, lockMs] of [
      [3, 3, undefined],
      [4, 4, 30_000],
      [0, 99, Number.POSITIVE_INFINITY],
    ] as const) {
      const { world, pair } = await failing(failures, strikes);
      const { resynchronizeDevice } = who === 'the user' ? world.mfa : world.desk;
      const timed = Number.isFinite(lockMs) ? { untilMs: world.nowMs + lockMs! } : {};
      const lock = lockMs === undefined ? {} : { lock: timed };
      expect(await resynchronizeDevice(USER, pair)).toEqual({ ok: false, reason: 'code-mismatch', ...lock });
    }
  });

  it('is no recovery code: a wrong one does not lock, and says nothing of a lock', async () => {
    const { world, mfa } = await failing(4, 99);
    yes(await world.desk.createRecoveryCodes(USER));
    const wrong = { recoveryCode: '0000-0000-0000-0000-0000-0000' };
    const answer = await mfa.signInWithRecoveryCode(USER, wrong);
    expect(answer).toEqual({ ok: false, reason: 'recovery-code-mismatch' });
    expect((await mfa.describeUser(USER)).status).toBe('required');
  });
});

describe('several devices', () => {
  async function two() {
    const { world, proof, ...phone } = await enrolled();
    return { world, proof, phone, tablet: await world.enroll({ by: proof, name: 'tablet' }) };
  }

  it('each takes its own codes, the named one alone those that name it', async () => {
    const { world, phone, tablet } = await two();
    const ofTablet = tablet.phone.code();
    const named = { code: ofTablet, serialNumber: phone.serialNumber };
    expect(outcome(await world.mfa.signIn(USER, named))).toBe('code-mismatch');
    const answer = yes(await world.mfa.signIn(USER, { code: ofTablet }));
    expect(answer.device.name).toBe('tablet');
    expect(yes(await world.mfa.signIn(USER, { code: phone.phone.code() })).device.name).toBe('phone');
    const again = await world.mfa.signIn(USER, { code: ofTablet, serialNumber: tablet.serialNumber });
    expect(outcome(again)).toBe('code-reused');
  });

  it('a wrong code counts once, and weighs the counters of all that looked at it', async () => {
    const world = new World({ policy: createPolicy({ maxDevices: 100, window: { behind: 4, ahead: 4 } }) });
    const { proof, phone } = await world.enroll();
    const phones = [phone];
    for (let i = 0; i < 11; i++) phones.push((await world.enroll({ by: proof, name: `phone ${i}` })).phone);
    const tries = (await world.record()).devices.length * 9;
    const [wrong] = wrongCodes(1, ...phones);
    await world.mfa.signIn(USER, { code: wrong });
    const { failures, strikes } = (await world.record()).throttle;
    expect(failures).toBe(1);
    expect(strikes).toBeGreaterThanOrEqual(Math.ceil(tries / 50));
    const named = (await world.record()).devices[0]!.device.serialNumber;
    await world.mfa.signIn(USER, { code: wrong, serialNumber: named });
    expect((await world.record()).throttle).toEqual({ failures: 2, strikes: strikes + 1 });
  });

  it('a device of eight digits makes six digits neither malformed for the others, nor a failure of its own', async () => {
    const { world, proof, phone } = await enrolled();
    const long = await world.enroll({ by: proof, name: 'eight', parameters: { digits: 8 } });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
    expect(outcome(await world.mfa.signIn(USER, { code: long.phone.code() }))).toBe('ok');
    expect(outcome(await world.mfa.signIn(USER, { code: '1234567' }))).toBe('malformed-code');
    const wrong = phone.wrongCode();
    expect(outcome(await world.mfa.signIn(USER, { code: wrong }))).toBe('code-mismatch');
    expect((await world.record()).throttle.failures).toBe(1);
  });

  it('an unused code of one goes before a used one of another', async () => {
    // 726337 is the code of two neighbouring counters of this secret.
    const secret = parseSecret('UA6IFNPQTZEMZY4ZQJHX2I5XJLYH4XJ4');
    const world = new World();
    world.nowMs = 1_711_877_795_000 - 3_600_000;
    yes(await world.desk.importDevice(USER, { name: 'fast', serialNumber: 'fast', secret }));
    yes(await world.desk.importDevice(USER, { name: 'slow', serialNumber: 'slow', secret }));
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
    const token = world.phoneOf(SECRET);
    for (const serialNumber of ['HW-1', 'HW-2', 'HW-3']) {
      yes(await world.desk.importDevice(USER, { name: serialNumber, serialNumber, secret: SECRET }));
    }
    yes(await world.desk.suspendDevice(USER, { serialNumber: 'HW-3' }));
    world.wait(2 * STEP_MS);
    const code = token.code();
    yes(await world.mfa.signIn(USER, { code, serialNumber: 'HW-1' }));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-2' }))).toBe('code-reused');
    yes(await world.desk.reinstateDevice(USER, { serialNumber: 'HW-3' }));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-3' }))).toBe('code-reused');

    world.wait(2 * STEP_MS);
    const codes = pairOf(token);
    yes(await world.mfa.resynchronizeDevice(USER, { serialNumber: 'HW-2', codes }));
    for (const serialNumber of ['HW-1', 'HW-2', 'HW-3']) {
      expect(outcome(await world.mfa.signIn(USER, { code: codes[1], serialNumber }))).toBe('code-reused');
    }
    // Of another secret nothing is used up.
    expect(outcome(await world.mfa.signIn(USER, { code: phone.phone.code() }))).toBe('ok');
  });

  it.each([{ algorithm: 'SHA256' }, { periodSeconds: 60 }] as const)(
    'the same secret with %j is another device: its counters, or its codes, are others',
    async (parameters) => {
      const { world } = await two();
      yes(await world.desk.importDevice(USER, { name: 'a', serialNumber: 'a', secret: SECRET }));
      yes(await world.desk.importDevice(USER, { name: 'b', serialNumber: 'b', secret: SECRET, parameters }));
      world.wait(5 * STEP_MS);
      yes(await world.mfa.signIn(USER, { code: world.phoneOf(SECRET).code(), serialNumber: 'a' }));
      const { devices } = await world.record();
      const floors = devices.flatMap(({ device }) => ('lastCounter' in device ? [device.lastCounter] : []));
      const code = world.phoneOf(SECRET, parameters).code();
      expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'b' }))).toBe('ok');
      const after = (await world.record()).devices;
      // The one that signed in is the last, and the floors of the others stand.
      expect(after.slice(0, -1).map(({ device }) => 'lastCounter' in device && device.lastCounter)).toEqual(
        floors.slice(0, -1),
      );
    },
  );
});

describe('a secret that stands in two devices', () => {
  async function sharedWorld(): Promise<{ readonly world: World; readonly token: VirtualAuthenticator }> {
    const world = new World();
    for (const serialNumber of ['A', 'B']) {
      yes(await world.desk.importDevice(USER, { name: serialNumber, serialNumber, secret: SECRET }));
    }
    world.wait(2 * STEP_MS);
    return { world, token: world.phoneOf(SECRET) };
  }

  it.each([
    [{ serialNumber: 'A' }, { serialNumber: 'B' }],
    [{ serialNumber: 'B' }, {}],
    [{}, { serialNumber: 'B' }],
  ])('has a code that signs in with %j and then is code-reused with %j', async (first, second) => {
    const { world, token } = await sharedWorld();
    const { mfa } = world;
    const code = token.code();
    expect(await mfa.signIn(USER, { code, ...first })).toMatchObject({ ok: true });
    expect(await mfa.signIn(USER, { code, ...second })).toMatchObject({ ok: false, reason: 'code-reused' });
  });

  it('has a code that is code-reused at the device that was suspended when it was used, and reinstated after', async () => {
    const { world, token } = await sharedWorld();
    const { mfa, desk } = world;
    yes(await desk.suspendDevice(USER, { serialNumber: 'A' }));
    const code = token.code();
    expect(await mfa.signIn(USER, { code })).toMatchObject({ ok: true, device: { serialNumber: 'B' } });
    yes(await desk.reinstateDevice(USER, { serialNumber: 'A' }));
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
  });

  it('has a code that is code-reused at one device after it resynchronized the other', async () => {
    const { world, token } = await sharedWorld();
    const { mfa } = world;
    const codes = pairOf(token, 1);
    expect(outcome(await mfa.resynchronizeDevice(USER, { serialNumber: 'A', codes }))).toBe('ok');
    expect(outcome(await mfa.signIn(USER, { code: codes[1], serialNumber: 'B' }))).toBe('code-reused');
  });

  it('is not imported a second time with a code that signed in, and the codes that import it sign in nowhere', async () => {
    const world = new World();
    const { mfa } = world;
    const token = world.phoneOf(SECRET);
    yes(await world.desk.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET }));
    world.wait(3 * STEP_MS);
    const codes = pairOf(token);
    const second = { name: 'B', serialNumber: 'B', secret: SECRET, codes };
    expect(outcome(await mfa.signIn(USER, { code: codes[0] }))).toBe('ok');
    expect(await world.desk.importDevice(USER, second)).toMatchObject({ ok: false, reason: 'code-reused' });
    world.wait(2 * STEP_MS);
    const fresh = pairOf(token);
    expect(outcome(await world.desk.importDevice(USER, { ...second, codes: fresh }))).toBe('ok');
    expect(outcome(await mfa.signIn(USER, { code: fresh[1] }))).toBe('code-reused');
  });

  it('uses up no code of another secret', async () => {
    const { world, token } = await sharedWorld();
    const secret = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    const other = world.phoneOf(secret);
    yes(await world.desk.importDevice(USER, { name: 'C', serialNumber: 'C', secret }));
    world.wait(2 * STEP_MS);
    expect(outcome(await world.mfa.signIn(USER, { code: token.code() }))).toBe('ok');
    const code = other.code();
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'C' }))).toBe('ok');
  });
});

describe('importing', () => {
  const IMPORTED = { name: 'token', serialNumber: 'HW-1', secret: SECRET };

  function imports() {
    const world = new World();
    return { world, mfa: world.mfa, desk: world.desk, token: world.phoneOf(SECRET) };
  }

  it('without codes takes an administrator; codes up to now, and of what may have been ahead, never count', async () => {
    const { world, mfa, desk, token } = imports();
    const { proof } = await world.enroll();
    const codes = undefined as never;
    expect(outcome(await mfa.importDevice(USER, { ...IMPORTED, codes, proof }))).toBe('mfa-required');
    const { device } = yes(await desk.importDevice(USER, IMPORTED));
    expect(device).toMatchObject({ serialNumber: 'HW-1', status: 'assigned', driftSteps: 0 });
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('code-reused');
    expect(outcome(await mfa.signIn(USER, { code: token.code({ steps: 1 }) }))).toBe('code-reused');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('code-reused');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });

  it('with codes reads the clock from them, an hour each way, and the next code signs in', async () => {
    for (const steps of [0, 100, -100, 120, -120]) {
      const { world, token } = imports();
      const input = { ...IMPORTED, codes: pairOf(token, steps) };
      const { device } = yes(await world.mfa.importDevice(USER, input));
      expect(device.driftSteps).toBe(steps);
      world.wait();
      expect(outcome(await world.mfa.signIn(USER, { code: token.code({ steps }) }))).toBe('ok');
    }
  });

  it('with codes takes any period, a pending device only one that is shorter than its life', async () => {
    const world = new World();
    const parameters = { periodSeconds: 86_400 };
    const daily = world.phoneOf(SECRET, parameters);
    const create = world.mfa.createDevice(USER, { name: 'daily', account: 'alice', parameters });
    expect((await rejected(create)).code).toBe('invalid-argument');
    const codes = pairOf(daily);
    yes(await world.mfa.importDevice(USER, { ...IMPORTED, parameters, codes }));
    world.wait(86_400_000);
    expect(outcome(await world.mfa.signIn(USER, { code: daily.code() }))).toBe('ok');
  });

  it.each<[string, (token: VirtualAuthenticator) => readonly unknown[]]>([
    ['code-mismatch', (token) => wrongCodes(2, token)],
    ['codes-identical', (token) => [token.code(), token.code()]],
    ['codes-reversed', (token) => [...pairOf(token)].reverse()],
    ['codes-not-consecutive', (token) => [token.code({ steps: -3 }), token.code()]],
    ['clock-off', (token) => pairOf(token, 121)],
    ['malformed-code', (token) => [token.code(), '']],
  ])('%s is diagnosed, and nothing is stored', async (reason, codesOf) => {
    const { world, token } = imports();
    const codes = codesOf(token) as unknown as readonly [unknown, unknown];
    expect(outcome(await world.mfa.importDevice(USER, { ...IMPORTED, codes }))).toBe(reason);
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it('refuses in order: mfa-required, already-assigned, malformed-name, name-taken, too-many-devices', async () => {
    const { mfa, desk } = new World({ policy: createPolicy({ maxDevices: 2 }) });
    yes(await desk.importDevice(USER, IMPORTED));
    const codes = ['', ''] as const;
    expect(outcome(await mfa.importDevice(USER, { ...IMPORTED, name: '', codes }))).toBe('mfa-required');
    const other = { ...IMPORTED, serialNumber: 'HW-2' };
    expect(outcome(await desk.importDevice(USER, { ...IMPORTED, name: '' }))).toBe('already-assigned');
    expect(outcome(await desk.importDevice(USER, { ...other, name: '' }))).toBe('malformed-name');
    expect(outcome(await desk.importDevice(USER, other))).toBe('name-taken');
    yes(await desk.importDevice(USER, { ...other, name: 'second' }));
    const third = { ...other, serialNumber: 'HW-3', name: 'third' };
    expect(outcome(await desk.importDevice(USER, third))).toBe('too-many-devices');
  });

  it('gives a serial number where none was given, and migrates twice without harm', async () => {
    const world = new World();
    const { serialNumber: _, ...unnamed } = IMPORTED;
    const { device } = yes(await world.desk.importDevice(USER, unnamed));
    expect(device.serialNumber).toMatch(/^[0-9a-f]{20}$/);
    yes(await world.desk.importDevice('user-2', IMPORTED));
    const again = await world.desk.importDevice('user-2', IMPORTED);
    expect(outcome(again)).toBe('already-assigned');
  });

  it('of a secret that is there already brings no used code back', async () => {
    const { world, token } = imports();
    yes(await world.desk.importDevice(USER, IMPORTED));
    world.wait(2 * STEP_MS);
    const code = token.code();
    yes(await world.mfa.signIn(USER, { code }));
    const next = token.code({ steps: 1 });
    const second = { ...IMPORTED, name: 'second', serialNumber: 'HW-2' };
    const withCodes = await world.desk.importDevice(USER, { ...second, codes: [code, next] });
    expect(outcome(withCodes)).toBe('code-reused');
    yes(await world.desk.importDevice(USER, second));
    expect(outcome(await world.mfa.signIn(USER, { code, serialNumber: 'HW-2' }))).toBe('code-reused');
    // Nor one of a clock that is ahead.
    yes(await world.mfa.signIn(USER, { code: next, serialNumber: 'HW-1' }));
    const third = { ...IMPORTED, name: 'third', serialNumber: 'HW-3' };
    yes(await world.desk.importDevice(USER, third));
    expect(outcome(await world.mfa.signIn(USER, { code: next, serialNumber: 'HW-3' }))).toBe('code-reused');
  });

  it('with codes that were typed late keeps the device in step all the same', async () => {
    const { world, token } = imports();
    const codes = pairOf(token, 50 - 4);
    yes(await world.mfa.importDevice(USER, { ...IMPORTED, codes }));
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: token.code({ steps: 50 }) }))).toBe('ok');
  });
});

describe('a device out of step', () => {
  it('is shown to the administrator after two failures at one distance, and to nobody else', async () => {
    const { world, phone, serialNumber } = await enrolled();
    world.events.length = 0;
    const fail = async (steps: number, lockMs?: number) => {
      const lock = lockMs === undefined ? {} : { lock: { untilMs: world.nowMs + lockMs } };
      const answer = await world.mfa.signIn(USER, { code: phone.code({ steps }) });
      expect(answer).toEqual({ ok: false, reason: 'code-mismatch', ...lock });
      world.wait();
      const [event] = world.events.splice(0);
      return 'offsetSteps' in event! ? event.offsetSteps : undefined;
    };
    expect(await fail(40)).toBe(undefined);
    expect(await fail(41)).toBe(41);
    // At another distance it is chance again.
    expect(await fail(-60)).toBe(undefined);
    expect(await fail(40)).toBe(undefined);
    expect(await fail(42, 30_000)).toBe(undefined);
    expect(await fail(41, 60_000)).toBe(41);
    const { history } = await world.desk.describeUser(USER);
    expect(history.filter(({ type }) => type === 'sign-in-failed')).toMatchObject([
      { count: 4 },
      { serialNumber, offsetSteps: 41, count: 2 },
    ]);
    const seen = (await world.mfa.describeUser(USER)).history.filter(({ type }) => type === 'sign-in-failed');
    expect(seen).toMatchObject([{ count: 6 }]);
    expect(JSON.stringify(seen)).not.toMatch(/offsetSteps|serialNumber/);
  });

  it('fifteen minutes ahead is one line without a distance for the user, and with it for the administrator', async () => {
    const world = new World();
    const { mfa } = world;
    const token = world.phoneOf(SECRET);
    yes(await world.desk.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET }));
    for (let i = 0; i < 3; i++) {
      world.wait();
      await mfa.signIn(USER, { code: token.code({ steps: 30 }) });
    }
    const failures = async (by: Pick<MfaAdministration, 'describeUser'>) => {
      const { history } = await by.describeUser(USER);
      return history.filter(({ type }) => type === 'sign-in-failed');
    };
    const [line, ...more] = await failures(mfa);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ count: 3 });
    expect(line).not.toHaveProperty('offsetSteps');
    expect(line).not.toHaveProperty('serialNumber');
    expect(await failures(world.desk)).toContainEqual(expect.objectContaining({ offsetSteps: 30, serialNumber: 'A' }));
    expect((await mfa.describeUser('nobody')).history).toEqual([]);
  });

  it.each([
    [3, 'is looked for'],
    [4, 'is not looked for: the answer is the same, and the work is bounded'],
  ])('with a range of a day beside %i devices in all %s', async (count) => {
    const world = new World({ policy: createPolicy({ resynchronizeRangeSeconds: 86_400 }) });
    const phones = [];
    for (let i = 0; i < count; i++) {
      phones.push((await world.enroll({ by: 'administrator', name: `phone ${i}` })).phone);
    }
    world.events.length = 0;
    for (let i = 0; i < 2; i++) {
      const answer = await world.mfa.signIn(USER, { code: phones[0]!.code({ steps: 40 }) });
      expect(answer).toEqual({ ok: false, reason: 'code-mismatch' });
    }
    const last = world.events.at(-1);
    expect(last).toMatchObject({ type: 'sign-in-failed', ...(count === 3 ? { offsetSteps: 40 } : {}) });
    if (count === 4) expect(last).not.toHaveProperty('offsetSteps');
  });

  it('is not suspected after a wrong code between, nor after a sign-in', async () => {
    const { world, phone, serialNumber } = await enrolled();
    const told = () => world.events.splice(0).some((event) => 'offsetSteps' in event);
    const far = () => world.mfa.signIn(USER, { code: phone.code({ steps: 40 }) });
    await far();
    await world.mfa.signIn(USER, { code: phone.wrongCode() });
    await far();
    expect(told()).toBe(false);
    world.wait();
    yes(await world.mfa.signIn(USER, { code: phone.code() }));
    await far();
    expect(told()).toBe(false);
    await far();
    expect(told()).toBe(true);
    world.wait(120_000);
    const codes = [phone.code({ steps: 40 }), phone.code({ steps: 41 })] as const;
    const { device } = yes(await world.mfa.resynchronizeDevice(USER, { serialNumber, codes }));
    expect(device.driftSteps).toBe(41);
    expect(await world.record()).not.toHaveProperty('suspected');
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code({ steps: 41 }) }))).toBe('ok');
  });

  it('resynchronizing says which code is malformed, takes away no strike, and clears no failure', async () => {
    const { world, phone, serialNumber } = await enrolled();
    for (const code of wrongCodes(3, phone)) await world.mfa.signIn(USER, { code });
    const resynchronize = (...codes: [unknown, unknown]) =>
      world.mfa.resynchronizeDevice(USER, { serialNumber, codes });
    expect(await resynchronize('', '')).toEqual({ ok: false, reason: 'malformed-code', field: 'first' });
    expect(await resynchronize('123456', 5)).toEqual({ ok: false, reason: 'malformed-code', field: 'second' });
    yes(await resynchronize(phone.code({ steps: 9 }), phone.code({ steps: 10 })));
    expect((await world.record()).throttle).toEqual({ failures: 3, strikes: 3 });
    const [a, b] = wrongCodes(2, phone);
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

describe('what has a browser or a reset to do with it', () => {
  it('signInWithTrustedBrowser refuses in order: not-assigned, browser-not-trusted', async () => {
    const world = new World();
    const signIn = async (browserToken?: unknown) =>
      outcome(await world.mfa.signInWithTrustedBrowser(USER, { browserToken }));
    expect(await signIn()).toBe('not-assigned');
    await world.begin();
    expect(await signIn()).toBe('not-assigned');
    const { phone } = await world.enroll();
    expect(await signIn()).toBe('browser-not-trusted');
    const { browserToken } = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true }));
    expect(await signIn('0'.repeat(32))).toBe('browser-not-trusted');
    expect(await signIn(browserToken)).toBe('ok');
    yes(await world.desk.resetUser(USER));
    expect(await signIn(browserToken)).toBe('browser-not-trusted');
  });

  it('a policy of no trust remembers the browser alone, and voids the trust that was given before', async () => {
    const { world, phone } = await enrolled();
    const strict = world.server({ policy: { trustedBrowserLifeMs: 0 } });
    const { browserToken } = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true }));
    expect(outcome(await strict.signInWithTrustedBrowser(USER, { browserToken }))).toBe('browser-not-trusted');
    world.wait();
    world.events.length = 0;
    const answer = yes(await strict.signIn(USER, { code: phone.code(), trust: true }));
    expect(answer.browserToken).toMatch(/^[0-9a-f]{48}$/);
    expect(world.eventTypes()).toEqual(['signed-in', 'browser-remembered']);
    const untrusted = { browserToken: answer.browserToken };
    expect(outcome(await world.mfa.signInWithTrustedBrowser(USER, untrusted))).toBe('browser-not-trusted');
    expect(outcome(await world.mfa.signInWithTrustedBrowser(USER, { browserToken }))).toBe('ok');
  });

  it('a wrong code counts on the browser; with its newest token the one before counts no more, with that one it does', async () => {
    const { world, phone } = await enrolled();
    const wrong = phone.wrongCode();
    const first = yes(await world.mfa.signIn(USER, { code: phone.code(), remember: true })).browserToken;
    world.wait();
    const second = yes(await world.mfa.signIn(USER, { code: phone.code(), browserToken: first })).browserToken;
    const tried = async (browserToken: unknown) => {
      expect(outcome(await world.mfa.signIn(USER, { code: wrong, browserToken }))).toBe('code-mismatch');
      const { browsers, throttle } = await world.record();
      return [browsers![0]!.strikes, throttle.strikes, browsers![0]!.previousHash !== undefined];
    };
    expect(await tried(first)).toEqual([1, 0, true]);
    expect(await tried(second)).toEqual([2, 0, false]);
    expect(await tried(first)).toEqual([2, 1, false]);
  });

  it('signInWithResetCode: no-reset, malformed-reset-code, reset-code-mismatch, reset-code-expired', async () => {
    const { world } = await enrolled();
    const signIn = async (code: unknown) => outcome(await world.mfa.signInWithResetCode(USER, { resetCode: code }));
    expect(await signIn('')).toBe('no-reset');
    const { resetCode, expiresAtMs } = yes(await world.desk.resetUser(USER));
    expect(expiresAtMs).toBe(world.nowMs + DAY_MS);
    expect(await signIn(resetCode.slice(1))).toBe('malformed-reset-code');
    expect(await signIn('0'.repeat(24))).toBe('reset-code-mismatch');
    world.nowMs = expiresAtMs - 1;
    expect(await signIn(` ${resetCode.toLowerCase().replaceAll('-', ' ')}\n`)).toBe('ok');
    world.wait(1);
    expect(await signIn('0'.repeat(24))).toBe('reset-code-mismatch');
    expect(await signIn(resetCode)).toBe('reset-code-expired');
  });

  it('forgetBrowser: mfa-required, unknown-browser', async () => {
    const { world, proof } = await enrolled();
    const forget = async (browserId: string, by?: typeof proof) =>
      outcome(await world.mfa.forgetBrowser(USER, { browserId, proof: by }));
    expect(await forget('none')).toBe('mfa-required');
    expect(await forget('none', proof)).toBe('unknown-browser');
    expect(await forget('all', proof)).toBe('ok');
  });

  it('resetUser: not-assigned, unless the application says that there was MFA', async () => {
    const world = new World();
    expect(outcome(await world.desk.resetUser(USER))).toBe('not-assigned');
    const { resetCode } = yes(await world.desk.resetUser(USER, { expectMfa: true }));
    const { proof } = yes(await world.mfa.signInWithResetCode(USER, { resetCode, expectMfa: true }));
    expect((await world.mfa.describeUser(USER, { expectMfa: true })).status).toBe('recovering');
    expect(outcome(await world.mfa.createDevice(USER, { name: 'x', account: 'alice' }))).toBe('mfa-required');
    await world.enroll({ by: proof });
    expect((await world.mfa.describeUser(USER, { expectMfa: true })).status).toBe('required');
  });
});

describe('what a page may show', () => {
  it('is a user without MFA, where there is no row', async () => {
    const { mfa } = new World();
    expect(await mfa.describeUser(USER)).toEqual({
      status: 'none',
      requirement: 'optional',
      devices: [],
      browsers: [],
      recoveryCodesLeft: 0,
      recoveryCodesUnconfirmed: 0,
      signedIn: false,
      history: [],
    });
  });

  it('is the known browsers, the last used first, to a session that is signed in and to an administrator', async () => {
    const { world, phone, proof } = await enrolled();
    const startMs = world.nowMs;
    const labels = ['Laptop', 'Library'];
    const tokens: unknown[] = [];
    for (const browserLabel of labels) {
      const input = { code: phone.code(), browserLabel, trust: browserLabel === 'Laptop', remember: true };
      tokens.push(yes(await world.mfa.signIn(USER, input)).browserToken);
      world.wait();
    }
    const [laptop] = tokens;
    const library = { label: 'Library', rememberedAtMs: startMs + STEP_MS, lastUsedAtMs: startMs + STEP_MS };
    const trustedUntilMs = startMs + 30 * DAY_MS;
    const atFirst = { label: 'Laptop', rememberedAtMs: startMs, lastUsedAtMs: startMs, trustedUntilMs };
    const browserId = expect.stringMatching(/^[0-9a-f]{16}$/);
    const shown = async (browserToken?: unknown) =>
      (await world.mfa.describeUser(USER, { proof, browserToken })).browsers;
    expect(await shown(laptop)).toEqual([
      { ...library, browserId, current: false },
      { ...atFirst, browserId, current: true },
    ]);
    yes(await world.mfa.signIn(USER, { code: phone.code(), browserToken: laptop }));
    const described = await world.desk.describeUser(USER);
    expect(described.browsers).toEqual([
      { ...atFirst, lastUsedAtMs: world.nowMs, browserId, current: false },
      { ...library, browserId, current: false },
    ]);
    expect((await world.mfa.describeUser(USER, { browserToken: laptop })).browsers).toEqual([]);
    yes(await world.desk.unlock(USER));
    expect(await shown(laptop)).toEqual([]);
    for (const one of (await world.desk.describeUser(USER)).browsers) expect(one).not.toHaveProperty('trustedUntilMs');
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
    expect(await signedIn({ ...proof, atMs: world.nowMs + 30_000 })).toBe(true);
    expect(await signedIn({ ...proof, atMs: world.nowMs + 30_001 })).toBe(false);
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(await signedIn(proof)).toBe(false);
  });

  it('is a session that is signed in with its own proof of yesterday, and that no recovery has voided', async () => {
    const { world, phone } = await enrolled();
    const { proof } = yes(await world.mfa.signIn(USER, { code: phone.code() }));
    world.wait(DAY_MS);
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    expect((await world.mfa.describeUser(USER)).signedIn).toBe(false);
    expect((await world.mfa.describeUser('user-2', { proof })).signedIn).toBe(false);
    yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(false);
  });

  it('lists devices of every status, and nothing that is confidential', async () => {
    const { world, proof, serialNumber } = await enrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    const pending = await world.begin({ by: proof, name: 'new' });
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
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
    const code = phone.code({ steps: 1 });
    yes(await world.mfa.signIn(USER, { code }));
    const { desk } = world;
    const own = { serialNumber };
    expect(yes(await desk.suspendDevice(USER, own)).device.status).toBe('suspended');
    const row = await world.store.get(USER);
    expect(yes(await desk.suspendDevice(USER, own)).device.status).toBe('suspended');
    expect(await world.store.get(USER)).toEqual(row);
    expect(yes(await desk.reinstateDevice(USER, own)).device).toMatchObject({ status: 'assigned', driftSteps: 1 });
    expect(yes(await desk.reinstateDevice(USER, own)).device.status).toBe('assigned');
    expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-reused');
  });

  it('a pending device is neither suspended nor reinstated, and one that is not there is unknown', async () => {
    const { world } = await enrolled();
    const pending = await world.begin({ by: 'administrator', name: 'new' });
    for (const [serialNumber, reason] of [
      [pending.serialNumber, 'not-assigned'],
      ['none', 'unknown-device'],
      [undefined as never, 'unknown-device'],
    ] as const) {
      expect(outcome(await world.desk.suspendDevice(USER, { serialNumber }))).toBe(reason);
      expect(outcome(await world.desk.reinstateDevice(USER, { serialNumber }))).toBe(reason);
    }
    const { serialNumber } = pending;
    expect(outcome(await world.desk.removeDevice(USER, { serialNumber }))).toBe('ok');
    expect(outcome(await world.desk.removeDevice(USER, { serialNumber }))).toBe('unknown-device');
  });

  it('keeps the last unsuspended device where the policy says so, from suspending too', async () => {
    const world = new World({ policy: createPolicy({ lastDeviceRemovable: false }) });
    const first = await world.enroll();
    const { desk } = world;
    const own = { serialNumber: first.serialNumber };
    expect(outcome(await desk.suspendDevice(USER, own))).toBe('last-device');
    expect(outcome(await desk.removeDevice(USER, own))).toBe('last-device');
    const second = await world.enroll({ by: first.proof, name: 'tablet' });
    yes(await desk.suspendDevice(USER, own));
    const last = { serialNumber: second.serialNumber };
    expect(outcome(await desk.removeDevice(USER, last))).toBe('last-device');
    expect(outcome(await desk.removeDevice(USER, own))).toBe('ok');
  });

  it('removing leaves a dated line, without the secret', async () => {
    const { world, phone, serialNumber, proof } = await enrolled();
    yes(await world.mfa.removeDevice(USER, { serialNumber, proof }));
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'none', devices: [] });
    const { history } = await world.mfa.describeUser(USER);
    expect(history.at(-1)).toMatchObject({ type: 'device-removed', serialNumber, atMs: world.nowMs });
    expect((await world.record()).devices).toEqual([]);
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('not-assigned');
    // And the user may begin anew without a proof.
    await world.enroll();
  });

  it('removing answers with the status that is left: required, none, or locked', async () => {
    const { world, serialNumber, proof } = await enrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    const pending = await world.begin({ by: proof, name: 'new' });
    const first = yes(await world.mfa.removeDevice(USER, { serialNumber, proof }));
    const { generation } = await world.record();
    expect(first).toEqual({ ok: true, status: 'required', proof: { ...proof, generation } });
    // A suspended device counts, a pending one does not.
    yes(await world.desk.suspendDevice(USER, { serialNumber: tablet.serialNumber }));
    const unfinished = { serialNumber: pending.serialNumber };
    expect(await world.desk.removeDevice(USER, unfinished)).toEqual({ ok: true, status: 'required' });
    await world.begin({ by: 'administrator', name: 'newer' });
    const last = { serialNumber: tablet.serialNumber };
    expect(await world.desk.removeDevice(USER, last)).toEqual({ ok: true, status: 'none' });
    expect((await world.mfa.describeUser(USER)).status).toBe('none');
  });

  it.each([
    ['until a time', { failures: 5, strikes: 5, failedAtMs: 1_700_000_070_000, waitMs: 30_000 }],
    ['until somebody lifts it', { failures: 9, strikes: 100, locked: true }],
  ])(
    'removing the last device of a user who is locked %s ends the lock and leaves half of the strikes',
    async (_, throttle) => {
      const { world, serialNumber } = await enrolled();
      await world.tamper((record) => ({ ...record, throttle }));
      expect((await world.mfa.describeUser(USER)).status).toBe('locked');
      expect(await world.desk.removeDevice(USER, { serialNumber })).toEqual({ ok: true, status: 'none' });
      expect((await world.mfa.describeUser(USER)).status).toBe('none');
      expect((await world.record()).throttle).toEqual({ failures: 0, strikes: Math.min(throttle.strikes, 50) });
    },
  );

  it('an unlock of a user without a row is not-assigned', async () => {
    const world = new World();
    expect(outcome(await world.desk.unlock(USER))).toBe('not-assigned');
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it.each([100, 40, 5, 1])(
    'an unlock of a user whom %d strikes locked for good lets a right code in',
    async (maxStrikes) => {
      const world = new World({ policy: createPolicy({ maxStrikes, suspectStrikes: 1 }) });
      const { mfa } = world;
      const token = world.phoneOf(SECRET);
      yes(await world.desk.importDevice(USER, { name: 'A', serialNumber: 'A', secret: SECRET }));
      const lockedForGood = async () => {
        const user = await mfa.describeUser(USER);
        return user.status === 'locked' && user.lockedUntilMs === undefined;
      };
      for (let i = 0; i < 300 && !(await lockedForGood()); i++) {
        world.wait(3_600_000);
        await mfa.signIn(USER, { code: wrongCodes(1, token)[0] });
      }
      expect(await lockedForGood()).toBe(true);
      expect(outcome(await world.desk.unlock(USER))).toBe('ok');
      expect((await mfa.describeUser(USER)).status).toBe('required');
      world.wait();
      expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
    },
  );

  it('a locked user whose last device was removed sets up another without an administrator', async () => {
    const { world, serialNumber } = await enrolled();
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100, locked: true } }));
    expect((await world.mfa.describeUser(USER)).status).toBe('locked');
    expect(outcome(await world.mfa.createDevice(USER, { name: 'mine', account: 'alice' }))).toBe('mfa-required');
    yes(await world.desk.removeDevice(USER, { serialNumber }));
    expect((await world.mfa.describeUser(USER)).status).toBe('none');
    expect(outcome(await world.mfa.createDevice(USER, { name: 'mine', account: 'alice' }))).toBe('ok');
  });
});
