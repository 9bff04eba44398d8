import { type MfaAdministration, type MfaProof, type MfaService, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { EMPTY_RECORD, type UserRecord } from '../../src/user/record.js';
import { beginRecovery, endRecovery, left, withReset } from '../../src/user/recovering.js';
import { mfaStatus } from '../../src/user/status.js';
import { DAY_MS, outcome, pairOf, START_MS, USER, yes } from '../service/world.js';
import { contextAt, Scene } from './browser-scene.js';

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const VERIFIED = { verified: ['email', 'phone'] } as const;
const RESET = { salt: '0'.repeat(48), hash: '0'.repeat(64), untilMs: START_MS };

/** Each way into the state, and the proof that leads on. */
const WAYS_IN: Readonly<Record<string, (scene: Scene) => Promise<MfaProof>>> = {
  'a recovery': async ({ mfa }) => yes(await mfa.recoverAccount(USER, VERIFIED)).proof,
  'a reset': async ({ mfa, desk }) => {
    const { resetCode } = yes(await desk.resetUser(USER));
    return yes(await mfa.signInWithResetCode(USER, { resetCode })).proof;
  },
};

type WayOut = (scene: Scene, proof: MfaProof) => Promise<unknown>;
const WAYS_OUT: Readonly<Record<string, WayOut>> = {
  'a device that is assigned': (scene, by) => scene.enroll({ by, name: 'new' }),
  'a device that an administrator assigns': (scene) => scene.enroll({ by: 'administrator', name: 'new' }),
  'an import with codes': async (scene, proof) => {
    const codes = pairOf(scene.phoneOf(SECRET));
    return yes(await scene.mfa.importDevice(USER, { name: 'token', secret: SECRET, codes, proof }));
  },
  'an import with codes by an administrator': async (scene) => {
    const codes = pairOf(scene.phoneOf(SECRET));
    return yes(await scene.desk.importDevice(USER, { name: 'token', secret: SECRET, codes }));
  },
  'a device that was found, and is reinstated': async ({ desk, serialNumber }) =>
    yes(await desk.reinstateDevice(USER, { serialNumber })),
  'the removal of the last device': async ({ desk, serialNumber }) =>
    yes(await desk.removeDevice(USER, { serialNumber })),
  'the end of the account': async ({ mfa }) => yes(await mfa.deleteUser(USER)),
};
const NO_DEVICE_LEFT = ['the removal of the last device', 'the end of the account'];

describe.each(Object.keys(WAYS_IN))('%s', (wayIn) => {
  const begin = async (options = {}) => {
    const scene = await Scene.ready(options);
    return { scene, proof: await WAYS_IN[wayIn]!(scene) };
  };

  it('is recovering, and never without MFA', async () => {
    const { scene } = await begin();
    expect((await scene.mfa.describeUser(USER)).status).toBe('recovering');
    const create = { name: 'mine', account: 'alice' };
    expect(outcome(await scene.mfa.createDevice(USER, create))).toBe('mfa-required');
  });

  it.each(Object.keys(WAYS_OUT))('ends with %s', async (wayOut) => {
    const { scene, proof } = await begin();
    await WAYS_OUT[wayOut]!(scene, proof);
    const status = NO_DEVICE_LEFT.includes(wayOut) ? 'none' : 'required';
    expect((await scene.mfa.describeUser(USER)).status).toBe(status);
    if (wayOut !== 'the end of the account') {
      const record = await scene.record();
      for (const name of ['recovering', 'reset', 'requires']) expect(record).not.toHaveProperty(name);
      // Its proof is void with it.
      expect(record.generation).not.toBe(proof.generation);
    }
    expect((await scene.mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode: '' }))).toBe('no-reset');
    if (status === 'required') {
      const answer = await scene.mfa.createDevice(USER, { name: 'another', account: 'alice', proof });
      expect(outcome(answer)).toBe('mfa-required');
    }
  });

  it.each<[string, (mfa: MfaService, desk: MfaAdministration, scene: Scene) => Promise<unknown>]>([
    ['an unlock', (_, desk) => desk.unlock(USER)],
    ['a device that is begun', (_, desk) => desk.createDevice(USER, { name: 'new', account: 'alice' })],
    ['a device that is begun and given up', giveUp],
    ['an import without codes', (_, desk) => desk.importDevice(USER, { name: 'token', secret: SECRET })],
    ['a code', (mfa, _, { phone }) => mfa.signIn(USER, { code: phone.code() })],
    ['recovery codes', (_, desk) => desk.createRecoveryCodes(USER)],
    ['a new name', (_, desk, { serialNumber }) => desk.renameDevice(USER, { serialNumber, name: 'old' })],
    ['another suspension', (_, desk, { serialNumber }) => desk.suspendDevice(USER, { serialNumber })],
    ['forgotten browsers', (_, desk) => desk.forgetBrowser(USER, { browserId: 'all' })],
    ['time', async (_, __, scene) => scene.wait(400 * DAY_MS)],
  ])('does not end with %s', async (_, act) => {
    const { scene } = await begin();
    await act(scene.mfa, scene.desk, scene);
    expect((await scene.mfa.describeUser(USER)).status).toBe('recovering');
    expect((await scene.record()).recovering).toBe(true);
  });

  it('of two devices goes on after the removal of one', async () => {
    const scene = await Scene.ready();
    const tablet = await scene.enroll({ by: scene.proof, name: 'tablet' });
    await WAYS_IN[wayIn]!(scene);
    yes(await scene.desk.removeDevice(USER, { serialNumber: tablet.serialNumber }));
    expect((await scene.mfa.describeUser(USER)).status).toBe('recovering');
    yes(await scene.desk.removeDevice(USER, { serialNumber: scene.serialNumber }));
    expect((await scene.mfa.describeUser(USER)).status).toBe('none');
  });

  it('gives browsers no way in: none is known until the end', async () => {
    const { scene, proof } = await begin();
    const input = { browserToken: '0'.repeat(48) };
    expect(outcome(await scene.mfa.signInWithTrustedBrowser(USER, input))).toBe('browser-not-trusted');
    expect(await scene.record()).not.toHaveProperty('browsers');
    const { phone } = await scene.enroll({ by: proof, name: 'new' });
    expect(yes(await scene.mfa.signIn(USER, { code: phone.code(), trust: true })).browserToken).toBeDefined();
  });
});

