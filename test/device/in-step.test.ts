import fc from 'fast-check';
import { createPolicy, type OtpParameters, type Policy } from 'lockstep-mfa';
import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  resynchronizeDevice,
  type VerifyCodeResult,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { counterAt, DEFAULTS, imported, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

const DAY_MS = 86_400_000;

// A device that was assigned, imported with codes or resynchronized is in step: its next code signs in, whatever its
// clock and however slow the hand. Over all pairs of a clock error and a typing delay, in steps.

interface Pair {
  readonly clockSteps: number;
  readonly delaySteps: number;
}

function pairs(greatestError: number, delays: number): Pair[] {
  const errors = Array.from({ length: 2 * greatestError + 1 }, (_, i) => i - greatestError);
  return errors.flatMap((clockSteps) =>
    Array.from({ length: delays }, (_, delaySteps) => ({ clockSteps, delaySteps })),
  );
}

type Attempt = { readonly ok: boolean; readonly device: AssignedDevice; readonly nowMs: number };

/**
 * Scans at once, waits for the second code, and types both `delaySteps` after the second was first shown. In between the
 * server's clock was set back by `setBackSteps`.
 */
function assignWith({ clockSteps, delaySteps }: Pair, setBackSteps = 0): Attempt {
  const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS + setBackSteps * STEP_MS });
  const nowMs = START_MS + delaySteps * STEP_MS;
  const result = assignDevice(pending, SECRET, shownPair(nowMs, clockSteps - delaySteps), { nowMs });
  return { ok: result.ok, device: result.device as AssignedDevice, nowMs };
}

function resynchronizeWith({ clockSteps, delaySteps }: Pair): Attempt {
  const nowMs = START_MS;
  const codes = shownPair(nowMs, clockSteps - delaySteps);
  const { ok, device } = resynchronizeDevice(imported(), SECRET, codes, { nowMs });
  return { ok, device: device as AssignedDevice, nowMs };
}

function adoptWith({ clockSteps, delaySteps }: Pair): Attempt {
  const nowMs = START_MS;
  const codes = shownPair(nowMs, clockSteps - delaySteps);
  const result = adoptDevice(SECRET, codes, { serialNumber: 'phone', nowMs });
  return result.ok ? { ...result, nowMs } : { ok: false, device: imported(), nowMs };
}

const HOUR_STEPS = 120;
const WEEK_STEPS = 7 * 24 * HOUR_STEPS;

/** The first code after the pair, at once and up to a week later, read off promptly or while the next one came. */
function nextCodes(device: AssignedDevice, { clockSteps, delaySteps }: Pair, nowMs: number): VerifyCodeResult[] {
  const waits = [...(delaySteps > 0 ? [0] : []), 1, 2, HOUR_STEPS, WEEK_STEPS];
  return waits.flatMap((wait) => {
    const laterMs = nowMs + wait * STEP_MS;
    const late = wait + delaySteps > 1 ? [0, 1] : [0];
    return late.map((steps) => verifyCode(device, SECRET, shown(laterMs, clockSteps - steps), { nowMs: laterMs }));
  });
}

/** Breaks a rule on purpose. */
type Spoil = (device: AssignedDevice) => AssignedDevice;
const unspoilt: Spoil = (device) => device;
const withoutSlack: Spoil = ({ slackSteps: _, ...device }) => device;
const withoutOffset: Spoil = (device) => ({ ...withoutSlack(device), offsets: [0] });
const cutAt =
  (steps: number): Spoil =>
  (device) => ({ ...device, slackSteps: Math.min(device.slackSteps ?? 0, steps) });

/** How many succeeded, and after how many of those the next code failed. */
function tally(all: Pair[], attempt: (pair: Pair) => Attempt, spoil: Spoil = unspoilt) {
  let succeeded = 0;
  let fellOut = 0;
  for (const pair of all) {
    const { ok, device, nowMs } = attempt(pair);
    if (!ok) continue;
    succeeded++;
    if (nextCodes(spoil(device), pair, nowMs).some((result) => !result.ok)) fellOut++;
  }
  return { pairs: all.length, succeeded, fellOut };
}

