import { createPolicy, falseAcceptProbability, formatKeyUri, generateSecret, type Policy } from 'lockstep-mfa';
import { assignDevice, createDevice, verifyCode } from 'lockstep-mfa/device';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { positionsTried } from '../../src/device/verify.js';
import { EMPTY_RECORD, type Throttle } from '../../src/user/record.js';
import { afterFailure, afterSignIn, lockOf } from '../../src/user/throttle.js';

// Somebody knows the password and guesses codes beside an owner who signs in; and an owner alone who mistypes. Over the
// throttle of the library itself, event by event, with seeds.

export const POLICY: Policy = createPolicy();
const UNTHROTTLED: Throttle = EMPTY_RECORD.throttle;
export const START_MS = 1_700_000_040_000;
export const DAY_MS = 86_400_000;
export const DAYS = 365;

/** What a sign-in does to the throttle: the rules compared differ in nothing else. */
export type SignInRule = (throttle: Throttle) => Throttle;

export const RULES: Readonly<Record<string, SignInRule>> = {
  '**this library**: a sign-in takes one strike away': afterSignIn,
  'a sign-in takes ten away': ({ strikes }) => ({ failures: 0, strikes: Math.max(0, strikes - 10) }),
  'only failures in a row count (the minimum of NIST SP 800-63B)': () => UNTHROTTLED,
};

export interface Scene {
  readonly signInsADay: number;
  /** How many codes one guess can hit. */
  readonly positions: number;
  readonly rule?: SignInRule;
}

/** When the owner comes, over a year. */
export function ownerTimes(signInsADay: number, seed = 1): number[] {
  const random = seeded(seed);
  const times = Array.from({ length: signInsADay * DAYS }, () => START_MS + Math.floor(random() * DAYS * DAY_MS));
  return times.sort((a, b) => a - b);
}

/**
 * The tries of a year of somebody who never gives themselves away by the lock: they guess whenever they may and stop
 * before the strike that locks, until the year's last hour. The owner mistypes nothing, and signs in as soon as a wait that
 * stands in the way has ended.
 */
export function triesAYear({ signInsADay, positions, rule = afterSignIn }: Scene): number {
  let throttle = UNTHROTTLED;
  let nowMs = START_MS;
  let tries = 0;
  const guessUntil = (endMs: number): void => {
    for (;;) {
      nowMs = lockOf(throttle, POLICY, nowMs)?.lockedUntilMs ?? nowMs;
      const next = afterFailure(throttle, positions, POLICY, nowMs).throttle;
      if (nowMs >= endMs || next.strikes >= POLICY.maxStrikes) break;
      throttle = next;
      tries++;
    }
    nowMs = Math.max(nowMs, endMs);
  };
  for (const ownerMs of ownerTimes(signInsADay)) {
    guessUntil(ownerMs);
    throttle = rule(throttle);
  }
  guessUntil(START_MS + DAYS * DAY_MS);
  while (throttle.strikes < POLICY.maxStrikes) {
    throttle = afterFailure(throttle, positions, POLICY, nowMs).throttle;
    tries++;
  }
  return tries;
}

/** That one of these guesses is right. */
export function chanceOf(tries: number, positions: number): number {
  return 1 - (1 - falseAcceptProbability({ digits: 6, positions })) ** tries;
}

/** How long, in milliseconds, until the alarm and until the lock, where nobody else signs in. */
export function timesOfAlarmAndLock(positions: number): { readonly alarmMs: number; readonly lockMs: number } {
  let throttle = UNTHROTTLED;
  let nowMs = 0;
  let alarmMs = 0;
  for (;;) {
    const after = afterFailure(throttle, positions, POLICY, nowMs);
    throttle = after.throttle;
    if (after.happenings.some(({ type }) => type === 'guessing-suspected')) alarmMs = nowMs;
    const lock = lockOf(throttle, POLICY, nowMs);
    if (lock !== undefined && lock.lockedUntilMs === undefined) return { alarmMs, lockMs: nowMs };
    nowMs = lock?.lockedUntilMs ?? nowMs;
  }
}

/** Counters that a sign-in tries with a device that has signed in five times, its clock `steps` away. */
export function positionsOfDevice(steps: number): number {
  const secret = generateSecret({ random: (byteLength) => new Uint8Array(byteLength).fill(7) });
  const clock = fixedClock(START_MS);
  const phone = virtualAuthenticator(formatKeyUri({ account: 'alice', secret }), { clock, offsetMs: steps * 30_000 });
  const pending = createDevice({ serialNumber: 'phone', nowMs: clock() });
  const assigned = assignDevice(pending, secret, phone.codes(), { nowMs: clock() });
  if (!assigned.ok) throw new Error(assigned.reason);
  let { device } = assigned;
  for (let i = 0; i < 5; i++) {
    clock.advanceMs(DAY_MS);
    const result = verifyCode(device, secret, phone.code(), { nowMs: clock() });
    if (!result.ok) throw new Error(result.reason);
    device = result.device;
  }
  return positionsTried(device, { nowMs: clock() });
}

export interface Honest {
  readonly signIns: number;
  /** Sign-ins that had to wait. */
  readonly waited: number;
  readonly longestWaitMs: number;
  readonly alarms: number;
  readonly locks: number;
}

/** Owners alone, who type each code wrong with the same chance and try again as soon as they may. */
export function honestYears(years: number, signInsADay: number, typos: number, positions: number, seed = 1): Honest {
  const random = seeded(seed);
  const signIns = years * DAYS * signInsADay;
  let [waited, longestWaitMs, alarms, locks] = [0, 0, 0, 0];
  let throttle = UNTHROTTLED;
  let nowMs = START_MS;
  for (let i = 0; i < signIns; i++) {
    const beganMs = nowMs;
    while (random() < typos) {
      const after = afterFailure(throttle, positions, POLICY, nowMs);
      throttle = after.throttle;
      for (const { type } of after.happenings) if (type === 'guessing-suspected') alarms++;
      const lock = lockOf(throttle, POLICY, nowMs);
      if (lock !== undefined && lock.lockedUntilMs === undefined) {
        locks++;
        throttle = UNTHROTTLED;
      }
      nowMs = lock?.lockedUntilMs ?? nowMs;
    }
    throttle = afterSignIn(throttle);
    if (nowMs > beganMs) waited++;
    longestWaitMs = Math.max(longestWaitMs, nowMs - beganMs);
    nowMs = Math.max(nowMs, beganMs + DAY_MS / signInsADay);
  }
  return { signIns, waited, longestWaitMs, alarms, locks };
}

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
