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

export const DEVICE_POLICY_NAMES: readonly (keyof DevicePolicyOptions)[] = [
  'window',
  ...(Object.keys(NUMBERS) as NumberName[]),
];

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

/** Checks the period of a device: a short one makes many positions of a range in seconds, which no policy can know. */
export function checkPairRisk(policy: DevicePolicy, { digits, periodSeconds }: OtpParameters): void {
  const positions = 2 * Math.floor(driftLimitSeconds(policy) / periodSeconds) + 1;
  const chance = falseAcceptProbability({ digits, positions: positions * 100, codes: 2 });
  if (chance > BOUNDS.hundredPairs) {
    const what = `a range of ${positions} positions of ${periodSeconds} s accepts one of a hundred guessed pairs`;
    throw risky(what, chance, BOUNDS.hundredPairs);
  }
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
