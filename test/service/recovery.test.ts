import { createPolicy, type MfaProof, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { parseRecoveryCode } from '../../src/user/recovery-codes.js';
import { rejected } from '../support/thrown.js';
import { MINUTE_MS, outcome, pairOf, USER, World, yes } from './world.js';

const VERIFIED = { verified: ['email', 'phone'] };
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const OTHER_SECRET = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');

describe('recovery codes', () => {
  it('are ten of 120 bits in six groups of four, and stand nowhere in the record', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const answer = yes(await world.mfa.createRecoveryCodes(USER, { proof }));
    expect(new Set(answer.recoveryCodes).size).toBe(10);
    const record = JSON.stringify(await world.record());
    for (const code of answer.recoveryCodes) {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(record).not.toContain(code);
      expect(record).not.toContain(code.replaceAll('-', ''));
    }
    // Nothing is void until the person has them.
    expect(Object.keys(answer)).toEqual(['ok', 'recoveryCodes']);
    expect((await world.record()).generation).toBe(proof.generation);
  });

  it('are made by an administrator too, who gets no proof', async () => {
    const world = new World();
    await world.enroll();
    const answer = yes(await world.desk.createRecoveryCodes(USER));
    expect(Object.keys(answer)).toEqual(['ok', 'recoveryCodes']);
  });

  it('as many as the policy says', async () => {
    const world = new World({ policy: createPolicy({ recoveryCodes: 3 }) });
    await world.enroll();
    expect(yes(await world.desk.createRecoveryCodes(USER)).recoveryCodes).toHaveLength(3);
  });

  it('are read however they were typed, each once', async () => {
    const world = new World();
    const { proof } = await world.enroll();
    const { recoveryCodes } = yes(await world.mfa.createRecoveryCodes(USER, { proof }));
    const typed = [
      (code: string) => code,
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ''),
      (code: string) => ` ${code.replaceAll('-', ' — ')}\t`,
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const [i, type] of typed.entries()) {
      const recoveryCode = type(recoveryCodes[i]!);
      const left = yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode })).recoveryCodesLeft;
      expect(left, recoveryCode).toBe(9 - i);
      const again = await world.mfa.signInWithRecoveryCode(USER, { recoveryCode });
      expect(again).toEqual({ ok: false, reason: 'recovery-code-reused' });
    }
    expect((await world.mfa.describeUser(USER)).recoveryCodesLeft).toBe(4);
  });

  it.each([
    [undefined],
    [null],
    [5],
    [''],
    ['123456'],
    ['0000-0000-0000-0000-0000-000'],
    ['0000-0000-0000-0000-0000-00000'],
    ['UUUU-0000-0000-0000-0000-0000'],
    ['0000-0000-0000-0000-0000-000é'],
  ])('%j is malformed', async (recoveryCode) => {
    const world = new World();
    await world.enroll();
    yes(await world.desk.createRecoveryCodes(USER));
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('malformed-recovery-code');
  });

  it('parse to what was shown, letter for letter', () => {
    const shown = '0123-4567-89AB-CDEF-GHJK-MNPQ';
    expect(parseRecoveryCode('oi23 4567 89ab cdef ghjk mnpq')).toBe(shown);
    expect(parseRecoveryCode('OL23456789ABCDEFGHJKMNPQ')).toBe(shown);
    expect(parseRecoveryCode('RSTVWXYZRSTVWXYZRSTVWXYZ')).toBe('RSTV-WXYZ-RSTV-WXYZ-RSTV-WXYZ');
  });

  it('are no-recovery-codes before they are made, of a user without MFA too, whatever was typed', async () => {
    const world = new World();
    const typed = { recoveryCode: '' };
    expect(await world.mfa.signInWithRecoveryCode('nobody', typed)).toEqual({ ok: false, reason: 'no-recovery-codes' });
    await world.enroll();
    const row = await world.store.get(USER);
    expect(await world.mfa.signInWithRecoveryCode(USER, typed)).toEqual({ ok: false, reason: 'no-recovery-codes' });
    expect(await world.store.get(USER)).toEqual(row);
    expect(world.eventTypes()).not.toContain('sign-in-failed');
  });

  it('give a proof of the method recovery-code, which opens and manages', async () => {
    const world = new World();
    const { serialNumber } = await world.enroll();
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    const [recoveryCode] = recoveryCodes;
    const { proof } = yes(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }));
    const { generation } = await world.record();
    expect(proof).toEqual({ userId: USER, atMs: world.nowMs, method: 'recovery-code', generation });
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
    expect(outcome(await world.mfa.removeDevice(USER, { serialNumber, proof }))).toBe('ok');
  });

  it('a wrong one is not counted, and emits an event and is written once a minute', async () => {
    const world = new World();
    await world.enroll();
    yes(await world.desk.createRecoveryCodes(USER));
    const { throttle } = await world.record();
    const wrong = { recoveryCode: '0000-0000-0000-0000-0000-0000' };
    for (let minute = 1; minute <= 2; minute++) {
      const rows = new Set<string | undefined>();
      for (let i = 0; i < 200; i++) {
        expect(outcome(await world.mfa.signInWithRecoveryCode(USER, wrong))).toBe('recovery-code-mismatch');
        rows.add((await world.store.get(USER))?.revision);
      }
      expect(rows.size).toBe(1);
      expect(world.eventTypes().filter((type) => type === 'recovery-code-failed')).toHaveLength(minute);
      world.wait(MINUTE_MS);
    }
    expect((await world.record()).throttle).toEqual(throttle);
    expect(world.eventTypes()).not.toContain('sign-in-failed');
  });

  it('need a device, and go with the last one', async () => {
    const world = new World();
    expect(outcome(await world.desk.createRecoveryCodes(USER))).toBe('not-assigned');
    const { serialNumber, proof } = await world.enroll();
    const { recoveryCodes } = yes(await world.mfa.createRecoveryCodes(USER, { proof }));
    yes(await world.mfa.removeDevice(USER, { serialNumber, proof }));
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'none', recoveryCodesLeft: 0 });
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('no-recovery-codes');
  });

  it('stay while another device is left, were it suspended', async () => {
    const world = new World();
    const { serialNumber, proof } = await world.enroll();
    const second = await world.enroll({ by: proof, name: 'tablet' });
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    yes(await world.desk.suspendDevice(USER, { serialNumber: second.serialNumber }));
    yes(await world.desk.removeDevice(USER, { serialNumber }));
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
  });
});

