import { describe, expect, it } from 'vitest';
import type { KnownBrowser } from '../../src/user/record.js';
import { Scene } from '../user/browser-scene.js';
import { checkRace, type Race, type RaceOptions, withoutCompare } from './racing.js';
import { outcome, USER, yes } from './world.js';

interface Racing {
  readonly world: Scene;
  readonly browserToken: string;
  readonly browserId: string;
  readonly recoveryCodes: readonly string[];
}

/** A browser that is trusted, ten recovery codes in force, and so many strikes on the browser. */
async function trusted(strikes = 3): Promise<Racing> {
  const world = await Scene.ready();
  const [first, ...recoveryCodes] = yes(await world.mfa.createRecoveryCodes(USER, { proof: world.proof }))
    .recoveryCodes as [string, ...string[]];
  yes(await world.mfa.confirmRecoveryCodes(USER, { recoveryCode: first, proof: world.proof }));
  const browserToken = await world.remember({ trust: true });
  await world.guess(strikes, browserToken);
  const [{ id: browserId }] = (await world.browsers()) as readonly [KnownBrowser];
  world.wait();
  world.told();
  return { world, browserToken, browserId, recoveryCodes };
}

/** The rule holds in every order; and on a store without compare-and-set some order breaks it. */
function itHolds(
  name: string,
  rule: (scene: Racing, race: Race, racers: number) => Promise<void>,
  { strikes, ...options }: RaceOptions & { readonly strikes?: number } = {},
): void {
  it(name, async () => {
    expect(await checkRace(() => trusted(strikes), rule, options)).toEqual({ ruleBroken: false, report: '' });
  });
  it(`${name}: not without compare-and-set`, async () => {
    const spoilt = { ...options, spoil: withoutCompare, numRuns: 1000 };
    const { ruleBroken, report } = await checkRace(() => trusted(strikes), rule, spoilt);
    expect(ruleBroken, report).toBe(true);
  });
}

const tokensOf = (answers: readonly object[]): string[] =>
  answers.flatMap((answer) => ('browserToken' in answer ? [answer.browserToken as string] : []));

describe('racing with one token', () => {
  itHolds('all are recognized, and one new token is made', async ({ world, ...scene }, race, racers) => {
    const { browserToken, recoveryCodes } = scene;
    const answers = await race.run(
      recoveryCodes
        .slice(0, racers)
        .map((recoveryCode) => race.server().signInWithRecoveryCode(USER, { recoveryCode, browserToken })),
    );
    expect(answers.map(outcome)).toEqual(answers.map(() => 'ok'));
    const [token, ...others] = tokensOf(answers);
    expect(others).toEqual([]);
    // Each took its strike away, and the browser is known by the token of before and by the one that was made.
    expect(await world.strikes()).toEqual([Math.max(0, 3 - racers)]);
    expect([await world.knows(browserToken), await world.knows(token)]).toEqual([true, true]);
  });

  itHolds('trusted sign-ins are all let in, and one has the next token', async (scene, race, racers) => {
    const { world, browserToken } = scene;
    const answers = await race.run(
      Array.from({ length: racers }, () => race.server().signInWithTrustedBrowser(USER, { browserToken })),
    );
    expect(answers.map(outcome)).toEqual(answers.map(() => 'ok'));
    const [token, ...others] = tokensOf(answers);
    expect(others).toEqual([]);
    expect(await world.trusts(token)).toBe(true);
    expect(await world.strikes()).toEqual([3]);
    expect(world.told()).toEqual(answers.map(() => 'trusted-browser-used'));
  });

  itHolds(
    'each wrong code that was answered is counted, on the browser up to its budget',
    async ({ world, browserToken }, race, racers) => {
      const { throttle: before } = await world.record();
      const answers = await race.run(
        Array.from({ length: racers }, () => race.server().signIn(USER, { code: world.wrong, browserToken })),
      );
      expect(answers.map(outcome)).toEqual(answers.map(() => 'code-mismatch'));
      expect(await world.strikes()).toEqual(racers < 4 ? [16 + racers] : []);
      const { throttle } = await world.record();
      expect(throttle.strikes - before.strikes).toBe(Math.max(0, racers - 4));
      const forgotten = world.told().filter((type) => type === 'browser-forgotten');
      expect(forgotten).toHaveLength(racers < 4 ? 0 : 1);
    },
    { strikes: 16 },
  );
});

