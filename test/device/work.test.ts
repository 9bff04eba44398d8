import fc from 'fast-check';
import { createPolicy, type MfaError, type OtpParameters, type Policy, secretFromBytes } from 'lockstep-mfa';
import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  type DevicePolicy,
  importDevice,
  type PendingDevice,
  resynchronizeDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it, vi } from 'vitest';
import type * as hmacModule from '../../src/core/hmac/hmac.js';
import { MAX_WORK, signInWork } from '../../src/device/policy.js';
import { offsetOfCode, offsetWork, positionsTried } from '../../src/device/verify.js';
import { outcome, pairOf, USER, World } from '../service/world.js';
import { answerOf } from '../support/bad-input.js';
import { thrown } from '../support/thrown.js';
import { DEFAULTS, START_MS, shown, shownPair } from './fixtures.js';

// No request computes more than 20,000 HMACs, whatever was typed. They are counted, and replaced by a cheap mixing of
// the key and the counter: their number is what matters here.

const work = vi.hoisted(() => ({ hmacs: 0 }));
vi.mock('../../src/core/hmac/hmac.js', async (original) => {
  const real = await original<typeof hmacModule>();
  const truncatedHmac: typeof real.truncatedHmac = () => (midstates, counter) => {
    work.hmacs++;
    let mixed = Math.imul(counter ^ (midstates[0] as number), 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return (mixed ^ (mixed >>> 13)) & 0x7fffffff;
  };
  return { ...real, truncatedHmac };
});

function hmacsOf(call: () => unknown): number {
  work.hmacs = 0;
  call();
  return work.hmacs;
}

const SECRET = secretFromBytes(new TextEncoder().encode('a secret for the tests'));
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;

/** Often small, now and then as much as there can be. */
const upTo = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(min, max),
    fc.double({ min: 0, max: 1, noNaN: true }).map((share) => Math.round(min * (max / min) ** share)),
  );

const windows = fc.constantFrom([1, 1], [0, 0], [9, 0], [0, 9], [5, 4], [2, 2]).map(([behind, ahead]) => {
  return { behind: behind as number, ahead: ahead as number };
});
const devicePolicies: fc.Arbitrary<DevicePolicy> = fc
  .record({
    window: windows,
    assignRangeSeconds: upTo(30, DAY_SECONDS),
    resynchronizeRangeSeconds: upTo(30, DAY_SECONDS),
    pendingLifeMs: upTo(60_000, DAY_MS),
  })
  .map((options) => createDevicePolicy(options));
const parameters: fc.Arbitrary<OtpParameters> = fc.record({
  algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  digits: fc.constantFrom(6, 7, 8),
  periodSeconds: fc.oneof(fc.constantFrom(1, 2, 5, 8, 9, 10, 14, 15, 16, 30, 60), upTo(1, DAY_SECONDS)),
});

/** Pairs that are wrong in every way that is told apart, and some that are right. */
function pairsOf(nowMs: number, own: OtpParameters): (readonly [string, string])[] {
  const [first, second] = shownPair(nowMs, 0, own, SECRET);
  const wrong = ['1', '2'].map((digit) => digit.repeat(own.digits)) as [string, string];
  return [
    wrong,
    [wrong[0], wrong[0]],
    [second, first],
    [shown(nowMs, -2, own, SECRET), second],
    [first, wrong[1]],
    [first, second],
    // What an app shows that ignores the parameters.
    shownPair(nowMs, 0, DEFAULTS, SECRET),
    ['111111', '222222'],
    shownPair(nowMs, Math.floor(DAY_SECONDS / own.periodSeconds), own, SECRET),
  ];
}

interface Made {
  readonly policy: DevicePolicy;
  readonly own: OtpParameters;
  readonly pending: PendingDevice;
  readonly nowMs: number;
}

/** A pending device at the end of its life; undefined where the policy and the parameters refuse each other. */
function made(policy: DevicePolicy, own: OtpParameters): Made | undefined {
  const options = { serialNumber: 'phone', nowMs: START_MS, policy, parameters: own };
  const answer = answerOf(() => createDevice(options));
  // A period must be shorter than the pending device's life, and not make too many positions.
  if (answer === 'invalid-argument' || answer === 'risky-policy') return undefined;
  return { policy, own, pending: createDevice(options), nowMs: START_MS + policy.pendingLifeMs - 1 };
}

