import { createPolicy, type EnrollmentHandle, type MfaProof, type MfaService, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { rejected, rejectedCodes } from '../support/thrown.js';
import { wrongCodes } from './phone.js';
import {
  ADMINISTRATOR,
  DAY_MS,
  type Enrolled,
  MINUTE_MS,
  NOBODY,
  outcome,
  seededRandom,
  USER,
  World,
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
async function guarded(world: World, serialNumber: string): Promise<(input: object) => Promise<string[]>> {
  const { mfa } = world;
  const pending = await world.begin(ADMINISTRATOR, { name: 'of an administrator' });
  const { enrollment } = pending;
  return async (input) => {
    const authority = { ...NOBODY, ...input };
    const codes = pending.phone.pair(world.nowMs);
    const answers = [
      await mfa.createDevice(USER, { name: 'mine', account: ACCOUNT, ...authority }),
      await mfa.showDevice(USER, { enrollment, ...authority }),
      await mfa.assignDevice(USER, { enrollment, codes, ...authority }),
      await mfa.importDevice(USER, { name: 'mine', secret: SECRET, codes: ['000000', '000001'], ...authority }),
      await mfa.renameDevice(USER, { serialNumber, name: 'mine', ...authority }),
      await mfa.suspendDevice(USER, { serialNumber, ...authority }),
      await mfa.reinstateDevice(USER, { serialNumber, ...authority }),
      await mfa.removeDevice(USER, { serialNumber, ...authority }),
      await mfa.createRecoveryCodes(USER, authority),
    ];
    return answers.map(outcome);
  };
}

const ALL_REFUSED = Array.from({ length: 9 }, () => 'mfa-required');

describe('a password thief', () => {
  it('does nothing that is guarded without a proof', async () => {
    const { world, serialNumber } = await ownerEnrolled();
    const row = await world.store.get(USER);
    expect(row).toBeDefined();
    const attempt = await guarded(world, serialNumber);
    const before = await world.store.get(USER);
    expect(await attempt({})).toEqual(ALL_REFUSED);
    expect(await world.store.get(USER)).toEqual(before);
  });

  it('suspends the only device and "assigns the first": suspending is mfa-required, and a suspended device counts', async () => {
    const { world, mfa, serialNumber } = await ownerEnrolled();
    expect(outcome(await mfa.suspendDevice(USER, { serialNumber, ...NOBODY }))).toBe('mfa-required');
    yes(await mfa.suspendDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    expect((await mfa.describeUser(USER)).status).toBe('required');
    expect(await (await guarded(world, serialNumber))({})).toEqual(ALL_REFUSED);
  });

  it('waits for a recovery and "assigns the first": until it has ended there is MFA', async () => {
    const { mfa, world, serialNumber } = await ownerEnrolled();
    yes(await mfa.removeDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    const again = await world.enroll(NOBODY, { name: 'again' });
    yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    yes(await mfa.removeDevice(USER, { serialNumber: again.serialNumber, ...ADMINISTRATOR }));
    expect(await mfa.describeUser(USER)).toMatchObject({ status: 'required', devices: [] });
    const create = { name: 'mine', account: ACCOUNT, ...NOBODY };
    expect(outcome(await mfa.createDevice(USER, create))).toBe('mfa-required');
    const imported = { name: 'mine', secret: SECRET, codes: ['000000', '000001'] as const, ...NOBODY };
    expect(outcome(await mfa.importDevice(USER, imported))).toBe('mfa-required');
    expect(outcome(await mfa.signIn(USER, { code: '123456' }))).toBe('not-assigned');
  });

  it('began before the owner did, and assigns afterwards', async () => {
    const world = new World();
    const theirs = await world.begin(NOBODY, { name: 'mine' });
    await world.enroll();
    const codes = theirs.phone.pair(world.nowMs);
    const { enrollment } = theirs;
    expect(outcome(await world.mfa.assignDevice(USER, { enrollment, codes, ...NOBODY }))).toBe('mfa-required');
    expect(outcome(await world.mfa.showDevice(USER, { enrollment }))).toBe('mfa-required');
  });

  it("uses the owner's sign-in of a moment ago: the record's own sign-in is no proof", async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const attempt = await guarded(world, serialNumber);
    yes(await mfa.signIn(USER, { code: phone.code(world.nowMs) }));
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
      `${serialNumber}.${'0'.repeat(32)}`,
      enrollment.slice(0, -1),
    ];
    for (const handle of [...handles, enrollment.toUpperCase(), undefined, null, {}, [enrollment], 5]) {
      const input = { enrollment: handle as EnrollmentHandle };
      expect(outcome(await world.mfa.showDevice(USER, input))).toBe('unknown-device');
      expect(outcome(await world.mfa.cancelDevice(USER, input))).toBe('unknown-device');
      const codes = ['000000', '000001'] as const;
      expect(outcome(await world.mfa.assignDevice(USER, { ...input, codes, ...NOBODY }))).toBe('unknown-device');
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
      codes: theirs.phone.pair(world.nowMs),
      ...NOBODY,
    });
    expect(outcome(planted)).toBe('code-mismatch');
    const codes = owner.phone.pair(world.nowMs);
    yes(await world.mfa.assignDevice(USER, { enrollment, codes, ...NOBODY }));
    const { devices } = await world.mfa.describeUser(USER);
    const assigned = devices.filter(({ status }) => status === 'assigned');
    expect(assigned.map(({ serialNumber }) => serialNumber)).toEqual([owner.serialNumber]);
  });

  it('posts `administrator` in a body that is spread into the call: both keys are a mistake of the program', async () => {
    const { world, mfa, proof, serialNumber, enrollment } = await ownerEnrolled();
    const row = await world.store.get(USER);
    for (const session of [undefined, proof]) {
      const body = { serialNumber, administrator: 'me' };
      const asked = { ...body, proof: session } as never;
      const calls = [
        mfa.removeDevice(USER, asked),
        mfa.suspendDevice(USER, asked),
        mfa.reinstateDevice(USER, asked),
        mfa.renameDevice(USER, { ...(asked as object), name: 'mine' } as never),
        mfa.createRecoveryCodes(USER, asked),
        mfa.createDevice(USER, { ...(asked as object), name: 'mine', account: ACCOUNT } as never),
        mfa.assignDevice(USER, { ...(asked as object), enrollment, codes: ['000000', '000001'] } as never),
        mfa.importDevice(USER, { ...(asked as object), name: 'mine', secret: SECRET } as never),
        mfa.unlock(USER, asked),
      ];
      expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'invalid-argument'));
    }
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('posts `administrator` in a body that is spread into showDevice: mfa-required, for it takes none', async () => {
    const world = new World();
    const { enrollment } = await world.begin();
    yes(await world.mfa.importDevice(USER, { name: 'A', secret: SECRET, ...ADMINISTRATOR }));
    const body = { administrator: 'me' };
    expect(outcome(await world.mfa.showDevice(USER, { enrollment, ...body }))).toBe('mfa-required');
  });

  it.each([[undefined], [''], [null], [true], [5], [{}], [['Ada']]])(
    'is the administrator %j: an administrator has a name',
    async (administrator) => {
      const { mfa, serialNumber } = await ownerEnrolled();
      const input = { serialNumber, administrator } as never;
      expect((await rejected(mfa.removeDevice(USER, input))).code).toBe('invalid-argument');
      expect((await rejected(mfa.unlock(USER, input))).code).toBe('invalid-argument');
    },
  );

  it('leaves out who asks', async () => {
    const { mfa, proof, serialNumber } = await ownerEnrolled();
    const calls = [
      mfa.removeDevice(USER, { serialNumber } as never),
      mfa.createRecoveryCodes(USER, {} as never),
      // Not an own property: whoever can set one on every object is no administrator.
      mfa.removeDevice(USER, Object.assign(Object.create({ administrator: 'me' }), { serialNumber })),
      mfa.unlock(USER, { proof } as never),
    ];
    expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'invalid-argument'));
  });

  it('guesses until the devices are locked: the recovery codes still open, and lift the lock', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (const code of wrongCodes(100, world.nowMs, phone)) {
      expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-mismatch');
      world.wait(60 * MINUTE_MS);
    }
    expect(await mfa.signIn(USER, { code: phone.code(world.nowMs) })).toEqual({ ok: false, reason: 'locked' });
    world.wait(400 * DAY_MS);
    expect((await mfa.describeUser(USER)).status).toBe('locked');
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
    expect(world.eventTypes().slice(-2)).toEqual(['recovery-code-used', 'unlocked']);
    expect(outcome(await mfa.signIn(USER, { code: phone.code(world.nowMs) }))).toBe('ok');
  });

  it('locks the owner out of the recovery codes: wrong ones never lock, and making new ones is mfa-required', async () => {
    const { world, mfa, proof } = await ownerEnrolled();
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (let i = 0; i < 1000; i++) {
      const recoveryCode = `0000-0000-0000-0000-0000-${String(i).padStart(4, '0')}`;
      expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('code-mismatch');
    }
    expect(outcome(await mfa.createRecoveryCodes(USER, NOBODY))).toBe('mfa-required');
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 0 });
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
  });

  it("begins one set-up after the other: the owner's device, names and quota are untouched", async () => {
    const world = new World();
    for (let i = 0; i < 50; i++) await world.begin(NOBODY, { name: 'phone' });
    expect((await world.record()).devices).toHaveLength(3);
    const { serialNumber } = await world.enroll();
    const { devices } = await world.mfa.describeUser(USER);
    expect(devices.find((device) => device.serialNumber === serialNumber)).toMatchObject({ name: 'phone' });
  });

  it('floods the history: what a thief can cause never pushes out what the owner has to see', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    yes(await mfa.createRecoveryCodes(USER, { proof }));
    for (const code of wrongCodes(60, world.nowMs, phone)) {
      await mfa.signIn(USER, { code });
      await mfa.signInWithRecoveryCode(USER, { recoveryCode: '0000-0000-0000-0000-0000-0000' });
      world.wait(60 * MINUTE_MS);
    }
    const types = (await mfa.describeUser(USER)).history.map(({ type }) => type);
    expect(types).toContain('device-assigned');
    expect(types).toContain('recovery-codes-created');
    expect(types.filter((type) => type === 'sign-in-failed')).toHaveLength(1);
  });

  it('makes the store lose the row: who says expectMfa gets record-missing', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    const pending = await world.begin(ADMINISTRATOR, { name: 'tablet' });
    yes(await mfa.deleteUser(USER));
    expect((await mfa.describeUser(USER)).status).toBe('none');

    const expectMfa = true;
    const codes = pending.phone.pair(world.nowMs);
    const calls = [
      mfa.describeUser(USER, { expectMfa }),
      mfa.createDevice(USER, { name: 'mine', account: ACCOUNT, ...NOBODY, expectMfa }),
      mfa.assignDevice(USER, { enrollment: pending.enrollment, codes, ...NOBODY, expectMfa }),
      mfa.signIn(USER, { code: phone.code(world.nowMs), expectMfa }),
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
      mfa.createDevice(USER, { name: 'mine', account: ACCOUNT, ...NOBODY, expectMfa }),
      mfa.signIn(USER, { code: '123456', expectMfa }),
      mfa.assignDevice(USER, { enrollment, codes, ...NOBODY, expectMfa }),
      mfa.importDevice(USER, { name: 'mine', secret: SECRET, codes, ...NOBODY, expectMfa }),
    ];
    expect(await rejectedCodes(calls)).toEqual(calls.map(() => 'record-missing'));
  });

  it('expectMfa is no obstacle where the row is there', async () => {
    const { world, mfa, phone, proof } = await ownerEnrolled();
    const expectMfa = true;
    expect((await mfa.describeUser(USER, { expectMfa })).status).toBe('required');
    expect(outcome(await mfa.signIn(USER, { code: phone.code(world.nowMs), expectMfa }))).toBe('ok');
    const input = { name: 'tablet', account: ACCOUNT, proof, expectMfa };
    expect(outcome(await mfa.createDevice(USER, input))).toBe('ok');
  });
});

