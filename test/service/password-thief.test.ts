import { type EnrollmentHandle, type MfaProof, type MfaService, parseSecret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { rejectedCodes } from '../support/thrown.js';
import {
  ADMINISTRATOR,
  DAY_MS,
  type Enrolled,
  MINUTE_MS,
  outcome,
  pairOf,
  seededRandom,
  USER,
  World,
  wrongCodes,
  yes,
} from './world.js';

// They have the password of a user who has MFA, and sessions of their own past the first factor. They have no device, no
// code and no proof; what a page of the application sends to the browser, they can send too.

const ACCOUNT = 'alice@example.com';
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

async function ownerEnrolled(): Promise<Enrolled & { readonly world: World; readonly mfa: MfaService }> {
  const world = new World();
  return { world, mfa: world.mfa, ...(await world.enroll()) };
}

/** All that takes a proof where there is MFA. */
async function guarded(world: World, serialNumber: string): Promise<(body: object) => Promise<string[]>> {
  const { mfa } = world;
  const pending = await world.begin({ by: 'administrator', name: 'of an administrator' });
  const { enrollment } = pending;
  const [recoveryCode] = yes(await world.desk.createRecoveryCodes(USER)).recoveryCodes;
  return async (body) => {
    // A copy that keeps what is only inherited.
    const withBody = <T extends object>(input: T): T =>
      Object.assign(Object.create(Object.getPrototypeOf(body)), body, input);
    const codes = pairOf(pending.phone);
    const answers = [
      await mfa.createDevice(USER, withBody({ name: 'mine', account: ACCOUNT })),
      await mfa.showDevice(USER, withBody({ enrollment })),
      await mfa.assignDevice(USER, withBody({ enrollment, codes })),
      await mfa.importDevice(USER, withBody({ name: 'mine', secret: SECRET, codes: ['000000', '000001'] })),
      await mfa.renameDevice(USER, withBody({ serialNumber, name: 'mine' })),
      await mfa.suspendDevice(USER, withBody({ serialNumber })),
      await mfa.reinstateDevice(USER, withBody({ serialNumber })),
      await mfa.removeDevice(USER, withBody({ serialNumber })),
      await mfa.createRecoveryCodes(USER, withBody({})),
      await mfa.confirmRecoveryCodes(USER, withBody({ recoveryCode })),
      await mfa.forgetBrowser(USER, withBody({ browserId: 'all' })),
    ];
    return answers.map(outcome);
  };
}

const ALL_REFUSED = Array.from({ length: 11 }, () => 'mfa-required');

describe('a password thief', () => {
  it('does nothing that is guarded without a proof', async () => {
    const { world, serialNumber, proof } = await ownerEnrolled();
    const row = await world.store.get(USER);
    expect(row).toBeDefined();
    const attempt = await guarded(world, serialNumber);
    const before = await world.store.get(USER);
    expect(await attempt({})).toEqual(ALL_REFUSED);
    expect(await world.store.get(USER)).toEqual(before);
    // The same with a proof, up to the suspension, which voids it.
    expect((await attempt({ proof })).slice(0, 6)).toEqual(['ok', 'ok', 'ok', 'code-mismatch', 'ok', 'ok']);
  });

  it('suspends the only device and "assigns the first": suspending is mfa-required, and a suspended device counts', async () => {
    const { world, mfa, serialNumber } = await ownerEnrolled();
    expect(outcome(await mfa.suspendDevice(USER, { serialNumber }))).toBe('mfa-required');
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect((await mfa.describeUser(USER)).status).toBe('required');
    expect(await (await guarded(world, serialNumber))({})).toEqual(ALL_REFUSED);
  });

  it('waits for a recovery and "assigns the first": until it has ended there is MFA', async () => {
    const { mfa, world, serialNumber, proof } = await ownerEnrolled();
    const tablet = await world.enroll({ by: proof, name: 'tablet' });
    yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    yes(await world.desk.removeDevice(USER, { serialNumber }));
    const left = { status: 'suspended', serialNumber: tablet.serialNumber };
    expect(await mfa.describeUser(USER)).toMatchObject({ status: 'recovering', devices: [left] });
    const refused = async (status: string) => {
      const create = { name: 'mine', account: ACCOUNT };
      expect(outcome(await mfa.createDevice(USER, create)), status).toBe('mfa-required');
      const imported = { name: 'mine', secret: SECRET, codes: ['000000', '000001'] as const };
      expect(outcome(await mfa.importDevice(USER, imported)), status).toBe('mfa-required');
    };
    await refused('recovering');
    expect(outcome(await mfa.signIn(USER, { code: '123456' }))).toBe('suspended');
    // A record that an earlier version wrote: it let the last device go, and the recovery did not end.
    await world.tamper((record) => ({ ...record, devices: [] }));
    expect(await mfa.describeUser(USER)).toMatchObject({ status: 'recovering', devices: [] });
    await refused('recovering without a device');
    expect(outcome(await mfa.signIn(USER, { code: '123456' }))).toBe('not-assigned');
  });

  it('began before the owner did, and assigns afterwards', async () => {
    const world = new World();
    const theirs = await world.begin({ name: 'mine' });
    await world.enroll();
    const codes = pairOf(theirs.phone);
    const { enrollment } = theirs;
    expect(outcome(await world.mfa.assignDevice(USER, { enrollment, codes }))).toBe('mfa-required');
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('mfa-required');
  });

  it("uses the owner's sign-in of a moment ago: the record's own sign-in is no proof", async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const attempt = await guarded(world, serialNumber);
    yes(await mfa.signIn(USER, { code: phone.code() }));
    expect(await attempt({})).toEqual(ALL_REFUSED);
  });

  it('reads the pending secret of another session', async () => {
    const world = new World();
    const { enrollment, serialNumber } = await world.begin();
    const { devices } = await world.mfa.describeUser(USER);
    expect(devices.map((device) => device.serialNumber)).toEqual([serialNumber]);
    const handles = [
      serialNumber,
      `${serialNumber}.`,
      '',
      '.',
      `${serialNumber}.${'0'.repeat(48)}`,
      enrollment.slice(0, -1),
    ];
    for (const handle of [...handles, enrollment.toUpperCase(), undefined, null, {}, [enrollment], 5]) {
      const input = { enrollment: handle as EnrollmentHandle };
      expect(outcome(await world.mfa.showDevice(USER, input))).toBe('unknown-device');
      expect(outcome(await world.mfa.cancelDevice(USER, input))).toBe('unknown-device');
      const codes = ['000000', '000001'] as const;
      expect(outcome(await world.mfa.assignDevice(USER, { ...input, codes }))).toBe('unknown-device');
    }
    expect(outcome(await world.mfa.showDevice('user-2', { enrollment }))).toBe('unknown-device');
  });

  it('finds no handle in the record', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    const [, handle] = enrollment.split('.');
    expect(handle).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(await world.record())).not.toContain(handle);
  });

  it("plants a pending secret: the owner's handle leads to the owner's own", async () => {
    const world = new World();
    const owner = await world.begin();
    const theirs = await world.begin();
    const { enrollment } = owner;
    const planted = await world.mfa.assignDevice(USER, {
      enrollment,
      codes: pairOf(theirs.phone),
    });
    expect(outcome(planted)).toBe('code-mismatch');
    const codes = pairOf(owner.phone);
    yes(await world.mfa.assignDevice(USER, { enrollment, codes }));
    const { devices } = await world.mfa.describeUser(USER);
    const assigned = devices.filter(({ status }) => status === 'assigned');
    expect(assigned.map(({ serialNumber }) => serialNumber)).toEqual([owner.serialNumber]);
  });

  it.each([['me'], [ADMINISTRATOR], [''], [null], [true], [{ name: 'Ada' }]])(
    'posts the administrator %j in a body that is spread into the call: no input makes anybody one',
    async (administrator) => {
      const { world, mfa, serialNumber, phone } = await ownerEnrolled();
      for (let i = 0; i < 2; i++) await mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
      const attempt = await guarded(world, serialNumber);
      const row = await world.store.get(USER);
      expect(await attempt({ administrator })).toEqual(ALL_REFUSED);
      // Whoever can set a field on every object is no administrator either.
      expect(await attempt(Object.create({ administrator }))).toEqual(ALL_REFUSED);
      const withoutCodes = { name: 'mine', secret: SECRET, codes: undefined as never, administrator };
      expect(outcome(await mfa.importDevice(USER, withoutCodes))).toBe('mfa-required');
      // @ts-expect-error no input has the key
      expect(outcome(await mfa.removeDevice(USER, { serialNumber, administrator }))).toBe('mfa-required');
      expect(mfa).not.toHaveProperty('unlock');
      expect(mfa).not.toHaveProperty('resetUser');
      expect(await world.store.get(USER)).toEqual(row);
      const body = { administrator } as object;
      expect(JSON.stringify(await mfa.describeUser(USER, body))).not.toContain('offsetSteps');
      expect(JSON.stringify(await world.desk.describeUser(USER))).toContain('offsetSteps');
    },
  );

  it('posts whatever an input can hold, to every method: the answer is that of somebody with the password alone', async () => {
    const keys = ['administrator', 'actor', 'by', 'role', 'isAdministrator', 'standing', 'kind', 'as', 'desk', 'user'];
    const values = [ADMINISTRATOR, true, { administrator: ADMINISTRATOR }, { kind: 'administrator' }, [ADMINISTRATOR]];
    const bodies: object[] = values.flatMap((value) => [
      Object.fromEntries(keys.map((key) => [key, value])),
      JSON.parse(`{"__proto__": ${JSON.stringify({ administrator: value })}}`),
      { proof: value },
      { proof: { administrator: value, userId: USER, atMs: 1_700_000_070_000, method: 'code', generation: 0 } },
      { expectMfa: true, context: { actor: { administrator: value } } },
    ]);
    const { world, serialNumber, phone } = await ownerEnrolled();
    for (let i = 0; i < 2; i++) await world.mfa.signIn(USER, { code: phone.code({ steps: 50 }) });
    const { enrollment } = await world.begin({ by: 'administrator', name: 'new' });
    const [recoveryCode] = yes(await world.desk.createRecoveryCodes(USER)).recoveryCodes;
    const row = await world.store.get(USER);
    const wrong = phone.wrongCode();
    const codes = [wrong, wrong] as const;
    /** Every method, with what is good in it but the proof. */
    const inputs: Readonly<
      Record<Exclude<keyof MfaService, 'asAdministrator' | 'users' | 'reseal' | 'deleteUser'>, object>
    > = {
      describeUser: {},
      createDevice: { name: 'mine', account: ACCOUNT },
      showDevice: { enrollment },
      assignDevice: { enrollment, codes },
      cancelDevice: { enrollment: 'none' },
      importDevice: { name: 'mine', secret: SECRET, codes: undefined },
      signIn: { code: wrong },
      signInWithRecoveryCode: { recoveryCode: '0000-0000-0000-0000-0000-0000' },
      signInWithTrustedBrowser: { browserToken: '0'.repeat(48) },
      signInWithResetCode: { resetCode: '0000-0000-0000-0000-0000-0000' },
      resynchronizeDevice: { serialNumber, codes },
      renameDevice: { serialNumber, name: 'mine' },
      suspendDevice: { serialNumber },
      reinstateDevice: { serialNumber },
      removeDevice: { serialNumber },
      createRecoveryCodes: {},
      confirmRecoveryCodes: { recoveryCode },
      checkProof: {},
      revokeProofs: {},
      forgetBrowser: { browserId: 'all' },
      recoverAccount: { verified: ['email', 'phone'] },
    };
    expect(Object.keys(inputs).concat('asAdministrator', 'users', 'reseal', 'deleteUser').sort()).toEqual(
      Object.keys(world.mfa).sort(),
    );
    for (const [name, input] of Object.entries(inputs)) {
      /** The answer, what stands in the row afterwards, and the events, of the same random bytes. */
      const run = async (body: object): Promise<string> => {
        const store = memoryStore();
        await store.compareAndSet(USER, undefined, row!);
        const events: unknown[] = [];
        const random = seededRandom(3);
        const mfa = world.server({ store, random, onEvent: (event) => void events.push(event) });
        const call = mfa[name as 'describeUser'] as (userId: string, input: object) => Promise<unknown>;
        return JSON.stringify([await call(USER, { ...input, ...body }), await store.get(USER), events]);
      };
      const expected = await run({});
      for (const body of bodies) expect(await run(body), `${name} ${JSON.stringify(body)}`).toBe(expected);
    }
    expect(outcome(await world.mfa.importDevice(USER, inputs.importDevice as never))).toBe('mfa-required');
  });

  it('has a session of the owner, and posts `administrator`: what it does is done by the user', async () => {
    const { world, mfa, proof, serialNumber } = await ownerEnrolled();
    const body = { administrator: 'me' };
    const withoutCodes = { name: 'mine', secret: SECRET, codes: undefined as never, proof, ...body };
    expect(outcome(await mfa.importDevice(USER, withoutCodes))).toBe('mfa-required');
    yes(await mfa.renameDevice(USER, { serialNumber, name: 'mine', proof, ...body }));
    expect(world.events.at(-1)).toMatchObject({ type: 'device-renamed', name: 'mine' });
    expect(world.events.at(-1)).not.toHaveProperty('administrator');
    expect((await world.record()).history.at(-1)).not.toHaveProperty('administrator');
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof, ...body }));
    const [recoveryCode] = recoveryCodes;
    const confirmed = yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode, proof, ...body }));
    expect(confirmed.proof).toMatchObject({ method: 'enrollment', atMs: proof.atMs });
    for (const event of world.events) expect(event).not.toHaveProperty('administrator');
  });

  it('guesses until the devices are locked: the recovery codes still open, and lift the lock', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (const code of wrongCodes(100, phone)) {
      expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-mismatch');
      world.wait(60 * MINUTE_MS);
    }
    expect(await mfa.signIn(USER, { code: phone.code() })).toEqual({ ok: false, reason: 'locked' });
    world.wait(400 * DAY_MS);
    expect((await mfa.describeUser(USER)).status).toBe('locked');
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
    expect(world.eventTypes().slice(-2)).toEqual(['recovery-code-used', 'unlocked']);
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('locks the owner out of the recovery codes: wrong ones never lock, and making new ones is mfa-required', async () => {
    const { world, mfa, proof } = await ownerEnrolled();
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (let i = 0; i < 1000; i++) {
      const recoveryCode = `0000-0000-0000-0000-0000-${String(i).padStart(4, '0')}`;
      expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('recovery-code-mismatch');
    }
    expect(outcome(await mfa.createRecoveryCodes(USER, {}))).toBe('mfa-required');
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 0 });
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
  });

  it("begins one set-up after the other: the owner's device, names and quota are untouched", async () => {
    const world = new World();
    for (let i = 0; i < 50; i++) await world.begin({ name: 'phone' });
    expect((await world.record()).devices).toHaveLength(3);
    const { serialNumber } = await world.enroll();
    const { devices } = await world.mfa.describeUser(USER);
    expect(devices.find((device) => device.serialNumber === serialNumber)).toMatchObject({ name: 'phone' });
  });

  it('floods the history: what a thief can cause never pushes out what the owner has to see', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (const code of wrongCodes(60, phone)) {
      await mfa.signIn(USER, { code });
      await mfa.signInWithRecoveryCode(USER, { recoveryCode: '0000-0000-0000-0000-0000-0000' });
      world.wait(60 * MINUTE_MS);
    }
    const types = (await mfa.describeUser(USER)).history.map(({ type }) => type);
    expect(types).toContain('device-assigned');
    expect(types).toContain('recovery-codes-created');
    expect(types.filter((type) => type === 'sign-in-failed')).toHaveLength(1);
  });

  it('makes the store lose the row: with expectMfa it is record-missing', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const pending = await world.begin({ by: 'administrator', name: 'tablet' });
    yes(await mfa.deleteUser(USER));
    expect((await mfa.describeUser(USER)).status).toBe('none');

    const expectMfa = true;
    const codes = pairOf(pending.phone);
    const calls = [
      mfa.describeUser(USER, { expectMfa }),
      mfa.createDevice(USER, { name: 'mine', account: ACCOUNT, expectMfa }),
      mfa.assignDevice(USER, { enrollment: pending.enrollment, codes, expectMfa }),
      mfa.signIn(USER, { code: phone.code(), expectMfa }),
    ];
    expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'record-missing'));
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it('plants a pending device where the row was lost: all that could begin MFA is record-missing for expectMfa', async () => {
    const world = new World();
    const { mfa } = world;
    const { enrollment } = await world.begin();
    const expectMfa = true;
    const codes = ['123456', '234567'] as const;
    const calls = [
      mfa.describeUser(USER, { expectMfa }),
      mfa.createDevice(USER, { name: 'mine', account: ACCOUNT, expectMfa }),
      mfa.signIn(USER, { code: '123456', expectMfa }),
      mfa.assignDevice(USER, { enrollment, codes, expectMfa }),
      mfa.importDevice(USER, { name: 'mine', secret: SECRET, codes, expectMfa }),
    ];
    expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'record-missing'));
  });

  it('expectMfa is no obstacle where the row is there', async () => {
    const { mfa, phone, proof } = await ownerEnrolled();
    const expectMfa = true;
    expect((await mfa.describeUser(USER, { expectMfa })).status).toBe('required');
    expect(outcome(await mfa.signIn(USER, { code: phone.code(), expectMfa }))).toBe('ok');
    const input = { name: 'tablet', account: ACCOUNT, proof, expectMfa };
    expect(outcome(await mfa.createDevice(USER, input))).toBe('ok');
  });
});