/** Assigned as late as can be, so that as much as can be is accepted at the next sign-in. */
function assignedOf({ policy, own, pending, nowMs }: Made): AssignedDevice {
  const result = assignDevice(pending, SECRET, shownPair(nowMs, 0, own, SECRET), { nowMs, policy });
  if (!result.ok) throw new Error(result.reason);
  return result.device;
}

/** The HMACs of every call that this device can be in, the greatest first. */
function worksOf(one: Made, policy: DevicePolicy = one.policy): number[] {
  const { own, pending, nowMs } = one;
  const options = { nowMs, policy };
  const assigned = assignedOf(one);
  const far = Math.floor(policy.assignRangeSeconds / own.periodSeconds);
  const states = [assigned, { ...assigned, offsets: [far, -far, 0].slice(0, 2), lastCounter: 0 }];
  const calls = pairsOf(nowMs, own).flatMap((codes) => [
    () => assignDevice(pending, SECRET, codes, options),
    ...states.flatMap((device) => [
      () => resynchronizeDevice(device, SECRET, codes, options),
      () => verifyCode(device, SECRET, codes[0], options),
    ]),
  ]);
  return calls.map(hmacsOf).sort((a, b) => b - a);
}

function adoptWorks({ policy, own, nowMs }: Made): number[] {
  const options = { serialNumber: 'token', nowMs, policy, parameters: own };
  const calls = pairsOf(nowMs, own).map((codes) => () => adoptDevice(SECRET, codes, options));
  return calls.map(hmacsOf).sort((a, b) => b - a);
}

describe('a call with a device computes no more than 20,000 HMACs', () => {
  it('whatever the policy and the parameters that were accepted, and whatever was typed', () => {
    let [most, count] = [0, 0];
    fc.assert(
      fc.property(devicePolicies, parameters, (policy, own) => {
        const one = made(policy, own);
        if (one === undefined) return;
        count++;
        const [own1, adopting] = [worksOf(one)[0]!, adoptWorks(one)[0]!];
        most = Math.max(most, own1, adopting);
        expect(own1).toBeLessThanOrEqual(MAX_WORK);
        expect(adopting).toBeLessThanOrEqual(MAX_WORK);
      }),
      { numRuns: 400 },
    );
    expect(count).toBeGreaterThan(100);
    expect(most, 'the bound is reached, or nearly').toBeGreaterThan(0.9 * MAX_WORK);
  });

  it('also of an import whose codes are wrong in no way that is told, by a step of every cost', () => {
    let most = 0;
    for (let periodSeconds = 5; periodSeconds <= 20; periodSeconds++) {
      const own = { algorithm: 'SHA256', digits: 8, periodSeconds } as const;
      for (let resynchronizeRangeSeconds = 30; resynchronizeRangeSeconds < 30_000; resynchronizeRangeSeconds += 97) {
        const policy = createDevicePolicy({ resynchronizeRangeSeconds });
        const options = { serialNumber: 'token', nowMs: START_MS, policy, parameters: own };
        most = Math.max(
          most,
          hmacsOf(() => adoptDevice(SECRET, ['11111111', '22222222'], options)),
        );
      }
    }
    expect(most).toBeGreaterThan(0.99 * MAX_WORK);
    expect(most).toBeLessThanOrEqual(MAX_WORK);
  });

  it('also where the policy was widened after the device was made', () => {
    let widened = 0;
    fc.assert(
      fc.property(devicePolicies, devicePolicies, parameters, (policy, later, own) => {
        const one = made(policy, own);
        if (one === undefined) return;
        if (made(later, own) === undefined) widened++;
        expect(worksOf(one, later)[0]).toBeLessThanOrEqual(MAX_WORK);
      }),
      { numRuns: 400 },
    );
    expect(widened).toBeGreaterThan(20);
  });

  it('and keeps no more slack than a range from end to end that may be searched', () => {
    const own = { ...DEFAULTS, periodSeconds: 1 };
    const one = made(createDevicePolicy({ pendingLifeMs: DAY_MS }), own)!;
    expect(assignedOf(one).slackSteps).toBe(1200);
    const later = createDevicePolicy({ assignRangeSeconds: DAY_SECONDS, pendingLifeMs: DAY_MS });
    expect(assignedOf({ ...one, policy: later }).slackSteps).toBe(2 * 9939);
  });

  it('a sign-in no more than the sum says by which a user’s devices are admitted', () => {
    fc.assert(
      fc.property(devicePolicies, parameters, (policy, own) => {
        const one = made(policy, own);
        if (one === undefined) return;
        const device = assignedOf(one);
        const { nowMs } = one;
        const tried = hmacsOf(() => verifyCode(device, SECRET, '1'.repeat(own.digits), { nowMs, policy }));
        expect(tried).toBe(positionsTried(device, { nowMs, policy }));
        expect(tried).toBeLessThanOrEqual(signInWork(policy, own));
        const looking = hmacsOf(() => offsetOfCode(device, SECRET, '1'.repeat(own.digits), { nowMs, policy }));
        expect(looking).toBe(offsetWork(device, policy));
      }),
      { numRuns: 400 },
    );
  });

  it('and no malformed code computes any', () => {
    const one = made(createDevicePolicy(), DEFAULTS)!;
    const device = assignedOf(one);
    const options = { nowMs: one.nowMs };
    for (const typed of ['', '1'.repeat(1_000_000), ' '.repeat(1_000_000), `${' '.repeat(195)}123456`]) {
      const calls = [
        () => verifyCode(device, SECRET, typed, options),
        () => resynchronizeDevice(device, SECRET, [typed, '123456'], options),
        () => assignDevice(one.pending, SECRET, ['123456', typed], options),
      ];
      for (const call of calls) {
        expect(outcome(call())).toBe('malformed-code');
        expect(hmacsOf(call)).toBe(0);
      }
      expect(offsetOfCode(device, SECRET, typed, options)).toBeUndefined();
    }
    expect(outcome(verifyCode(device, SECRET, `${' '.repeat(194)}123456`, options))).toBe('code-mismatch');
  });
});

