import type { MfaProof, ProofMethod } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { decideCheckProof } from '../../src/user/check-proof.js';
import { rejected } from '../support/thrown.js';
import { contextAt } from '../user/browser-scene.js';
import { type Enrolled, MINUTE_MS, outcome, pairOf, USER, World, yes } from './world.js';

const METHODS: readonly ProofMethod[] = ['code', 'recovery-code', 'enrollment', 'trusted-browser', 'recovery', 'reset'];

/** A user with one proof of each method, all of this moment. */
async function everyProof(): Promise<{ readonly world: World; readonly proofs: Record<ProofMethod, MfaProof> }> {
  const world = new World();
  const { phone, proof } = await world.enroll();
  const { proof: code } = yes(await world.mfa.signIn(USER, { code: phone.code() }));
  const as = (method: ProofMethod): MfaProof => ({ ...code, method });
  expect(proof.method).toBe('enrollment');
  return { world, proofs: Object.fromEntries(METHODS.map((method) => [method, as(method)])) as never };
}

describe('checkProof', () => {
  it('passes by default what may manage, for 15 minutes', async () => {
    const { world, proofs } = await everyProof();
    const passing = async (): Promise<readonly string[]> => {
      const passed: string[] = [];
      for (const [method, proof] of Object.entries(proofs)) {
        const answer = await world.mfa.checkProof(USER, { proof });
        if (answer.ok) passed.push(method);
        else expect(answer).toEqual({ ok: false, reason: 'mfa-required' });
      }
      return passed;
    };
    expect(await passing()).toEqual(['code', 'recovery-code', 'enrollment']);
    world.wait(15 * MINUTE_MS - 1);
    expect(await passing()).toEqual(['code', 'recovery-code', 'enrollment']);
    world.wait(1);
    expect(await passing()).toEqual([]);
  });

  it('answers how and when the proof was given, and writes nothing', async () => {
    const { world, proofs } = await everyProof();
    const before = await world.store.get(USER);
    const events = world.events.length;
    const { atMs } = proofs.code;
    world.wait(1000);
    expect(await world.mfa.checkProof(USER, { proof: proofs.code })).toEqual({ ok: true, method: 'code', atMs });
    await world.mfa.checkProof(USER, {});
    expect(await world.store.get(USER)).toEqual(before);
    expect(world.events.length).toBe(events);
  });

  it.each([1, 1000, 5 * MINUTE_MS, 24 * 60 * MINUTE_MS])('with maxAgeMs %d: younger than that', async (maxAgeMs) => {
    const { world, proofs } = await everyProof();
    const input = { proof: proofs.code, maxAgeMs };
    world.wait(maxAgeMs - 1);
    expect(outcome(await world.mfa.checkProof(USER, input))).toBe('ok');
    world.wait(1);
    expect(outcome(await world.mfa.checkProof(USER, input))).toBe('mfa-required');
  });

  it('with methods: those alone, and never recovery and reset', async () => {
    const { world, proofs } = await everyProof();
    for (const wanted of METHODS) {
      for (const method of METHODS) {
        const answer = await world.mfa.checkProof(USER, { proof: proofs[method], methods: [wanted] });
        const passes = method === wanted && method !== 'recovery' && method !== 'reset';
        expect(outcome(answer), `${method} for ${wanted}`).toBe(passes ? 'ok' : 'mfa-required');
      }
    }
    const both = { methods: ['code', 'trusted-browser'] } as const;
    expect(outcome(await world.mfa.checkProof(USER, { proof: proofs['trusted-browser'], ...both }))).toBe('ok');
  });

  it('refuses no proof, one of somebody else, a void one, and what is none', async () => {
    const { world, proofs } = await everyProof();
    const { code } = proofs;
    for (const proof of [undefined, null, 'code', {}, { ...code, userId: 'bob' }, { ...code, generation: 1 }]) {
      expect(outcome(await world.mfa.checkProof(USER, { proof: proof as never }))).toBe('mfa-required');
    }
    expect(outcome(await world.mfa.checkProof(USER, {}))).toBe('mfa-required');
    yes(await world.desk.revokeProofs(USER));
    expect(outcome(await world.mfa.checkProof(USER, { proof: code }))).toBe('mfa-required');
  });

  it('is of a session: an administrator holds no proof', async () => {
    const world = new World();
    await world.enroll();
    const context = contextAt(world.nowMs, { actor: { administrator: 'Ada' } });
    const { answer } = decideCheckProof(await world.record(), {}, context);
    expect(answer).toEqual({ ok: false, reason: 'mfa-required' });
  });

  it('says that there is no MFA to ask for', async () => {
    expect(await new World().mfa.checkProof(USER, {})).toEqual({ ok: false, reason: 'not-assigned' });
  });

  it.each<[string, object]>([
    ['maxAgeMs must be a whole number', { maxAgeMs: 0 }],
    ['maxAgeMs must be a whole number', { maxAgeMs: 1.5 }],
    ['maxAgeMs must be a whole number', { maxAgeMs: '900000' }],
    ['maxAgeMs must be a whole number', { maxAgeMs: Number.NaN }],
    ['methods must be a list that is not empty', { methods: [] }],
    ['methods must be a list that is not empty', { methods: 'code' }],
    ['methods must hold methods of proofs', { methods: ['totp'] }],
    ['methods must hold methods of proofs', { methods: [undefined] }],
  ])('throws: %s, for %j', async (message, input) => {
    const { world, proofs } = await everyProof();
    for (const userId of [USER, 'nobody']) {
      const error = await rejected(world.mfa.checkProof(userId, { proof: proofs.code, ...input }));
      expect(error.code).toBe('invalid-argument');
      expect(error.message).toContain(message);
    }
  });
});