describe('recoverAccount', () => {
  it('asks for every method of the policy, and takes more', async () => {
    const world = new World();
    await world.enroll();
    for (const verified of [[], ['email'], ['phone'], ['Email', 'phone'], undefined, 'email, phone', { 0: 'email' }]) {
      const error = await rejected(world.mfa.recoverAccount(USER, { verified } as never));
      expect(error.code).toBe('invalid-argument');
    }
    expect(outcome(await world.mfa.recoverAccount(USER, { verified: ['phone', 'passport', 'email'] }))).toBe('ok');
    const inPerson = new World({ policy: createPolicy({ recoveryMethods: ['in person'] }) });
    await inPerson.enroll();
    expect((await rejected(inPerson.mfa.recoverAccount(USER, VERIFIED))).message).toContain('in person');
    expect(outcome(await inPerson.mfa.recoverAccount(USER, { verified: ['in person'] }))).toBe('ok');
  });

  it('suspends the devices, voids codes, proofs and set-ups, lifts the lock, and emits an event', async () => {
    const world = new World();
    const { proof, phone } = await world.enroll();
    const { enrollment } = await world.begin({ by: proof, name: 'tablet' });
    const { recoveryCodes } = yes(await world.desk.createRecoveryCodes(USER));
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100, locked: true } }));
    expect((await world.mfa.describeUser(USER)).status).toBe('locked');

    yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const summary = await world.mfa.describeUser(USER);
    expect(summary).toMatchObject({ status: 'recovering', recoveryCodesLeft: 0, devices: [{ status: 'suspended' }] });
    expect(world.events.at(-1)).toMatchObject({ type: 'recovered', verified: ['email', 'phone'] });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('suspended');
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('no-recovery-codes');
    expect(outcome(await world.mfa.showDevice(USER, { enrollment, proof }))).toBe('unknown-device');
  });

  it('a second time voids what the first gave', async () => {
    const world = new World();
    await world.enroll();
    const { proof: first } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const { proof: second } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const create = async (proof: typeof first) =>
      outcome(await world.mfa.createDevice(USER, { name: 'new', account: 'alice', proof }));
    expect(await create(first)).toBe('mfa-required');
    expect(await create(second)).toBe('ok');
  });

  it('of a user without MFA has nothing to recover', async () => {
    const world = new World();
    expect(outcome(await world.mfa.recoverAccount(USER, VERIFIED))).toBe('not-assigned');
    await world.begin();
    expect(outcome(await world.mfa.recoverAccount(USER, VERIFIED))).toBe('not-assigned');
  });

  it('ends in one new device: its proof assigns that, and then nothing more', async () => {
    const world = new World();
    await world.enroll({ name: 'old' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const [first, second] = [
      await world.begin({ by: proof, name: 'new' }),
      await world.begin({ by: proof, name: 'two' }),
    ];
    const assign = ({ enrollment, phone }: typeof first, by: MfaProof) =>
      world.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof: by });
    const assigned = yes(await assign(first, proof));
    expect(outcome(await assign(second, proof))).toBe('mfa-required');
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    expect(outcome(await assign(second, assigned.proof!))).toBe('ok');
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof: assigned.proof }))).toBe('ok');
  });

  it('ends when an administrator reinstates the device that was found: its codes sign in and manage again', async () => {
    const world = new World();
    const { phone, serialNumber } = await world.enroll();
    yes(await world.mfa.recoverAccount(USER, VERIFIED));
    yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    world.wait();
    const { proof } = yes(await world.mfa.signIn(USER, { code: phone.code() }));
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('ok');
  });

  it('ends with a hardware token as well', async () => {
    const world = new World();
    await world.enroll({ name: 'old' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const codes = pairOf(world.phoneOf(SECRET));
    const imported = yes(await world.mfa.importDevice(USER, { name: 'token', secret: SECRET, codes, proof }));
    expect(imported.proof).toMatchObject({ method: 'enrollment' });
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof: imported.proof }))).toBe('ok');
    expect(await world.record()).not.toHaveProperty('recovering');
  });
});