describe('what needs more for its decision is refused when it is made, with the numbers', () => {
  const refusal = (make: () => unknown): Pick<MfaError, 'code' | 'message'> => {
    const { code, message } = thrown(make);
    return { code, message };
  };
  const allowed = 'and 20000 is the most that is allowed';

  it('a device of a short period', () => {
    const make = (resynchronizeRangeSeconds: number) => {
      const own = { periodSeconds: 1, digits: 7 } as const;
      const policy = createDevicePolicy({ resynchronizeRangeSeconds });
      return { serialNumber: 'token', nowMs: START_MS, policy, parameters: own };
    };
    const too = {
      code: 'risky-policy',
      message: `a search for two codes of 1 s would compute 20002 codes, ${allowed}`,
    };
    expect(refusal(() => createDevice(make(9940)))).toEqual(too);
    expect(refusal(() => importDevice(make(9940)))).toEqual(too);
    expect(refusal(() => adoptDevice(SECRET, ['1111111', '2222222'], make(9940)))).toEqual(too);
    const device = importDevice(make(9939));
    const search = () =>
      resynchronizeDevice(device, SECRET, ['1111111', '2222222'], { nowMs: START_MS, policy: make(9939).policy });
    // One step fewer than the risk is computed for: only behind codes are looked for that were typed late.
    expect(hmacsOf(search)).toBe(19_940);
  });

  it('a policy whose devices, assigned late, would cost one sign-in too much', () => {
    const late = { assignRangeSeconds: DAY_SECONDS, pendingLifeMs: DAY_MS };
    expect(refusal(() => createPolicy(late))).toEqual({
      code: 'risky-policy',
      message: `maxDevices: a sign-in over 8 devices would compute 23152 codes, ${allowed}`,
    });
    expect(createPolicy({ ...late, maxDevices: 6 }).maxDevices).toBe(6);
    expect(createPolicy({ maxDevices: 100 }).maxDevices).toBe(100);
  });
});

