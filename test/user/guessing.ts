import { createPolicy, falseAcceptProbability, formatKeyUri, type Policy, secretFromBytes } from 'lockstep-mfa';
import { type AssignedDevice, assignDevice, createDevice, importDevice, verifyCode } from 'lockstep-mfa/device';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { counterOf, learn, signInRanges } from '../../src/device/drift.js';
import { lateSteps } from '../../src/device/policy.js';
import { positionsTried } from '../../src/device/verify.js';
import { EMPTY_RECORD, type Throttle } from '../../src/user/record.js';
import { afterFailure, afterRecovery, afterSignIn, lockOf } from '../../src/user/throttle.js';

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
      nowMs = lockOf(throttle, nowMs)?.lockedUntilMs ?? nowMs;
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
    const lock = lockOf(throttle, nowMs);
    if (lock !== undefined && lock.lockedUntilMs === undefined) return { alarmMs, lockMs: nowMs };
    nowMs = lock?.lockedUntilMs ?? nowMs;
  }
}

/** Guesses of somebody who knows the password, minds no lock and keeps at it for so long. */
export function guessesWithin(ms: number, positions: number): number {
  let throttle = UNTHROTTLED;
  let guesses = 0;
  for (let nowMs = 0; nowMs < ms; ) {
    throttle = afterFailure(throttle, positions, POLICY, nowMs).throttle;
    guesses++;
    const lock = lockOf(throttle, nowMs);
    if (lock !== undefined && lock.lockedUntilMs === undefined) break;
    nowMs = lock?.lockedUntilMs ?? nowMs;
  }
  return guesses;
}

/** Guesses that so many recovery codes give beside, where each of them lifts the lock that the guesses wrote. */
export function guessesOver(recoveryCodes: number, positions: number): number {
  let throttle = UNTHROTTLED;
  let nowMs = 0;
  let guesses = 0;
  for (let used = 0; used < recoveryCodes; used++) {
    while (throttle.locked !== true) {
      throttle = afterFailure(throttle, positions, POLICY, nowMs).throttle;
      guesses++;
      nowMs = lockOf(throttle, nowMs)?.lockedUntilMs ?? nowMs;
    }
    throttle = afterRecovery(throttle);
  }
  return guesses;
}

// After two codes a device accepts a wide range of counters, because they may have been typed late.

export interface WideScene {
  readonly signInsADay: number;
  /** How often in the year two codes are typed. */
  readonly pairs: number;
  readonly verb: 'resynchronize' | 'assign';
  /** The owner signs in so long after the two codes; undefined: not until the next time anyway. */
  readonly nextAfterMs?: number;
  /** The two codes are of a second device, which is never used; the owner signs in with the first, its clock right. */
  readonly unused?: boolean;
  /** Whether the wide range stays until the next sign-in, and does not end after thirty days. The control. */
  readonly endless?: boolean;
}

const PERIOD_MS = 30_000;
/** 20 minutes fast; the two codes are typed a minute late. */
const CLOCK_STEPS = 40;
const DELAY_STEPS = 2;

/**
 * The year of somebody who knows the password, never locks, and knows when a wide range stands: they save their strikes
 * for it. That is the worst case.
 */
