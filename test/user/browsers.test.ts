import { describe, expect, it } from 'vitest';
import {
  afterWrongCode,
  decideForgetBrowser,
  findBrowser,
  isCurrent,
  rememberBrowser,
  type ShownBrowser,
  withBrowser,
  withNextToken,
} from '../../src/user/browsers.js';
import { createPolicy } from '../../src/user/policy.js';
import { makeProof } from '../../src/user/proof.js';
import { EMPTY_RECORD, type KnownBrowser, type UserRecord } from '../../src/user/record.js';
import { DAY_MS, MINUTE_MS, outcome, pairOf, START_MS, USER, yes } from '../service/world.js';
import { BAD_VALUES } from '../support/bad-input.js';
import { rejected, thrown } from '../support/thrown.js';
import { BY_ADMINISTRATOR, contextAt, Scene } from './browser-scene.js';

const TOKEN = /^[0-9a-f]{48}$/;

/** A record with one known browser, and its token. */
function one(nowMs = START_MS): { readonly record: UserRecord; readonly token: string; readonly shown: ShownBrowser } {
  const { record, answer } = rememberBrowser(EMPTY_RECORD, { remember: true }, contextAt(nowMs));
  const token = answer.browserToken as string;
  return { record, token, shown: findBrowser(record, token, contextAt(nowMs)) as ShownBrowser };
}

function named(id: string): KnownBrowser {
  return { id: id.padStart(16, '0'), hash: id.padStart(32, '0'), madeAtMs: 0, rememberedAtMs: 0, strikes: 0 };
}

describe('remember', () => {
  it('is asked for: without it no answer holds a token, and nothing is kept', async () => {
    const scene = await Scene.ready();
    for (const input of [{}, { remember: false }, { remember: undefined }, { browserLabel: 'Firefox' }]) {
      expect(yes(await scene.later(input))).not.toHaveProperty('browserToken');
    }
    expect(await scene.record()).not.toHaveProperty('browsers');
  });

  it('gives a token that the record holds as a hash alone, and that no event has', async () => {
    const scene = await Scene.ready();
    scene.told();
    const token = await scene.remember({ browserLabel: 'Firefox' });
    expect(token).toMatch(TOKEN);
    expect(JSON.stringify([await scene.store.get(USER), scene.events])).not.toContain(token);
    const [browser] = await scene.browsers();
    expect(browser).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      madeAtMs: scene.nowMs,
      rememberedAtMs: scene.nowMs,
      label: 'Firefox',
      strikes: 0,
    });
    expect(scene.events.at(-1)).toMatchObject({
      type: 'browser-remembered',
      browserId: browser?.id,
      label: 'Firefox',
    });
  });

  it('works with a recovery code and with the first two codes too', async () => {
    const scene = new Scene();
    const { enrollment, phone } = await scene.begin();
    const codes = pairOf(phone);
    const assigned = yes(await scene.mfa.assignDevice(USER, { enrollment, codes, remember: true }));
    expect(assigned.browserToken).toMatch(TOKEN);
    const [recoveryCode] = yes(await scene.desk.createRecoveryCodes(USER)).recoveryCodes;
    const second = yes(await scene.mfa.signInWithRecoveryCode(USER, { recoveryCode, remember: true }));
    expect(second.browserToken).toMatch(TOKEN);
    expect(await scene.browsers()).toHaveLength(2);
    expect(await scene.knows(assigned.browserToken)).toBe(true);
    expect(await scene.knows(second.browserToken)).toBe(true);
  });

  it.each(['on', 'true', 1, 0, null, {}])('is true or false: not %j', async (remember) => {
    const scene = await Scene.ready();
    const input = { remember: remember as boolean };
    const { enrollment, phone } = await scene.begin({ by: 'administrator', name: 'tablet' });
    const calls = [
      scene.right(input),
      scene.mfa.signInWithRecoveryCode(USER, { recoveryCode: '', ...input }),
      scene.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone), ...input }),
    ];
    for (const call of calls) {
      const error = await rejected(call);
      expect([error.code, error.message]).toEqual(['invalid-argument', 'remember must be true or false']);
    }
  });

  it('makes no token for a refusal', async () => {
    const scene = await Scene.ready();
    for (const code of [scene.wrong, 'abc', scene.phone.code({ steps: -1 })]) {
      expect(await scene.mfa.signIn(USER, { code, remember: true })).not.toHaveProperty('browserToken');
    }
    expect(await scene.browsers()).toEqual([]);
  });

  it.each<[unknown, string | undefined]>([
    ['  Firefox \t on\nLinux ', 'Firefox on Linux'],
    ['e\u0301', '\u00e9'],
    ['x'.repeat(5000), 'x'.repeat(64)],
    ['\u{1f600}'.repeat(70), '\u{1f600}'.repeat(64)],
    [`x${'\u{1f600}'.repeat(70)}`, `x${'\u{1f600}'.repeat(63)}`],
    ['', undefined],
    ['   ', undefined],
    ['a\u0000b', undefined],
    ['a\u202eb', undefined],
    ['\ud83d', undefined],
    [undefined, undefined],
    [null, undefined],
    [5, undefined],
    [['Firefox'], undefined],
    [{ toString: () => 'Firefox' }, undefined],
  ])('cleans the label %j', (browserLabel, label) => {
    const { record } = rememberBrowser(EMPTY_RECORD, { remember: true, browserLabel }, contextAt());
    expect(record.browsers?.[0]?.label).toBe(label);
  });

  it('keeps ten: the eleventh takes the place of the one that was not used for longest', async () => {
    const scene = await Scene.ready();
    const tokens: string[] = [];
    for (let i = 0; i < 10; i++) tokens.push(await scene.remember());
    // The first is used once more: now the second goes.
    tokens[0] = yes(await scene.later({ browserToken: tokens[0] })).browserToken as string;
    tokens.push(await scene.remember());
    expect(await scene.browsers()).toHaveLength(10);
    const known = [];
    for (const token of tokens) known.push(await scene.knows(token));
    expect(known).toEqual([true, false, ...Array.from({ length: 9 }, () => true)]);
  });

  it('keeps ten of a record that holds more, the last used', () => {
    const browsers = Array.from({ length: 13 }, (_, i) => named(String(i)));
    const { browsers: kept = [] } = withBrowser({ ...EMPTY_RECORD, browsers }, named('2'));
    expect(kept.map(({ id }) => Number(id))).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 2]);
  });
});

