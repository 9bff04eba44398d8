import fc from 'fast-check';
import { type ImportByAdministratorInput, type MfaStore, parseSecret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import type { VirtualAuthenticator } from 'lockstep-mfa/testing';
import { describe, expect, it } from 'vitest';
import type { UserRecord } from '../../src/user/record.js';
import { BAD_VALUES } from '../support/bad-input.js';
import { rejected } from '../support/thrown.js';
import { DAY_MS, keyOf, MINUTE_MS, outcome, pairOf, START_MS, STEP_MS, USER, World, yes } from './world.js';

// A used code never comes back, by no way: through a second device of its secret, other digits, a removal and an import.

const SECRET = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
const OTHER_SECRET = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const EIGHT = { digits: 8 } as const;

interface Answer {
  readonly ok: boolean;
  readonly reason?: string;
  readonly usableAtMs?: number;
}

function scene() {
  const world = new World();
  const { mfa, desk } = world;
  const token = world.phoneOf(SECRET);
  const eight = world.phoneOf(SECRET, EIGHT);
  /** An import by the administrator, without codes where none are given. */
  const add = (serialNumber: string, input: Partial<ImportByAdministratorInput> = {}): Promise<Answer> => {
    return desk.importDevice(USER, { name: serialNumber, serialNumber, secret: SECRET, ...input });
  };
  const remove = async (serialNumber: string) => yes(await desk.removeDevice(USER, { serialNumber }));
  const counter = (): number => Math.floor(world.nowMs / STEP_MS);
  return { world, mfa, desk, token, eight, add, remove, counter };
}

/** A pending device, and the secret that its app scanned. */
async function begun(world: World, name = 'pending') {
  const pending = await world.begin({ by: 'administrator', name });
  return { ...pending, secret: keyOf(pending.keyUri).secret };
}

/** Puts this secret into the pending device: nobody else can make two with the same. */
async function plant(world: World, name: string): Promise<Awaited<ReturnType<World['begin']>>> {
  const pending = await world.begin({ by: 'administrator', name });
  await world.tamper((record) => ({
    ...record,
    devices: record.devices.map((entry) => {
      const isPlanted = entry.device.serialNumber === pending.serialNumber;
      return isPlanted ? { ...entry, sealedSecret: 'plain.JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } : entry;
    }),
  }));
  return pending;
}

describe('two codes that are used by two ways are ok once', () => {
  type Ways = (all: ReturnType<typeof scene>) => Promise<readonly (() => Promise<Answer>)[]>;
  const WAYS: Readonly<Record<string, Ways>> = {
    'import of a pending secret, then its assignment': async ({ world, desk }) => {
      const { secret, enrollment, phone } = await begun(world);
      const codes = pairOf(phone);
      return [
        () => desk.importDevice(USER, { name: 'copy', secret, codes }),
        () => desk.assignDevice(USER, { enrollment, codes }),
      ];
    },
    'assignment, then import of its secret': async ({ world, desk }) => {
      const { secret, enrollment, phone } = await begun(world);
      const codes = pairOf(phone);
      return [
        () => desk.assignDevice(USER, { enrollment, codes }),
        () => desk.importDevice(USER, { name: 'copy', secret, codes }),
      ];
    },
    'import, then import of the same secret': async ({ add, token }) => {
      const codes = pairOf(token);
      return [() => add('A', { codes }), () => add('B', { codes })];
    },
    'import, then import with eight digits': async ({ add, token, eight }) => {
      return [() => add('A', { codes: pairOf(token) }), () => add('B', { codes: pairOf(eight), parameters: EIGHT })];
    },
    'import, removal, then import again': async ({ add, remove, token }) => {
      const codes = pairOf(token);
      return [
        () => add('A', { codes }),
        async () => {
          await remove('A');
          return add('A', { codes });
        },
      ];
    },
    'resynchronization of one device, then of the other': async ({ world, mfa, add, token, eight }) => {
      yes(await add('A'));
      yes(await add('B', { parameters: EIGHT }));
      world.wait(3 * STEP_MS);
      return [
        () => mfa.resynchronizeDevice(USER, { serialNumber: 'A', codes: pairOf(token) }),
        () => mfa.resynchronizeDevice(USER, { serialNumber: 'B', codes: pairOf(eight) }),
      ];
    },
    'resynchronization, then assignment of another a period later: one of its codes is used': async (all) => {
      const { world, desk, add, token } = all;
      yes(await add('A'));
      world.wait(3 * STEP_MS);
      const { enrollment } = await plant(world, 'planted');
      const codes = pairOf(token);
      return [
        () => desk.resynchronizeDevice(USER, { serialNumber: 'A', codes }),
        () => desk.assignDevice(USER, { enrollment, codes: pairOf(token, 1) }),
      ];
    },
    'import, then import of the same secret a period later: one of its codes is used': async ({ add, token }) => {
      return [() => add('A', { codes: pairOf(token) }), () => add('B', { codes: pairOf(token, 1) })];
    },
    'resynchronization, then assignment of another with the same secret': async ({ world, desk, add, token }) => {
      yes(await add('A'));
      world.wait(3 * STEP_MS);
      const { enrollment } = await plant(world, 'planted');
      const codes = pairOf(token);
      return [
        () => desk.resynchronizeDevice(USER, { serialNumber: 'A', codes }),
        () => desk.assignDevice(USER, { enrollment, codes }),
      ];
    },
  };

  it.each(Object.keys(WAYS))('%s', async (name) => {
    const [first, second] = await WAYS[name]!(scene());
    expect(outcome(await first!())).toBe('ok');
    expect(['code-reused', 'unknown-device']).toContain(outcome(await second!()));
  });

  it.each(Object.keys(WAYS).filter((name) => !/removal|later/.test(name)))('%s, at once', async (name) => {
    const ways = await WAYS[name]!(scene());
    const answers = await Promise.all(ways.map((way) => way()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('a pending device', () => {
  it.each<[string, (phone: VirtualAuthenticator) => object]>([
    ['with codes', (phone) => ({ codes: pairOf(phone) })],
    ['without codes', () => ({})],
  ])('ends where its secret is imported %s, and one of another secret stays', async (_, codesOf) => {
    const { world, desk, mfa } = scene();
    const { secret, enrollment, phone } = await begun(world);
    const other = await world.begin({ by: 'administrator', name: 'other' });
    yes(await desk.importDevice(USER, { name: 'copy', secret, ...codesOf(phone) }));
    expect(outcome(await desk.showDevice(USER, { enrollment }))).toBe('unknown-device');
    expect(outcome(await desk.showDevice(USER, { enrollment: other.enrollment }))).toBe('ok');
    world.wait(3 * STEP_MS);
    expect(outcome(await mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
  });

  it('ends where its secret is imported with other digits', async () => {
    const { world, desk } = scene();
    const { secret, enrollment } = await begun(world);
    const codes = pairOf(world.phoneOf(secret, EIGHT));
    yes(await desk.importDevice(USER, { name: 'copy', secret, parameters: EIGHT, codes }));
    expect(outcome(await desk.showDevice(USER, { enrollment }))).toBe('unknown-device');
  });

  it.each([{ algorithm: 'SHA256' }, { periodSeconds: 60 }] as const)(
    'stays where its secret is imported with %j, whose codes are others',
    async (parameters) => {
      const { world, desk } = scene();
      const { secret, enrollment, phone } = await begun(world);
      const codes = pairOf(world.phoneOf(secret, parameters));
      yes(await desk.importDevice(USER, { name: 'copy', secret, parameters, codes }));
      expect(outcome(await desk.assignDevice(USER, { enrollment, codes: pairOf(phone) }))).toBe('ok');
    },
  );

  it('is not written again by a malformed pair, and is by a wrong one', async () => {
    const { world, desk } = scene();
    const { enrollment, phone } = await begun(world);
    const row = await world.store.get(USER);
    for (const codes of [
      ['', ''],
      [phone.code(), '12345'],
      ['x'.repeat(1000), phone.code()],
    ] as const) {
      expect(outcome(await desk.assignDevice(USER, { enrollment, codes }))).toBe('malformed-code');
      expect(await world.store.get(USER)).toEqual(row);
    }
    const wrong = phone.wrongCode();
    expect(outcome(await desk.assignDevice(USER, { enrollment, codes: [wrong, phone.code()] }))).toBe('code-mismatch');
    expect(await world.store.get(USER)).not.toEqual(row);
  });
});

describe('a device of six digits and one of eight with one secret', () => {
  async function both() {
    const all = scene();
    yes(await all.add('six'));
    yes(await all.add('eight', { parameters: EIGHT }));
    all.world.wait(3 * STEP_MS);
    return all;
  }

  it('each takes a counter once, whichever came first, and named or not', async () => {
    for (const six of [true, false]) {
      for (const named of [true, false]) {
        const { mfa, token, eight } = await both();
        const inputs = [
          { code: token.code(), ...(named ? { serialNumber: 'six' } : {}) },
          { code: eight.code(), ...(named ? { serialNumber: 'eight' } : {}) },
        ];
        if (!six) inputs.reverse();
        const answers = [await mfa.signIn(USER, inputs[0]!), await mfa.signIn(USER, inputs[1]!)];
        expect(answers.map(outcome)).toEqual(['ok', 'code-reused']);
      }
    }
  });

  it('share a counter while one is suspended, and after it is reinstated', async () => {
    const { mfa, desk, token, eight } = await both();
    yes(await desk.suspendDevice(USER, { serialNumber: 'eight' }));
    yes(await mfa.signIn(USER, { code: token.code() }));
    yes(await desk.reinstateDevice(USER, { serialNumber: 'eight' }));
    expect(outcome(await mfa.signIn(USER, { code: eight.code() }))).toBe('code-reused');
  });

  it('never lower each other: an older code of one leaves the floor of the other', async () => {
    const { world, mfa, token } = await both();
    const floors = async () =>
      (await world.record()).devices.map(({ device }) => 'lastCounter' in device && device.lastCounter);
    const older = token.code({ steps: -1 });
    await world.tamper((record) => ({
      ...record,
      devices: record.devices.map((entry) => {
        const isEight = entry.device.serialNumber === 'eight';
        return isEight ? { ...entry, device: { ...entry.device, lastCounter: 99_000_000 } } : entry;
      }),
    }));
    const [before] = await floors();
    yes(await mfa.signIn(USER, { code: older, serialNumber: 'six' }));
    const [six, eight] = await floors();
    expect(six).toBeGreaterThan(before as number);
    expect(eight).toBe(99_000_000);
  });
});

describe('an import without codes', () => {
  it('of a phone one step fast does not take the code that the old system took last', async () => {
    const { world, mfa, add, token } = scene();
    token.offsetMs = STEP_MS;
    const usedThere = token.code();
    yes(await add('A'));
    expect(outcome(await mfa.signIn(USER, { code: usedThere }))).toBe('code-reused');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });

  it('with a window of more steps ahead does not take any of them', async () => {
    const world = new World({ policy: { window: { behind: 0, ahead: 3 } } });
    const token = world.phoneOf(SECRET);
    yes(await world.desk.importDevice(USER, { name: 'A', secret: SECRET }));
    for (const steps of [0, 1, 2, 3]) {
      expect(outcome(await world.mfa.signIn(USER, { code: token.code({ steps }) }))).toBe('code-reused');
    }
    world.wait();
    expect(outcome(await world.mfa.signIn(USER, { code: token.code({ steps: 3 }) }))).toBe('ok');
  });

  it('after a removal starts behind what the removed device used', async () => {
    const { world, mfa, add, remove, token } = scene();
    yes(await add('A'));
    world.wait(3 * STEP_MS);
    const code = token.code({ steps: 1 });
    const secondsLater = 5000;
    yes(await mfa.signIn(USER, { code }));
    await remove('A');
    world.wait(secondsLater);
    const usableAtMs = START_MS + 5 * STEP_MS;
    expect(await add('B')).toEqual({ ok: false, reason: 'code-reused', usableAtMs });
    world.nowMs = usableAtMs - 1;
    expect(await add('B')).toEqual({ ok: false, reason: 'code-reused', usableAtMs });
    world.nowMs = usableAtMs;
    yes(await add('B'));
    expect(outcome(await mfa.signIn(USER, { code }))).toBe('code-reused');
  });
});

describe('an import after the removal of a device, once retiredUntilMs has passed', () => {
  async function removed() {
    const all = scene();
    const codes = pairOf(all.token);
    yes(await all.add('A', { codes }));
    await all.remove('A');
    all.world.wait();
    expect((await all.world.record()).retiredUntilMs).toBe(all.world.nowMs);
    return { ...all, used: codes[1] };
  }

  it('takes no pair of which one code is used', async () => {
    const { world, add, token } = await removed();
    expect(await add('B', { codes: pairOf(token) })).toMatchObject({ ok: false, reason: 'code-reused' });
    world.wait();
    expect(outcome(await add('B', { codes: pairOf(token) }))).toBe('ok');
  });

  it('does not believe an older lastCounter of the old system', async () => {
    const { mfa, add, token, used } = await removed();
    yes(await add('B', { lastCounter: 0 }));
    expect(outcome(await mfa.signIn(USER, { code: used }))).toBe('code-reused');
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });
});

describe('what the old system knew of a token', () => {
  it.each([10, -10, 120, -120])('is its drift of %i periods: its next code signs in', async (driftSteps) => {
    const { world, mfa, add, token } = scene();
    token.offsetMs = driftSteps * STEP_MS;
    yes(await add('A', { driftSteps }));
    const [described] = (await mfa.describeUser(USER)).devices;
    expect(described).toMatchObject({ driftSteps });
    // What may have been used there never counts.
    for (const steps of [0, 1]) {
      expect(outcome(await mfa.signIn(USER, { code: token.code({ steps }) }))).toBe('code-reused');
    }
    world.wait(2 * STEP_MS);
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
    // And without it the token is out of step.
    yes(await world.desk.importDevice('user-2', { name: 'A', secret: SECRET }));
    world.wait(3 * STEP_MS);
    expect(outcome(await mfa.signIn('user-2', { code: token.code() }))).toBe('code-mismatch');
  });

  it('is its newest counter: that code never counts, and the next one does at once', async () => {
    const { mfa, add, token, counter } = scene();
    yes(await add('A', { lastCounter: counter() - 1 }));
    expect(outcome(await mfa.signIn(USER, { code: token.code({ steps: -1 }) }))).toBe('code-reused');
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });

  it('is no newer than a device of this secret used', async () => {
    const { world, mfa, add, token, counter } = scene();
    yes(await add('A'));
    world.wait(3 * STEP_MS);
    const code = token.code();
    yes(await mfa.signIn(USER, { code }));
    yes(await add('B', { lastCounter: counter() - 10, driftSteps: 0 }));
    expect(outcome(await mfa.signIn(USER, { code, serialNumber: 'B' }))).toBe('code-reused');
  });

  it.each<[string, (counter: number) => Partial<ImportByAdministratorInput>, boolean]>([
    ['a drift of the range', () => ({ driftSteps: 120 }), true],
    ['a drift of the range behind', () => ({ driftSteps: -120 }), true],
    ['a drift beyond the range', () => ({ driftSteps: 121 }), false],
    ['a drift beyond the range behind', () => ({ driftSteps: -121 }), false],
    ['a drift of five minutes in seconds', () => ({ driftSteps: 300 }), false],
    ['a drift of half a step', () => ({ driftSteps: 0.5 }), false],
    ['no counter yet', () => ({ lastCounter: 0 }), true],
    ['a counter as far ahead as a clock can be', (counter) => ({ lastCounter: counter + 150 }), true],
    ['a counter beyond that', (counter) => ({ lastCounter: counter + 151 }), false],
    ['a counter in seconds', (counter) => ({ lastCounter: counter * 30 }), false],
    ['a counter in milliseconds', (counter) => ({ lastCounter: counter * STEP_MS }), false],
    ['a counter below none', () => ({ lastCounter: -1 }), false],
  ])('with %s is taken, or is invalid-argument: case %#', async (_, known, isGood) => {
    const { world, add, counter } = scene();
    const call = add('A', known(counter()));
    if (isGood) expect(outcome(await call)).toBe('ok');
    else expect((await rejected(call)).code).toBe('invalid-argument');
    expect((await world.store.get(USER)) !== undefined).toBe(isGood);
  });

  it('is a whole number, and nothing else that comes', async () => {
    for (const name of ['driftSteps', 'lastCounter']) {
      for (const [what, bad] of Object.entries(BAD_VALUES)) {
        const call = scene().add('A', { [name]: bad });
        if (what === 'undefined' || (what === 'minus one' && name === 'driftSteps')) yes(await call);
        else expect((await rejected(call)).code, `${name}: ${what}`).toBe('invalid-argument');
      }
    }
  });

  it('says nothing beside two codes, which know better', async () => {
    const { world, mfa, add, token, counter } = scene();
    yes(await add('A', { codes: pairOf(token), driftSteps: 99, lastCounter: counter() + 99 }));
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });
});

describe('a removed device', () => {
  it('that was stolen stays away where the migration script runs again', async () => {
    const { world, mfa, desk, add, remove, token } = scene();
    await world.enroll();
    yes(await add('stolen'));
    await remove('stolen');
    for (const days of [0, 1, 1000]) {
      world.wait(days * DAY_MS);
      expect(await add('stolen')).toEqual({ ok: false, reason: 'removed' });
      expect(outcome(await add('stolen', { name: '', lastCounter: 0, driftSteps: 0 }))).toBe('removed');
    }
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('code-mismatch');
    expect(outcome(await add('another', { secret: OTHER_SECRET }))).toBe('ok');
    expect(outcome(await desk.importDevice('user-2', { name: 'x', serialNumber: 'stolen', secret: SECRET }))).toBe(
      'ok',
    );
    expect((await mfa.describeUser(USER)).devices.map(({ name }) => name)).toEqual(['phone', 'another']);
  });

  it.each(['the user', 'an administrator'])(
    'comes back by two right codes, typed by %s, and by no wrong ones',
    async (who) => {
      const { world, mfa, add, remove, token } = scene();
      const { phone } = await world.enroll();
      yes(await add('found'));
      await remove('found');
      const { proof } = yes(await mfa.signIn(USER, { code: phone.code() }));
      const bring = (codes: readonly [unknown, unknown]): Promise<Answer> => {
        const input = { name: 'found', serialNumber: 'found', secret: SECRET, codes };
        return who === 'the user' ? mfa.importDevice(USER, { ...input, proof }) : world.desk.importDevice(USER, input);
      };
      const wrong = token.wrongCode();
      expect(outcome(await bring([wrong, token.code()]))).toBe('code-mismatch');
      expect(outcome(await bring(pairOf(token)))).toBe('ok');
      world.wait();
      expect(outcome(await mfa.signIn(USER, { code: token.code(), serialNumber: 'found' }))).toBe('ok');
      expect(outcome(await add('found'))).toBe('already-assigned');
      await remove('found');
      expect(outcome(await add('found'))).toBe('removed');
    },
  );

  it('that was imported with codes is removed for the migration script, too', async () => {
    const { add, remove, token } = scene();
    yes(await add('A', { codes: pairOf(token) }));
    await remove('A');
    expect(outcome(await add('A'))).toBe('removed');
  });

  it('is remembered where its serial number was chosen: of others nobody knows the number', async () => {
    const { world, desk, remove } = scene();
    const { serialNumber } = yes(await desk.importDevice(USER, { name: 'A', secret: SECRET })).device;
    const enrolled = await world.enroll({ by: 'administrator' });
    await remove(serialNumber);
    await remove(enrolled.serialNumber);
    expect(await world.record()).not.toHaveProperty('removedSerialNumbers');
    const pending = await world.begin({ name: 'new' });
    yes(await desk.removeDevice(USER, { serialNumber: pending.serialNumber }));
    expect(await world.record()).not.toHaveProperty('removedSerialNumbers');
  });
});

describe('the serial numbers of removed devices', () => {
  /** Imported and removed, `count` of them. */
  async function pass(all: ReturnType<typeof scene>, prefix: string, count: number, withCodes: boolean) {
    for (let i = 0; i < count; i++) {
      yes(await all.add(`${prefix} ${i}`, withCodes ? { codes: pairOf(all.token) } : {}));
      await all.remove(`${prefix} ${i}`);
      all.world.wait(4 * STEP_MS);
    }
  }
  async function rememberedOf({ add, remove }: ReturnType<typeof scene>, numbers: readonly string[]) {
    const removed: string[] = [];
    for (const number of numbers) {
      const answer = await add(number);
      if (outcome(answer) === 'removed') removed.push(number);
      else await remove(number);
    }
    return removed;
  }
  const numbers = (prefix: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${prefix} ${from + i}`);

  it('are the newest hundred of those imported without codes', async () => {
    const all = scene();
    await pass(all, 'HW', 103, false);
    expect((await all.world.record()).removedSerialNumbers).toHaveLength(100);
    // The first three are forgotten; what is asked last is not pushed out by asking.
    expect(await rememberedOf(all, numbers('HW', 3, 103))).toEqual(numbers('HW', 3, 103));
    expect(await rememberedOf(all, numbers('HW', 0, 3))).toEqual([]);
  });

  it('are the newest twenty of those imported with codes, which never push out the others', async () => {
    const all = scene();
    await pass(all, 'HW', 5, false);
    await pass(all, 'mine', 23, true);
    await pass(all, 'HW later', 2, false);
    const { removedSerialNumbers = [] } = await all.world.record();
    expect(removedSerialNumbers.map(({ imported }) => imported)).toEqual([
      ...Array.from({ length: 5 }, () => 'without-codes'),
      ...Array.from({ length: 20 }, () => 'with-codes'),
      ...Array.from({ length: 2 }, () => 'without-codes'),
    ]);
    expect(await rememberedOf(all, numbers('mine', 3, 23))).toEqual(numbers('mine', 3, 23));
    expect(await rememberedOf(all, numbers('HW', 0, 5))).toEqual(numbers('HW', 0, 5));
  });

  it('stay among those without codes, where somebody imports one with codes and removes it again', async () => {
    const all = scene();
    await pass(all, 'stolen', 1, false);
    // A thief with a session and a secret of their own.
    await pass(all, 'stolen', 1, true);
    await pass(all, 'mine', 25, true);
    expect(outcome(await all.add('stolen 0'))).toBe('removed');
    const { removedSerialNumbers = [] } = await all.world.record();
    expect(removedSerialNumbers.filter(({ imported }) => imported === 'without-codes')).toHaveLength(1);
  });

  it('stand as hashes of 128 bits', async () => {
    const all = scene();
    await pass(all, 'HW', 2, false);
    const { removedSerialNumbers = [] } = await all.world.record();
    for (const { hash } of removedSerialNumbers) expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(removedSerialNumbers)).not.toContain('HW');
  });
});

describe('a server clock that was a day ahead while importing', () => {
  async function imported(input: Partial<ImportByAdministratorInput> = {}) {
    const all = scene();
    all.world.wait(DAY_MS);
    yes(await all.add('A', input));
    all.world.wait(-DAY_MS);
    return all;
  }
  const resynchronized = { serialNumber: 'A' };

  it('makes every code of that day code-reused, and two codes of the user change nothing', async () => {
    const { world, mfa, token } = await imported();
    const usableAtMs = START_MS + DAY_MS + 2 * STEP_MS;
    expect(await mfa.signIn(USER, { code: token.code() })).toEqual({ ok: false, reason: 'code-reused', usableAtMs });
    const before = (await world.record()).devices;
    const answer = await mfa.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) });
    expect(outcome(answer)).toBe('code-reused');
    expect((await world.record()).devices).toEqual(before);
  });

  it('is repaired by two codes that an administrator types', async () => {
    const { world, mfa, desk, token } = await imported();
    const codes = pairOf(token);
    yes(await desk.resynchronizeDevice(USER, { ...resynchronized, codes }));
    expect(outcome(await mfa.signIn(USER, { code: codes[1] }))).toBe('code-reused');
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
    // From the first accepted code on the floor is no assumption any more.
    expect((await world.record()).devices[0]!.device).not.toHaveProperty('assumedFrom');
    expect(outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes }))).toBe('code-reused');
  });

  it('is not repaired by wrong codes, which leave the floor as it is', async () => {
    const { world, desk, token } = await imported();
    const before = (await world.record()).devices;
    const codes = [token.wrongCode(), token.code()] as const;
    expect(outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes }))).toBe('code-mismatch');
    expect((await world.record()).devices).toEqual(before);
  });

  it('with the drift that the old system knew is repaired as well', async () => {
    const { world, mfa, desk, token } = await imported({ driftSteps: -9 });
    token.offsetMs = -9 * STEP_MS;
    yes(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) }));
    world.wait();
    expect(outcome(await mfa.signIn(USER, { code: token.code() }))).toBe('ok');
  });

  it('never lowers a floor below a given lastCounter', async () => {
    const { world, desk, token } = scene();
    const lastCounter = START_MS / STEP_MS + 5;
    const input = { name: 'A', serialNumber: 'A', secret: SECRET, lastCounter };
    yes(await desk.importDevice(USER, input));
    expect(outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) }))).toBe(
      'code-reused',
    );
    world.wait(7 * STEP_MS);
    expect(outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) }))).toBe('ok');
  });

  it('never lowers a floor below what a removed device used', async () => {
    const all = scene();
    const { world, mfa, desk, token } = all;
    yes(await all.add('before'));
    world.wait(3 * STEP_MS);
    const codes = pairOf(token);
    yes(await mfa.signIn(USER, { code: codes[1] }));
    await all.remove('before');
    world.wait(DAY_MS);
    yes(await all.add('A'));
    world.wait(-DAY_MS);
    const resynchronize = async (pair: readonly [string, string]) =>
      outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pair }));
    expect(await resynchronize(codes)).toBe('code-reused');
    world.wait();
    // One of the two is used.
    expect(await resynchronize(pairOf(token))).toBe('code-reused');
    world.wait();
    expect(await resynchronize(pairOf(token))).toBe('ok');
  });

  it('never lowers a floor below what was used by a device that was removed after the import', async () => {
    const { world, desk, add, remove, token } = await imported();
    const other = world.phoneOf(OTHER_SECRET);
    yes(await add('B', { secret: OTHER_SECRET, codes: pairOf(other, 3) }));
    await remove('B');
    const resynchronize = async () =>
      outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) }));
    expect(await resynchronize()).toBe('code-reused');
    world.wait(5 * STEP_MS);
    expect(await resynchronize()).toBe('ok');
  });

  it('never lowers a floor below what another device of the secret had used before', async () => {
    const all = scene();
    const { world, desk, token, eight } = all;
    yes(await all.add('B', { parameters: EIGHT, codes: pairOf(eight) }));
    const codes = pairOf(token);
    world.wait(DAY_MS);
    yes(await all.add('A'));
    world.wait(-DAY_MS);
    const resynchronize = async (pair: readonly [string, string]) =>
      outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pair }));
    expect(await resynchronize(codes)).toBe('code-reused');
    world.wait();
    expect(await resynchronize(pairOf(token))).toBe('code-reused');
    world.wait();
    expect(await resynchronize(pairOf(token))).toBe('ok');
  });

  it('never lowers a floor below what another device of the secret used since', async () => {
    const all = scene();
    const { world, mfa, desk, token, eight } = all;
    yes(await all.add('B', { parameters: EIGHT, codes: pairOf(eight) }));
    world.wait(DAY_MS);
    yes(await all.add('A'));
    world.wait(5 * STEP_MS - DAY_MS);
    yes(await mfa.signIn(USER, { code: eight.code(), serialNumber: 'B' }));
    const resynchronize = async () =>
      outcome(await desk.resynchronizeDevice(USER, { ...resynchronized, codes: pairOf(token) }));
    expect(await resynchronize()).toBe('code-reused');
    world.wait(2 * STEP_MS);
    expect(await resynchronize()).toBe('ok');
  });
});

describe('retiredUntilMs', () => {
  it('is the end of the newest counter that an accepted code used, and absent where none was', async () => {
    const { world, mfa, add, remove, token } = scene();
    yes(await add('A'));
    await remove('A');
    expect(await world.record()).not.toHaveProperty('retiredUntilMs');
    yes(await add('B'));
    world.wait(3 * STEP_MS);
    yes(await mfa.signIn(USER, { code: token.code() }));
    world.wait(10 * MINUTE_MS);
    await remove('B');
    expect((await world.record()).retiredUntilMs).toBe(START_MS + 4 * STEP_MS);
  });

  it('is the newest of all removed devices, whatever was removed last', async () => {
    const { world, add, remove, token } = scene();
    const other = world.phoneOf(OTHER_SECRET);
    yes(await add('old', { codes: pairOf(token) }));
    yes(await add('new', { secret: OTHER_SECRET, codes: pairOf(other, 9) }));
    await remove('new');
    await remove('old');
    expect((await world.record()).retiredUntilMs).toBe(START_MS + 10 * STEP_MS);
  });

  it('of a clock that was a year ahead is no farther than a device can be, and then an import works again', async () => {
    const { world, add, remove, token } = scene();
    world.wait(366 * DAY_MS);
    yes(await add('A', { codes: pairOf(token) }));
    world.wait(-366 * DAY_MS + 7000);
    await remove('A');
    // The range of an hour, 15 minutes late, two steps of slack, two round it, and the period itself.
    const usableAtMs = world.nowMs + (120 + 30 + 2 + 2 + 1) * STEP_MS;
    expect((await world.record()).retiredUntilMs).toBe(usableAtMs);
    const answer = await add('B', { secret: OTHER_SECRET });
    // It ends within a period, whose code counts as used.
    expect(answer).toEqual({ ok: false, reason: 'code-reused', usableAtMs: usableAtMs - 7000 + STEP_MS });
    world.nowMs = answer.usableAtMs!;
    const codes = world.phoneOf(OTHER_SECRET).codes();
    yes(await add('B', { secret: OTHER_SECRET, codes }));
  });

  it('does not stand in the way of a token that is imported before the old one is removed', async () => {
    const { world, mfa, add, remove, token } = scene();
    yes(await add('old', { codes: pairOf(token) }));
    world.wait();
    yes(await mfa.signIn(USER, { code: token.code() }));
    yes(await add('new', { secret: OTHER_SECRET, codes: pairOf(world.phoneOf(OTHER_SECRET)) }));
    await remove('old');
    expect((await mfa.describeUser(USER)).devices).toMatchObject([{ name: 'new' }]);
  });
});

describe('usableAtMs of code-reused is true', () => {
  type Attempt = (codes: readonly [string, string]) => Promise<Answer>;
  type Scene = ReturnType<typeof scene>;
  /** What answers code-reused to the two codes with which the device was imported just now. */
  const WAYS: Readonly<Record<string, (all: Scene) => Promise<Attempt>>> = {
    'at sign-in': async ({ mfa }) => {
      return ([code]) => mfa.signIn(USER, { code });
    },
    'when resynchronizing': async ({ mfa }) => {
      return (codes) => mfa.resynchronizeDevice(USER, { serialNumber: 'A', codes });
    },
    'when importing the secret of another device': async ({ add }) => {
      return (codes) => add('B', { codes });
    },
    'when assigning the secret of another device': async ({ world, desk }) => {
      const { enrollment } = await plant(world, 'planted');
      return (codes) => desk.assignDevice(USER, { enrollment, codes });
    },
    'when importing again with codes': async ({ add, remove }) => {
      await remove('A');
      return (codes) => add('A', { codes });
    },
    'when importing again without codes': async ({ add, remove }) => {
      await remove('A');
      return () => add('B');
    },
  };

  it.each(Object.keys(WAYS))('%s: the codes that the device shows from then on are taken', async (name) => {
    for (const steps of [0, 3, 17]) {
      for (const intoPeriodMs of [0, 11_000, STEP_MS - 1]) {
        const all = scene();
        const { token, world } = all;
        token.offsetMs = steps * STEP_MS;
        world.wait(intoPeriodMs);
        const codes = pairOf(token);
        yes(await all.add('A', { codes }));
        const attempt = await WAYS[name]!(all);
        // The newer one is the one that the device shows.
        const refused = await attempt(name === 'at sign-in' ? [codes[1], codes[0]] : codes);
        expect(refused).toMatchObject({ ok: false, reason: 'code-reused' });
        expect(refused.usableAtMs).toBeGreaterThan(world.nowMs);
        world.nowMs = refused.usableAtMs!;
        const fresh = name === 'at sign-in' ? ([token.code(), ''] as const) : token.codes();
        expect(outcome(await attempt(fresh)), `${steps} steps`).toBe('ok');
      }
    }
  });

  it.each([15, 60, 300])('when importing a device of %i s after the removal of one of 30 s', async (periodSeconds) => {
    const all = scene();
    const { world, token } = all;
    world.wait(STEP_MS);
    yes(await all.add('A', { codes: pairOf(token) }));
    await all.remove('A');
    const parameters = { periodSeconds };
    const phone = world.phoneOf(OTHER_SECRET, parameters);
    const refused = await all.add('B', { secret: OTHER_SECRET, parameters, codes: pairOf(phone) });
    expect(refused).toMatchObject({ ok: false, reason: 'code-reused' });
    expect(refused.usableAtMs).toBe(
      Math.ceil((START_MS + 2 * STEP_MS) / (periodSeconds * 1000)) * periodSeconds * 1000,
    );
    world.nowMs = refused.usableAtMs!;
    expect(outcome(await all.add('B', { secret: OTHER_SECRET, parameters, codes: phone.codes() }))).toBe('ok');
  });
});

// ── whatever happens ──

interface Step {
  readonly what:
    | 'sign-in'
    | 'resynchronize'
    | 'import'
    | 'import-with-codes'
    | 'remove'
    | 'suspend'
    | 'reinstate'
    | 'assign';
  readonly eight: boolean;
  readonly named: boolean;
  readonly byDesk: boolean;
  readonly steps: number;
  readonly which: number;
  readonly waitSteps: number;
}

const lives = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      ...(['sign-in', 'sign-in', 'sign-in', 'resynchronize', 'import', 'import-with-codes'] as const),
      ...(['remove', 'remove', 'remove', 'import-with-codes', 'suspend', 'reinstate', 'assign'] as const),
    ),
    eight: fc.boolean(),
    named: fc.boolean(),
    byDesk: fc.boolean(),
    steps: fc.integer({ min: -1, max: 2 }),
    which: fc.nat(3),
    waitSteps: fc.constantFrom(0, 0, 0, 1, 2, 5),
  }),
  { maxLength: 40, size: 'max' },
);

describe('whatever happens to the devices of one secret', () => {
  /** Each counter that is accepted, by whatever way, is above all that were accepted before. */
  function property(storeOf: () => MfaStore): fc.IAsyncProperty<[Step[]]> {
    return fc.asyncProperty(lives, async (all) => {
      const world = new World({ store: storeOf() });
      const { mfa, desk } = world;
      // Its secret is that of all others.
      const { secret, enrollment } = await begun(world);
      let newest = -1;
      let devices = 0;
      for (const { what, eight, named, byDesk, steps, which, waitSteps } of all) {
        world.wait(waitSteps * STEP_MS);
        const parameters = eight ? EIGHT : {};
        const phone = world.phoneOf(secret, parameters);
        const serialNumber = eight ? 'eight' : 'six';
        const codes = pairOf(phone, steps);
        const input = { name: `device ${devices++}`, serialNumber, secret, parameters };
        const act: Readonly<Record<Step['what'], () => Promise<Answer>>> = {
          'sign-in': () => mfa.signIn(USER, { code: codes[1], ...(named ? { serialNumber } : {}) }),
          resynchronize: () => (byDesk ? desk : mfa).resynchronizeDevice(USER, { serialNumber, codes }),
          import: () => desk.importDevice(USER, { ...input, serialNumber: `${serialNumber} ${devices}` }),
          'import-with-codes': () => desk.importDevice(USER, { ...input, codes }),
          remove: async () => {
            const found = (await world.record()).devices[which];
            if (found === undefined) return { ok: false };
            return desk.removeDevice(USER, { serialNumber: found.device.serialNumber });
          },
          suspend: () => desk.suspendDevice(USER, { serialNumber }),
          reinstate: () => desk.reinstateDevice(USER, { serialNumber }),
          assign: () => desk.assignDevice(USER, { enrollment, codes: pairOf(world.phoneOf(secret), steps) }),
        };
        const { ok } = await act[what]();
        if (!ok || ['import', 'remove', 'suspend', 'reinstate'].includes(what)) continue;
        const counter = world.nowMs / STEP_MS + steps;
        const oldest = what === 'sign-in' ? counter : counter - 1;
        expect(oldest).toBeGreaterThan(newest);
        newest = counter;
      }
    });
  }

  it('every accepted code is newer than all before it', async () => {
    await fc.assert(property(memoryStore), { numRuns: 100, seed: 1 });
  });

  it.each<[string, (record: UserRecord) => UserRecord]>([
    ['removed devices leave nothing behind', ({ retiredUntilMs: _, ...record }) => record],
    [
      'each device knows its own codes alone',
      (record) => ({
        ...record,
        devices: record.devices.map((entry, i) => {
          const { device } = entry;
          if (i === 0 || device.status === 'pending') return entry;
          return { ...entry, device: { ...device, lastCounter: Math.min(device.lastCounter, START_MS / STEP_MS) } };
        }),
      }),
    ],
  ])('would be caught where %s', async (_, forgetting) => {
    const storeOf = (): MfaStore => {
      const store = memoryStore();
      return {
        get: (userId) => store.get(userId),
        compareAndSet: (userId, expected, next) => {
          return store.compareAndSet(
            userId,
            expected,
            next && { ...next, record: forgetting(next.record as UserRecord) },
          );
        },
      };
    };
    const { failed } = await fc.check(property(storeOf), { numRuns: 300, seed: 1, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