describe('after ok from assignDevice', () => {
  const all = pairs(20, 30);
  const inRange = all.filter(({ clockSteps, delaySteps }) => clockSteps - delaySteps >= -20);

  it('the next code signs in, for every clock error and every delay in range', () => {
    // Of 41 clock errors and 30 delays, the 435 pairs whose codes are more than twenty steps old are refused.
    expect(tally(all, (pair) => assignWith(pair))).toEqual({ pairs: 1230, succeeded: 795, fellOut: 0 });
  });

  it('the next code signs in also where the server clock was set back meanwhile', () => {
    const typedBefore = inRange.filter(({ delaySteps }) => delaySteps < 29);
    const setBack = (pair: Pair): Attempt => assignWith(pair, 29);
    expect(tally(typedBefore, setBack)).toEqual({ pairs: 783, succeeded: 783, fellOut: 0 });
    expect(tally(typedBefore, setBack, (device) => ({ ...device, slackSteps: 0 })).fellOut).toBeGreaterThan(0);
  });

  it('would not without the slack for slow hands, nor without the offset', () => {
    expect(tally(inRange, (pair) => assignWith(pair), withoutSlack).fellOut).toBeGreaterThan(0);
    expect(tally(inRange, (pair) => assignWith(pair), withoutOffset).fellOut).toBeGreaterThan(0);
  });
});

describe.each([
  ['resynchronizeDevice', resynchronizeWith],
  ['adoptDevice', adoptWith],
])('after ok from %s', (_, attempt) => {
  const all = pairs(120, 31);
  /** Every third error and every fifth delay. */
  const some = all.filter(({ clockSteps, delaySteps }) => clockSteps % 3 === 0 && delaySteps % 5 === 0);

  it('the next code signs in, for every clock error in range and up to fifteen minutes of delay', () => {
    expect(tally(all, attempt)).toEqual({ pairs: 7471, succeeded: 7471, fellOut: 0 });
  });

  it('the next code signs in also where the clock is off by more than the range, and the codes were found', () => {
    const beyond = pairs(155, 31).filter(({ clockSteps }) => Math.abs(clockSteps) > 120);
    const found = beyond.filter(({ clockSteps, delaySteps }) => {
      const offset = clockSteps - delaySteps;
      return offset >= -150 && offset <= 120;
    });
    expect(tally(beyond, attempt)).toEqual({ pairs: 2170, succeeded: found.length, fellOut: 0 });
    expect(found.length).toBe(930);
  });

  it('would not without the slack for slow hands, with the last step of it cut, nor without the offset', () => {
    expect(tally(some, attempt, withoutSlack).fellOut).toBeGreaterThan(300);
    expect(tally(some, attempt, cutAt(4)).fellOut).toBeGreaterThan(300);
    expect(tally(all, attempt, cutAt(27)).fellOut).toBeGreaterThan(0);
    expect(tally(some, attempt, withoutOffset).fellOut).toBeGreaterThan(300);
  });
});