describe('a token', () => {
  it.each(Object.keys(BAD_VALUES))('is none where it is %s: an unknown browser, and no error', async (what) => {
    const scene = await Scene.ready();
    await scene.remember();
    const browserToken = BAD_VALUES[what];
    expect(findBrowser(await scene.record(), browserToken, contextAt())).toBe(undefined);
    expect(outcome(await scene.later({ browserToken }))).toBe('ok');
    expect((await scene.mfa.describeUser(USER, { browserToken })).status).toBe('required');
    expect(outcome(await scene.mfa.signInWithTrustedBrowser(USER, { browserToken }))).toBe('browser-not-trusted');
    const { serialNumber } = scene;
    const codes = [scene.wrong, scene.wrong] as const;
    const resynchronized = await scene.mfa.resynchronizeDevice(USER, { serialNumber, codes, browserToken });
    expect(outcome(resynchronized)).toBe('code-mismatch');
    expect((await scene.record()).throttle.strikes).toBe(1);
  });

  it('is none with a letter more, a letter less, or in capitals', () => {
    const { record, token } = one();
    const others = [
      `${token}0`,
      token.slice(1),
      token.toUpperCase().replace(/^/, 'A').slice(0, 32),
      ` ${token}`,
      `${token}\n`,
    ];
    expect(others.map((other) => findBrowser(record, other, contextAt()))).toEqual(others.map(() => undefined));
    expect(findBrowser(record, token, contextAt())?.browser.id).toBe(record.browsers?.[0]?.id);
  });

  it('is not the hash that the record holds', () => {
    const { record } = one();
    expect(findBrowser(record, record.browsers?.[0]?.hash, contextAt())).toBe(undefined);
  });

  it('is none of another user', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    const { phone } = await scene.enroll({ userId: 'user-2' });
    yes(await scene.mfa.signIn('user-2', { code: phone.code(), browserToken: token }));
    expect(await scene.record('user-2')).not.toHaveProperty('browsers');
  });

  it('proves nothing: it opens no session, manages nothing and enrolls nothing', async () => {
    const scene = await Scene.ready();
    const browserToken = await scene.remember();
    const described = await scene.mfa.describeUser(USER, { browserToken });
    expect(described).toMatchObject({ status: 'required', signedIn: false, browsers: [] });
    const input = { browserToken, name: 'mine', account: 'alice', serialNumber: scene.serialNumber, browserId: 'all' };
    const { mfa } = scene;
    expect(outcome(await mfa.createDevice(USER, input))).toBe('mfa-required');
    expect(outcome(await mfa.removeDevice(USER, input))).toBe('mfa-required');
    expect(outcome(await mfa.forgetBrowser(USER, input))).toBe('mfa-required');
    expect(outcome(await mfa.createRecoveryCodes(USER, { ...input, proof: undefined }))).toBe('mfa-required');
    expect(outcome(await mfa.signInWithTrustedBrowser(USER, input))).toBe('browser-not-trusted');
  });

  it('of the user is none in the hands of an administrator', async () => {
    const scene = await Scene.ready();
    const browserToken = await scene.remember();
    expect(findBrowser(await scene.record(), browserToken, contextAt(START_MS, BY_ADMINISTRATOR))).toBe(undefined);
    await scene.guess(5);
    const { serialNumber } = scene;
    const codes = pairOf(scene.phone, 8);
    const body = { serialNumber, codes, browserToken };
    expect(outcome(await scene.desk.resynchronizeDevice(USER, body))).toBe('locked');
    const described = await scene.desk.describeUser(USER, { browserToken } as object);
    expect(described).toMatchObject({ status: 'locked', browsers: [{ current: false }] });
  });
});