describe('a proof', () => {
  const FORGED: Readonly<Record<string, (proof: MfaProof, nowMs: number) => unknown>> = {
    'of another user': (proof) => ({ ...proof, userId: 'user-2' }),
    'of a later generation': (proof) => ({ ...proof, generation: proof.generation + 1 }),
    'of no generation': ({ userId, atMs }) => ({ userId, atMs }),
    'of the future': (proof, nowMs) => ({ ...proof, atMs: nowMs + 1 }),
    'that has expired': (proof, nowMs) => ({ ...proof, atMs: nowMs - 15 * MINUTE_MS }),
    'without a time': ({ userId, generation }) => ({ userId, generation }),
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

  it('lives as long as the policy says', async () => {
    const world = new World({ policy: createPolicy({ proofLifeMs: 60 * MINUTE_MS }) });
    const { proof, serialNumber } = await world.enroll();
    world.nowMs = proof.atMs + 60 * MINUTE_MS - 1;
    expect(outcome(await world.mfa.renameDevice(USER, { serialNumber, name: 'a', proof }))).toBe('ok');
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

  const VOIDING: Readonly<
    Record<string, (mfa: MfaService, second: string, proof: MfaProof) => Promise<{ ok: boolean }>>
  > = {
    suspendDevice: (mfa, serialNumber, proof) => mfa.suspendDevice(USER, { serialNumber, proof }),
    removeDevice: (mfa, serialNumber, proof) => mfa.removeDevice(USER, { serialNumber, proof }),
    createRecoveryCodes: (mfa, _, proof) => mfa.createRecoveryCodes(USER, { proof }),
    recoverAccount: (mfa) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }),
    unlock: (mfa) => mfa.unlock(USER, ADMINISTRATOR),
  };
  it.each(Object.keys(VOIDING))(
    'is void after %s; the session whose proof allowed it goes on, no longer',
    async (name) => {
      const { world, mfa, phone, proof, serialNumber } = await ownerEnrolled();
      const second = await world.enroll({ proof }, { name: 'tablet' });
      const other = yes(await mfa.signIn(USER, { code: phone.code(world.nowMs) })).proof;
      const answer = yes(await VOIDING[name]!(mfa, second.serialNumber, proof)) as { readonly proof?: MfaProof };
      const rename = async (by: MfaProof) =>
        outcome(await mfa.renameDevice(USER, { serialNumber, name: 'x', proof: by }));
      expect(await rename(proof)).toBe('mfa-required');
      expect(await rename(other)).toBe('mfa-required');
      if (name === 'unlock') return expect(answer.proof).toBe(undefined);
      expect(answer.proof).toEqual({
        ...proof,
        generation: proof.generation + 1,
        ...(name === 'recoverAccount' && { atMs: world.nowMs }),
      });
      expect(await rename(answer.proof!)).toBe(name === 'recoverAccount' ? 'mfa-required' : 'ok');
    },
  );

  it('after a recovery is for assigning a device, and for nothing that is there', async () => {
    const { world, mfa, serialNumber, proof: before } = await ownerEnrolled();
    yes(await mfa.createRecoveryCodes(USER, { proof: before }));
    const { proof } = yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    const attempts = [
      mfa.renameDevice(USER, { serialNumber, name: 'x', proof }),
      mfa.suspendDevice(USER, { serialNumber, proof }),
      mfa.reinstateDevice(USER, { serialNumber, proof }),
      mfa.removeDevice(USER, { serialNumber, proof }),
      mfa.createRecoveryCodes(USER, { proof }),
    ];
    for (const answer of await Promise.all(attempts)) expect(outcome(answer)).toBe('mfa-required');
    const enrolled = await world.enroll({ proof }, { name: 'new' });
    expect(outcome(await mfa.removeDevice(USER, { serialNumber, proof: enrolled.proof }))).toBe('ok');
  });

  it('is not given by resynchronizing: unused codes that somebody noted can do that', async () => {
    const { world, mfa, phone, serialNumber } = await ownerEnrolled();
    const codes = [phone.code(world.nowMs, 3), phone.code(world.nowMs, 4)] as const;
    expect(Object.keys(yes(await mfa.resynchronizeDevice(USER, { serialNumber, codes })))).toEqual(['ok', 'device']);
    expect(world.events.at(-1)).toMatchObject({ type: 'device-resynchronized', driftSteps: 4 });
  });
});
