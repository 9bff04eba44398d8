import { parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/user/policy.js';
import { EMPTY_RECORD, type KnownBrowser, type UserRecord } from '../../src/user/record.js';
import {
  decideSignInWithTrustedBrowser,
  rememberOrTrustBrowser,
  trustedUntilMs,
} from '../../src/user/trusted-browsers.js';
import { DAY_MS, MINUTE_MS, outcome, pairOf, START_MS, USER, yes } from '../service/world.js';
import { rejected } from '../support/thrown.js';
import { BY_ADMINISTRATOR, contextAt, Scene } from './browser-scene.js';

const TOKEN = /^[0-9a-f]{48}$/;
const LIFE_MS = 30 * DAY_MS;
const NEVER = { policy: createPolicy({ trustedBrowserLifeMs: 0 }) };

/** The library's own record of a trusted browser, recovering so that there is MFA without a device. */
function trusted(): { readonly record: UserRecord; readonly token: string; readonly browser: KnownBrowser } {
  const from: UserRecord = { ...EMPTY_RECORD, generation: 7, recovering: true };
  const { record, answer } = rememberOrTrustBrowser(from, { trust: true }, contextAt());
  return { record, token: answer.browserToken as string, browser: record.browsers?.[0] as KnownBrowser };
}

/** One browser that is trusted, by the service. */
async function ready(options: ConstructorParameters<typeof Scene>[0] = {}) {
  const scene = await Scene.ready(options);
  const token = await scene.remember({ trust: true, browserLabel: 'Firefox' });
  scene.told();
  const enter = (browserToken: unknown) => scene.mfa.signInWithTrustedBrowser(USER, { browserToken });
  return { scene, token, enter };
}

describe('trust', () => {
  it('is given by a code alone, and remembers the browser as well', async () => {
    const scene = await Scene.ready();
    scene.told();
    const { browserToken } = yes(await scene.later({ trust: true, browserLabel: 'Firefox' }));
    expect(browserToken).toMatch(TOKEN);
    const { generation } = await scene.record();
    const untilMs = scene.nowMs + LIFE_MS;
    const [browser] = await scene.browsers();
    expect(browser?.trust).toEqual({ fromMs: scene.nowMs, untilMs, generation });
    expect(scene.events.at(-1)).toMatchObject({ type: 'browser-trusted', browserId: browser?.id, untilMs });
    expect(scene.told()).toEqual(['signed-in', 'browser-remembered', 'browser-trusted']);
  });

  it('is given by no recovery code and by no first two codes', async () => {
    const scene = new Scene();
    const { enrollment, phone } = await scene.begin();
    const input = { remember: true, trust: true };
    const first = yes(await scene.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), ...input }));
    const [recoveryCode] = yes(await scene.desk.createRecoveryCodes(USER)).recoveryCodes;
    const second = yes(await scene.mfa.signInWithRecoveryCode(USER, { recoveryCode, ...input }));
    expect((await scene.browsers()).map(({ trust }) => trust)).toEqual([undefined, undefined]);
    for (const { browserToken } of [first, second]) {
      const answer = await scene.mfa.signInWithTrustedBrowser(USER, { browserToken });
      expect(outcome(answer)).toBe('browser-not-trusted');
    }
  });

  it('is given to a browser that was known before, which keeps its entry', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    const [before] = await scene.browsers();
    const { browserToken } = yes(await scene.later({ browserToken: token, trust: true }));
    expect(await scene.trusts(browserToken)).toBe(true);
    expect((await scene.browsers()).map(({ id }) => id)).toEqual([before?.id]);
  });

  it('is given within the minute of another tab, which has the new token', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    const { browserToken } = yes(await scene.later({ browserToken: token }));
    expect(yes(await scene.later({ browserToken: token, trust: true }))).not.toHaveProperty('browserToken');
    expect(await scene.trusts(browserToken)).toBe(true);
  });

  it.each(['on', 'true', 1, 0, null, {}])('is true or false: not %j', async (trust) => {
    const scene = await Scene.ready();
    const error = await rejected(scene.right({ trust: trust as boolean }));
    expect([error.code, error.message]).toEqual(['invalid-argument', 'trust must be true or false']);
  });

  it.each([false, undefined])('is not given with trust: %s', async (trust) => {
    const scene = await Scene.ready();
    yes(await scene.later({ remember: true, trust }));
    expect((await scene.browsers())[0]).not.toHaveProperty('trust');
  });

  it('is given by no refusal', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    for (const code of [scene.wrong, 'abc', scene.phone.code()]) {
      expect((await scene.mfa.signIn(USER, { code, browserToken: token, trust: true })).ok).toBe(false);
    }
    expect(await scene.trusts(token)).toBe(false);
  });

  it('ends where it was said at the grant: sign-ins make it no longer, and a new grant does', async () => {
    const { scene, enter } = await ready();
    let [{ trust }] = (await scene.browsers()) as readonly [KnownBrowser];
    const untilMs = trust?.untilMs as number;
    let { browserToken } = yes(await scene.later({ browserToken: await scene.remember({ trust: true }) }));
    scene.wait(10 * DAY_MS);
    ({ browserToken } = yes(await scene.right({ browserToken })));
    ({ browserToken } = yes(await enter(browserToken)));
    const mine = (await scene.browsers()).at(-1) as KnownBrowser;
    expect(mine.trust?.untilMs).toBe(untilMs + 30_000);
    scene.nowMs = mine.trust!.untilMs - 1;
    ({ browserToken } = yes(await enter(browserToken)));
    scene.nowMs += 1;
    expect(outcome(await enter(browserToken))).toBe('browser-not-trusted');
    // It is known still.
    expect(await scene.knows(browserToken)).toBe(true);
    ({ browserToken } = yes(await scene.right({ browserToken, trust: true })));
    trust = (await scene.browsers()).at(-1)?.trust;
    expect(trust?.untilMs).toBe(scene.nowMs + LIFE_MS);
    expect(outcome(await enter(browserToken))).toBe('ok');
  });

  it('lasts as long as the policy says at the grant', async () => {
    const { scene, token } = await ready({ policy: { trustedBrowserLifeMs: 5000 } });
    scene.wait(4999);
    expect(await scene.trusts(token)).toBe(true);
    scene.wait(1);
    expect(await scene.trusts(token)).toBe(false);
  });

  it('is never given where the policy says 0: the browser is remembered', async () => {
    const scene = await Scene.ready({ policy: { trustedBrowserLifeMs: 0 } });
    const { browserToken } = yes(await scene.later({ trust: true }));
    expect(browserToken).toMatch(TOKEN);
    expect((await scene.browsers())[0]).not.toHaveProperty('trust');
    expect(scene.told()).not.toContain('browser-trusted');
  });

  it('that was given before is void where the policy came to say 0, and stands where it came to say less', () => {
    const { record, token, browser } = trusted();
    expect(trustedUntilMs(browser, record, contextAt())).toBe(START_MS + LIFE_MS);
    expect(trustedUntilMs(browser, record, contextAt(START_MS, NEVER))).toBe(undefined);
    const answer = decideSignInWithTrustedBrowser(record, { browserToken: token }, contextAt(START_MS, NEVER)).answer;
    expect(outcome(answer)).toBe('browser-not-trusted');
    const short = { policy: createPolicy({ trustedBrowserLifeMs: 1000 }) };
    expect(trustedUntilMs(browser, record, contextAt(START_MS + DAY_MS, short))).toBe(START_MS + LIFE_MS);
  });

  it.each([
    [0, true],
    [-30_000, true],
    [-30_001, false],
    [-DAY_MS, false],
    [LIFE_MS - 1, true],
    [LIFE_MS, false],
  ])('stands %i ms after it was given: %s', (laterMs, stands) => {
    const { record, browser } = trusted();
    expect(trustedUntilMs(browser, record, contextAt(START_MS + laterMs)) !== undefined).toBe(stands);
  });

  it('is of the generation: of another one it is void', () => {
    const { record, browser } = trusted();
    expect(trustedUntilMs(browser, { ...record, generation: 8 }, contextAt())).toBe(undefined);
    expect(trustedUntilMs({ ...browser, trust: { ...browser.trust!, generation: 8 } }, record, contextAt())).toBe(
      undefined,
    );
  });
});