describe('wrong codes from a known browser', () => {
  it('count there alone: nineteen leave it known, and the common throttle as it was', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    const { throttle } = await scene.record();
    for (const answer of await scene.guess(19, token)) expect(answer).toEqual({ ok: false, reason: 'code-mismatch' });
    expect(await scene.strikes()).toEqual([19]);
    expect((await scene.record()).throttle).toEqual(throttle);
    expect(await scene.knows(token)).toBe(true);
    expect(outcome(await scene.later({ browserToken: token }))).toBe('ok');
    expect(await scene.strikes()).toEqual([18]);
  });

  it('are at most twenty: with the twentieth it is forgotten, and falls under the common throttle', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember({ browserLabel: 'Firefox' });
    const [{ id: browserId }] = (await scene.browsers()) as readonly [KnownBrowser];
    await scene.guess(19, token);
    scene.events.length = 0;
    await scene.guess(1, token);
    expect(scene.events.map(({ userId: _, atMs: __, seq: ___, ...event }) => event)).toEqual([
      { type: 'sign-in-failed' },
      { type: 'guessing-suspected', strikes: 20 },
      { type: 'browser-forgotten', browserId, label: 'Firefox', cause: 'wrong-codes' },
    ]);
    expect(await scene.record()).not.toHaveProperty('browsers');
    expect((await scene.record()).throttle).toEqual({ failures: 0, strikes: 0 });
    const answers = await scene.guess(6, token);
    expect(answers.map(outcome)).toEqual([...Array.from({ length: 5 }, () => 'code-mismatch'), 'locked']);
  });

  it('say that a lock stands with the one that forgets the browser, and not before', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    await scene.guess(5);
    const described = await scene.mfa.describeUser(USER);
    const untilMs = 'lockedUntilMs' in described && described.lockedUntilMs;
    const answers = await scene.guess(21, token);
    expect(answers[18]).toEqual({ ok: false, reason: 'code-mismatch' });
    expect(answers[19]).toEqual({ ok: false, reason: 'code-mismatch', lock: { untilMs } });
    expect(answers[20]).toEqual({ ok: false, reason: 'locked', lockedUntilMs: untilMs });
  });

  it.each([
    [1, 1],
    [50, 1],
    [51, 2],
    [900, 18],
  ])('weigh as elsewhere: %i positions are %i strikes', (positions, strikes) => {
    const { record, shown } = one();
    const after = afterWrongCode(record, shown, positions, contextAt());
    expect([after.isForgotten, after.record.browsers?.[0]?.strikes]).toEqual([false, strikes]);
  });

  it('forget it where one attempt passes the budget', () => {
    const { record, shown } = one();
    const { isForgotten, happenings } = afterWrongCode(record, shown, 2000, contextAt());
    expect(isForgotten).toBe(true);
    expect(happenings[0]).toEqual({ type: 'guessing-suspected', strikes: 40 });
  });

  it('are no more than lock the user, where the policy has fewer', async () => {
    const scene = await Scene.ready({ policy: { maxStrikes: 9, suspectStrikes: 3 } });
    const token = await scene.remember();
    await scene.guess(8, token);
    expect(await scene.strikes()).toEqual([8]);
    await scene.guess(1, token);
    expect(await scene.browsers()).toEqual([]);
    const many = { policy: { ...createPolicy(), maxStrikes: 1000 } };
    const { record, shown } = one();
    expect(afterWrongCode(record, shown, 20 * 50, contextAt(START_MS, many)).isForgotten).toBe(true);
  });

  it('leave the other browsers alone', async () => {
    const scene = await Scene.ready();
    const [first, second] = [await scene.remember(), await scene.remember()];
    await scene.guess(20, first);
    expect(await scene.strikes()).toEqual([0]);
    expect(await scene.knows(second)).toBe(true);
  });

  it('are none where the code was malformed or used before: nothing is written to the browser', async () => {
    const scene = await Scene.ready();
    const browserToken = await scene.remember();
    const before = await scene.browsers();
    expect(outcome(await scene.right({ browserToken }))).toBe('code-reused');
    expect(outcome(await scene.mfa.signIn(USER, { code: 'abcdef', browserToken }))).toBe('malformed-code');
    expect(await scene.browsers()).toEqual(before);
  });
});

