import { type MfaService, parseSecret, type Secret, totp } from 'lockstep-mfa';
import { describe, expect } from 'vitest';
import { caseOf, itCase, itMissesNoCase } from '../support/cases.js';
import { type Enrolled, outcome, pairOf, STEP_MS, USER, World, wrongCodes, yes } from './world.js';

// What went wrong elsewhere, where it takes more than one device's state: several tabs, devices, sessions, users. The cases
// tell times in seconds.

/** Cases that one device's state answers alone, or one scan: by the file that tests them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['e01', 'e02', 'e03', 'e05', 'e16', 'e18', 'e19', 'e20', 'e23', 'f06'].map((id) => [
      id,
      'test/device/cases.test.ts',
    ]),
  ),
  f13: 'test/core/match.test.ts',
};

interface Login {
  readonly login: string;
  readonly time: number;
}
interface Sequence<Step = Login> {
  readonly secret: string;
  readonly steps: readonly Step[];
}

/** Reasons of the cases, as this library calls them. */
const WORDS: Readonly<Record<string, string>> = {
  ok: 'ok',
  enrolled: 'ok',
  active: 'ok',
  activated: 'ok',
  invalid: 'code-mismatch',
  wrong_code: 'code-mismatch',
  replayed: 'code-reused',
  already_active: 'already-assigned',
  throttled: 'locked',
};
const words = (results: readonly string[]): (string | undefined)[] => results.map((result) => WORDS[result]);

/** A user whose device another system had assigned an hour before. */
async function imported(text: string, timeSeconds: number): Promise<{ world: World; mfa: MfaService; secret: Secret }> {
  const world = new World();
  world.nowMs = (timeSeconds - 3600) * 1000;
  const secret = parseSecret(text);
  yes(await world.desk.importDevice(USER, { name: 'phone', serialNumber: 'phone', secret }));
  return { world, mfa: world.mfa, secret };
}

/** A pending device with the secret of the case in place of its own. */
async function begun(text: string, timeSeconds: number) {
  const world = new World();
  world.nowMs = (timeSeconds - 60) * 1000;
  const pending = await world.begin();
  await world.tamper((record) => {
    const [entry] = record.devices;
    return { ...record, devices: [{ ...entry, sealedSecret: `plain.${text}` }] };
  });
  return { world, ...pending };
}

async function ownerEnrolled(): Promise<Enrolled & { readonly world: World; readonly mfa: MfaService }> {
  const world = new World();
  return { world, mfa: world.mfa, ...(await world.enroll()) };
}

