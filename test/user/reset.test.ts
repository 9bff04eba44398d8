import { parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { makeProof } from '../../src/user/proof.js';
import { EMPTY_RECORD, type UserRecord } from '../../src/user/record.js';
import { decideResetUser, decideSignInWithResetCode } from '../../src/user/reset.js';
import { DAY_MS, MINUTE_MS, outcome, pairOf, START_MS, USER, World, yes } from '../service/world.js';
import { BAD_VALUES } from '../support/bad-input.js';
import { rejected } from '../support/thrown.js';
import { BY_ADMINISTRATOR, contextAt, Scene } from './browser-scene.js';

const CODE = /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/;
const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const WRONG = '0000-0000-0000-0000-0000-0000';

/** A user who was reset, by the service. */
async function ready(options: ConstructorParameters<typeof Scene>[0] = {}) {
  const scene = await Scene.ready(options);
  const { resetCode, expiresAtMs } = yes(await scene.desk.resetUser(USER));
  scene.told();
  const enter = (typed: unknown = resetCode) => scene.mfa.signInWithResetCode(USER, { resetCode: typed });
  return { scene, resetCode, expiresAtMs, enter };
}

/** The same by the decision alone. */
function decided(): { readonly record: UserRecord; readonly resetCode: string } {
  const from: UserRecord = { ...EMPTY_RECORD, recovering: true, generation: 7 };
  const { record, answer } = decideResetUser(from, {}, contextAt(START_MS, BY_ADMINISTRATOR));
  return { record, resetCode: yes(answer).resetCode };
}

describe('resetUser', () => {
  it('answers a code that the record holds as a salted hash, and that no event has', async () => {
    const scene = await Scene.ready();
    scene.told();
    const answer = yes(await scene.desk.resetUser(USER));
    expect(Object.keys(answer)).toEqual(['ok', 'resetCode', 'expiresAtMs']);
    expect(answer.resetCode).toMatch(CODE);
    expect(answer.expiresAtMs).toBe(scene.nowMs + DAY_MS);
    const row = JSON.stringify([await scene.store.get(USER), scene.events]);
    expect(row).not.toContain(answer.resetCode);
    expect(row).not.toContain(answer.resetCode.replaceAll('-', ''));
    expect((await scene.record()).reset).toEqual({
      salt: expect.stringMatching(/^[0-9a-f]{32}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      untilMs: answer.expiresAtMs,
    });
    expect(scene.events).toMatchObject([{ type: 'reset-begun', untilMs: answer.expiresAtMs, administrator: 'Ada' }]);
  });

  it('suspends, voids and lifts what a recovery does', async () => {
    const scene = await Scene.ready();
    const { proof, phone, serialNumber, mfa } = scene;
    await scene.enroll({ by: proof, name: 'tablet' });
    const pending = await scene.begin({ by: 'administrator', name: 'pending' });
    const [recoveryCode] = yes(await mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
    yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode, proof }));
    const [nextCode] = yes(await scene.desk.createRecoveryCodes(USER)).recoveryCodes;
    const strong = yes(await scene.later({ trust: true }));
    await scene.tamper((record) => ({ ...record, throttle: { failures: 100, strikes: 100, locked: true } }));
    yes(await scene.desk.resetUser(USER));
    expect(await mfa.describeUser(USER, { proof: strong.proof, browserToken: strong.browserToken })).toMatchObject({
      status: 'recovering',
      signedIn: false,
      devices: [
        { name: 'phone', status: 'suspended' },
        { name: 'tablet', status: 'suspended' },
      ],
      browsers: [],
      recoveryCodesLeft: 0,
      recoveryCodesUnconfirmed: 0,
    });
    expect((await scene.record()).throttle).toEqual({ failures: 0, strikes: 0 });
    scene.wait();
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('suspended');
    for (const code of [recoveryCode, nextCode]) {
      const answer = await mfa.signInWithRecoveryCode(USER, { recoveryCode: code });
      expect(outcome(answer)).toBe('no-recovery-codes');
    }
    const { browserToken } = strong;
    expect(outcome(await mfa.signInWithTrustedBrowser(USER, { browserToken }))).toBe('browser-not-trusted');
    expect(outcome(await mfa.renameDevice(USER, { serialNumber, name: 'x', proof: strong.proof }))).toBe(
      'mfa-required',
    );
    const { enrollment } = pending;
    expect(outcome(await scene.desk.showDevice(USER, { enrollment }))).toBe('unknown-device');
  });

  it('keeps the record shut to a reader that does not know resets, and opens it with the end', async () => {
    const { scene } = await ready();
    expect((await scene.record()).requires).toEqual(['reset']);
    yes(await scene.desk.reinstateDevice(USER, { serialNumber: scene.serialNumber }));
    expect(await scene.record()).not.toHaveProperty('requires');
    expect(await scene.record()).not.toHaveProperty('reset');
  });

  it('keeps what else the record requires', () => {
    const from = { ...EMPTY_RECORD, recovering: true, requires: ['other'] } as const;
    const decide = (record: UserRecord) => decideResetUser(record, {}, contextAt(START_MS, BY_ADMINISTRATOR)).record;
    const once = decide(from);
    expect(once.requires).toEqual(['other', 'reset']);
    expect(decide(once).requires).toEqual(['other', 'reset']);
  });

  it('is refused where there is no MFA; with the flag of the application it leads out of a lost record', async () => {
    const world = new World();
    expect(outcome(await world.desk.resetUser(USER))).toBe('not-assigned');
    expect(outcome(await world.desk.resetUser(USER, { expectMfa: false }))).toBe('not-assigned');
    expect(await world.store.get(USER)).toBe(undefined);
    const { resetCode } = yes(await world.desk.resetUser(USER, { expectMfa: true }));
    expect(await world.mfa.describeUser(USER, { expectMfa: true })).toMatchObject({
      status: 'recovering',
      devices: [],
    });
    const { proof } = yes(await world.mfa.signInWithResetCode(USER, { resetCode, expectMfa: true }));
    const { phone } = await world.enroll({ by: proof });
    expect(outcome(await world.mfa.signIn(USER, { code: phone.code(), expectMfa: true }))).toBe('ok');
    expect(await world.record()).not.toHaveProperty('recovering');
  });

  it('is an action of an administrator alone', () => {
    const { mfa, desk } = new World();
    expect(Object.keys(desk)).toContain('resetUser');
    expect(Object.keys(mfa)).not.toContain('resetUser');
    expect(Object.keys(desk)).not.toContain('signInWithResetCode');
  });

  it('makes another code each time, and the one before is void', async () => {
    const { scene, resetCode, enter } = await ready();
    scene.wait(MINUTE_MS);
    const { resetCode: second } = yes(await scene.desk.resetUser(USER));
    expect(outcome(await enter(resetCode))).toBe('reset-code-mismatch');
    expect(outcome(await enter(second))).toBe('ok');
  });
});