describe('a right code from a known browser', () => {
  it('is evaluated whatever lock stands, and the common throttle stays as it is', async () => {
    const scene = await Scene.ready();
    let token = await scene.remember();
    await scene.guess(5);
    await scene.tamper((record) => ({ ...record, throttle: { ...record.throttle, waitMs: 3_600_000 } }));
    const { throttle } = await scene.record();
    expect(outcome(await scene.later())).toBe('locked');
    expect((await scene.mfa.describeUser(USER)).status).toBe('locked');
    expect((await scene.mfa.describeUser(USER, { browserToken: token })).status).toBe('required');
    token = yes(await scene.right({ browserToken: token })).browserToken as string;
    expect((await scene.record()).throttle).toEqual(throttle);
    // The same with the lock that stays.
    await scene.tamper((record) => ({ ...record, throttle: { failures: 100, strikes: 100, locked: true } }));
    expect(outcome(await scene.later({ browserToken: token }))).toBe('ok');
    expect((await scene.record()).throttle).toEqual({ failures: 100, strikes: 100, locked: true });
    expect(outcome(await scene.later())).toBe('locked');
  });

  it('from an unknown one takes a common strike, and clears what counts in a row', async () => {
    const scene = await Scene.ready();
    await scene.guess(3);
    yes(await scene.later({ remember: true }));
    expect((await scene.record()).throttle).toEqual({ failures: 0, strikes: 2 });
  });

  it('takes one strike away, and never more than there are', async () => {
    const scene = await Scene.ready();
    let token = await scene.remember();
    await scene.guess(2, token);
    const strikes: number[] = [];
    for (let i = 0; i < 4; i++) {
      token = yes(await scene.later({ browserToken: token })).browserToken as string;
      strikes.push(...(await scene.strikes()));
    }
    expect(strikes).toEqual([1, 0, 0, 0]);
  });

  it('counts in the same way with a recovery code and with the codes of another device', async () => {
    const scene = await Scene.ready();
    const { proof } = scene;
    const token = await scene.remember();
    await scene.guess(3, token);
    const [recoveryCode] = yes(await scene.desk.createRecoveryCodes(USER)).recoveryCodes;
    const { browserToken, ...first } = yes(
      await scene.mfa.signInWithRecoveryCode(USER, { recoveryCode, browserToken: token }),
    );
    expect(browserToken).toMatch(TOKEN);
    expect(await scene.strikes()).toEqual([2]);
    expect(proof.generation).not.toBe(first.proof.generation);
    const { enrollment, phone } = await scene.begin({ by: first.proof, name: 'tablet' });
    const input = { enrollment, codes: pairOf(phone), proof: first.proof, browserToken };
    expect(yes(await scene.mfa.assignDevice(USER, input)).browserToken).toMatch(TOKEN);
    expect(await scene.strikes()).toEqual([1]);
    expect(await scene.browsers()).toHaveLength(1);
  });

  it('keeps the id, the label and the time at which it was remembered', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember({ browserLabel: 'Firefox' });
    const [before] = await scene.browsers();
    scene.wait(DAY_MS);
    yes(await scene.right({ browserToken: token, remember: true, browserLabel: 'Somebody else' }));
    const [after] = await scene.browsers();
    const { id, label, rememberedAtMs } = before as KnownBrowser;
    expect(after).toMatchObject({ id, label, rememberedAtMs, madeAtMs: scene.nowMs });
    expect(scene.told().filter((type) => type === 'browser-remembered')).toHaveLength(1);
  });
});