describe('e: two codes, and keeping step', () => {
  itCase<Sequence<Login | { confirm: readonly [string, string]; time: number }>, { results: string[] }>(
    'e06',
    'the codes that assigned do not sign in',
    async ({ secret, steps }, { results }) => {
      const { world, enrollment } = await begun(secret, steps[0]!.time);
      const got: string[] = [];
      for (const step of steps) {
        world.nowMs = step.time * 1000;
        const answer =
          'login' in step
            ? await world.mfa.signIn(USER, { code: step.login })
            : await world.mfa.assignDevice(USER, { enrollment, codes: step.confirm });
        got.push(outcome(answer));
      }
      expect(got).toEqual(words(results));
    },
  );

  itCase<unknown, { results: string[]; secretsMade: number }>(
    'e07',
    'a wrong code and a reload keep the secret that was scanned',
    async (_, { results, secretsMade }) => {
      const world = new World();
      const input = { name: 'phone', account: 'alice' };
      const { enrollment, keyUri, device } = yes(await world.mfa.createDevice(USER, input));
      const phone = world.scan(keyUri);
      const [first, second] = wrongCodes(2, phone);
      const wrong = await world.mfa.assignDevice(USER, { enrollment, codes: [first, second] });
      const reloaded = yes(await world.mfa.showDevice(USER, { enrollment }));
      const codes = pairOf(phone);
      const right = await world.mfa.assignDevice(USER, { enrollment, codes });
      expect([device.status, outcome(wrong), reloaded.keyUri === keyUri && 'secret1 again', outcome(right)]).toEqual([
        results[0],
        WORDS[results[1]!],
        results[2],
        WORDS[results[3]!],
      ]);
      expect((await world.record()).devices).toHaveLength(secretsMade);
    },
  );

  itCase<unknown, { results: string[] }>(
    'e10',
    'codes of the old entry do not assign the new one, which nobody scanned',
    async (_, { results }) => {
      const { world, mfa, phone, proof } = await ownerEnrolled();
      const { enrollment } = await world.begin({ by: proof, name: 'new' });
      const codes = pairOf(phone);
      const answer = await mfa.assignDevice(USER, { enrollment, codes, proof });
      expect(outcome(answer)).toBe(WORDS[results.at(-1)!]);
      expect(outcome(await mfa.signIn(USER, { code: codes[1] }))).toBe('ok');
    },
  );

  itCase<unknown, { either: string[]; never: string[] }>(
    'e11',
    'a second tab overwrites nothing: the first assigns its own, and the other can no more without a proof',
    async () => {
      const world = new World();
      const [one, two] = [await world.begin(), await world.begin()];
      const assign = ({ enrollment, phone }: typeof one) =>
        world.mfa.assignDevice(USER, { enrollment, codes: pairOf(phone) });
      const { device } = yes(await assign(one));
      expect(device.serialNumber).toBe(one.serialNumber);
      expect(outcome(await assign(two))).toBe('mfa-required');
      const { devices } = await world.mfa.describeUser(USER);
      expect(devices.filter(({ status }) => status === 'assigned')).toHaveLength(1);
    },
  );

  itCase<{ calls: string[] }, { results: string }>(
    'e12',
    'sent twice at once: one is ok, the other already-assigned',
    async ({ calls }) => {
      const world = new World();
      const { enrollment, phone } = await world.begin();
      const codes = pairOf(phone);
      const answers = await Promise.all(calls.map(() => world.mfa.assignDevice(USER, { enrollment, codes })));
      expect(answers.map(outcome).sort()).toEqual(['already-assigned', 'ok']);
      expect(world.eventTypes().filter((type) => type === 'device-assigned')).toHaveLength(1);
    },
  );

  itCase<
    Sequence<Login | { resync: readonly [string, string]; time: number }>,
    { results: string[]; driftSteps: number }
  >(
    'e15',
    'a phone eleven minutes fast is cured by two codes, which are spent',
    async ({ secret, steps }, expected) => {
      const { world, mfa } = await imported(secret, steps[0]!.time);
      const got: string[] = [];
      for (const step of steps) {
        world.nowMs = step.time * 1000;
        const answer =
          'login' in step
            ? await mfa.signIn(USER, { code: step.login })
            : await mfa.resynchronizeDevice(USER, { serialNumber: 'phone', codes: step.resync });
        got.push(outcome(answer));
      }
      expect(got).toEqual(words(expected.results));
      const { devices } = await mfa.describeUser(USER);
      expect(devices).toMatchObject([{ driftSteps: expected.driftSteps }]);
    },
  );

  itCase<unknown, { valid: boolean }>(
    'e22',
    'a device that is not assigned signs nobody in; the answer names the one that did',
    async (_, { valid }) => {
      const { world, mfa, phone, proof, serialNumber } = await ownerEnrolled();
      const pending = await world.begin({ by: proof, name: 'B' });
      expect((await mfa.signIn(USER, { code: pending.phone.code() })).ok).toBe(valid);
      const answer = yes(await mfa.signIn(USER, { code: phone.code() }));
      expect(answer.device.serialNumber).toBe(serialNumber);
      // More devices make a guess worth more, and it counts for more.
      const before = (await world.record()).throttle.strikes;
      await mfa.signIn(USER, { code: wrongCodes(1, phone, pending.phone)[0] });
      expect((await world.record()).throttle.strikes).toBe(before + 1);
    },
  );
});