describe('revokeProofs', () => {
  async function signedInTwice(): Promise<Enrolled & { readonly world: World; readonly other: MfaProof }> {
    const world = new World();
    const device = await world.enroll();
    const { proof: other } = yes(await world.mfa.signIn(USER, { code: device.phone.code() }));
    world.wait();
    return { world, other, ...device };
  }

  it('by the user: every other session is signed out, this one goes on', async () => {
    const { world, proof, other } = await signedInTwice();
    const { proof: fresh } = yes(await world.mfa.revokeProofs(USER, { proof }));
    expect(fresh).toEqual({ ...proof, generation: fresh?.generation });
    const signedIn = async (proof: MfaProof | undefined): Promise<boolean> =>
      (await world.mfa.describeUser(USER, { proof })).signedIn;
    expect([await signedIn(fresh), await signedIn(proof), await signedIn(other)]).toEqual([true, false, false]);
    expect(world.events.at(-1)).toEqual(expect.objectContaining({ type: 'proofs-revoked', userId: USER }));
    expect(world.events.at(-1)).not.toHaveProperty('administrator');
  });

  it('by an administrator: all of them, and no proof in the answer', async () => {
    const { world, proof, other } = await signedInTwice();
    expect(await world.desk.revokeProofs(USER)).toEqual({ ok: true });
    for (const void_ of [proof, other]) {
      expect((await world.mfa.describeUser(USER, { proof: void_ })).signedIn).toBe(false);
    }
    expect(world.events.at(-1)).toMatchObject({ type: 'proofs-revoked', administrator: 'Ada' });
  });

  it('needs a proof that may manage', async () => {
    const { world, proof, other } = await signedInTwice();
    const ask = async (proof?: MfaProof): Promise<string> => outcome(await world.mfa.revokeProofs(USER, { proof }));
    expect(await ask()).toBe('mfa-required');
    for (const method of ['trusted-browser', 'recovery', 'reset'] as const) {
      expect(await ask({ ...other, method })).toBe('mfa-required');
    }
    world.wait(15 * MINUTE_MS);
    expect(await ask(proof)).toBe('mfa-required');
    expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
  });

  it('voids the codes that nobody confirmed, and leaves those in force', async () => {
    const { world, proof } = await signedInTwice();
    const [first] = yes(await world.mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
    const { proof: confirmed } = yes(await world.mfa.confirmRecoveryCodes(USER, { proof, recoveryCode: first }));
    const [thiefs] = yes(await world.mfa.createRecoveryCodes(USER, { proof: confirmed! })).recoveryCodes;
    yes(await world.mfa.revokeProofs(USER, { proof: confirmed! }));
    expect(await world.mfa.describeUser(USER)).toMatchObject({ recoveryCodesLeft: 10, recoveryCodesUnconfirmed: 0 });
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: thiefs }))).toBe(
      'recovery-code-mismatch',
    );
    expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode: first }))).toBe('ok');
  });

  it('ends the trust of every browser, and keeps it known', async () => {
    const { world, proof, phone } = await signedInTwice();
    const { browserToken } = yes(await world.mfa.signIn(USER, { code: phone.code(), trust: true }));
    yes(await world.mfa.revokeProofs(USER, { proof }));
    expect(outcome(await world.mfa.signInWithTrustedBrowser(USER, { browserToken }))).toBe('browser-not-trusted');
    expect((await world.desk.describeUser(USER)).browsers).toHaveLength(1);
  });

  it('says that there is no MFA', async () => {
    const world = new World();
    expect(outcome(await world.mfa.revokeProofs(USER, {}))).toBe('not-assigned');
    expect(outcome(await world.desk.revokeProofs(USER))).toBe('not-assigned');
  });
});

