import fc from 'fast-check';
import { createPolicy, type MfaError, type MfaService, type MfaStore, parseSecret } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { checkRace, type Race, type RaceOptions, withoutCompare } from './racing.js';
import {
  ADMINISTRATOR,
  type Begun,
  type Enrolled,
  outcome,
  pairOf,
  seededRandom,
  USER,
  World,
  wrongCodes,
  yes,
} from './world.js';

interface Scene extends Enrolled {
  readonly world: World;
}

async function enrolled(): Promise<Scene> {
  const world = new World();
  return { world, ...(await world.enroll()) };
}

/** Of each answer how many there were. */
function tally(answers: readonly { readonly ok: boolean; readonly reason?: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[outcome(answer)] = (counts[outcome(answer)] ?? 0) + 1;
  return counts;
}

/** As many servers do the same thing at once. */
function all<T>(race: Race, racers: number, act: (server: MfaService, index: number) => Promise<T>): Promise<T[]> {
  return race.run(Array.from({ length: racers }, (_, index) => act(race.server(), index)));
}

/** The rule holds in every order; and on a store without compare-and-set some order breaks it. */
function itHolds<S extends { readonly world: World }>(
  name: string,
  ready: () => Promise<S>,
  rule: (scene: S, race: Race, racers: number) => Promise<void>,
  options: RaceOptions = {},
): void {
  it(name, async () => {
    expect(await checkRace(ready, rule, options)).toEqual({ ruleBroken: false, report: '' });
  });
  it(`${name}: not without compare-and-set`, async () => {
    const { ruleBroken, report } = await checkRace(ready, rule, { ...options, spoil: withoutCompare, numRuns: 1000 });
    expect(ruleBroken, report).toBe(true);
  });
}

describe('racing with one code', () => {
  itHolds('exactly one signs in', enrolled, async ({ world, phone }, race, racers) => {
    const code = phone.code();
    const answers = await all(race, racers, (server) => server.signIn(USER, { code }));
    expect(tally(answers)).toEqual({ ok: 1, 'code-reused': racers - 1 });
    expect(world.eventTypes().filter((type) => type === 'signed-in')).toHaveLength(1);
    expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 0 });
  });

  itHolds(
    'exactly one of very many signs in, and nobody is counted',
    enrolled,
    async ({ world, phone }, race, racers) => {
      const code = phone.code();
      const answers = await all(race, racers, (server) => server.signIn(USER, { code }));
      const { ok, 'code-reused': reused = 0, conflict = 0 } = tally(answers);
      expect(ok).toBe(1);
      expect(reused + conflict).toBe(racers - 1);
      expect((await world.record()).throttle).toEqual({ failures: 0, strikes: 0 });
    },
    { racers: fc.constant(100), numRuns: 5 },
  );

  itHolds('signs in, or resynchronizes', enrolled, async ({ phone, serialNumber }, race) => {
    const code = phone.code();
    const codes = [code, phone.code({ steps: 1 })] as const;
    const answers = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
      race.server().signIn(USER, { code }),
      race.server().resynchronizeDevice(USER, { serialNumber, codes }),
    ]);
    expect(tally(answers)).toEqual({ ok: 1, 'code-reused': 1 });
  });

  itHolds('two codes resynchronize once', enrolled, async ({ world, phone, serialNumber }, race, racers) => {
    const codes = [phone.code({ steps: 40 }), phone.code({ steps: 41 })] as const;
    const answers = await all(race, racers, (server) => server.resynchronizeDevice(USER, { serialNumber, codes }));
    expect(tally(answers)).toEqual({ ok: 1, 'code-reused': racers - 1 });
    const { device } = (await world.record()).devices[0]!;
    expect(device).toMatchObject({ offsets: [41] });
  });

  itHolds(
    'a recovery code is used up once',
    async () => {
      const scene = await enrolled();
      const { recoveryCodes } = yes(await scene.world.mfa.createRecoveryCodes(USER, { proof: scene.proof }));
      return { ...scene, recoveryCode: recoveryCodes[3]! };
    },
    async ({ world, recoveryCode }, race, racers) => {
      const answers = await all(race, racers, (server) => server.signInWithRecoveryCode(USER, { recoveryCode }));
      expect(tally(answers)).toEqual({ ok: 1, 'recovery-code-reused': racers - 1 });
      expect((await world.record()).recovery).toMatchObject({ unused: { length: 9 }, used: { length: 1 } });
    },
  );

  itHolds(
    'every recovery code is used up, whatever else goes on',
    async () => {
      const scene = await enrolled();
      const { recoveryCodes } = yes(await scene.world.mfa.createRecoveryCodes(USER, { proof: scene.proof }));
      return { ...scene, recoveryCodes };
    },
    async ({ recoveryCodes, world }, race, racers) => {
      await all(race, racers, (server, i) => server.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[i] }));
      const { recoveryCodesLeft } = await world.mfa.describeUser(USER);
      expect(recoveryCodesLeft).toBe(10 - racers);
    },
  );
});

