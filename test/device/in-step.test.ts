import fc from 'fast-check';
import { createPolicy, type OtpParameters } from 'lockstep-mfa';
import {
  type AssignedDevice,
  assignDevice,
  createDevice,
  resynchronizeDevice,
  type VerifyCodeResult,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, imported, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

// A device that was assigned or resynchronized is in step: its next code signs in, whatever its clock and however slow
// the hand. Over all pairs of a clock error and a typing delay, in steps.

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

/** The first code after the pair, at once and some time later, read off promptly or while the next one came. */
function nextCodes(device: AssignedDevice, { clockSteps, delaySteps }: Pair, nowMs: number): VerifyCodeResult[] {
  const waits = delaySteps > 0 ? [0, 1, 2, 1000] : [1, 2, 1000];
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

describe('after ok from resynchronizeDevice', () => {
  const all = pairs(120, 5);

  it('the next code signs in, for every clock error in range and up to four steps of delay', () => {
    // Of 241 clock errors and five delays, the ten pairs whose codes are more than an hour old are refused.
    expect(tally(all, resynchronizeWith)).toEqual({ pairs: 1205, succeeded: 1195, fellOut: 0 });
  });

  it('would not without the slack for slow hands, nor without the offset', () => {
    expect(tally(all, resynchronizeWith, withoutSlack).fellOut).toBeGreaterThan(0);
    expect(tally(all, resynchronizeWith, withoutOffset).fellOut).toBeGreaterThan(0);
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

  /** The promise as it stands: whoever was answered `ok` signs in with the next code, under every policy and period. */
  const policies = fc.constantFrom(
    createPolicy(),
    createPolicy({ window: { behind: 0, ahead: 0 } }),
    createPolicy({ pendingLifeMs: 3_600_000 }),
    createPolicy({ assignRangeSeconds: 60, window: { behind: 0, ahead: 2 } }),
  );
  const hurried = fc.record({
    policy: policies,
    periodSeconds: fc.constantFrom(10, 15, 30, 60),
    createdAtMs: fc.integer({ min: START_MS, max: START_MS + 60_000 }),
    /** In thousandths of the range, and of the pending device's life. */
    error: fc.integer({ min: -1000, max: 1000 }),
    delay: fc.integer({ min: 0, max: 1000 }),
  });
  type Hurried = typeof hurried extends fc.Arbitrary<infer T> ? T : never;

  function keepsThePromise(
    { policy, periodSeconds, createdAtMs, error, delay }: Hurried,
    spoil: Spoil = unspoilt,
  ): boolean {
    const periodMs = periodSeconds * 1000;
    const parameters = { ...DEFAULTS, periodSeconds };
    const errorMs = error * policy.assignRangeSeconds;
    const shownAtMs = (atMs: number, steps = 0): string => shown(atMs + errorMs, steps, parameters);
    const pending = createDevice({ serialNumber: 'phone', nowMs: createdAtMs, parameters, policy });
    const readMs = createdAtMs + periodMs;
    const nowMs = readMs + Math.round((delay / 1000) * (policy.pendingLifeMs - periodMs));
    const result = assignDevice(pending, SECRET, [shownAtMs(readMs, -1), shownAtMs(readMs)], { nowMs, policy });
    if (!result.ok) return true;
    const nextMs = nowMs + periodMs;
    return verifyCode(spoil(result.device), SECRET, shownAtMs(nextMs), { nowMs: nextMs, policy }).ok;
  }

  it('the next code signs in, under every policy and period', () => {
    fc.assert(
      fc.property(hurried, (one) => keepsThePromise(one)),
      { numRuns: 1000 },
    );
  });

  it('would not with the slack cut at thirty steps', () => {
    const cut: Spoil = (device) => ({ ...device, slackSteps: Math.min(device.slackSteps ?? 0, 30) });
    expect(
      fc.check(
        fc.property(hurried, (one) => keepsThePromise(one, cut)),
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
