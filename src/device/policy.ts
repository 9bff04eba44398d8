import { checkNames, checkObject, checkWhole } from '../core/check.js';
import { falseAcceptProbability } from '../core/false-accept.js';
import { type CounterWindow, checkWindow } from '../core/match.js';
import type { OtpParameters } from '../core/parameters.js';
import { MfaError } from '../errors.js';

export interface DevicePolicyOptions {
  /** Counters round each of the clocks that a sign-in accepts. Default `{ behind: 1, ahead: 1 }` (RFC 6238 §5.2). */
  readonly window?: CounterWindow;
  /** How far off a clock may be when assigning, each way, in seconds. Default 600 (10 minutes), 30 to 86,400. */
  readonly assignRangeSeconds?: number;
  /** The same when resynchronizing, or importing with codes. Default 3600 (1 hour), 30 to 86,400. */
  readonly resynchronizeRangeSeconds?: number;
  /** How long a pending device waits for its two codes. Default 15 minutes, at least one, at most a day. */
  readonly pendingLifeMs?: number;
  /** Wrong pairs that end a pending device. Default 20, 1 to 100. */
  readonly pendingFailures?: number;
}

/** Complete, checked, frozen. */
export type DevicePolicy = Readonly<Required<DevicePolicyOptions>>;

/** Default, least and greatest of each number. */
export type NumberTable<N extends string> = Readonly<Record<N, readonly [fallback: number, min: number, max: number]>>;

type NumberName = Exclude<keyof DevicePolicyOptions, 'window'>;
const NUMBERS: NumberTable<NumberName> = {
  assignRangeSeconds: [600, 30, 86_400],
  resynchronizeRangeSeconds: [3600, 30, 86_400],
  pendingLifeMs: [15 * 60_000, 60_000, 86_400_000],
  pendingFailures: [20, 1, 100],
};

export const DEVICE_POLICY_NAMES: readonly (keyof DevicePolicyOptions)[] = /* @__PURE__ */ (
  ['window'] as (keyof DevicePolicyOptions)[]
).concat(Object.keys(NUMBERS) as NumberName[]);

/** The greatest chance of each way to guess; a policy over one of them is refused. */
const BOUNDS = { oneCode: 1e-5, hundredPairs: 1e-6 };

/** The policies that were checked. A literal, or a copy with a change, is checked when it is used. */
const checked = new WeakSet<object>();

/**
 * Completes and checks a policy: the defaults with overrides, for the functions of `lockstep-mfa/device`. The service's
 * policy has these and more: `createPolicy`.
 *
 * @param overrides - each default stands, with its source, at its option; undefined means the default
 * @throws MfaError `invalid-argument`: an unknown name, a wrong type, out of range; `risky-policy`: one guess would be
 *   accepted with a chance over 1e-5, with the numbers
 * @see RFC 4226 appendix A.4.3
 * @example
 * import { createDevicePolicy } from 'lockstep-mfa/device';
 *
 * const policy = createDevicePolicy({ assignRangeSeconds: 300 });
 * console.log(policy.assignRangeSeconds, policy.pendingFailures); // 300 20
 */
export function createDevicePolicy(overrides: DevicePolicyOptions = {}): DevicePolicy {
  checkObject(overrides, 'policy');
  checkNames(overrides, DEVICE_POLICY_NAMES);
  const { window = { behind: 1, ahead: 1 } } = overrides;
  checkWindow(window, 1000);
  const { behind, ahead } = window;
  checkWindowRisk(behind + ahead + 1);
  return frozenPolicy({ window: Object.freeze({ behind, ahead }), ...numbersOf(NUMBERS, overrides) });
}

export function numbersOf<N extends string>(
  table: NumberTable<N>,
  overrides: { readonly [name in N]?: unknown },
): Record<N, number> {
  const numbers = {} as Record<N, number>;
  for (const name of Object.keys(table) as N[]) {
    const [fallback, min, max] = table[name];
    const { [name]: value = fallback } = overrides;
    checkWhole(value, name, min, max);
    numbers[name] = value;
  }
  return numbers;
}

/** Freezes a policy, and remembers that it was checked. */
export function frozenPolicy<P extends DevicePolicy>(policy: P): P {
  checked.add(policy);
  return Object.freeze(policy);
}

export function isCheckedPolicy(policy: object): boolean {
  return checked.has(policy);
}

let defaults: DevicePolicy | undefined;

export function devicePolicyOf(policy: DevicePolicyOptions | undefined): DevicePolicy {
  if (policy === undefined) {
    defaults ??= createDevicePolicy();
    return defaults;
  }
  return checked.has(policy) ? (policy as DevicePolicy) : createDevicePolicy(policy);
}