describe('racing wrong codes', () => {
  itHolds('each that was answered is counted, and no other', enrolled, async ({ world, phone }, race, racers) => {
    const guesses = wrongCodes(racers, phone);
    const answers = await all(race, racers, (server, i) => server.signIn(USER, { code: guesses[i] }));
    const { 'code-mismatch': failures = 0, locked = 0 } = tally(answers);
    expect(failures).toBe(Math.min(racers, 5));
    expect(locked).toBe(racers - failures);
    expect((await world.record()).throttle).toMatchObject({ failures, strikes: failures });
    expect(world.eventTypes().filter((type) => type === 'sign-in-failed')).toHaveLength(failures);
  });

  itHolds('beside a right one count as if they had come one after another', enrolled, async (scene, race, racers) => {
    const { world, phone } = scene;
    const guesses = wrongCodes(racers - 1, phone);
    const answers = await all(race, racers, (server, i) => server.signIn(USER, { code: guesses[i] ?? phone.code() }));
    let expected = { failures: 0, strikes: 0 };
    const events = world.events.filter(({ type }) => type === 'signed-in' || type === 'sign-in-failed');
    for (const { type } of events.sort((a, b) => a.seq - b.seq)) {
      const { failures, strikes } = expected;
      expected =
        type === 'signed-in'
          ? { failures: 0, strikes: Math.max(0, strikes - 1) }
          : { failures: failures + 1, strikes: strikes + 1 };
    }
    expect((await world.record()).throttle).toMatchObject(expected);
    const { ok = 0, 'code-mismatch': failed = 0 } = tally(answers);
    expect(events).toHaveLength(ok + failed);
  });

  itHolds(
    'five thousand at once get no more answers than five in a row',
    enrolled,
    async ({ world, phone }, race, racers) => {
      const guesses = wrongCodes(racers - 1, phone);
      guesses.splice(racers >> 1, 0, phone.code());
      const answers = await all(race, racers, (server, i) => server.signIn(USER, { code: guesses[i] }));
      const {
        ok = 0,
        'code-mismatch': failed = 0,
        locked = 0,
        conflict = 0,
        'code-reused': reused = 0,
      } = tally(answers);
      // A right code among them starts the count anew; all others said nothing about their code.
      expect(failed).toBeLessThanOrEqual(ok === 0 ? 5 : 9);
      expect(ok).toBeLessThanOrEqual(1);
      expect(ok + failed + locked + conflict + reused).toBe(racers);
      expect(locked).toBeGreaterThan(0);
      const { throttle } = await world.record();
      expect(throttle.strikes).toBeGreaterThanOrEqual(failed - ok);
    },
    { racers: fc.constant(5000), numRuns: 1 },
  );

  itHolds('on several devices count once each', twoPhones, async ({ world, phones }, race, racers) => {
    const guesses = wrongCodes(racers, ...phones.map(({ phone }) => phone));
    const answers = await all(race, racers, (server, i) => {
      const { serialNumber } = phones[i % 2]!;
      return i % 3 === 0
        ? server.resynchronizeDevice(USER, { serialNumber, codes: [guesses[i]!, guesses[i]!] })
        : server.signIn(USER, { serialNumber, code: guesses[i] });
    });
    const failures = Math.min(racers, 5);
    expect(tally(answers)['code-mismatch']).toBe(failures);
    expect((await world.record()).throttle.failures).toBe(failures);
  });
});