describe('signInWithResetCode', () => {
  it('gives a proof of the method reset', async () => {
    const { scene, enter } = await ready();
    const { proof, ...rest } = yes(await enter());
    expect(rest).toEqual({ ok: true });
    const { generation } = await scene.record();
    expect(proof).toEqual({ userId: USER, atMs: scene.nowMs, method: 'reset', generation });
  });

  it('takes the code in any case and with any separators', async () => {
    const { resetCode, enter } = await ready();
    for (const typed of [
      resetCode.toLowerCase(),
      resetCode.replaceAll('-', ''),
      ` ${resetCode.replaceAll('-', ' ')}\n`,
      resetCode.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]) {
      expect(outcome(await enter(typed))).toBe('ok');
    }
  });

  it.each(Object.keys(BAD_VALUES))('answers %s as malformed, and writes nothing', async (what) => {
    const { scene, enter } = await ready();
    const row = await scene.store.get(USER);
    // A parameter's default would take the place of undefined.
    const answer =
      BAD_VALUES[what] === undefined
        ? await scene.mfa.signInWithResetCode(USER, { resetCode: undefined })
        : await enter(BAD_VALUES[what]);
    expect(outcome(answer)).toBe('malformed-reset-code');
    expect(await scene.store.get(USER)).toEqual(row);
  });

  it('answers no-reset first, whatever was typed', async () => {
    const scene = await Scene.ready();
    for (const resetCode of ['', WRONG, undefined, 5]) {
      expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode }))).toBe('no-reset');
    }
    const input = {} as { resetCode: unknown };
    expect(await rejected(scene.mfa.signInWithResetCode(USER, input))).toMatchObject({ code: 'invalid-argument' });
  });

  it('tells of a wrong code once a minute, counts it nowhere, and takes the right one whatever came before', async () => {
    const { scene, enter } = await ready();
    const { throttle } = await scene.record();
    for (let n = 0; n < 200; n++) expect(outcome(await enter(WRONG))).toBe('reset-code-mismatch');
    expect(scene.told()).toEqual(['reset-code-failed']);
    scene.wait(MINUTE_MS - 1);
    await enter(WRONG);
    expect(scene.told()).toEqual([]);
    scene.wait(1);
    await enter(WRONG);
    expect(scene.told()).toEqual(['reset-code-failed']);
    expect((await scene.record()).throttle).toEqual(throttle);
    expect(outcome(await enter())).toBe('ok');
  });

  it('works any number of times, and tells so once a minute', async () => {
    const { scene, enter } = await ready();
    for (let n = 0; n < 50; n++) expect(outcome(await enter())).toBe('ok');
    expect(scene.told()).toEqual(['reset-code-used']);
    scene.wait(MINUTE_MS);
    expect(outcome(await enter())).toBe('ok');
    expect(scene.told()).toEqual(['reset-code-used']);
  });

  it('is no code of a recovery, and takes none', async () => {
    const { scene, resetCode, enter } = await ready();
    expect(outcome(await scene.mfa.signInWithRecoveryCode(USER, { recoveryCode: resetCode }))).toBe(
      'no-recovery-codes',
    );
    yes(await scene.desk.reinstateDevice(USER, { serialNumber: scene.serialNumber }));
    const [recoveryCode] = yes(await scene.desk.createRecoveryCodes(USER)).recoveryCodes;
    expect(outcome(await scene.mfa.signInWithRecoveryCode(USER, { recoveryCode: resetCode }))).toBe(
      'recovery-code-mismatch',
    );
    yes(await scene.desk.resetUser(USER));
    expect(outcome(await enter(recoveryCode))).toBe('reset-code-mismatch');
  });

  it('is not the same for another user', async () => {
    const { scene, resetCode } = await ready();
    await scene.enroll({ userId: 'user-2' });
    yes(await scene.desk.resetUser('user-2'));
    expect(outcome(await scene.mfa.signInWithResetCode('user-2', { resetCode }))).toBe('reset-code-mismatch');
  });
});