export function wideYear({ signInsADay, pairs, verb, nextAfterMs, unused = false, endless = false }: WideScene): {
  /** That one of the guesses is right. */
  readonly chance: number;
  readonly wideGuesses: number;
} {
  const random = seeded(7);
  const owner = Array.from({ length: Math.round(signInsADay * DAYS) }, () => {
    return { ms: START_MS + Math.floor(random() * DAYS * DAY_MS), what: 'sign in' };
  });
  const events = Array.from({ length: pairs }, (_, i) => {
    return { ms: START_MS + Math.round(((i + 0.5) / pairs) * DAYS) * DAY_MS, what: 'pair' };
  });
  const next = nextAfterMs === undefined ? [] : events.map(({ ms }) => ({ ms: ms + nextAfterMs, what: 'sign in' }));
  const all = [...owner, ...events, ...next].sort((a, b) => a.ms - b.ms);

  let device = used(CLOCK_STEPS);
  const tried = (): number => {
    const atMs = endless ? Math.min(nowMs, device.lastUsedAtMs + DAY_MS) : nowMs;
    return signInRanges(device, POLICY, atMs).reduce((sum, { from, to }) => sum + to - from + 1, unused ? 3 : 0);
  };
  let [nowMs, throttle, miss, wideGuesses, pairsLeft] = [START_MS, UNTHROTTLED, 1, 0, pairs];
  const ordinary = tried();
  const guessUntil = (endMs: number, strikesKept: number): void => {
    for (;;) {
      nowMs = lockOf(throttle, nowMs)?.lockedUntilMs ?? nowMs;
      const positions = tried();
      const after = afterFailure(throttle, positions, POLICY, nowMs).throttle;
      const most = positions > ordinary ? POLICY.maxStrikes - 1 : strikesKept;
      if (nowMs >= endMs || after.strikes > most) break;
      throttle = after;
      miss *= 1 - chanceOf(1, positions);
      if (positions > ordinary + 4) wideGuesses++;
    }
    nowMs = Math.max(nowMs, endMs);
  };
  for (const { ms, what } of all) {
    guessUntil(ms, pairsLeft > 0 ? 1 : POLICY.maxStrikes - 1);
    if (what === 'pair') {
      device = verb === 'assign' ? { ...fresh(), lastUsedAtMs: nowMs, offsets: [0], slackSteps: 30 } : paired(nowMs);
      pairsLeft--;
    } else {
      throttle = afterSignIn(throttle);
      if (!unused) device = signedIn(device, nowMs);
    }
  }
  guessUntil(START_MS + DAYS * DAY_MS, POLICY.maxStrikes - 1);
  while (throttle.strikes < POLICY.maxStrikes) {
    const positions = tried();
    throttle = afterFailure(throttle, positions, POLICY, nowMs).throttle;
    miss *= 1 - chanceOf(1, positions);
  }
  return { chance: 1 - miss, wideGuesses };
}

function fresh(): AssignedDevice {
  return importDevice({ serialNumber: 'phone', nowMs: START_MS - 90 * DAY_MS });
}

function paired(nowMs: number): AssignedDevice {
  const device = { ...fresh(), slackSteps: lateSteps({ periodSeconds: PERIOD_MS / 1000 }) };
  return learn(device, counterOf(device, nowMs) + CLOCK_STEPS - DELAY_STEPS, nowMs, POLICY);
}

function signedIn(device: AssignedDevice, nowMs: number): AssignedDevice {
  return learn(device, counterOf(device, nowMs) + CLOCK_STEPS, nowMs, POLICY);
}

/** A device that has long been used. */
function used(steps: number): AssignedDevice {
  let device = fresh();
  for (let day = -70; day < -64; day++) {
    const nowMs = START_MS + day * DAY_MS;
    device = learn(device, counterOf(device, nowMs) + steps, nowMs, POLICY);
  }
  return device;
}

/** Counters that a sign-in tries after two codes, and after each of so many sign-ins. */
export function positionsAfterPair(signIns: number): number[] {
  let device = paired(START_MS);
  const positions = [positionsTried(device, { nowMs: START_MS, policy: POLICY })];
  for (let day = 1; day <= signIns; day++) {
    const nowMs = START_MS + day * DAY_MS;
    device = signedIn(device, nowMs);
    positions.push(positionsTried(device, { nowMs, policy: POLICY }));
  }
  return positions;
}

/** Counters that a sign-in tries with a device that has signed in five times, its clock `steps` away. */
export function positionsOfDevice(steps: number): number {
  const secret = secretFromBytes(new Uint8Array(20).fill(7));
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
      const lock = lockOf(throttle, nowMs);
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
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