async function giveUp(mfa: MfaService, desk: MfaAdministration): Promise<unknown> {
  const { enrollment } = yes(await desk.createDevice(USER, { name: 'new', account: 'alice' }));
  return yes(await mfa.cancelDevice(USER, { enrollment }));
}

describe('of a recovery and a reset the newer counts', () => {
  it('a recovery voids the code of the reset before it', async () => {
    const scene = await Scene.ready();
    const { resetCode } = yes(await scene.desk.resetUser(USER));
    const old = yes(await scene.mfa.signInWithResetCode(USER, { resetCode })).proof;
    const { proof } = yes(await scene.mfa.recoverAccount(USER, VERIFIED));
    expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode }))).toBe('no-reset');
    expect(await scene.record()).not.toHaveProperty('requires');
    const create = { name: 'new', account: 'alice' };
    expect(outcome(await scene.mfa.createDevice(USER, { ...create, proof: old }))).toBe('mfa-required');
    expect(outcome(await scene.mfa.createDevice(USER, { ...create, proof }))).toBe('ok');
  });

  it('a reset voids the proof of the recovery before it, and what it set up so far', async () => {
    const scene = await Scene.ready();
    const { proof } = yes(await scene.mfa.recoverAccount(USER, VERIFIED));
    const begun = await scene.begin({ by: proof, name: 'new' });
    const { resetCode } = yes(await scene.desk.resetUser(USER));
    const { enrollment } = begun;
    const codes = pairOf(begun.phone);
    expect(outcome(await scene.mfa.assignDevice(USER, { enrollment, codes, proof }))).toBe('unknown-device');
    expect(outcome(await scene.mfa.createDevice(USER, { name: 'x', account: 'alice', proof }))).toBe('mfa-required');
    expect((await scene.record()).requires).toEqual(['reset']);
    expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode }))).toBe('ok');
  });

  it('and so does a second recovery', async () => {
    const scene = await Scene.ready();
    const [first, second] = [
      yes(await scene.mfa.recoverAccount(USER, VERIFIED)).proof,
      yes(await scene.mfa.recoverAccount(USER, VERIFIED)).proof,
    ];
    const create = { name: 'new', account: 'alice' };
    expect(outcome(await scene.mfa.createDevice(USER, { ...create, proof: first }))).toBe('mfa-required');
    expect(outcome(await scene.mfa.createDevice(USER, { ...create, proof: second }))).toBe('ok');
  });
});

describe('the record', () => {
  const full: UserRecord = {
    ...EMPTY_RECORD,
    generation: 7,
    requires: ['other'],
    recovery: { salt: '0'.repeat(48), unused: [], used: [] },
    nextRecovery: { salt: '1'.repeat(32), unused: [], used: [] },
    suspected: { serialNumber: 'phone', offset: 3 },
    throttle: { failures: 9, strikes: 100, locked: true },
    browsers: [{ id: '0'.repeat(16), hash: '0'.repeat(48), madeAtMs: 0, rememberedAtMs: 0, strikes: 0 }],
  };

  it('keeps of all that leads in only what a recovery leaves', () => {
    const next = beginRecovery(full, contextAt());
    expect(next).toEqual({
      ...EMPTY_RECORD,
      generation: expect.any(Number),
      requires: ['other'],
      recovering: true,
    });
    expect(next.generation).not.toBe(full.generation);
    expect(mfaStatus(next, { nowMs: START_MS }).status).toBe('recovering');
  });

  it('is left with nothing of a reset', () => {
    const reset = withReset(beginRecovery(full, contextAt()), RESET);
    expect(reset).toMatchObject({ reset: RESET, requires: ['other', 'reset'] });
    const { generation } = reset;
    const { requires: _, recovering: __, ...rest } = beginRecovery(full, contextAt());
    expect(left(reset)).toEqual({ ...rest, requires: ['other'], generation });
    expect(left(withReset(EMPTY_RECORD, RESET))).toEqual(EMPTY_RECORD);
  });

  it('has a new generation at the end, and is the same where there was nothing to end', () => {
    const reset = withReset(beginRecovery(full, contextAt()), RESET);
    const ended = endRecovery(reset, contextAt());
    expect(ended.generation).not.toBe(reset.generation);
    expect(ended).not.toHaveProperty('recovering');
    expect(endRecovery(full, contextAt())).toBe(full);
  });
});