describe('signing in with a trusted browser', () => {
  it('gives a proof and the next token, touches no strikes and keeps no line', async () => {
    const { scene, token, enter } = await ready();
    await scene.guess(2, token);
    await scene.guess(1);
    const { throttle, history } = await scene.record();
    scene.told();
    const { proof, browserToken, ...rest } = yes(await enter(token));
    expect(rest).toEqual({ ok: true });
    expect(proof).toMatchObject({ userId: USER, method: 'trusted-browser', atMs: scene.nowMs });
    expect(browserToken).toMatch(TOKEN);
    expect(await scene.strikes()).toEqual([2]);
    expect(await scene.record()).toMatchObject({ throttle, history });
    const [browser] = await scene.browsers();
    expect(scene.events).toMatchObject([{ type: 'trusted-browser-used', browserId: browser?.id, label: 'Firefox' }]);
  });

  it('works while others are locked out', async () => {
    const { scene, token, enter } = await ready();
    await scene.tamper((record) => ({ ...record, throttle: { failures: 100, strikes: 100, locked: true } }));
    expect((await scene.mfa.describeUser(USER)).status).toBe('locked');
    expect(outcome(await enter(token))).toBe('ok');
    expect((await scene.record()).throttle).toEqual({ failures: 100, strikes: 100, locked: true });
  });

  it('is refused to a browser that is known and not trusted, and to any other', async () => {
    const { scene, enter } = await ready();
    const known = await scene.remember();
    const row = await scene.store.get(USER);
    for (const browserToken of [known, '0'.repeat(48), '', undefined, null, 5, {}]) {
      expect(await enter(browserToken)).toEqual({ ok: false, reason: 'browser-not-trusted' });
    }
    expect(await scene.store.get(USER)).toEqual(row);
  });

  it('is refused where there is no MFA, first of all', async () => {
    const { scene, token, enter } = await ready();
    yes(await scene.desk.removeDevice(USER, { serialNumber: scene.serialNumber }));
    expect(outcome(await enter(token))).toBe('not-assigned');
    expect(outcome(await scene.mfa.signInWithTrustedBrowser('user-2', { browserToken: token }))).toBe('not-assigned');
  });

  it('is no matter of an administrator', () => {
    const { record, token } = trusted();
    const context = contextAt(START_MS, BY_ADMINISTRATOR);
    const { answer } = decideSignInWithTrustedBrowser(record, { browserToken: token }, context);
    expect(outcome(answer)).toBe('browser-not-trusted');
  });

  it('of two requests with one token: both are let in, and one answer has the next', async () => {
    const { scene, token, enter } = await ready();
    const first = yes(await enter(token));
    scene.wait(59_999);
    const second = yes(await enter(token));
    expect([first.browserToken, second.browserToken]).toEqual([expect.stringMatching(TOKEN), undefined]);
    expect(second.proof.method).toBe('trusted-browser');
    expect(await scene.trusts(first.browserToken)).toBe(true);
    expect(await scene.browsers()).toHaveLength(1);
  });

  it.each([
    [59_999, true],
    [60_000, false],
    [DAY_MS, false],
    [-30_000, true],
  ])('takes the token before %i ms after the newest was made: %s', (laterMs, isTaken) => {
    const { record, token } = trusted();
    const next = decideSignInWithTrustedBrowser(record, { browserToken: token }, contextAt(START_MS)).record;
    const again = decideSignInWithTrustedBrowser(next, { browserToken: token }, contextAt(START_MS + laterMs));
    expect(outcome(again.answer)).toBe(isTaken ? 'ok' : 'browser-not-trusted');
    expect(again.record.browsers?.[0]?.trust === undefined).toBe(!isTaken);
    expect(again.events.map(({ type }) => type)).toEqual([isTaken ? 'trusted-browser-used' : 'browser-forgotten']);
  });

  it('with a token before, later: ends the trust, tells so, and the browser stays known', async () => {
    const { scene, token, enter } = await ready();
    const { browserToken } = yes(await enter(token));
    const [{ id }] = (await scene.browsers()) as readonly [KnownBrowser];
    scene.wait(MINUTE_MS);
    scene.told();
    expect(await enter(token)).toEqual({ ok: false, reason: 'browser-not-trusted' });
    expect(scene.events).toMatchObject([
      { type: 'browser-forgotten', browserId: id, label: 'Firefox', cause: 'token-reused' },
    ]);
    // Whoever has the newest is out as well: one of them is not the owner.
    expect(outcome(await enter(browserToken))).toBe('browser-not-trusted');
    expect([await scene.knows(token), await scene.knows(browserToken)]).toEqual([true, true]);
    const [described] = (await scene.desk.describeUser(USER)).browsers;
    expect(described).not.toHaveProperty('trustedUntilMs');
    // Once: it is not trusted any more.
    scene.told();
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(scene.told()).toEqual([]);
    // A code from it trusts it again, where that is asked for.
    const again = yes(await scene.later({ browserToken, trust: true })).browserToken;
    expect(outcome(await enter(again))).toBe('ok');
  });

  it('of a lost answer asks for a code: the old token is trusted for its minute alone', async () => {
    const { scene, token, enter } = await ready();
    yes(await enter(token));
    scene.wait(30_000);
    yes(await enter(token));
    scene.wait(30_000);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(yes(await scene.later({ browserToken: token })).browserToken).toMatch(TOKEN);
  });

  it('with the server clock set back far: the old token ends the trust, and the newest is void until then', async () => {
    const { scene, token, enter } = await ready();
    scene.wait(DAY_MS);
    const { browserToken } = yes(await enter(token));
    scene.wait(-30_001);
    expect(outcome(await enter(browserToken))).toBe('ok');
    scene.wait(-2 * DAY_MS);
    expect(outcome(await enter(browserToken))).toBe('browser-not-trusted');
    expect((await scene.browsers())[0]).toHaveProperty('trust');
  });

  it('with an old token of a trust that is void already: nothing is told', () => {
    const { record, token } = trusted();
    const next = decideSignInWithTrustedBrowser(record, { browserToken: token }, contextAt(START_MS)).record;
    const voided = { ...next, generation: 99 };
    const decision = decideSignInWithTrustedBrowser(voided, { browserToken: token }, contextAt(START_MS + DAY_MS));
    expect(decision).toEqual({ record: voided, answer: { ok: false, reason: 'browser-not-trusted' }, events: [] });
  });

  it('makes the browser the last used: ten others are needed to push it out', async () => {
    const { scene, token, enter } = await ready();
    for (let i = 0; i < 9; i++) await scene.remember();
    const { browserToken } = yes(await enter(token));
    for (let i = 0; i < 9; i++) await scene.remember();
    expect(await scene.trusts(browserToken)).toBe(true);
    await scene.remember();
    expect(await scene.trusts(browserToken)).toBe(false);
  });
});