describe('f: replay, limits and locks', () => {
  itCase<Sequence, { results: string[] }>('f01', 'a code counts once', async ({ secret, steps }, { results }) => {
    const { world, mfa } = await imported(secret, steps[0]!.time);
    const got: string[] = [];
    for (const { login, time } of steps) {
      world.nowMs = time * 1000;
      // Each time on another server.
      got.push(outcome(await world.server().signIn(USER, { code: login })));
    }
    expect(got).toEqual(words(results));
    expect(outcome(await mfa.signIn(USER, { code: steps[0]!.login }))).toBe('code-reused');
  });

  itCase<{ users: string[] }, { results: string[] }>(
    'f05',
    'what one user used is not used for another who has the same code',
    async ({ users }, { results }) => {
      const world = new World();
      const secret = parseSecret(caseOf<Sequence, unknown>('f01').input.secret);
      for (const userId of users) {
        yes(await world.desk.importDevice(userId, { name: 'phone', secret }));
      }
      world.wait(2 * STEP_MS);
      const code = totp(secret, { nowMs: world.nowMs });
      const answers = await Promise.all(users.map((userId) => world.mfa.signIn(userId, { code })));
      expect(answers.map(outcome)).toEqual(results);
    },
  );

  itCase<{ guesses: number }, unknown>(
    'f07',
    'guesses end: a wait after five in a row, a hundred in all',
    async ({ guesses }) => {
      const { world, mfa, phone } = await ownerEnrolled();
      const [wrong] = wrongCodes(1, phone);
      let evaluated = 0;
      let tries = 0;
      for (; tries < guesses; tries++) {
        const answer = await mfa.signIn(USER, { code: wrong });
        if (outcome(answer) === 'code-mismatch') evaluated++;
        if (!answer.ok && answer.reason === 'locked') {
          if (answer.lockedUntilMs === undefined) break;
          expect(evaluated).toBeGreaterThanOrEqual(5);
          world.nowMs = answer.lockedUntilMs;
        }
      }
      expect(evaluated).toBe(100);
      expect(tries).toBeLessThan(250);
    },
  );

  itCase<unknown, { results: string[] }>(
    'f08',
    'a new session or a right password gives no new guesses',
    async (_, { results }) => {
      const { world, phone } = await ownerEnrolled();
      for (const code of wrongCodes(5, phone)) {
        expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-mismatch');
      }
      // The password is checked again, on another server, and a page is shown.
      const another = world.server();
      await another.describeUser(USER);
      const answer = await another.signIn(USER, { code: phone.wrongCode() });
      expect(outcome(answer)).toBe(WORDS[results.at(-1)!]);
    },
  );

  itCase<{ endpoints: string[] }, unknown>(
    'f09',
    'every way to try a code counts, or takes what a guesser has not',
    async ({ endpoints }) => {
      const { world, mfa, phone, serialNumber } = await ownerEnrolled();
      const [first, second] = wrongCodes(2, phone);
      const codes = [first, second] as const;
      const ways: Readonly<Record<string, () => Promise<unknown>>> = {
        confirm: async () => {
          const { enrollment } = await world.begin({ by: 'administrator', name: 'new' });
          // Its own limit, of which test/service/enrollment.test.ts sees the end; here, what a guesser gets.
          expect(outcome(await mfa.assignDevice(USER, { enrollment, codes }))).toBe('mfa-required');
        },
        disable: async () => {
          expect(outcome(await mfa.removeDevice(USER, { serialNumber }))).toBe('mfa-required');
        },
        resync: async () => {
          const before = (await world.record()).throttle;
          await mfa.resynchronizeDevice(USER, { serialNumber, codes });
          await mfa.signIn(USER, { code: first });
          const { failures, strikes } = (await world.record()).throttle;
          expect([failures, strikes]).toEqual([before.failures + 2, before.strikes + 2]);
        },
        regenerate: async () => {
          expect(outcome(await mfa.createRecoveryCodes(USER, {}))).toBe('mfa-required');
        },
      };
      expect(Object.keys(ways)).toEqual(endpoints);
      for (const way of Object.values(ways)) await way();
    },
  );

  itCase<unknown, { results: string[]; failuresOnB: number }>(
    'f10',
    "a code of one device is no failure of another's",
    async (_, { failuresOnB }) => {
      const { world, mfa, phone, proof } = await ownerEnrolled();
      const other = await world.enroll({ by: proof, name: 'B' });
      for (let i = 0; i < 21; i++) {
        expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
        world.wait(86_400_000);
      }
      expect(outcome(await mfa.signIn(USER, { code: other.phone.code() }))).toBe('ok');
      const { failures, strikes } = (await world.record()).throttle;
      expect([failures, strikes]).toEqual([failuresOnB, failuresOnB]);
    },
  );

  itCase('f11', 'the end of a wait stands, however often it is looked at', async () => {
    const { world, mfa, phone } = await ownerEnrolled();
    for (const code of wrongCodes(5, phone)) await mfa.signIn(USER, { code });
    const lockedUntilMs = world.nowMs + 30_000;
    for (let i = 0; i < 5; i++) {
      expect(await mfa.describeUser(USER)).toMatchObject({ status: 'locked', lockedUntilMs });
      const tried = await mfa.signIn(USER, { code: phone.wrongCode() });
      expect(tried).toEqual({ ok: false, reason: 'locked', lockedUntilMs });
      world.wait(1000);
    }
  });

  itCase<{ secret: string; steps: readonly [string, { login: string }, Login] }, { results: string[] }>(
    'f12',
    'a right code while it is locked is not looked at, nor spent',
    async ({ secret: text, steps }, { results }) => {
      const [, whileLocked, after] = steps;
      const { world, mfa, secret } = await imported(text, after.time);
      world.nowMs = (after.time - 30) * 1000;
      const phone = world.phoneOf(secret);
      for (const code of wrongCodes(5, phone)) {
        expect(outcome(await mfa.signIn(USER, { code }))).toBe(WORDS[results[0]!]);
      }
      const before = await world.store.get(USER);
      expect(outcome(await mfa.signIn(USER, { code: whileLocked.login }))).toBe(WORDS[results[1]!]);
      expect(await world.store.get(USER)).toEqual(before);
      world.wait(STEP_MS);
      expect(outcome(await mfa.signIn(USER, { code: after.login }))).toBe(WORDS[results[2]!]);
    },
  );
});

itMissesNoCase('ef', ELSEWHERE);