describe('a proof', () => {
  const FORGED: Readonly<Record<string, (proof: MfaProof, nowMs: number) => unknown>> = {
    'of another user': (proof) => ({ ...proof, userId: 'user-2' }),
    'of a later generation': (proof) => ({ ...proof, generation: proof.generation + 1 }),
    'of no generation': ({ userId, atMs, method }) => ({ userId, atMs, method }),
    'of no method': ({ userId, atMs, generation }) => ({ userId, atMs, generation }),
    'of a method that is none': (proof) => ({ ...proof, method: 'password' }),
    'of a method that every object has': (proof) => ({ ...proof, method: 'toString' }),
    'of more than 30 s ahead': (proof, nowMs) => ({ ...proof, atMs: nowMs + 30_001 }),
    'that has expired': (proof, nowMs) => ({ ...proof, atMs: nowMs - 15 * MINUTE_MS }),
    'without a time': ({ userId, generation, method }) => ({ userId, generation, method }),
    'of no time': (proof) => ({ ...proof, atMs: Number.NaN }),
    'with a time as text': (proof) => ({ ...proof, atMs: String(proof.atMs) }),
    'that is true': () => true,
    'that is null': () => null,
    'that is a text': (proof) => JSON.stringify(proof),
    'that is a list': (proof) => [proof],
    'that is empty': () => ({}),
  };

  it.each(Object.keys(FORGED))('%s counts as none', async (what) => {
    const { world, proof, serialNumber } = await ownerEnrolled();
    const attempt = await guarded(world, serialNumber);
    expect(await attempt({ proof: FORGED[what]!(proof, world.nowMs) })).toEqual(ALL_REFUSED);
  });

  it('counts to the millisecond before its end, after a session store has had it as JSON', async () => {
    const { world, mfa, proof, serialNumber } = await ownerEnrolled();
    const stored = JSON.parse(JSON.stringify(proof)) as MfaProof;
    const rename = async (name: string) => outcome(await mfa.renameDevice(USER, { serialNumber, name, proof: stored }));
    world.nowMs = proof.atMs + 15 * MINUTE_MS - 1;
    expect(await rename('a')).toBe('ok');
    world.wait(1);
    expect(await rename('b')).toBe('mfa-required');
  });

  it('counts from 30 s before its time: the clocks of two servers differ', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    for (const [aheadMs, expected] of [
      [40, 'ok'],
      [30_000, 'ok'],
      [30_001, 'mfa-required'],
    ] as const) {
      const ahead = world.server({ clock: () => world.nowMs + aheadMs });
      const { proof } = yes(await ahead.signIn(USER, { code: phone.code() }));
      expect(proof.atMs).toBe(world.nowMs + aheadMs);
      const renamed = await mfa.renameDevice(USER, { serialNumber, name: `${aheadMs}`, proof });
      expect(outcome(renamed), `${aheadMs} ms`).toBe(expected);
      expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(expected === 'ok');
      world.wait(10 * MINUTE_MS);
    }
  });

  const BEGINNING: Readonly<Record<'recovery' | 'reset', (world: World) => Promise<MfaProof>>> = {
    recovery: async ({ mfa }) => yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] })).proof,
    async reset({ mfa, desk }) {
      const { resetCode } = yes(await desk.resetUser(USER));
      return yes(await mfa.signInWithResetCode(USER, { resetCode })).proof;
    },
  };
  const WAYS = Object.keys(BEGINNING) as (keyof typeof BEGINNING)[];

  it.each(WAYS)('of a %s is never signed in, at no time before or after its end', async (way) => {
    const { world, mfa, serialNumber } = await ownerEnrolled();
    const proof = await BEGINNING[way](world);
    const signedIn = async () => (await mfa.describeUser(USER, { proof })).signedIn;
    expect(await signedIn()).toBe(false);
    yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    expect(await signedIn()).toBe(false);
    expect(await (await guarded(world, serialNumber))({ proof })).toEqual(ALL_REFUSED);
  });

  it('of a trusted browser opens the application, and does nothing that is guarded', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const { browserToken } = yes(await mfa.signIn(USER, { code: phone.code(), trust: true }));
    const { proof } = yes(await mfa.signInWithTrustedBrowser(USER, { browserToken }));
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    expect(await (await guarded(world, serialNumber))({ proof })).toEqual(ALL_REFUSED);
  });

  it('lives as long as the policy says', async () => {
    const world = new World({ policy: { proofLifeMs: 60 * MINUTE_MS } });
    const { proof, serialNumber } = await world.enroll();
    world.nowMs = proof.atMs + 60 * MINUTE_MS - 1;
    expect(outcome(await world.mfa.renameDevice(USER, { serialNumber, name: 'a', proof }))).toBe('ok');
  });

  it('of a generation that was drawn: none is the one before plus one, and each is the bytes of the random source', async () => {
    const drawn: Uint8Array[] = [];
    const random = seededRandom(5);
    const world = new World({
      random: (byteLength) => {
        const bytes = random(byteLength);
        if (byteLength === 6) drawn.push(bytes);
        return bytes;
      },
    });
    const { proof } = await world.enroll();
    const generations = [proof.generation];
    for (let i = 0; i < 20; i++) {
      if (i % 2 === 0) yes(await world.desk.unlock(USER));
      else yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
      generations.push((await world.record()).generation);
    }
    expect(new Set(generations).size).toBe(21);
    for (const [i, generation] of generations.entries()) {
      expect(generation).toBe(Number.parseInt(Buffer.from(drawn[i]!).toString('hex'), 16));
      expect(generation).not.toBe(generations[i - 1]! + 1);
    }
  });

  it('does not become valid again through a backup that is restored', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const backup = (await world.record()) as object;
    yes(await world.desk.unlock(USER));
    const { proof } = yes(await mfa.signIn(USER, { code: phone.code() }));
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    await world.tamper(() => backup);
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    // As many proofs are voided as had been.
    yes(await world.desk.unlock(USER));
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(false);
  });

  it('of the same user in another database, or before the row was lost, is none', async () => {
    const { world, proof } = await ownerEnrolled();
    const elsewhere = new World({ random: seededRandom(2) });
    await elsewhere.enroll();
    elsewhere.nowMs = world.nowMs;
    expect(outcome(await elsewhere.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    yes(await world.mfa.deleteUser(USER));
    await world.enroll();
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
  });

  interface Answer {
    readonly ok: boolean;
    readonly reason?: string;
    readonly proof?: MfaProof;
  }
  const VOIDING: Readonly<Record<string, (mfa: MfaService, second: string, proof: MfaProof) => Promise<Answer>>> = {
    suspendDevice: (mfa, serialNumber, proof) => mfa.suspendDevice(USER, { serialNumber, proof }),
    removeDevice: (mfa, serialNumber, proof) => mfa.removeDevice(USER, { serialNumber, proof }),
    confirmRecoveryCodes: async (mfa, _, proof) => {
      const [recoveryCode] = yes(await mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
      return mfa.confirmRecoveryCodes(USER, { recoveryCode, proof });
    },
    revokeProofs: (mfa, _, proof) => mfa.revokeProofs(USER, { proof }),
    recoverAccount: (mfa) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }),
    unlock: (mfa) => mfa.asAdministrator(ADMINISTRATOR).unlock(USER),
    resetUser: (mfa) => mfa.asAdministrator(ADMINISTRATOR).resetUser(USER),
  };
  it.each(Object.keys(VOIDING))(
    'is void after %s; the session whose proof allowed it goes on, no longer',
    async (name) => {
      const { world, mfa, phone, proof, serialNumber } = await ownerEnrolled();
      const second = await world.enroll({ by: proof, name: 'tablet' });
      const other = yes(await mfa.signIn(USER, { code: phone.code() })).proof;
      const answer = await VOIDING[name]!(mfa, second.serialNumber, proof);
      expect(outcome(answer)).toBe('ok');
      const rename = async (by: MfaProof) =>
        outcome(await mfa.renameDevice(USER, { serialNumber, name: 'x', proof: by }));
      expect(await rename(proof)).toBe('mfa-required');
      expect(await rename(other)).toBe('mfa-required');
      if (name === 'unlock' || name === 'resetUser') return expect(answer.proof).toBe(undefined);
      const { generation } = await world.record();
      expect(generation).not.toBe(proof.generation);
      expect(answer.proof).toEqual({
        ...proof,
        generation,
        ...(name === 'recoverAccount' && { atMs: world.nowMs, method: 'recovery' }),
      });
      expect(await rename(answer.proof!)).toBe(name === 'recoverAccount' ? 'mfa-required' : 'ok');
    },
  );

  it.each(WAYS)('after a %s is for assigning a device, and for nothing that is there', async (way) => {
    const { world, mfa, serialNumber, proof: before } = await ownerEnrolled();
    yes(await mfa.createRecoveryCodes(USER, { proof: before }));
    const proof = await BEGINNING[way](world);
    const attempts = [
      mfa.forgetBrowser(USER, { browserId: 'all', proof }),
      mfa.renameDevice(USER, { serialNumber, name: 'x', proof }),
      mfa.suspendDevice(USER, { serialNumber, proof }),
      mfa.reinstateDevice(USER, { serialNumber, proof }),
      mfa.removeDevice(USER, { serialNumber, proof }),
    ];
    for (const answer of await Promise.all(attempts)) expect(outcome(answer)).toBe('mfa-required');
    expect(outcome(await mfa.createRecoveryCodes(USER, { proof }))).toBe('recovering');
    const enrolled = await world.enroll({ by: proof, name: 'new' });
    expect(outcome(await mfa.removeDevice(USER, { serialNumber, proof: enrolled.proof }))).toBe('ok');
  });

  it('is not given by resynchronizing: unused codes that somebody noted can do that', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const codes = [phone.code({ steps: 3 }), phone.code({ steps: 4 })] as const;
    expect(Object.keys(yes(await mfa.resynchronizeDevice(USER, { serialNumber, codes })))).toEqual(['ok', 'device']);
    expect(world.events.at(-1)).toMatchObject({ type: 'device-resynchronized', driftSteps: 4 });
  });
});
