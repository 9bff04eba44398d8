import { parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import type { KnownBrowser } from '../../src/user/record.js';
import { Scene } from '../user/browser-scene.js';
import { DAY_MS, MINUTE_MS, outcome, pairOf, USER, wrongCodes, yes } from './world.js';

// They have the password. Some have a token as well, read from the owner's browser or from a copy of its files.

const HOUR_MS = 3_600_000;

describe('the password alone', () => {
  it('keeps the owner of a known browser out 0 times, in five days of guessing that never pauses', async () => {
    const scene = await Scene.ready();
    let token = await scene.remember();
    const endMs = scene.nowMs + 5 * DAY_MS;
    const owner: string[] = [];
    const elsewhere: string[] = [];
    let comesMs = scene.nowMs + HOUR_MS;
    let guesses = 0;
    while (scene.nowMs < endMs) {
      const described = await scene.mfa.describeUser(USER);
      if (described.status !== 'locked') {
        await scene.guess(1);
        guesses++;
        continue;
      }
      const untilMs = described.lockedUntilMs ?? endMs;
      if (comesMs >= untilMs) {
        scene.nowMs = untilMs;
        continue;
      }
      if (comesMs > scene.nowMs) scene.nowMs = comesMs;
      comesMs += 5 * HOUR_MS + 7 * MINUTE_MS;
      elsewhere.push(outcome(await scene.right()));
      const answer = await scene.right({ browserToken: token });
      owner.push(outcome(answer));
      if (answer.ok) token = answer.browserToken ?? token;
    }
    expect(guesses).toBe(100);
    expect(owner.length).toBeGreaterThan(20);
    expect(owner.filter((reason) => reason !== 'ok')).toEqual([]);
    // The control: a browser that nobody knows is kept out each time.
    expect(elsewhere.filter((reason) => reason !== 'locked')).toEqual([]);
  });

  it('and a hundred thousand requests with made-up tokens cost no state', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember({ trust: true });
    await scene.guess(5);
    const row = await scene.store.get(USER);
    scene.told();
    const reasons = new Set<string>();
    for (let i = 0; i < 50_000; i++) {
      const browserToken = i.toString(16).padStart(48, '0');
      reasons.add(
        outcome(await scene.mfa.signIn(USER, { code: scene.wrong, browserToken, remember: true, trust: true })),
      );
      reasons.add(outcome(await scene.mfa.signInWithTrustedBrowser(USER, { browserToken })));
    }
    expect([...reasons]).toEqual(['locked', 'browser-not-trusted']);
    expect(await scene.store.get(USER)).toEqual(row);
    expect(scene.told()).toEqual([]);
    expect(await scene.trusts(token)).toBe(true);
  });

  it("cannot make an owner's browser unknown, or end its trust", async () => {
    const scene = await Scene.ready();
    const token = await scene.remember({ trust: true });
    const [{ id }] = (await scene.browsers()) as readonly [KnownBrowser];
    const [code] = wrongCodes(1, scene.phone);
    for (const browserToken of [id, id.repeat(2), 'all', '0'.repeat(48), id.repeat(3)]) {
      await scene.mfa.signIn(USER, { code, browserToken, remember: true });
      await scene.mfa.signInWithTrustedBrowser(USER, { browserToken });
      await scene.mfa.forgetBrowser(USER, { browserId: browserToken });
    }
    expect(await scene.trusts(token)).toBe(true);
  });

  it('reads no list of browsers, and nothing of a reset', async () => {
    const scene = await Scene.ready();
    await scene.remember({ browserLabel: 'Firefox at home' });
    expect((await scene.mfa.describeUser(USER)).browsers).toEqual([]);
    const { resetCode } = yes(await scene.desk.resetUser(USER));
    const described = JSON.stringify(await scene.mfa.describeUser(USER));
    expect(described).not.toContain(resetCode.replaceAll('-', ''));
    expect(described).not.toContain(resetCode);
    expect(described).not.toContain((await scene.record()).reset?.hash);
  });

  it('guesses no reset code: a thousand wrong ones keep the owner out 0 times', async () => {
    const scene = await Scene.ready();
    const { resetCode } = yes(await scene.desk.resetUser(USER));
    const other = (i: number) => resetCode.slice(0, -4) + i.toString().padStart(4, '0');
    let wrong = 0;
    for (let i = 0; i < 1000; i++) {
      if (other(i) === resetCode) continue;
      wrong++;
      expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode: other(i) }))).toBe('reset-code-mismatch');
    }
    expect(wrong).toBeGreaterThan(998);
    expect(outcome(await scene.mfa.signInWithResetCode(USER, { resetCode }))).toBe('ok');
  });
});