async function twoPhones(): Promise<Scene & { readonly phones: readonly Enrolled[] }> {
  const scene = await enrolled();
  const second = await scene.world.enroll({ by: scene.proof, name: 'tablet' });
  return { ...scene, phones: [scene, second] };
}

describe('racing to enroll', () => {
  async function pending(): Promise<Begun & { readonly world: World }> {
    const world = new World();
    return { world, ...(await world.begin()) };
  }

  itHolds('a form that was sent twice assigns once', pending, async ({ world, phone, enrollment }, race, racers) => {
    const codes = pairOf(phone);
    const answers = await all(race, racers, (server) => server.assignDevice(USER, { enrollment, codes }));
    expect(tally(answers)).toEqual({ ok: 1, 'already-assigned': racers - 1 });
    expect(world.eventTypes()).toEqual(['device-created', 'device-assigned']);
  });

  itHolds(
    'wrong pairs are counted exactly',
    pending,
    async ({ world, phone, enrollment }, race, racers) => {
      const [first, second] = wrongCodes(2, phone);
      const codes = [first, second] as const;
      await all(race, racers, (server) => server.assignDevice(USER, { enrollment, codes }));
      expect((await world.record()).devices[0]!.device).toMatchObject({ failures: racers });
    },
    { racers: fc.constant(3) },
  );

  itHolds(
    'of two first devices without a proof one is assigned',
    async () => {
      const world = new World();
      return { world, begun: [await world.begin(), await world.begin()] };
    },
    async ({ begun }, race) => {
      const answers = await race.run(
        begun.map(({ enrollment, phone }) => race.server().assignDevice(USER, { enrollment, codes: pairOf(phone) })),
      );
      expect(tally(answers)).toEqual({ ok: 1, 'mfa-required': 1 });
    },
  );

  itHolds(
    'the quota holds',
    async () => {
      const scene = await enrolled();
      const { world, proof } = scene;
      for (let i = 2; i <= 7; i++) await world.enroll({ by: proof, name: `phone ${i}` });
      const begun = await Promise.all(['a', 'b', 'c'].map((name) => world.begin({ by: proof, name })));
      return { ...scene, begun };
    },
    async ({ proof, begun }, race) => {
      const answers = await race.run(
        begun.map(({ enrollment, phone }) =>
          race.server().assignDevice(USER, { enrollment, codes: pairOf(phone), proof }),
        ),
      );
      expect(tally(answers)).toEqual({ ok: 1, 'too-many-devices': 2 });
    },
  );

  itHolds(
    'no set-up is lost',
    async () => ({ world: new World() }),
    async ({ world }, race, racers) => {
      const begun = Math.min(racers, 3);
      const input = { name: 'phone', account: 'alice' };
      const answers = await all(race, begun, (server) => server.createDevice(USER, input));
      expect(tally(answers)).toEqual({ ok: begun });
      expect((await world.record()).devices).toHaveLength(begun);
    },
  );
});