describe('enrollByMs', () => {
  const DUE = 1_800_000_000_000;
  const requirement = async (world: World, enrollByMs?: number): Promise<object> => {
    const { requirement, ...rest } = await world.mfa.describeUser(USER, { enrollByMs });
    const dueAtMs = 'dueAtMs' in rest ? { dueAtMs: rest.dueAtMs } : {};
    expect(await world.desk.describeUser(USER, { enrollByMs })).toMatchObject({ requirement, ...dueAtMs });
    return { requirement, ...dueAtMs };
  };

  it('optional without a date; due before it; overdue at it and after', async () => {
    const world = new World();
    expect(await requirement(world)).toEqual({ requirement: 'optional' });
    await world.begin();
    world.nowMs = DUE - 1;
    expect(await requirement(world, DUE)).toEqual({ requirement: 'due', dueAtMs: DUE });
    world.wait(1);
    expect(await requirement(world, DUE)).toEqual({ requirement: 'overdue', dueAtMs: DUE });
    expect(await requirement(world, 0)).toEqual({ requirement: 'overdue', dueAtMs: 0 });
    expect(await requirement(world)).toEqual({ requirement: 'optional' });
  });

  it('met with a device, locked or not; not while all are suspended, nor while recovering', async () => {
    const world = new World();
    const { phone, serialNumber } = await world.enroll();
    expect(await requirement(world, DUE)).toEqual({ requirement: 'met' });
    expect(await requirement(world)).toEqual({ requirement: 'met' });
    for (let i = 0; i < 5; i++) await world.mfa.signIn(USER, { code: phone.wrongCode() });
    expect((await world.mfa.describeUser(USER)).status).toBe('locked');
    expect(await requirement(world, DUE)).toEqual({ requirement: 'met' });
    yes(await world.desk.suspendDevice(USER, { serialNumber }));
    expect(await requirement(world, DUE)).toEqual({ requirement: 'due', dueAtMs: DUE });
    yes(await world.desk.reinstateDevice(USER, { serialNumber }));
    world.nowMs = DUE;
    expect(await requirement(world, DUE)).toEqual({ requirement: 'met' });
    const { proof } = yes(await world.mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
    expect(await requirement(world, DUE)).toEqual({ requirement: 'overdue', dueAtMs: DUE });
    const { enrollment, phone: fresh } = await world.begin({ by: proof, name: 'new' });
    yes(await world.mfa.assignDevice(USER, { proof, enrollment, codes: pairOf(fresh) }));
    expect(await requirement(world, DUE)).toEqual({ requirement: 'met' });
  });

  it.each([-1, 1.5, '2027-01-01', null, Number.NaN, new Date()])('throws for %s', async (enrollByMs) => {
    const error = await rejected(new World().mfa.describeUser(USER, { enrollByMs: enrollByMs as number }));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('enrollByMs') });
  });
});