function checkWindowRisk(positions: number): void {
  const chance = falseAcceptProbability({ digits: 6, positions });
  if (chance > BOUNDS.oneCode) {
    throw risky(`window: ${positions} counters accept one guess in ${Math.round(1 / chance)}`, chance, BOUNDS.oneCode);
  }
}

/** The most HMACs that a request computes each time it is evaluated: 3 ms of SHA1, 40 ms of SHA512. */
export const MAX_WORK = 20_000;

/** The lateness that the page with the two codes allows. */
const LATE_SECONDS = 900;
const MOST_LATE_STEPS = 60;

/**
 * The most steps of a range, each way. Only a device that was made under a narrower policy, with a short period, would
 * have more: it could not be made any more, and is searched as far as the work allows.
 */
const MOST_RANGE_STEPS: number = MAX_WORK / 2 - MOST_LATE_STEPS - 1;

/** The most steps of slack: a range from end to end. */
export const MOST_SLACK_STEPS: number = 2 * MOST_RANGE_STEPS;

export function stepsOf(seconds: number, { periodSeconds }: Pick<OtpParameters, 'periodSeconds'>): number {
  return Math.min(MOST_RANGE_STEPS, Math.floor(seconds / periodSeconds));
}

/** Codes that a sign-in computes for a device at most, whatever it has been through. */
export function signInWork(policy: DevicePolicy, parameters: OtpParameters): number {
  const { behind, ahead } = policy.window;
  const slack = Math.max(assignSlackSteps(policy.pendingLifeMs, policy, parameters), lateSteps(parameters));
  const round = Math.max(STEPS_ROUND_FIRST, behind) + Math.max(STEPS_ROUND_FIRST, ahead);
  return 3 * (behind + ahead + 1) + round + 1 + slack;
}

function pairPositions(policy: DevicePolicy, { periodSeconds }: OtpParameters): number {
  return 2 * (Math.floor(driftLimitSeconds(policy) / periodSeconds) + lateSteps({ periodSeconds })) + 1;
}

/** A short period makes many positions of a range in seconds, which no policy can know. */
export function checkDeviceRisk(policy: DevicePolicy, parameters: OtpParameters): void {
  const positions = pairPositions(policy, parameters);
  const { digits, periodSeconds } = parameters;
  const chance = falseAcceptProbability({ digits, positions: positions * 100, codes: 2 });
  if (chance > BOUNDS.hundredPairs) {
    const what = `a range of ${positions} positions of ${periodSeconds} s accepts one of a hundred guessed pairs`;
    throw risky(what, chance, BOUNDS.hundredPairs);
  }
  // With it a sign-in is bounded as well: no slack is wider than the range from end to end.
  checkWork(`a search for two codes of ${periodSeconds} s`, positions + 1);
}

export function checkWork(what: string, work: number): void {
  if (work <= MAX_WORK) return;
  throw new MfaError(
    'risky-policy',
    `${what} would compute ${work} codes, and ${MAX_WORK} is the most that is allowed`,
  );
}

export function risky(what: string, chance: number, bound: number): MfaError {
  return new MfaError(
    'risky-policy',
    `${what}: a chance of ${chance.toPrecision(3)}, and ${bound} is the most that is allowed`,
  );
}

/** The error of a device's clock, in seconds, up to which two codes still find it. */
export function driftLimitSeconds(policy: DevicePolicy): number {
  return Math.max(policy.assignRangeSeconds, policy.resynchronizeRangeSeconds);
}

/** Round the first offset: two clocks' periods begin at different times, and a right code may be a period old. */
export const STEPS_ROUND_FIRST = 2;

/**
 * How late, in steps, a pair can have been typed when assigning: no code is older than its secret, and none was so late
 * that a clock at one end of the range shows at the other.
 */
export function assignSlackSteps(
  ageMs: number,
  { assignRangeSeconds }: DevicePolicy,
  { periodSeconds }: OtpParameters,
): number {
  const steps = Math.ceil(Math.min(ageMs / 1000, 2 * assignRangeSeconds) / periodSeconds);
  return Math.min(MOST_SLACK_STEPS, steps);
}

/** How late, in steps, a pair may be typed when resynchronizing or importing: 15 minutes, and at most 60 steps. */
export function lateSteps({ periodSeconds }: Pick<OtpParameters, 'periodSeconds'>): number {
  return Math.min(MOST_LATE_STEPS, Math.ceil(LATE_SECONDS / periodSeconds));
}