describe('a sign-in over many devices', () => {
  const policies: fc.Arbitrary<Policy | undefined> = fc
    .record({
      window: windows,
      assignRangeSeconds: upTo(30, DAY_SECONDS),
      resynchronizeRangeSeconds: upTo(30, DAY_SECONDS),
      pendingLifeMs: upTo(60_000, DAY_MS),
      maxDevices: fc.constantFrom(1, 2, 8, 20, 100),
      maxPendingDevices: fc.constantFrom(1, 3, 10),
    })
    .map((options) => {
      return answerOf(() => createPolicy(options)) === 'ok' ? createPolicy(options) : undefined;
    });

  /** Adds devices as long as they are taken, some of them pending at the same time, all assigned as late as can be. */
  async function fill(world: World, sets: readonly (readonly OtpParameters[])[], policy: Policy): Promise<number> {
    let refused = 0;
    for (const [n, set] of sets.entries()) {
      const begun: Awaited<ReturnType<World['begin']>>[] = [];
      for (const [i, own] of set.entries()) {
        try {
          begun.push(await world.begin({ by: 'administrator', name: `phone ${n} ${i}`, parameters: own }));
        } catch {
          refused++;
        }
      }
      world.wait(policy.pendingLifeMs - 1);
      for (const { enrollment, phone } of begun.slice(-policy.maxPendingDevices)) {
        await world.desk.assignDevice(USER, { enrollment, codes: pairOf(phone) });
      }
    }
    return refused;
  }

  it('computes no more than 20,000 HMACs with any policy and any devices that were accepted', async () => {
    let [most, refusals, leftOut, lookedFor] = [0, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        policies,
        fc.array(fc.array(parameters, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        async (policy, sets) => {
          if (policy === undefined) return;
          const world = new World({ policy });
          refusals += await fill(world, sets, policy);
          if ((await world.store.get(USER)) === undefined) return; // No device was taken.
          const { devices } = await world.record();
          const assigned = devices.flatMap(({ device }) => (device.status === 'assigned' ? [device] : []));
          for (const typed of ['111111', '1111111', '11111111']) {
            work.hmacs = 0;
            await world.mfa.signIn(USER, { code: typed });
            most = Math.max(most, work.hmacs);
            expect(work.hmacs).toBeLessThanOrEqual(MAX_WORK);
            const asked = assigned.filter(({ parameters: { digits } }) => digits === typed.length);
            const looking = asked.reduce((sum, device) => sum + offsetWork(device, policy), 0);
            if (looking === 0) continue;
            if (work.hmacs < looking) leftOut++;
            else lookedFor++;
          }
          for (const device of assigned.slice(0, 2)) {
            const { serialNumber, parameters: own } = device;
            const codes = ['1', '2'].map((digit) => digit.repeat(own.digits)) as [string, string];
            work.hmacs = 0;
            await world.mfa.resynchronizeDevice(USER, { serialNumber, codes });
            expect(work.hmacs).toBeLessThanOrEqual(MAX_WORK);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(most).toBeGreaterThan(0.7 * MAX_WORK);
    for (const seen of [refusals, leftOut, lookedFor]) expect(seen).toBeGreaterThan(0);
  });

  // Half an hour of one-second periods: 1,800 steps of slack, and 3,600 positions of the range each way.
  const short: Partial<OtpParameters> = { periodSeconds: 1 };

  it('two pending devices that cost too much together are refused when the second is made', async () => {
    const policy = createPolicy({ assignRangeSeconds: 4500, pendingLifeMs: 9_000_000 });
    const world = new World({ policy });
    const add = (name: string) => world.begin({ by: 'administrator', name, parameters: short });
    await add('one');
    await add('two');
    await expect(add('three')).rejects.toMatchObject({
      code: 'risky-policy',
      message: 'a sign-in over 3 devices would compute 27042 codes, and 20000 is the most that is allowed',
    });
    // Those that have ended count no more.
    world.wait(policy.pendingLifeMs);
    await add('three');
    expect((await world.record()).devices.map(({ name }) => name)).toEqual(['three']);
  });

  it('of the pending devices only those count that there is room for', async () => {
    const policy = createPolicy({ assignRangeSeconds: 4500, pendingLifeMs: 9_000_000, maxDevices: 2 });
    const world = new World({ policy });
    for (const name of ['one', 'two', 'three', 'four']) await world.begin({ name, parameters: short });
    expect((await world.record()).devices.map(({ name }) => name)).toEqual(['two', 'three', 'four']);
  });

  it('and of those the most costly', async () => {
    const policy = createPolicy({ assignRangeSeconds: 5500, pendingLifeMs: 11_000_000, maxDevices: 2 });
    const world = new World({ policy });
    const costly = { ...short, digits: 7 as const };
    await world.begin({ name: 'cheap' });
    await world.begin({ name: 'costly', parameters: costly });
    await world.begin({ name: 'cheap too' });
    await expect(world.begin({ name: 'costly too', parameters: costly })).rejects.toMatchObject({
      message: 'a sign-in over 2 devices would compute 22028 codes, and 20000 is the most that is allowed',
    });
  });

  /** A user of so many phones, all of them 20 minutes fast since they were assigned, and one wrong code that tells it. */
  async function outOfStep(phones: number): Promise<{ hmacs: number; world: World; answers: unknown[] }> {
    const policy = createPolicy({ resynchronizeRangeSeconds: 86_400 });
    const world = new World({ policy });
    const first = await world.enroll({ by: 'administrator' });
    for (let n = 2; n <= phones; n++) await world.enroll({ by: 'administrator', name: `phone ${n}` });
    const answers: unknown[] = [];
    for (let attempt = 0; attempt < 2; attempt++) {
      world.wait();
      work.hmacs = 0;
      answers.push(await world.mfa.signIn(USER, { code: first.phone.code({ steps: 40 }) }));
    }
    return { hmacs: work.hmacs, world, answers };
  }

  it('looks for the offset of a wrong code as long as that is within the bound, and answers the same without', async () => {
    const [few, many] = [await outOfStep(3), await outOfStep(4)];
    expect(few.hmacs).toBeGreaterThan(3 * 5761);
    expect(few.world.events.at(-1)).toMatchObject({ type: 'sign-in-failed', offsetSteps: 40 });
    expect(many.hmacs).toBeLessThan(500);
    expect(many.world.events.at(-1)).toMatchObject({ type: 'sign-in-failed' });
    expect(many.world.events.at(-1)).not.toHaveProperty('offsetSteps');
    expect(many.answers).toEqual(few.answers);
    const throttles = await Promise.all([few, many].map(async ({ world }) => (await world.record()).throttle.failures));
    expect(throttles).toEqual([2, 2]);
  });
});

describe('the diagnosis of a wrong pair', () => {
  /** Of eight digits, so that everything that an app may ignore is looked for. */
  const own: OtpParameters = { algorithm: 'SHA256', digits: 8, periodSeconds: 10 };
  const ask = (policy: DevicePolicy, codes: readonly [string, string]) => {
    const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS, policy, parameters: own });
    let answer: unknown;
    const hmacs = hmacsOf(() => {
      const { device: _, ...said } = assignDevice(pending, SECRET, codes, { nowMs: START_MS, policy });
      answer = said;
    });
    return { answer, hmacs };
  };
  const far = shownPair(START_MS, 8000, own, SECRET);

  it('is given in full where it is within the bound', () => {
    const policy = createDevicePolicy();
    expect(ask(policy, far).answer).toEqual({ ok: false, reason: 'clock-off', offsetMs: 80_000_000 });
    expect(ask(policy, far).hmacs).toBeGreaterThan(17_000);
  });

  it('leaves a step out that would go beyond it, and takes those that do not', () => {
    // The search itself and the look for reversed codes cost 2 · 2,002; a day of ten seconds costs 17,282.
    const policy = createDevicePolicy({ assignRangeSeconds: 10_000 });
    const swapped = [shown(START_MS, 0, own, SECRET), shown(START_MS, -1, own, SECRET)] as const;
    expect(ask(policy, swapped).answer).toEqual({ ok: false, reason: 'codes-reversed' });
    expect(ask(policy, far).answer).toEqual({ ok: false, reason: 'code-mismatch' });
    expect(ask(policy, far).hmacs).toBeLessThan(MAX_WORK);
  });

  it('names what the app ignores where the wider searches are left out', () => {
    const policy = createDevicePolicy({ assignRangeSeconds: 20_000 });
    const app = shownPair(START_MS, 0, { ...own, periodSeconds: 30 }, SECRET);
    const answer = { ok: false, reason: 'parameters-ignored', ignored: ['periodSeconds'] };
    expect(ask(policy, app).answer).toEqual(answer);
    expect(ask(policy, app).hmacs).toBeLessThanOrEqual(MAX_WORK);
  });
});