describe('resynchronizing from a known browser', () => {
  it('passes the lock; a right pair changes neither strikes nor token', async () => {
    const scene = await Scene.ready();
    const { serialNumber, mfa } = scene;
    const token = await scene.remember();
    await scene.guess(2, token);
    await scene.guess(5);
    const { browsers, throttle } = await scene.record();
    const codes = pairOf(scene.phone, 40);
    expect(outcome(await mfa.resynchronizeDevice(USER, { serialNumber, codes }))).toBe('locked');
    const answer = await mfa.resynchronizeDevice(USER, { serialNumber, codes, browserToken: token });
    expect(yes(answer)).not.toHaveProperty('browserToken');
    expect(await scene.record()).toMatchObject({ browsers, throttle });
  });

  it('counts a wrong pair as one strike on the browser', async () => {
    const scene = await Scene.ready();
    const { serialNumber, wrong } = scene;
    const browserToken = await scene.remember();
    const { throttle } = await scene.record();
    const input = { serialNumber, codes: [wrong, wrong] as const, browserToken };
    for (let n = 1; n <= 19; n++) {
      expect(outcome(await scene.mfa.resynchronizeDevice(USER, input))).toBe('code-mismatch');
      expect(await scene.strikes()).toEqual([n]);
    }
    expect((await scene.record()).throttle).toEqual(throttle);
    await scene.mfa.resynchronizeDevice(USER, input);
    expect(await scene.browsers()).toEqual([]);
  });
});

describe('the next token', () => {
  it('comes with each right code, and the one before stays until the new one is shown', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken as string;
    expect(second).toMatch(TOKEN);
    expect(second).not.toBe(first);
    expect([await scene.knows(first), await scene.knows(second)]).toEqual([true, true]);
    // Whoever shows the new one has it: the old one is void.
    const third = yes(await scene.later({ browserToken: second })).browserToken;
    expect([await scene.knows(first), await scene.knows(second), await scene.knows(third)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await scene.browsers()).toHaveLength(1);
  });

  it('counts as shown with a wrong code, too; and the old one with a wrong code leaves both', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken as string;
    await scene.guess(1, first);
    expect([await scene.knows(first), await scene.knows(second)]).toEqual([true, true]);
    await scene.guess(1, second);
    expect([await scene.knows(first), await scene.knows(second)]).toEqual([false, true]);
    expect(await scene.strikes()).toEqual([2]);
  });

  it('has one budget with the one before', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken as string;
    await scene.guess(19, first);
    await scene.guess(1, second);
    expect(await scene.browsers()).toEqual([]);
    expect([await scene.knows(first), await scene.knows(second)]).toEqual([false, false]);
  });

  it.each([
    [59_999, false],
    [60_000, true],
    [60_001, true],
    [DAY_MS, true],
    [-1, false],
    [-30_000, false],
    [-30_001, true],
    [-DAY_MS, true],
  ])('is made anew for the old token %i ms after it was made: %s', (laterMs, isMade) => {
    const { record, token, shown } = one();
    const { browser } = withNextToken(shown, contextAt(START_MS));
    const next = withBrowser(record, browser);
    const again = findBrowser(next, token, contextAt()) as ShownBrowser;
    const context = contextAt(START_MS + laterMs);
    expect(isCurrent(again, context)).toBe(!isMade);
    const { browser: after, browserToken } = withNextToken(again, context);
    expect(browserToken !== undefined).toBe(isMade);
    if (!isMade) expect(after).toBe(again.browser);
    else {
      // In place of the one that nobody saw.
      expect(after).toMatchObject({ previousHash: shown.shownHash, madeAtMs: START_MS + laterMs });
      expect(findBrowser(withBrowser(next, after), browserToken, context)?.browser).toBe(after);
    }
  });

  it.each([
    ['two tabs within the minute', 59_999, false],
    ['a tab that was restored later', 60_000, true],
  ])('for %s, by the service', async (_, laterMs, isMade) => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken as string;
    scene.wait(laterMs);
    const third = yes(await scene.right({ browserToken: first })).browserToken;
    expect(third !== undefined).toBe(isMade);
    expect(await scene.knows(second)).toBe(!isMade);
    expect(await scene.knows(first)).toBe(true);
    expect(await scene.browsers()).toHaveLength(1);
  });

  it('of two requests with one token is one: both are recognized, and one answer holds it', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    scene.wait();
    const [first, second] = [
      await scene.right({ browserToken: token }),
      await scene.mfa.signIn(USER, { code: scene.phone.code({ steps: 1 }), browserToken: token }),
    ];
    expect([yes(first).browserToken, yes(second).browserToken]).toEqual([expect.stringMatching(TOKEN), undefined]);
    expect(await scene.browsers()).toHaveLength(1);
  });

  it('may be lost any number of times: the browser stays known by the one it has', async () => {
    const scene = await Scene.ready();
    const token = await scene.remember();
    for (let lost = 0; lost < 20; lost++) {
      scene.wait(MINUTE_MS);
      expect(yes(await scene.right({ browserToken: token })).browserToken).toMatch(TOKEN);
    }
    expect(await scene.browsers()).toHaveLength(1);
    scene.wait(MINUTE_MS);
    const next = yes(await scene.right({ browserToken: token })).browserToken;
    yes(await scene.later({ browserToken: next }));
    expect(await scene.knows(token)).toBe(false);
  });

  it('makes a token unknown that a backup of the browser brings back: the code falls under the common throttle', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken as string;
    yes(await scene.later({ browserToken: second }));
    await scene.guess(1, first);
    expect((await scene.record()).throttle).toEqual({ failures: 1, strikes: 1 });
    // Nobody has to ask again: a right code and `remember` make another entry.
    expect(yes(await scene.later({ browserToken: first, remember: true })).browserToken).toMatch(TOKEN);
    expect(await scene.browsers()).toHaveLength(2);
  });
});