describe('a call that loses races', () => {
  /** Loses as many, to nobody or to a sign-in of the user. */
  function losing(world: World, losses: number, beforeEach: () => Promise<unknown> = async () => {}): MfaService {
    let lost = 0;
    const compareAndSet: typeof world.store.compareAndSet = async (...args) => {
      if (lost++ >= losses) return world.store.compareAndSet(...args);
      await beforeEach();
      return 'conflict';
    };
    return world.server({ store: { ...world.store, compareAndSet } });
  }
  const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');

  it.each([
    [1, 'nobody'],
    [7, 'nobody'],
    [1, 'another set-up'],
    [7, 'another set-up'],
  ])(
    'creates one device, of the serial number and the handle that it answers, after %i lost to %s',
    async (n, rival) => {
      const { world, proof } = await enrolled();
      const create = (name: string) => ({ name, account: 'alice', proof });
      const before = async () => rival === 'nobody' || yes(await world.mfa.createDevice(USER, create('rival')));
      const created = yes(await losing(world, n, before).createDevice(USER, create('new')));
      const { enrollment, device } = created;
      const { serialNumber } = device;
      const entries = (await world.record()).devices.filter(({ name }) => name === 'new');
      expect(entries.map((entry) => entry.device.serialNumber)).toEqual([serialNumber]);
      const events = world.events.filter((event) => 'name' in event && event.name === 'new');
      expect(events).toMatchObject([{ type: 'device-created', serialNumber }]);
      expect(yes(await world.mfa.showDevice(USER, { enrollment, proof }))).toEqual(created);
      const codes = pairOf(world.scan(created.keyUri));
      const assigned = yes(await world.mfa.assignDevice(USER, { enrollment, codes, proof }));
      expect(assigned.device.serialNumber).toBe(serialNumber);
    },
  );

  it('imports one device, of the serial number that it answers', async () => {
    const { world } = await enrolled();
    const mfa = losing(world, 2);
    const imported = yes(
      await mfa.asAdministrator(ADMINISTRATOR).importDevice(USER, { name: 'token', secret: SECRET }),
    );
    const entries = (await world.record()).devices.filter(({ name }) => name === 'token');
    expect(entries.map(({ device }) => device.serialNumber)).toEqual([imported.device.serialNumber]);
    expect(imported.device.serialNumber).toMatch(/^[0-9a-f]{20}$/);
  });

  it('makes the recovery codes that it answers, and draws them once', async () => {
    const { world, proof } = await enrolled();
    const asked: number[] = [];
    const random = seededRandom(3);
    const store = { ...world.store };
    let lost = 0;
    store.compareAndSet = async (...args) => (lost++ < 2 ? 'conflict' : world.store.compareAndSet(...args));
    const mfa = world.server({
      store,
      random: (byteLength) => {
        asked.push(byteLength);
        return random(byteLength);
      },
    });
    const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, { proof }));
    // The codes and their salt once; a revision for each try, since each is used once.
    expect(asked).toEqual([10 * 24, 16, 16, 16, 16]);
    expect(proof.generation).toBe((await world.record()).generation);
    const { unused } = (await world.record()).nextRecovery!;
    expect(unused).toHaveLength(10);
    for (const recoveryCode of recoveryCodes) {
      expect(outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode }))).toBe('ok');
    }
  });

  it('emits nothing for the tries that were lost', async () => {
    const { world, phone } = await enrolled();
    world.events.length = 0;
    yes(await losing(world, 3).signIn(USER, { code: phone.code() }));
    expect(world.eventTypes()).toEqual(['signed-in']);
  });

  it('has a row that was stored all the same, though the store said conflict: there is one device, and it is shown', async () => {
    const world = new World();
    let calls = 0;
    const store: MfaStore = {
      ...world.store,
      // As of a client that sends a command again when its answer is late.
      compareAndSet: async (...args) => {
        const written = await world.store.compareAndSet(...args);
        return calls++ === 0 ? 'conflict' : written;
      },
    };
    const created = yes(await world.server({ store }).createDevice(USER, { name: 'phone', account: 'alice' }));
    const { devices, history } = await world.record();
    expect(devices.map(({ device }) => device.serialNumber)).toEqual([created.device.serialNumber]);
    expect(history).toHaveLength(1);
    expect(world.events).toMatchObject([{ type: 'device-created', seq: 1 }]);
    const { enrollment } = created;
    expect(yes(await world.mfa.showDevice(USER, { enrollment }))).toEqual(created);
    const codes = pairOf(world.scan(created.keyUri));
    expect(outcome(await world.mfa.assignDevice(USER, { enrollment, codes }))).toBe('ok');
  });
});