describe('a stolen token', () => {
  /** Wrong codes with it that are looked at, past the lock that others are under. */
  async function guessesWith(scene: Scene, token: string, most = 100): Promise<number> {
    let guesses = 0;
    for (; guesses < most; guesses++) {
      const [answer] = await scene.guess(1, token);
      if (outcome(answer!) !== 'code-mismatch') break;
    }
    return guesses;
  }
  async function besieged() {
    const scene = await Scene.ready();
    const token = await scene.remember();
    await scene.tamper((record) => ({ ...record, throttle: { failures: 100, strikes: 100, locked: true } }));
    return { scene, token };
  }

  it('is good for twenty guesses', async () => {
    const { scene, token } = await besieged();
    expect(await guessesWith(scene, token)).toBe(20);
    // The owner is told, and is one of the unknown again.
    expect(scene.told().filter((type) => type === 'guessing-suspected')).toHaveLength(1);
    expect(outcome(await scene.later({ browserToken: token }))).toBe('locked');
  });

  it('is good for one more for each right code of the owner that it lives through: one, and no second', async () => {
    const { scene, token } = await besieged();
    expect(await guessesWith(scene, token, 19)).toBe(19);
    let mine = yes(await scene.later({ browserToken: token })).browserToken as string;
    expect(await guessesWith(scene, token, 1)).toBe(1);
    mine = yes(await scene.later({ browserToken: mine })).browserToken as string;
    // From here on it is one of a stranger.
    expect(await guessesWith(scene, token)).toBe(0);
    expect(outcome(await scene.later({ browserToken: mine }))).toBe('ok');
  });

  it('of each of ten browsers: 200 guesses beside the hundred of everybody', async () => {
    const scene = await Scene.ready();
    const tokens: string[] = [];
    for (let i = 0; i < 10; i++) tokens.push(await scene.remember());
    let guesses = 0;
    for (const token of tokens) guesses += await guessesWith(scene, token, 20);
    for (;;) {
      const described = await scene.mfa.describeUser(USER);
      if (described.status === 'locked' && described.lockedUntilMs === undefined) break;
      if (described.status === 'locked') scene.nowMs = described.lockedUntilMs!;
      guesses += (await scene.guess(1)).length;
    }
    expect(guesses).toBe(300);
    for (const token of tokens) expect(outcome((await scene.guess(1, token))[0]!)).toBe('locked');
  });

  it('that was not trusted opens nothing', async () => {
    const { scene, token } = await besieged();
    expect(outcome(await scene.mfa.signInWithTrustedBrowser(USER, { browserToken: token }))).toBe(
      'browser-not-trusted',
    );
  });
});

