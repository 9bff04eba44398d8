import { checkNames, checkObject, invalid } from '../core/check.js';
import { falseAcceptProbability } from '../core/false-accept.js';
import { DEFAULT_PARAMETERS } from '../core/parameters.js';
import {
  checkWork,
  createDevicePolicy,
  DEVICE_POLICY_NAMES,
  type DevicePolicyOptions,
  frozenPolicy,
  isCheckedPolicy,
  type NumberTable,
  numbersOf,
  risky,
  signInWork,
} from '../device/policy.js';

/** All limits of the service. Each default stands, with its source, at its option. */
export interface PolicyOptions extends DevicePolicyOptions {
  /** Pending devices a user; the oldest goes. Default 3, 1 to 100. */
  readonly maxPendingDevices?: number;
  /** Assigned and suspended devices a user. Default 8 (AWS), 1 to 100. */
  readonly maxDevices?: number;
  /** Whether the last assigned device may be suspended or removed. Default true. */
  readonly lastDeviceRemovable?: boolean;
  /** How long a proof may manage devices. Default 15 minutes, at most 30 days. */
  readonly proofLifeMs?: number;
  /** Wrong codes in a row before the first lock. Default 4: the fifth failure locks for `firstWaitMs`. */
  readonly freeFailures?: number;
  /** How long the first lock lasts; each further failure doubles it. Default 30 s. */
  readonly firstWaitMs?: number;
  /** The longest that a lock by failures in a row lasts. Default 1 h. */
  readonly longestWaitMs?: number;
  /**
   * Strikes that lock until an administrator, a recovery code or a recovery lifts it. Default 100 (NIST SP 800-63B
   * §5.2.2).
   */
  readonly maxStrikes?: number;
  /** Strikes at which the event `guessing-suspected` is emitted. Default 25. */
  readonly suspectStrikes?: number;
  /** Recovery codes in a set. Default 10, 1 to 100. */
  readonly recoveryCodes?: number;
  /** How long a browser that the user trusts signs in without a code. Default 30 days, at most 400; 0: never. */
  readonly trustedBrowserLifeMs?: number;
  /** How long the code of an administrator's reset counts. Default 24 h, 1 minute to 30 days. */
  readonly resetCodeLifeMs?: number;
  /** What `recoverAccount` must name as verified. Default `['email', 'phone']`, as AWS asks of the root user. */
  readonly recoveryMethods?: readonly string[];
}

/** Complete, checked, frozen. The functions of `lockstep-mfa/device` take it, too. */
export type Policy = Readonly<Required<PolicyOptions>>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type NumberName = Exclude<keyof PolicyOptions, keyof DevicePolicyOptions | 'lastDeviceRemovable' | 'recoveryMethods'>;
const NUMBERS: NumberTable<NumberName> = {
  maxPendingDevices: [3, 1, 100],
  maxDevices: [8, 1, 100],
  proofLifeMs: [15 * MINUTE_MS, 1, 30 * DAY_MS],
  freeFailures: [4, 0, 99],
  firstWaitMs: [30_000, 1000, DAY_MS],
  longestWaitMs: [60 * MINUTE_MS, 1000, 30 * DAY_MS],
  maxStrikes: [100, 1, Number.MAX_SAFE_INTEGER],
  suspectStrikes: [25, 1, Number.MAX_SAFE_INTEGER],
  recoveryCodes: [10, 1, 100],
  trustedBrowserLifeMs: [30 * DAY_MS, 0, 400 * DAY_MS],
  resetCodeLifeMs: [DAY_MS, MINUTE_MS, 30 * DAY_MS],
};
const NAMES: readonly string[] = [
  ...DEVICE_POLICY_NAMES,
  ...Object.keys(NUMBERS),
  'lastDeviceRemovable',
  'recoveryMethods',
];

/** A failed sign-in adds one strike for each begun fifty positions that it tried. */
export const POSITIONS_PER_STRIKE = 50;

/** The greatest chance of all guesses until the lock. */
const UNTIL_LOCK = 5e-3;

/**
 * Completes and checks a policy: the defaults with overrides. `createMfaService` takes plain options as well; this
 * checks them earlier, and gives their values to read.
 *
 * @param overrides - undefined means the default
 * @returns a frozen policy for the service and the device functions
 * @throws MfaError `invalid-argument`: an unknown name, a wrong type, out of range; `risky-policy`: the chance to guess
 *   a code is over its bound, with the numbers (one guess 1e-5, all guesses until the lock 5e-3), or one sign-in would
 *   compute more than 20,000 codes
 * @see RFC 4226 §7.3 and appendix A.4.3, NIST SP 800-63B §5.2.2
 * @example
 * import { createPolicy } from 'lockstep-mfa';
 *
 * const policy = createPolicy({ assignRangeSeconds: 300 });
 * console.log(policy.assignRangeSeconds, policy.maxDevices); // 300 8
 */
export function createPolicy(overrides: PolicyOptions = {}): Policy {
  checkObject(overrides, 'policy');
  checkNames(overrides, NAMES);
  const ofDevice = Object.fromEntries(
    DEVICE_POLICY_NAMES.flatMap((name) => (overrides[name] === undefined ? [] : [[name, overrides[name]]])),
  );
  const { lastDeviceRemovable = true } = overrides;
  if (typeof lastDeviceRemovable !== 'boolean') throw invalid('lastDeviceRemovable must be true or false');
  const numbers = numbersOf(NUMBERS, overrides);
  const { firstWaitMs, longestWaitMs, suspectStrikes, maxStrikes } = numbers;
  if (firstWaitMs > longestWaitMs) throw invalid('firstWaitMs must not be over longestWaitMs');
  if (suspectStrikes > maxStrikes) throw invalid('suspectStrikes must not be over maxStrikes');
  checkStrikeRisk(maxStrikes);
  const recoveryMethods = checkedMethods(overrides.recoveryMethods);
  const devicePolicy = createDevicePolicy(ofDevice);
  const { maxDevices } = numbers;
  checkWork(
    `maxDevices: a sign-in over ${maxDevices} devices`,
    maxDevices * signInWork(devicePolicy, DEFAULT_PARAMETERS),
  );
  return frozenPolicy({ ...devicePolicy, ...numbers, lastDeviceRemovable, recoveryMethods });
}

/** Completes the option `policy` of the service: plain options, or a policy. */
export function policyOf(policy: PolicyOptions = {}): Policy {
  return isCheckedPolicy(policy) && 'maxDevices' in policy ? (policy as Policy) : createPolicy(policy);
}

function checkedMethods(methods: readonly string[] = ['email', 'phone']): readonly string[] {
  if (!Array.isArray(methods) || methods.length === 0)
    throw invalid('recoveryMethods must be a list that is not empty');
  for (const method of methods) {
    if (typeof method !== 'string' || method === '')
      throw invalid('recoveryMethods must hold texts that are not empty');
  }
  return Object.freeze([...methods]);
}

function checkStrikeRisk(maxStrikes: number): void {
  const positions = Math.min(maxStrikes * POSITIONS_PER_STRIKE, 1e15);
  const chance = falseAcceptProbability({ digits: 6, positions });
  if (chance > UNTIL_LOCK)
    throw risky(`maxStrikes: ${maxStrikes} let a guesser in before the lock`, chance, UNTIL_LOCK);
}