describe('recoverAccount with expectMfa', () => {
  const EXPECTED = { ...VERIFIED, expectMfa: true };
  /** Accounts that are shut: the application knows of MFA, and the store does not. */
  const SHUT: Readonly<Record<string, () => Promise<World>>> = {
    'whose row is missing': async () => new World(),
    'whose row was deleted': async () => {
      const world = new World();
      await world.enroll();
      yes(await world.mfa.deleteUser(USER));
      return world;
    },
    'whose last device was removed, before the application lowered its flag': async () => {
      const world = new World();
      const { serialNumber, proof } = await world.enroll();
      yes(await world.mfa.removeDevice(USER, { serialNumber, proof }));
      return world;
    },
    'of whom an old backup knows a pending device alone': async () => {
      const world = new World();
      await world.begin();
      return world;
    },
  };

  it.each(Object.keys(SHUT))('opens the account of a user %s', async (what) => {
    const world = await SHUT[what]!();
    const { mfa } = world;
    const expectMfa = true;
    expect((await rejected(mfa.describeUser(USER, { expectMfa }))).code).toBe('record-missing');
    expect((await rejected(mfa.signIn(USER, { code: '123456', expectMfa }))).code).toBe('record-missing');
    const { proof } = yes(await mfa.recoverAccount(USER, EXPECTED));
    expect(await mfa.describeUser(USER, { expectMfa, proof })).toMatchObject({ status: 'recovering', signedIn: false });
    // No device is there, and all the same the recovery's proof alone sets one up.
    expect(outcome(await mfa.createDevice(USER, { name: 'x', account: 'alice', expectMfa }))).toBe('mfa-required');
    const created = yes(await mfa.createDevice(USER, { name: 'new', account: 'alice', expectMfa, proof }));
    const phone = world.scan(created.keyUri);
    const { enrollment } = created;
    const assigned = yes(await mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), expectMfa, proof }));
    const described = await mfa.describeUser(USER, { expectMfa, proof: assigned.proof });
    expect(described).toMatchObject({ status: 'required', signedIn: true });
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: phone.code(), expectMfa }))).toBe('ok');
  });

  it.each(Object.keys(SHUT))('is needed: without the flag a user %s is not-assigned', async (what) => {
    const world = await SHUT[what]!();
    const row = await world.store.get(USER);
    expect(outcome(await world.mfa.recoverAccount(USER, VERIFIED))).toBe('not-assigned');
    expect(outcome(await world.mfa.recoverAccount(USER, { ...VERIFIED, expectMfa: false }))).toBe('not-assigned');
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('asks for every method of the policy all the same', async () => {
    const world = new World();
    const error = await rejected(world.mfa.recoverAccount(USER, { verified: ['email'], expectMfa: true }));
    expect(error.code).toBe('invalid-argument');
    expect(await world.store.get(USER)).toBe(undefined);
  });

  it('of a user who has MFA does what it does without', async () => {
    const world = new World();
    await world.enroll();
    yes(await world.mfa.recoverAccount(USER, EXPECTED));
    expect(await world.mfa.describeUser(USER)).toMatchObject({
      status: 'recovering',
      devices: [{ status: 'suspended' }],
    });
  });
});