describe('what forgets the browsers', () => {
  async function leftAfter(act: (scene: Scene) => Promise<unknown>): Promise<number> {
    const scene = await Scene.ready();
    yes(await scene.desk.createRecoveryCodes(USER));
    await scene.remember();
    await act(scene);
    return (await scene.store.get(USER)) === undefined ? 0 : (await scene.browsers()).length;
  }

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['a recovery', ({ mfa }) => mfa.recoverAccount(USER, { verified: ['email', 'phone'] })],
    ['a reset', ({ desk }) => desk.resetUser(USER)],
    ['deleting the user', ({ mfa }) => mfa.deleteUser(USER)],
    ['forgetBrowser', ({ desk }) => desk.forgetBrowser(USER, { browserId: 'all' })],
  ])('%s', async (_, act) => {
    expect(await leftAfter(act)).toBe(0);
  });

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['an unlock', ({ desk }) => desk.unlock(USER)],
    ['a suspended device', ({ desk, serialNumber }) => desk.suspendDevice(USER, { serialNumber })],
    ['a sign-in from elsewhere', (scene) => scene.later()],
  ])('not %s', async (_, act) => {
    expect(await leftAfter(act)).toBe(1);
  });
});

describe('forgetBrowser', () => {
  async function three(): Promise<{ readonly scene: Scene; readonly ids: readonly string[] }> {
    const scene = await Scene.ready();
    for (const browserLabel of ['A', 'B', 'C']) await scene.remember({ browserLabel });
    scene.told();
    return { scene, ids: (await scene.browsers()).map(({ id }) => id) };
  }

  it('forgets one, by its id, and tells so', async () => {
    const { scene, ids } = await three();
    const { proof } = scene;
    const input = { browserId: ids[1]!, proof };
    expect(await scene.mfa.forgetBrowser(USER, input)).toEqual({ ok: true });
    expect((await scene.browsers()).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(scene.events).toMatchObject([
      { type: 'browser-forgotten', browserId: ids[1], label: 'B', cause: 'request' },
    ]);
    expect(scene.events[0]).not.toHaveProperty('administrator');
    expect(outcome(await scene.mfa.forgetBrowser(USER, input))).toBe('unknown-browser');
    // Its sessions go on.
    expect((await scene.mfa.describeUser(USER, { proof })).signedIn).toBe(true);
  });

  it('forgets all, also where there are none', async () => {
    const { scene, ids } = await three();
    expect(await scene.desk.forgetBrowser(USER, { browserId: 'all' })).toEqual({ ok: true });
    expect(await scene.record()).not.toHaveProperty('browsers');
    expect(scene.events).toMatchObject(
      ids.map((browserId) => ({ type: 'browser-forgotten', browserId, cause: 'request', administrator: 'Ada' })),
    );
    const row = await scene.store.get(USER);
    expect(await scene.desk.forgetBrowser(USER, { browserId: 'all' })).toEqual({ ok: true });
    expect(await scene.store.get(USER)).toEqual(row);
  });

  it('takes a proof, before it says what is there', async () => {
    const { scene, ids } = await three();
    for (const browserId of [ids[0]!, 'all', 'nowhere']) {
      expect(outcome(await scene.mfa.forgetBrowser(USER, { browserId }))).toBe('mfa-required');
    }
    expect(scene.told()).toEqual([]);
  });

  it.each(['trusted-browser', 'recovery', 'reset'] as const)('takes no proof of the method %s', async (method) => {
    const { scene } = await three();
    const record = await scene.record();
    const proof = makeProof(method, { userId: USER, nowMs: scene.nowMs }, record);
    const decision = decideForgetBrowser(record, { browserId: 'all' }, contextAt(scene.nowMs, { actor: { proof } }));
    expect(decision).toEqual({ record, answer: { ok: false, reason: 'mfa-required' }, events: [] });
  });

  it('throws where the id is no text', () => {
    const decide = () => decideForgetBrowser(one().record, { browserId: 5 as never }, contextAt(0, BY_ADMINISTRATOR));
    expect(thrown(decide)).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('browserId') });
  });
});