describe('a cloned cookie of a trusted browser', () => {
  async function cloned() {
    const scene = await Scene.ready();
    const token = await scene.remember({ trust: true });
    const enter = (browserToken: string | undefined) => scene.mfa.signInWithTrustedBrowser(USER, { browserToken });
    return { scene, token, enter };
  }

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    [
      'a device is suspended',
      ({ mfa, serialNumber, proof }) => mfa.suspendDevice(USER, { serialNumber, proof }).then(yes),
    ],
    [
      'new recovery codes are confirmed',
      async ({ mfa, proof }) => {
        const [recoveryCode] = yes(await mfa.createRecoveryCodes(USER, { proof })).recoveryCodes;
        yes(await mfa.confirmRecoveryCodes(USER, { recoveryCode, proof }));
      },
    ],
    ['all browsers are forgotten', ({ mfa, proof }) => mfa.forgetBrowser(USER, { browserId: 'all', proof }).then(yes)],
  ])('is void once %s: "sign out everywhere"', async (_, signOut) => {
    const { scene, token, enter } = await cloned();
    const theirs = yes(await enter(token));
    await signOut(scene);
    for (const clone of [token, theirs.browserToken]) {
      expect(outcome(await enter(clone))).toBe('browser-not-trusted');
    }
  });

  it("is void once the owner comes with the same cookie, and the owner's as well", async () => {
    const { scene, token, enter } = await cloned();
    const theirs = yes(await enter(token)).browserToken;
    scene.wait(HOUR_MS);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(scene.told()).toContain('browser-forgotten');
    expect(outcome(await enter(theirs))).toBe('browser-not-trusted');
  });

  it('is void once the owner came first, twice', async () => {
    const { scene, token, enter } = await cloned();
    const mine = yes(await enter(token)).browserToken;
    scene.wait(HOUR_MS);
    const next = yes(await enter(mine)).browserToken;
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(outcome(await enter(next))).toBe('ok');
  });

  it('that was used twice before the owner comes loses its trust: the token names its browser, however old it is', async () => {
    const { scene, token, enter } = await cloned();
    const theirs = yes(await enter(yes(await enter(token)).browserToken)).browserToken;
    scene.told();
    // Within the minute it may be one of several tabs that were restored at once.
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(scene.told()).toEqual([]);
    scene.wait(60_000);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(scene.events).toMatchObject([{ type: 'browser-forgotten', cause: 'token-reused' }]);
    scene.told();
    expect(outcome(await enter(theirs))).toBe('browser-not-trusted');
    // It stays known, and tells of it once.
    expect((await scene.browsers()).map(({ trust }) => trust)).toEqual([undefined]);
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(scene.told()).toEqual([]);
  });

  it('is not told by a token of a browser that is gone, nor of another user', async () => {
    const { scene, token, enter } = await cloned();
    const { proof } = yes(await scene.later({ browserToken: token }));
    yes(await scene.mfa.forgetBrowser(USER, { browserId: 'all', proof }));
    scene.told();
    expect(outcome(await enter(token))).toBe('browser-not-trusted');
    expect(outcome(await scene.mfa.signInWithTrustedBrowser('bob', { browserToken: token }))).toBe('not-assigned');
    expect(scene.told()).toEqual([]);
  });

  it('cannot add a device, or change anything that outlives it', async () => {
    const { scene, token, enter } = await cloned();
    const { proof } = yes(await enter(token));
    const { mfa, serialNumber } = scene;
    const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
    const codes = pairOf(scene.phoneOf(secret));
    const row = await scene.store.get(USER);
    const answers = [
      await mfa.createDevice(USER, { name: 'mine', account: 'alice', proof }),
      await mfa.importDevice(USER, { name: 'mine', secret, codes, proof }),
      await mfa.createRecoveryCodes(USER, { proof }),
      await mfa.removeDevice(USER, { serialNumber, proof }),
      await mfa.forgetBrowser(USER, { browserId: 'all', proof }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => 'mfa-required'));
    expect(await scene.store.get(USER)).toEqual(row);
  });

  it('does not live longer by being used', async () => {
    const { scene, token, enter } = await cloned();
    let theirs: string | undefined = token;
    let days = 0;
    for (; days < 100; days++) {
      const answer = await enter(theirs);
      if (!answer.ok) break;
      theirs = answer.browserToken;
      scene.wait(DAY_MS);
    }
    expect(days).toBe(30);
  });
});