describe('the time of the code', () => {
  it.each([
    [DAY_MS - 1, 'ok'],
    [DAY_MS, 'reset-code-expired'],
    [DAY_MS + 1, 'reset-code-expired'],
    [-DAY_MS, 'ok'],
  ])('after %i ms: %s', (laterMs, expected) => {
    const { record, resetCode } = decided();
    const { answer } = decideSignInWithResetCode(record, { resetCode }, contextAt(START_MS + laterMs));
    expect(outcome(answer)).toBe(expected);
  });

  it('is told to be over once, to whoever has the code; a wrong one is a wrong one', async () => {
    const { scene, expiresAtMs, enter } = await ready();
    scene.nowMs = expiresAtMs;
    expect(outcome(await enter(WRONG))).toBe('reset-code-mismatch');
    expect(scene.told()).toEqual(['reset-code-failed']);
    expect(outcome(await enter())).toBe('reset-code-expired');
    expect(scene.told()).toEqual(['reset-expired']);
    const row = await scene.store.get(USER);
    for (const waitMs of [0, MINUTE_MS, DAY_MS]) {
      scene.wait(waitMs);
      expect(outcome(await enter())).toBe('reset-code-expired');
    }
    // Nor does a clock that is set back bring it back.
    scene.wait(-2 * DAY_MS);
    expect(outcome(await enter())).toBe('reset-code-expired');
    expect(scene.told()).toEqual([]);
    expect(await scene.store.get(USER)).toEqual(row);
  });

  it('is over, and the account stays shut until another reset', async () => {
    const { scene, expiresAtMs, enter } = await ready();
    scene.nowMs = expiresAtMs;
    expect(outcome(await enter())).toBe('reset-code-expired');
    expect((await scene.mfa.describeUser(USER)).status).toBe('recovering');
    expect(outcome(await scene.mfa.createDevice(USER, { name: 'mine', account: 'alice' }))).toBe('mfa-required');
    const { resetCode } = yes(await scene.desk.resetUser(USER));
    expect(outcome(await enter(resetCode))).toBe('ok');
    expect((await scene.record()).reset).not.toHaveProperty('expired');
    // Its own end is told again.
    scene.wait(DAY_MS);
    scene.told();
    expect(outcome(await enter(resetCode))).toBe('reset-code-expired');
    expect(scene.told()).toEqual(['reset-expired']);
  });

  it('is that of the policy', async () => {
    const { scene, expiresAtMs, enter } = await ready({ policy: { resetCodeLifeMs: MINUTE_MS } });
    expect(expiresAtMs).toBe(scene.nowMs + MINUTE_MS);
    scene.wait(MINUTE_MS - 1);
    expect(outcome(await enter())).toBe('ok');
    scene.wait(1);
    expect(outcome(await enter())).toBe('reset-code-expired');
  });
});