describe('racing against what ends it', () => {
  itHolds('a browser that is forgotten stays so, whoever signs in', async (scene, race) => {
    const { world, browserToken, browserId, recoveryCodes } = scene;
    const [forgotten, code, trust] = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
      race.server().asAdministrator('Ada').forgetBrowser(USER, { browserId }),
      race.server().signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0], browserToken }),
      race.server().signInWithTrustedBrowser(USER, { browserToken }),
    ]);
    expect([forgotten, code].map((answer) => outcome(answer!))).toEqual(['ok', 'ok']);
    expect(['ok', 'browser-not-trusted']).toContain(outcome(trust!));
    expect(await world.browsers()).toEqual([]);
    expect(world.told().filter((type) => type === 'browser-forgotten')).toHaveLength(1);
  });

  itHolds('a reset stands, whoever signs in', async ({ world, browserToken }, race) => {
    const code = world.phone.code();
    const [reset, signIn, trust] = await race.run<object & { readonly ok: boolean; readonly reason?: string }>([
      race.server().asAdministrator('Ada').resetUser(USER),
      race.server().signIn(USER, { code, browserToken, trust: true }),
      race.server().signInWithTrustedBrowser(USER, { browserToken }),
    ]);
    expect(outcome(reset!)).toBe('ok');
    expect(['ok', 'suspended']).toContain(outcome(signIn!));
    expect(['ok', 'browser-not-trusted']).toContain(outcome(trust!));
    expect((await world.mfa.describeUser(USER)).status).toBe('recovering');
    for (const answer of [signIn!, trust!]) {
      if (!('proof' in answer)) continue;
      const { proof } = answer as { readonly proof: typeof world.proof };
      expect((await world.mfa.describeUser(USER, { proof })).signedIn).toBe(false);
    }
    expect(await world.record()).not.toHaveProperty('browsers');
  });

  itHolds('of a reset and a recovery one leads on, and both are told', async ({ world }, race) => {
    const reset = race.server().asAdministrator('Ada').resetUser(USER);
    const recovery = race.server().recoverAccount(USER, { verified: ['email', 'phone'] });
    await race.run<unknown>([reset, recovery]);
    const { resetCode } = yes(await reset);
    const { proof } = yes(await recovery);
    const ends = [
      outcome(await world.mfa.signInWithResetCode(USER, { resetCode })),
      outcome(await world.mfa.createDevice(USER, { name: 'new', account: 'alice', proof })),
    ];
    expect([
      ['ok', 'mfa-required'],
      ['no-reset', 'ok'],
    ]).toContainEqual(ends);
    const { history } = await world.mfa.describeUser(USER);
    const types = history.map(({ type }) => type);
    // The newer is the one that leads on.
    const order = types.filter((type) => type === 'reset-begun' || type === 'recovered');
    expect(order).toEqual(ends[0] === 'ok' ? ['recovered', 'reset-begun'] : ['reset-begun', 'recovered']);
  });

  itHolds('one reset code of many is good', async ({ world }, race, racers) => {
    const answers = await race.run(
      Array.from({ length: racers }, () => race.server().asAdministrator('Ada').resetUser(USER)),
    );
    const outcomes: string[] = [];
    for (const answer of answers) {
      const { resetCode } = yes(answer);
      outcomes.push(outcome(await world.mfa.signInWithResetCode(USER, { resetCode })));
    }
    expect(outcomes.filter((reason) => reason === 'ok')).toHaveLength(1);
    expect(outcomes.filter((reason) => reason === 'reset-code-mismatch')).toHaveLength(racers - 1);
    const line = (await world.record()).history.find(({ type }) => type === 'reset-begun');
    expect(line?.count).toBe(racers);
  });
});
