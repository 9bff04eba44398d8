import { createPolicy, type OtpParameters, type Secret, secretFromBytes } from 'lockstep-mfa';
import { type AssignedDevice, assignDevice, createDevice, resynchronizeDevice, verifyCode } from 'lockstep-mfa/device';
import { type OffsetRange, positionsOf, signInRanges } from '../../src/device/drift.js';
import { codeAt } from './fixtures.js';

// People with authenticators whose clocks are wrong and whose hands are slow sign in for months. The library's own
// functions check real codes; other ways to follow a clock are tried on the same people.

const USERS = 100;
const SIGN_INS = 60;
const START_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;

export const CLOCKS = ['right', 'slow', 'fast', 'corrected', 'creeping'] as const;
export const HANDS = ['prompt', 'slow'] as const;
export const DEVICES = { phone: 30, 'hardware token': 60 } as const;

export interface Scene {
  readonly device: keyof typeof DEVICES;
  readonly clock: (typeof CLOCKS)[number];
  readonly hand: (typeof HANDS)[number];
}

export const SCENES: readonly Scene[] = (Object.keys(DEVICES) as Scene['device'][]).flatMap((device) =>
  CLOCKS.flatMap((clock) => HANDS.map((hand) => ({ device, clock, hand }))),
);

export interface Tally {
  /** Codes typed at most one period after they were last shown. */
  right: number;
  /** Of these. */
  refused: number;
  users: number;
  /** Who had three right codes refused in a row, and resynchronized. */
  stuck: number;
  /** Sign-ins that were tried, with right codes or too late. */
  tries: number;
  /** Unused codes last shown more than a period ago that would have counted, summed over the tries. */
  old: number;
  /** Counters computed, summed over the tries. */
  counters: number;
  /** The same of each user's first sign-ins, when the first offset still counts. */
  earlyTries: number;
  earlyCounters: number;
}

/** Something that follows a device's clock. Offsets and counters are in periods. */
export interface Follower {
  /** A pair, whose second code is of `counter`. */
  start(counter: number, nowMs: number, ageMs: number): void;
  resynchronize(counter: number, nowMs: number): void;
  signIn(counter: number, nowMs: number): boolean;
  /** Which offsets would be accepted. */
  ranges(nowMs: number): readonly OffsetRange[];
  floor(): number;
}

export type MakeFollower = (parameters: OtpParameters, secret: Secret) => Follower;

export function simulate(scene: Scene, makeFollower: MakeFollower): Tally {
  const tally: Tally = {
    right: 0,
    refused: 0,
    users: 0,
    stuck: 0,
    tries: 0,
    old: 0,
    counters: 0,
    earlyTries: 0,
    earlyCounters: 0,
  };
  const random = randomNumbers(SCENES.indexOf(scene) + 1);
  for (let user = 0; user < USERS; user++) simulateUser(scene, makeFollower, random, tally);
  return tally;
}

export function add(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, tally) => {
    const names = Object.keys(sum) as (keyof Tally)[];
    return Object.fromEntries(names.map((name) => [name, sum[name] + tally[name]])) as unknown as Tally;
  });
}

type Random = (min: number, max: number) => number;

function simulateUser(scene: Scene, makeFollower: MakeFollower, random: Random, tally: Tally): void {
  const periodMs = DEVICES[scene.device] * 1000;
  const parameters: OtpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: DEVICES[scene.device] };
  const secret = secretFromBytes(Uint8Array.from({ length: 20 }, () => random(0, 256)));
  const follower = makeFollower(parameters, secret);
  const errorMs = clockError(scene, random, periodMs);
  const counterOfDevice = (atMs: number, signIn: number): number => Math.floor((atMs + errorMs(signIn)) / periodMs);

  // The second code is read a period after the first, which is read some seconds after scanning.
  let nowMs = START_MS + random(0, DAY_MS);
  const assignDelayMs = scene.hand === 'prompt' ? random(2000, 12_000) : random(10_000, 270_000);
  const scanningMs = random(5000, 60_000);
  const second = counterOfDevice(nowMs, 0);
  follower.start(second, nowMs + assignDelayMs, scanningMs + periodMs + assignDelayMs);

  let wasStuck = false;
  for (let signIn = 1; signIn <= SIGN_INS; signIn++) {
    nowMs += DAY_MS + random(0, 2 * DAY_MS);
    for (let failures = 0; ; ) {
      const read = counterOfDevice(nowMs, signIn);
      const typedMs = nowMs + (scene.hand === 'prompt' ? random(2000, 12_000) : random(10_000, 45_000));
      const shownNow = counterOfDevice(typedMs, signIn);
      count(tally, follower, { typedMs, periodMs, shownNow, early: signIn < 5 });
      const isRight = shownNow - read <= 1;
      if (isRight) tally.right++;
      if (follower.signIn(read, typedMs)) break;
      if (isRight) {
        tally.refused++;
        failures++;
      }
      nowMs = typedMs + periodMs;
      if (failures < 3) continue;
      wasStuck = true;
      follower.resynchronize(counterOfDevice(nowMs, signIn), nowMs + random(2000, 12_000));
      break;
    }
  }
  tally.users++;
  if (wasStuck) tally.stuck++;
}

