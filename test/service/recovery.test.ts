import { createPolicy, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { parseRecoveryCode } from '../../src/user/recovery-codes.js';
import { rejected } from '../support/thrown.js';
import { ADMINISTRATOR, NOBODY, outcome, USER, World, yes } from './world.js';

const VERIFIED = { verified: ['email', 'phone'] };

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
    // The old proof is void, this session's goes on.
    expect(answer.proof).toEqual({ ...proof, generation: proof.generation + 1 });
  });

  it('are made by an administrator too, who gets no proof', async () => {
    const world = new World();
    await world.enroll();
    const answer = yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    expect(Object.keys(answer)).toEqual(['ok', 'recoveryCodes']);
  });

  it('as many as the policy says', async () => {
    const world = new World({ policy: createPolicy({ recoveryCodes: 3 }) });
    await world.enroll();
    expect(yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR)).recoveryCodes).toHaveLength(3);
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
      expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('code-reused');
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
    yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('malformed-code');
  });

  it('parse to what was shown, letter for letter', () => {
    const shown = '0123-4567-89AB-CDEF-GHJK-MNPQ';
    expect(parseRecoveryCode('oi23 4567 89ab cdef ghjk mnpq')).toBe(shown);
    expect(parseRecoveryCode('OL23456789ABCDEFGHJKMNPQ')).toBe(shown);
    expect(parseRecoveryCode('RSTVWXYZRSTVWXYZRSTVWXYZ')).toBe('RSTV-WXYZ-RSTV-WXYZ-RSTV-WXYZ');
  });

  it('a wrong one is told, and neither counted nor written', async () => {
    const world = new World();
    await world.enroll();
    yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    const row = await world.store.get(USER);
    const wrong = { recoveryCode: '0000-0000-0000-0000-0000-0000' };
    for (let i = 0; i < 200; i++) {
      expect(outcome(await world.mfa.signInWithRecoveryCode(USER, wrong))).toBe('code-mismatch');
    }
    expect(await world.store.get(USER)).toEqual(row);
    expect(world.eventTypes().filter((type) => type === 'sign-in-failed')).toHaveLength(200);
  });

  it('of an old set do not work beside a new one', async () => {
    const world = new World();
    await world.enroll();
    const old = yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR)).recoveryCodes;
    yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    for (const recoveryCode of old) {
      expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('code-mismatch');
    }
  });

  it('need a device, and go with the last one', async () => {
    const world = new World();
    expect(outcome(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR))).toBe('not-assigned');
    const { serialNumber, proof } = await world.enroll();
    const { recoveryCodes, proof: fresh } = yes(await world.mfa.createRecoveryCodes(USER, { proof }));
    yes(await world.mfa.removeDevice(USER, { serialNumber, proof: fresh }));
    expect(await world.mfa.describeUser(USER)).toMatchObject({ status: 'none', recoveryCodesLeft: 0 });
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('not-assigned');
  });

  it('stay while another device is left, were it suspended', async () => {
    const world = new World();
    const { serialNumber, proof } = await world.enroll();
    const second = await world.enroll({ proof }, { name: 'tablet' });
    const { recoveryCodes } = yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    yes(await world.mfa.suspendDevice(USER, { serialNumber: second.serialNumber, ...ADMINISTRATOR }));
    yes(await world.mfa.removeDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
  });
});

describe('recoverAccount', () => {
  it('asks for every proof of the policy, and takes more', async () => {
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

  it('suspends the devices, voids codes, proofs and set-ups, lifts the lock, and is told', async () => {
    const world = new World();
    const { proof, phone } = await world.enroll();
    const { enrollment } = await world.begin({ proof }, { name: 'tablet' });
    const { recoveryCodes } = yes(await world.mfa.createRecoveryCodes(USER, ADMINISTRATOR));
    await world.tamper((record) => ({ ...record, throttle: { failures: 9, strikes: 100 } }));
    expect((await world.mfa.describeUser(USER)).status).toBe('locked');

    yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const summary = await world.mfa.describeUser(USER);
    expect(summary).toMatchObject({ status: 'required', recoveryCodesLeft: 0, devices: [{ status: 'suspended' }] });
    expect(world.events.at(-1)).toMatchObject({ type: 'recovered', verified: ['email', 'phone'] });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }))).toBe('suspended');
    const [recoveryCode] = recoveryCodes;
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('not-assigned');
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
    await world.enroll(NOBODY, { name: 'old' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const [first, second] = [
      await world.begin({ proof }, { name: 'new' }),
      await world.begin({ proof }, { name: 'two' }),
    ];
    const assign = ({ enrollment, phone }: typeof first, by: typeof proof) =>
      world.mfa.assignDevice(USER, { enrollment, codes: phone.pair(world.nowMs), proof: by });
    const assigned = yes(await assign(first, proof));
    expect(outcome(await assign(second, proof))).toBe('mfa-required');
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    expect(outcome(await assign(second, assigned.proof))).toBe('ok');
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof: assigned.proof }))).toBe('ok');
  });

  it('ends when an administrator reinstates the device that was found: its codes sign in and manage again', async () => {
    const world = new World();
    const { phone, serialNumber } = await world.enroll();
    yes(await world.mfa.recoverAccount(USER, VERIFIED));
    yes(await world.mfa.reinstateDevice(USER, { serialNumber, ...ADMINISTRATOR }));
    world.wait();
    const { proof } = yes(await world.mfa.signIn(USER, { code: phone.code(world.nowMs) }));
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('ok');
  });

  it('ends with a hardware token as well', async () => {
    const world = new World();
    await world.enroll(NOBODY, { name: 'old' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, VERIFIED));
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    yes(await world.mfa.importDevice(USER, { name: 'token', secret, ...ADMINISTRATOR }));
    expect(outcome(await world.mfa.createRecoveryCodes(USER, { proof }))).toBe('mfa-required');
    expect(await world.record()).not.toHaveProperty('recovering');
  });
});