describe('while a user is recovering', () => {
  async function recovering() {
    const world = new World();
    const { serialNumber, phone } = await world.enroll({ name: 'old' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    return { world, mfa: world.mfa, desk: world.desk, serialNumber, phone, proof };
  }

  it('the status is recovering, for everybody, and locked while that lasts', async () => {
    const { world, mfa, desk, proof } = await recovering();
    for (const user of [
      await mfa.describeUser(USER),
      await mfa.describeUser(USER, { proof }),
      await mfa.describeUser(USER, { expectMfa: true }),
      await desk.describeUser(USER),
    ]) {
      expect(user.status).toBe('recovering');
    }
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100, locked: true } }));
    expect((await mfa.describeUser(USER)).status).toBe('locked');
  });

  it('new recovery codes are recovering, by the user and by an administrator', async () => {
    const { world, mfa, desk, proof } = await recovering();
    const row = await world.store.get(USER);
    for (const answer of [
      await mfa.createRecoveryCodes(USER, { proof }),
      await mfa.createRecoveryCodes(USER, {}),
      await desk.createRecoveryCodes(USER),
    ]) {
      expect(answer).toEqual({ ok: false, reason: 'recovering' });
    }
    expect(await world.store.get(USER)).toEqual(row);
  });

  it('an import without codes is recovering, after already-assigned and before all else', async () => {
    const { world, desk, serialNumber } = await recovering();
    const row = await world.store.get(USER);
    const add = async (input: object) =>
      outcome(await desk.importDevice(USER, { name: 'token', secret: SECRET, ...input }));
    expect(await add({ serialNumber })).toBe('already-assigned');
    expect(await add({})).toBe('recovering');
    expect(await add({ name: '' })).toBe('recovering');
    expect(await world.store.get(USER)).toEqual(row);
    expect(await add({ codes: pairOf(world.phoneOf(SECRET)) })).toBe('ok');
    // With the recovery the refusal has ended.
    expect(await add({ name: 'second', secret: OTHER_SECRET })).toBe('ok');
  });

  it("the recovery's proof does not open the application, and manages nothing", async () => {
    const { mfa, proof, serialNumber, world } = await recovering();
    expect(proof).toEqual({
      userId: USER,
      atMs: world.nowMs,
      method: 'recovery',
      generation: (await world.record()).generation,
    });
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    const input = { serialNumber, proof };
    for (const answer of [
      await mfa.renameDevice(USER, { ...input, name: 'x' }),
      await mfa.suspendDevice(USER, input),
      await mfa.reinstateDevice(USER, input),
      await mfa.removeDevice(USER, input),
    ]) {
      expect(answer).toEqual({ ok: false, reason: 'mfa-required' });
    }
  });

  it("the recovery's proof begins, shows and cancels a device as it assigns one", async () => {
    const { world, mfa, proof } = await recovering();
    const { enrollment } = await world.begin({ by: proof, name: 'new' });
    expect(outcome(await mfa.showDevice(USER, { enrollment }))).toBe('mfa-required');
    expect(outcome(await mfa.showDevice(USER, { enrollment, proof }))).toBe('ok');
    expect(outcome(await mfa.cancelDevice(USER, { enrollment }))).toBe('ok');
    const { proof: after } = await world.enroll({ by: proof, name: 'newer' });
    expect((await mfa.describeUser(USER, { proof: after })).signedIn).toBe(true);
  });

  it("a proof of the method recovery of the record's own generation manages nothing, recovering or not", async () => {
    const world = new World();
    const { proof, serialNumber } = await world.enroll();
    const recovery = { ...proof, method: 'recovery' as const };
    expect((await world.mfa.describeUser(USER, { proof: recovery })).signedIn).toBe(false);
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof: recovery }))).toBe('mfa-required');
    expect(outcome(await world.mfa.removeDevice(USER, { serialNumber, proof: recovery }))).toBe('mfa-required');
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
  });

  interface Recovering {
    readonly world: World;
    readonly serialNumber: string;
    readonly proof: MfaProof;
  }
  const ENDS: Readonly<Record<string, (scene: Recovering) => Promise<unknown>>> = {
    'by assigning a device': ({ world, proof }) => world.enroll({ by: proof, name: 'new' }),
    'by assigning one as an administrator': ({ world }) => world.enroll({ by: 'administrator', name: 'new' }),
    'by an import with codes': async ({ world, proof }) => {
      const codes = pairOf(world.phoneOf(SECRET));
      yes(await world.mfa.importDevice(USER, { name: 'token', secret: SECRET, codes, proof }));
    },
    'by an import with codes of an administrator': async ({ world }) => {
      const codes = pairOf(world.phoneOf(SECRET));
      yes(await world.desk.importDevice(USER, { name: 'token', secret: SECRET, codes }));
    },
    'by reinstating a device': async ({ world, serialNumber }) => {
      yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    },
    'by the removal of the last device': async ({ world, serialNumber }) => {
      yes(await world.desk.removeDevice(USER, { serialNumber }));
    },
  };
  it.each(Object.keys(ENDS))('the recovery ends %s, and its proof is void', async (way) => {
    const scene = await recovering();
    const { world, mfa, proof, serialNumber } = scene;
    const { generation } = await world.record();
    const { enrollment, phone } = await world.begin({ by: proof, name: 'another' });
    await ENDS[way]!(scene);
    expect((await mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    for (const answer of [
      await mfa.removeDevice(USER, { serialNumber, proof }),
      await mfa.confirmRecoveryCodes(USER, { recoveryCode: '', proof }),
    ]) {
      expect(answer).toEqual({ ok: false, reason: 'mfa-required' });
    }

    const after = await world.record();
    expect(after).not.toHaveProperty('recovering');
    expect(after.generation).not.toBe(generation);
    expect(after.generation).not.toBe(generation + 1);
    const removed = way.includes('removal');
    expect((await mfa.describeUser(USER)).status).toBe(removed ? 'none' : 'required');
    // Where no MFA is left the proof counts as none, and the first device needs none.
    const expected = removed ? 'ok' : 'mfa-required';
    expect(outcome(await mfa.showDevice(USER, { enrollment, proof }))).toBe(expected);
    const add = { name: 'more', account: 'alice', proof };
    expect(outcome(await mfa.createDevice(USER, add))).toBe(expected);
    if (removed) return;
    const assigned = await mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof });
    expect(outcome(assigned)).toBe('mfa-required');
    expect(outcome(await mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
  });

  it('the removal of one of two devices does not end the recovery, but voids its proof', async () => {
    const world = new World();
    const { serialNumber, proof: before } = await world.enroll();
    const tablet = await world.enroll({ by: before, name: 'tablet' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    expect(await world.desk.removeDevice(USER, { serialNumber })).toEqual({ ok: true, status: 'recovering' });
    const create = { name: 'new', account: 'alice', proof };
    expect(outcome(await world.mfa.createDevice(USER, create))).toBe('mfa-required');
    const last = { serialNumber: tablet.serialNumber };
    expect(await world.desk.removeDevice(USER, last)).toEqual({ ok: true, status: 'none' });
  });

  it('the removal of a pending device leaves the recovery as it is', async () => {
    const { world, desk, proof } = await recovering();
    const { serialNumber } = await world.begin({ by: proof, name: 'new' });
    expect(await desk.removeDevice(USER, { serialNumber })).toEqual({ ok: true, status: 'recovering' });
    expect(await world.record()).toHaveProperty('recovering', true);
  });

  it('a device that was reinstated outside a recovery voids no proof', async () => {
    const world = new World();
    const { proof: before, serialNumber } = await world.enroll();
    const { proof } = yes(await world.mfa.suspendDevice(USER, { serialNumber, proof: before }));
    expect(yes(await world.mfa.reinstateDevice(USER, { serialNumber, proof })).proof).toEqual(proof);
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
  });
});

describe('a recovery of a user who has as many devices as the policy allows', () => {
  it('sets up the one device that ends it', async () => {
    const world = new World({ policy: { maxDevices: 1 } });
    await world.enroll();
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const { device } = await world.begin({ by: proof, name: 'new phone' }).then(async ({ phone, enrollment }) => {
      return yes(await world.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof }));
    });
    expect(device.name).toBe('new phone');
    expect((await world.mfa.describeUser(USER)).devices.map(({ status }) => status)).toEqual(['suspended', 'assigned']);
    const another = { name: 'another', account: 'alice', proof };
    expect(outcome(await world.mfa.createDevice(USER, another))).toBe('mfa-required');
  });
});