interface Attempt {
  readonly typedMs: number;
  readonly periodMs: number;
  /** The counter that the device shows when the code is typed. */
  readonly shownNow: number;
  readonly early: boolean;
}

function count(tally: Tally, follower: Follower, { typedMs, periodMs, shownNow, early }: Attempt): void {
  const serverCounter = Math.floor(typedMs / periodMs);
  const ranges = follower.ranges(typedMs);
  tally.tries++;
  const counters = positionsOf(ranges);
  tally.counters += counters;
  if (early) {
    tally.earlyTries++;
    tally.earlyCounters += counters;
  }
  for (const { from, to } of ranges) {
    const oldest = Math.max(serverCounter + from, follower.floor() + 1);
    tally.old += Math.max(0, Math.min(serverCounter + to, shownNow - 2) - oldest + 1);
  }
}

/** How far the device's clock is ahead, in milliseconds, at the user's n-th sign-in; 0 is the assignment. */
function clockError(scene: Scene, random: Random, periodMs: number): (signIn: number) => number {
  const wrongMs = random(60_000, 300_000);
  const sign = random(0, 2) === 0 ? -1 : 1;
  switch (scene.clock) {
    case 'right':
      return () => sign * 1000;
    case 'slow':
      return () => -wrongMs;
    case 'fast':
      return () => wrongMs;
    case 'corrected':
      return (signIn) => (signIn <= SIGN_INS / 3 ? sign * wrongMs : 0);
    case 'creeping':
      return (signIn) => sign * signIn * (periodMs / 4);
  }
}

/** Whole numbers from `min` to below `max`, the same for a seed on every machine: a 32-bit xorshift. */
function randomNumbers(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (min, max) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return min + Math.floor(((state >>> 0) / 2 ** 32) * (max - min));
  };
}

const POLICY = createPolicy();

/** What the library does: its functions, real codes. */
export const library: MakeFollower = (parameters, secret) => {
  let device: AssignedDevice;
  const code = (counter: number) => codeAt(counter, parameters, secret);
  const pair = (counter: number) => [code(counter - 1), code(counter)] as const;
  return {
    start(counter, nowMs, ageMs) {
      const pending = createDevice({ serialNumber: 'simulated', nowMs: nowMs - ageMs, parameters });
      const result = assignDevice(pending, secret, pair(counter), { nowMs });
      if (!result.ok) throw new Error(`not assigned: ${result.reason}`);
      device = result.device;
    },
    resynchronize(counter, nowMs) {
      const result = resynchronizeDevice(device, secret, pair(counter), { nowMs });
      if (!result.ok) throw new Error(`not resynchronized: ${result.reason}`);
      device = result.device;
    },
    signIn(counter, nowMs) {
      const result = verifyCode(device, secret, code(counter), { nowMs });
      if (result.ok) device = result.device;
      return result.ok;
    },
    ranges: (nowMs) => signInRanges(device, POLICY, nowMs),
    floor: () => device.lastCounter,
  };
};

/** What the library remembers; `slack` of the first offset, as long as it is among the five. */
interface Memory {
  readonly offsets: readonly number[];
  readonly slack: number;
}

/** Remembers as the library does, and makes other ranges of it. */
function alternative(rangesOf: (memory: Memory) => readonly OffsetRange[]): MakeFollower {
  return ({ periodSeconds }) => {
    const periodMs = periodSeconds * 1000;
    let lastCounter = -1;
    let accepted: number[] = [];
    let slack = 0;
    const accept = (counter: number, nowMs: number): void => {
      const offset = counter - Math.floor(nowMs / periodMs);
      lastCounter = counter;
      if (accepted.length !== 1) {
        accepted.push(offset);
        return;
      }
      accepted = [Math.max(accepted[0] as number, offset), offset];
      slack = Math.min(slack, 2);
    };
    const ranges = (): readonly OffsetRange[] =>
      rangesOf({ offsets: accepted.slice(-5), slack: accepted.length <= 5 ? slack : 0 });
    return {
      start(counter, nowMs, ageMs) {
        slack = Math.ceil(ageMs / periodMs);
        accept(counter, nowMs);
      },
      resynchronize(counter, nowMs) {
        slack = Math.ceil(900 / periodSeconds);
        accepted = [];
        accept(counter, nowMs);
      },
      signIn(counter, nowMs) {
        const offset = counter - Math.floor(nowMs / periodMs);
        const ok = counter > lastCounter && ranges().some(({ from, to }) => offset >= from && offset <= to);
        if (ok) accept(counter, nowMs);
        return ok;
      },
      ranges,
      floor: () => lastCounter,
    };
  };
}

const round = (from: number, to: number = from): OffsetRange[] => [{ from: from - 1, to: to + 1 }];

export const ALTERNATIVES: Readonly<Record<string, MakeFollower>> = {
  'no drift learned': alternative(() => round(0)),
  'the last offset': alternative(({ offsets }) => round(offsets.at(-1) as number)),
  'a running mean of five': alternative(({ offsets }) =>
    round(Math.round(offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length)),
  ),
  'the greatest of five': alternative(({ offsets }) => round(Math.max(...offsets))),
  'one hull over all': alternative(({ offsets, slack }) =>
    round(Math.min(0, ...offsets), Math.max(0, ...offsets, (offsets[0] as number) + slack)),
  ),
};