describe('racing to remove', () => {
  itHolds(
    'the last device stays where the policy keeps it',
    async () => {
      const world = new World({ policy: createPolicy({ lastDeviceRemovable: false }) });
      const first = await world.enroll();
      const second = await world.enroll({ by: first.proof, name: 'tablet' });
      return { world, phones: [first, second] };
    },
    async ({ world, phones }, race) => {
      const [first, second] = phones.map(({ serialNumber }) => ({ serialNumber }));
      const desk = () => race.server().asAdministrator(ADMINISTRATOR);
      const answers = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
        desk().removeDevice(USER, first!),
        desk().suspendDevice(USER, second!),
      ]);
      expect(tally(answers)).toEqual({ ok: 1, 'last-device': 1 });
      const { devices } = await world.mfa.describeUser(USER);
      expect(devices.filter(({ status }) => status === 'assigned')).toHaveLength(1);
    },
  );

  itHolds('what was removed does not come back', enrolled, async (scene, race) => {
    const { world, phone, serialNumber, proof } = scene;
    const code = phone.code();
    const [signedIn, removed] = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
      race.server().signIn(USER, { code }),
      race.server().removeDevice(USER, { serialNumber, proof }),
    ]);
    expect(outcome(removed!)).toBe('ok');
    expect(['ok', 'not-assigned']).toContain(outcome(signedIn!));
    expect((await world.record()).devices).toEqual([]);
  });

  itHolds('what was suspended stays suspended', enrolled, async (scene, race) => {
    const { world, phone, serialNumber, proof } = scene;
    const code = phone.code();
    const [signedIn] = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
      race.server().signIn(USER, { code }),
      race.server().suspendDevice(USER, { serialNumber, proof }),
    ]);
    expect(['ok', 'suspended']).toContain(outcome(signedIn!));
    expect((await world.record()).devices[0]!.device.status).toBe('suspended');
  });

  itHolds('a user who was deleted does not come back', enrolled, async ({ world, phone }, race) => {
    const signIn = race.server().signIn(USER, { code: phone.code() });
    const [signedIn, deleted] = await race.run<{ readonly ok: boolean; readonly reason?: string }>([
      // Without a row nothing says whether a write has landed before the deletion.
      signIn.catch((error: MfaError) => ({ ok: false, reason: error.code })),
      race.server().deleteUser(USER),
    ]);
    expect(outcome(deleted!)).toBe('ok');
    expect(['ok', 'not-assigned', 'store-failed']).toContain(outcome(signedIn!));
    expect(world.eventTypes().filter((type) => type === 'signed-in')).toHaveLength(outcome(signedIn!) === 'ok' ? 1 : 0);
    expect(await world.store.get(USER)).toBe(undefined);
  });

  itHolds('of new recovery codes one set works, and all are ok', enrolled, async ({ world, proof }, race, racers) => {
    const { seq } = await world.record();
    const answers = await all(race, racers, (server) => server.createRecoveryCodes(USER, { proof }));
    expect(tally(answers)).toEqual({ ok: racers });
    expect((await world.record()).seq - seq).toBe(racers);
    const working: number[] = [];
    for (const answer of answers) {
      let works = 0;
      for (const recoveryCode of yes(answer).recoveryCodes) {
        if (outcome(await world.mfa.signInWithRecoveryCode(USER, { recoveryCode })) === 'ok') works++;
      }
      working.push(works);
    }
    expect(working.filter((works) => works === 10)).toHaveLength(1);
    expect(working.filter((works) => works === 0)).toHaveLength(racers - 1);
  });

  itHolds(
    'new recovery codes confirmed by several come into force once, and all of them work',
    async () => {
      const scene = await enrolled();
      const { recoveryCodes } = yes(await scene.world.mfa.createRecoveryCodes(USER, { proof: scene.proof }));
      return { ...scene, recoveryCodes };
    },
    async ({ world, proof, recoveryCodes }, race, racers) => {
      const answers = await all(race, racers, (server, i) =>
        server.confirmRecoveryCodes(USER, { recoveryCode: recoveryCodes[i], proof }),
      );
      // The first voids the proof of the others.
      expect(tally(answers)).toEqual({ ok: 1, 'mfa-required': racers - 1 });
      expect(world.eventTypes().filter((type) => type === 'recovery-codes-confirmed')).toHaveLength(1);
      const { recoveryCodesLeft, recoveryCodesUnconfirmed } = await world.mfa.describeUser(USER);
      expect([recoveryCodesLeft, recoveryCodesUnconfirmed]).toEqual([10, 0]);
    },
  );
});