describe('the proof of a reset', () => {
  it('sets up one device, which ends the reset and voids the proof, and does nothing else', async () => {
    const { scene, enter } = await ready();
    const { mfa, serialNumber } = scene;
    const { proof } = yes(await enter());
    const refused = async () => {
      const answers = [
        await mfa.renameDevice(USER, { serialNumber, name: 'mine', proof }),
        await mfa.suspendDevice(USER, { serialNumber, proof }),
        await mfa.reinstateDevice(USER, { serialNumber, proof }),
        await mfa.removeDevice(USER, { serialNumber, proof }),
        await mfa.confirmRecoveryCodes(USER, { recoveryCode: '', proof }),
        await mfa.forgetBrowser(USER, { browserId: 'all', proof }),
      ];
      expect(answers.map(outcome)).toEqual(answers.map(() => 'mfa-required'));
    };
    await refused();
    expect(outcome(await mfa.createRecoveryCodes(USER, { proof }))).toBe('recovering');
    expect(await mfa.describeUser(USER, { proof })).toMatchObject({ signedIn: false, browsers: [] });
    const begun = [await scene.begin({ by: proof, name: 'new' }), await scene.begin({ by: proof, name: 'second' })];
    const assign = (i: number) => {
      const { enrollment, phone } = begun[i]!;
      return mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), proof, remember: true });
    };
    const assigned = yes(await assign(0));
    expect(assigned.proof?.method).toBe('enrollment');
    expect(assigned.browserToken).toMatch(/^[0-9a-f]{48}$/);
    await refused();
    expect(outcome(await assign(1))).toBe('mfa-required');
    expect(outcome(await mfa.createDevice(USER, { name: 'third', account: 'alice', proof }))).toBe('mfa-required');
    // The new session manages, and removes the lost phone.
    expect(outcome(await mfa.removeDevice(USER, { serialNumber, proof: assigned.proof }))).toBe('ok');
  });

  it('imports one with codes, which ends the reset as well', async () => {
    const { scene, enter } = await ready();
    const { proof } = yes(await enter());
    const codes = pairOf(scene.phoneOf(SECRET));
    const imported = yes(await scene.mfa.importDevice(USER, { name: 'token', secret: SECRET, codes, proof }));
    expect(imported.proof?.method).toBe('enrollment');
    expect(outcome(await scene.mfa.createDevice(USER, { name: 'x', account: 'alice', proof }))).toBe('mfa-required');
    expect(outcome(await enter())).toBe('no-reset');
  });

  it('is recent for as long as the policy says', async () => {
    const { scene, enter } = await ready({ policy: { proofLifeMs: MINUTE_MS } });
    const { proof } = yes(await enter());
    const create = () => scene.mfa.createDevice(USER, { name: 'new', account: 'alice', proof });
    scene.wait(MINUTE_MS - 1);
    expect(outcome(await create())).toBe('ok');
    scene.wait(1);
    expect(outcome(await create())).toBe('mfa-required');
    // The code is good for another.
    expect(outcome(await enter())).toBe('ok');
  });

  it('of before the reset is none after the next', async () => {
    const { scene, enter } = await ready();
    const { proof } = yes(await enter());
    yes(await scene.desk.resetUser(USER));
    expect(outcome(await scene.mfa.createDevice(USER, { name: 'x', account: 'alice', proof }))).toBe('mfa-required');
    const made = makeProof('reset', { userId: USER, nowMs: scene.nowMs }, await scene.record());
    expect(outcome(await scene.mfa.createDevice(USER, { name: 'x', account: 'alice', proof: made }))).toBe('ok');
  });
});