describe('describeUser', () => {
  it('lists the browsers to a standing proof and to an administrator, the last used first', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember({ browserLabel: 'A' });
    const firstMs = scene.nowMs;
    const second = await scene.remember();
    const secondMs = scene.nowMs;
    const browserToken = yes(await scene.later({ browserToken: first })).browserToken;
    const [{ id: b }, { id: a }] = (await scene.browsers()) as unknown as readonly [KnownBrowser, KnownBrowser];
    const lines = [
      { browserId: a, label: 'A', rememberedAtMs: firstMs, lastUsedAtMs: scene.nowMs, current: false },
      { browserId: b, rememberedAtMs: secondMs, lastUsedAtMs: secondMs, current: false },
    ];
    const { proof } = scene;
    expect((await scene.mfa.describeUser(USER, { proof })).browsers).toEqual(lines);
    expect((await scene.desk.describeUser(USER)).browsers).toEqual(lines);
    const current = async (token: string | undefined) =>
      (await scene.mfa.describeUser(USER, { proof, browserToken: token })).browsers.map((line) => line.current);
    expect(await current(browserToken)).toEqual([true, false]);
    expect(await current(first)).toEqual([true, false]);
    expect(await current(second)).toEqual([false, true]);
    expect(await current('0'.repeat(32))).toEqual([false, false]);
  });

  it('lists none to the first factor alone, to a proof that was voided, and to another one', async () => {
    const scene = await Scene.ready();
    const browserToken = await scene.remember();
    const { proof } = scene;
    const list = async (input: object) => (await scene.mfa.describeUser(USER, { browserToken, ...input })).browsers;
    expect(await list({})).toEqual([]);
    expect(await list({ proof: { ...proof, userId: 'user-2' } })).toEqual([]);
    for (const method of ['recovery', 'reset']) expect(await list({ proof: { ...proof, method } })).toEqual([]);
    expect(await list({ proof })).toHaveLength(1);
    // Old is no matter.
    scene.wait(30 * DAY_MS);
    expect(await list({ proof })).toHaveLength(1);
    yes(await scene.desk.unlock(USER));
    expect(await list({ proof })).toEqual([]);
  });

  it('says nothing of the token, and holds none', async () => {
    const scene = await Scene.ready();
    const browserToken = await scene.remember();
    const [{ hash }] = (await scene.browsers()) as readonly [KnownBrowser];
    const text = JSON.stringify(await scene.desk.describeUser(USER));
    expect(text).not.toContain(browserToken);
    expect(text).not.toContain(hash);
  });

  it('changes nothing, also from a browser with a newer token', async () => {
    const scene = await Scene.ready();
    const first = await scene.remember();
    const second = yes(await scene.later({ browserToken: first })).browserToken;
    const row = await scene.store.get(USER);
    await scene.mfa.describeUser(USER, { browserToken: second, proof: scene.proof });
    expect(await scene.store.get(USER)).toEqual(row);
  });
});