describe('the proof of a trusted browser', () => {
  it('opens the application, and manages and enrolls nothing', async () => {
    const { scene, token, enter } = await ready();
    const pending = await scene.begin({ by: 'administrator', name: 'pending' });
    const { proof } = yes(await enter(token));
    const { mfa, serialNumber } = scene;
    const { enrollment } = pending;
    expect(await mfa.describeUser(USER, { proof })).toMatchObject({ signedIn: true, browsers: [{ current: false }] });
    const [{ id: browserId }] = (await scene.browsers()) as readonly [KnownBrowser];
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const codes = pairOf(pending.phone);
    const row = await scene.store.get(USER);
    const answers = [
      await mfa.createDevice(USER, { name: 'mine', account: 'alice', proof }),
      await mfa.showDevice(USER, { enrollment, proof }),
      await mfa.assignDevice(USER, { enrollment, codes, proof }),
      await mfa.importDevice(USER, { name: 'mine', secret, codes: pairOf(scene.phoneOf(secret)), proof }),
      await mfa.renameDevice(USER, { serialNumber, name: 'mine', proof }),
      await mfa.suspendDevice(USER, { serialNumber, proof }),
      await mfa.reinstateDevice(USER, { serialNumber, proof }),
      await mfa.removeDevice(USER, { serialNumber, proof }),
      await mfa.createRecoveryCodes(USER, { proof }),
      await mfa.confirmRecoveryCodes(USER, { recoveryCode: '', proof }),
      await mfa.forgetBrowser(USER, { browserId, proof }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => 'mfa-required'));
    expect(await scene.store.get(USER)).toEqual(row);
    // The same with the proof of a code.
    const { proof: strong } = yes(await scene.later());
    expect(outcome(await mfa.renameDevice(USER, { serialNumber, name: 'mine', proof: strong }))).toBe('ok');
  });

  it('is no code for another trust: it gives none', async () => {
    const { scene, token, enter } = await ready();
    const input = { browserToken: token, trust: true, remember: true };
    const answer = yes(await scene.mfa.signInWithTrustedBrowser(USER, input));
    expect(answer.proof.method).toBe('trusted-browser');
    const [{ trust }] = (await scene.browsers()) as readonly [KnownBrowser];
    expect(trust?.fromMs).toBe(scene.nowMs);
    scene.wait(LIFE_MS);
    expect(outcome(await enter(answer.browserToken))).toBe('browser-not-trusted');
  });
});