describe('to the millisecond', () => {
  interface Scene {
    readonly parameters: OtpParameters;
    /** Within its period the server's clock may stand anywhere, and the device's is off by no whole number of steps. */
    readonly createdAtMs: number;
    readonly errorMs: number;
    readonly waitMs: number;
    readonly delayMs: number;
    readonly laterMs: number;
  }
  const scene = fc.record<Scene>({
    parameters: fc.constantFrom(DEFAULTS, { ...DEFAULTS, periodSeconds: 60 }, { ...DEFAULTS, periodSeconds: 15 }),
    createdAtMs: fc.integer({ min: START_MS, max: START_MS + 60_000 }),
    errorMs: fc.integer({ min: -600_000, max: 600_000 }),
    waitMs: fc.integer({ min: 0, max: 60_000 }),
    delayMs: fc.integer({ min: 0, max: 400_000 }),
    laterMs: fc.integer({ min: 0, max: 200_000 }),
  });

  /** The code that the device shows, its clock being off. */
  function shownAt(atMs: number, { errorMs, parameters }: Scene, steps = 0): string {
    return shown(atMs + errorMs, steps, parameters);
  }

  /** Whether a device was assigned and its next code signs in. */
  function staysInStep(scene: Scene, spoil: Spoil = unspoilt): boolean {
    const { createdAtMs, parameters, waitMs, delayMs, laterMs } = scene;
    const periodMs = parameters.periodSeconds * 1000;
    const pending = createDevice({ serialNumber: 'phone', nowMs: createdAtMs, parameters });
    // The first code is read some time after scanning, the second one period later.
    const readMs = createdAtMs + waitMs + periodMs;
    const nowMs = readMs + delayMs;
    const codes = [shownAt(readMs, scene, -1), shownAt(readMs, scene)] as const;
    const result = assignDevice(pending, SECRET, codes, { nowMs, policy: createPolicy({ assignRangeSeconds: 1200 }) });
    if (!result.ok) return false;
    const nextMs = nowMs + periodMs + laterMs;
    return verifyCode(spoil(result.device), SECRET, shownAt(nextMs, scene), { nowMs: nextMs }).ok;
  }

  it('the next code signs in', () => {
    fc.assert(fc.property(scene, (one) => staysInStep(one)));
  });

  /** How long after the two codes the next one is typed. */
  const weeks = [0, 1000, 3_600_000, 7 * DAY_MS];

  interface Phone {
    readonly periodSeconds: number;
    readonly errorMs: number;
    readonly parameters: OtpParameters;
  }

  /**
   * The next code signs in, typed promptly or just before it stops being right; and, where the window bears two clocks'
   * phases, a code on each of the fifteen days after.
   */
  function goesOn(start: AssignedDevice, phone: Phone, pairMs: number, waitMs: number, policy: Policy): boolean {
    const { periodSeconds, errorMs, parameters } = phone;
    const periodMs = periodSeconds * 1000;
    const shownAtMs = (atMs: number): string => shown(atMs + errorMs, 0, parameters);
    const counterAtMs = (atMs: number): number => counterAt(atMs + errorMs, parameters);
    let nowMs = pairMs + waitMs;
    if (counterAtMs(nowMs) <= start.lastCounter) nowMs = (start.lastCounter + 1) * periodMs - errorMs;
    const next = verifyCode(start, SECRET, shownAtMs(nowMs), { nowMs, policy });
    const lastRightMs = (counterAtMs(nowMs) + 2) * periodMs - errorMs - 1;
    if (!next.ok || !verifyCode(start, SECRET, shownAtMs(nowMs), { nowMs: lastRightMs, policy }).ok) return false;
    const { behind, ahead } = policy.window;
    let { device } = next;
    for (let day = 1; day <= 15 && behind > 0 && ahead > 0; day++) {
      const laterMs = nowMs + day * DAY_MS + ((day * 7919) % periodMs);
      const result = verifyCode(device, SECRET, shownAtMs(laterMs), { nowMs: laterMs, policy });
      if (!result.ok) return false;
      device = result.device;
    }
    return true;
  }

  /** The promise as it stands: whoever was answered `ok` signs in with the next code, under every policy and period. */
  const policies = fc.constantFrom(
    createPolicy(),
    createPolicy({ window: { behind: 0, ahead: 0 } }),
    createPolicy({ pendingLifeMs: 3_600_000 }),
    createPolicy({ assignRangeSeconds: 60, window: { behind: 0, ahead: 2 } }),
    // Nothing but the range of assigning holds what is learned.
    createPolicy({ assignRangeSeconds: 600, resynchronizeRangeSeconds: 30, pendingLifeMs: 86_400_000 }),
  );
  const hurried = fc.record({
    policy: policies,
    periodSeconds: fc.constantFrom(10, 15, 30, 60),
    createdAtMs: fc.integer({ min: START_MS, max: START_MS + 60_000 }),
    /** In thousandths of the range (and of what may be late), and of the time that there is. */
    error: fc.integer({ min: -3000, max: 3000 }),
    delay: fc.integer({ min: 0, max: 1000 }),
    next: fc.nat(weeks.length - 1),
  });
  type Hurried = typeof hurried extends fc.Arbitrary<infer T> ? T : never;

  function keepsThePromise(
    { policy, periodSeconds, createdAtMs, error, delay, next }: Hurried,
    spoil: Spoil = unspoilt,
  ): boolean {
    const periodMs = periodSeconds * 1000;
    const parameters = { ...DEFAULTS, periodSeconds };
    const errorMs = error * policy.assignRangeSeconds;
    const shownAtMs = (atMs: number, steps = 0): string => shown(atMs + errorMs, steps, parameters);
    const pending = createDevice({ serialNumber: 'phone', nowMs: createdAtMs, parameters, policy });
    const readMs = createdAtMs + periodMs;
    // No later than what a clock at one end of the range shows at the other: else it would be found in the wrong place.
    const latestMs = Math.min(policy.pendingLifeMs - periodMs, 2000 * policy.assignRangeSeconds);
    const nowMs = readMs + Math.round((delay / 1000) * latestMs);
    const result = assignDevice(pending, SECRET, [shownAtMs(readMs, -1), shownAtMs(readMs)], { nowMs, policy });
    if (!result.ok) return true;
    const phone = { periodSeconds, errorMs, parameters };
    return goesOn(spoil(result.device), phone, nowMs, weeks[next] as number, policy);
  }

  it('the next code signs in, under every policy and period, and so do the fifteen after it', () => {
    fc.assert(
      fc.property(hurried, (one) => keepsThePromise(one)),
      { numRuns: 1000 },
    );
  });

  describe.each(['resynchronizeDevice', 'adoptDevice'] as const)('after ok from %s', (verb) => {
    const found = fc.record({
      policy: fc.oneof(
        policies,
        fc.constantFrom(
          createPolicy({ resynchronizeRangeSeconds: 30 }),
          createPolicy({ resynchronizeRangeSeconds: 20_000, window: { behind: 4, ahead: 1 } }),
        ),
      ),
      periodSeconds: fc.constantFrom(15, 16, 30, 45, 60, 600),
      atMs: fc.integer({ min: START_MS, max: START_MS + 600_000 }),
      /** In thousandths of the range and fifteen minutes, each way. */
      error: fc.integer({ min: -1000, max: 1000 }),
      delayMs: fc.integer({ min: 0, max: 900_000 }),
      next: fc.nat(weeks.length - 1),
    });
    type Found = typeof found extends fc.Arbitrary<infer T> ? T : never;
    let accepted = 0;

    function keepsIt({ policy, periodSeconds, atMs, error, delayMs, next }: Found, spoil: Spoil = unspoilt): boolean {
      const parameters = { ...DEFAULTS, periodSeconds };
      const { assignRangeSeconds, resynchronizeRangeSeconds } = policy;
      const rangeSeconds = Math.max(assignRangeSeconds, resynchronizeRangeSeconds) + 900;
      const errorMs = error * rangeSeconds;
      const codes = shownPair(atMs + errorMs, 0, parameters);
      const nowMs = atMs + delayMs;
      const result =
        verb === 'adoptDevice'
          ? adoptDevice(SECRET, codes, { serialNumber: 'phone', nowMs, policy, parameters })
          : resynchronizeDevice(imported(parameters), SECRET, codes, { nowMs, policy });
      if (!result.ok) return true;
      accepted++;
      const phone = { periodSeconds, errorMs, parameters };
      return goesOn(spoil(result.device), phone, nowMs, weeks[next] as number, policy);
    }

    it('the next code signs in, under every policy and period, and so do the fifteen after it', () => {
      accepted = 0;
      fc.assert(
        fc.property(found, (one) => keepsIt(one)),
        { numRuns: 1000 },
      );
      expect(accepted).toBeGreaterThan(500);
    });

    it('would not with four steps of slack, without any, or without the offset', () => {
      for (const spoil of [cutAt(4), withoutSlack, withoutOffset]) {
        const property = fc.property(found, (one) => keepsIt(one, spoil));
        expect(fc.check(property, { numRuns: 1000, endOnFailure: true }).failed).toBe(true);
      }
    });
  });

  it('would not with the slack cut at thirty steps', () => {
    expect(
      fc.check(
        fc.property(hurried, (one) => keepsThePromise(one, cutAt(30))),
        { numRuns: 5000 },
      ).failed,
    ).toBe(true);
  });

  it('would not without the slack, nor without the offset', () => {
    for (const spoil of [withoutSlack, withoutOffset]) {
      expect(fc.check(fc.property(scene, (one) => staysInStep(one, spoil))).failed).toBe(true);
    }
  });
});