describe('what voids the proofs voids all trust, and the browsers stay known', () => {
  it.each<[string, (scene: Scene) => Promise<unknown>, known: boolean]>([
    ['a suspended device', ({ mfa, serialNumber, proof }) => mfa.suspendDevice(USER, { serialNumber, proof }), true],
    ['an unlock', ({ desk }) => desk.unlock(USER), true],
    [
      'confirmed recovery codes',
      async ({ mfa, proof }) => {
        const [recoveryCode] = yes(await mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
        yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode, proof }));
      },
      true,
    ],
    [
      'a sign-in with a new recovery code',
      async ({ mfa, proof }) => {
        const [recoveryCode] = yes(await mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
        yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode }));
      },
      true,
    ],
    ['a recovery', ({ mfa }) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] }), false],
    ['a reset', ({ desk }) => desk.resetUser(USER), false],
  ])('%s', async (_, act, known) => {
    const { scene, token, enter } = await ready();
    expect(await scene.trusts(token)).toBe(true);
    await act(scene);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(await scene.browsers()).toHaveLength(known ? 1 : 0);
    for (const { trustedUntilMs } of (await scene.desk.describeUser(USER)).browsers) {
      expect(trustedUntilMs).toBe(undefined);
    }
  });

  it('also that of the session that did it', async () => {
    const { scene, token, enter } = await ready();
    const { proof, browserToken } = yes(await scene.later({ browserToken: token }));
    const tablet = await scene.enroll({ by: proof, name: 'tablet' });
    const removed = yes(await scene.mfa.removeDevice(USER, { serialNumber: tablet.serialNumber, proof }));
    expect((await scene.mfa.describeUser(USER, removed)).signedIn).toBe(true);
    expect(outcome(await enter(browserToken))).toBe('browser-not-trusted');
  });

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['a sign-in from elsewhere', (scene) => scene.later()],
    ['another device', (scene) => scene.enroll({ by: scene.proof, name: 'tablet' })],
    ['wrong codes', (scene) => scene.guess(4)],
  ])('not %s', async (_, act) => {
    const { scene, token, enter } = await ready();
    await act(scene);
    expect(outcome(await enter(token))).toBe('ok');
  });

  it('forgetBrowser ends it, with the entry', async () => {
    const { scene, token, enter } = await ready();
    const { proof } = yes(await enter(token));
    const [{ id: browserId }] = (await scene.browsers()) as readonly [KnownBrowser];
    yes(await scene.mfa.forgetBrowser(USER, { browserId, proof: scene.proof }));
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    // A token is no proof, and forgetting it ends no session.
    expect((await scene.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
  });

  it('twenty wrong codes end it, with the entry', async () => {
    const { scene, token, enter } = await ready();
    await scene.guess(20, token);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
  });
});

describe('describeUser', () => {
  it('says until when a browser is trusted, to the millisecond', async () => {
    const { scene } = await ready();
    const described = async () => (await scene.desk.describeUser(USER)).browsers[0];
    const untilMs = scene.nowMs + LIFE_MS;
    expect(await described()).toMatchObject({ label: 'Firefox', trustedUntilMs: untilMs });
    scene.nowMs = untilMs - 1;
    expect(await described()).toHaveProperty('trustedUntilMs', untilMs);
    scene.nowMs = untilMs;
    expect(await described()).not.toHaveProperty('trustedUntilMs');
  });
});
