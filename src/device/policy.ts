import { checkObject, checkWhole, invalid } from '../core/check.js';
import type { CounterWindow } from '../core/match.js';
import type { Digits, OtpParameters } from '../core/parameters.js';
import { falseAcceptProbability } from '../core/risk.js';
import { MfaError } from '../errors.js';

export interface PolicyOptions {
  /** Round the clocks at sign-in. Default `{ behind: 1, ahead: 1 }` (RFC 6238 §5.2). */
  readonly window?: CounterWindow;
  /** Each way when assigning. Default 600 (10 minutes). */
  readonly assignRangeSeconds?: number;
  /** Each way when resynchronizing, or importing with codes. Default 3600 (1 hour), at most 86,400. */
  readonly resynchronizeRangeSeconds?: number;
  /** Default 15 minutes. */
  readonly pendingLifeMs?: number;
  /** Wrong pairs that end a pending device. Default 20. */
  readonly pendingFailures?: number;
  /** Default 3; the oldest goes. */
  readonly maxPendingDevices?: number;
  /** Default 8 (AWS). */
  readonly maxDevices?: number;
  /** Whether the last device may be removed. Default true. */
  readonly lastDeviceRemovable?: boolean;
  /** How long a proof counts as recent. Default 15 minutes. */
  readonly proofLifeMs?: number;
  /** In a row, before the first wait. Default 4. */
  readonly freeFailures?: number;
  /** Default 30 s; each further failure doubles it. */
  readonly firstWaitMs?: number;
  /** Default 1 h. */
  readonly longestWaitMs?: number;
  /** That lock until somebody lifts it. Default 100 (NIST SP 800-63B §5.2.2). */
  readonly maxStrikes?: number;
  /** At which `guessing-suspected` goes out. Default 25. */
  readonly suspectStrikes?: number;
  /** Default 10. */
  readonly recoveryCodes?: number;
  /** What `recover` must name. Default `['email', 'phone']`, as AWS asks of the root user. */
  readonly recoveryMethods?: readonly string[];
}

declare const policyBrand: unique symbol;
/** Complete, checked, frozen; made by {@link createPolicy} alone, so that no unchecked literal gets in. */
export type Policy = Required<PolicyOptions> & { readonly [policyBrand]: never };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Default, least and greatest of every number. */
const NUMBERS = {
  assignRangeSeconds: [600, 30, 86_400],
  resynchronizeRangeSeconds: [3600, 30, 86_400],
  pendingLifeMs: [15 * MINUTE_MS, MINUTE_MS, DAY_MS],
  pendingFailures: [20, 1, 100],
  maxPendingDevices: [3, 1, 100],
  maxDevices: [8, 1, 100],
  proofLifeMs: [15 * MINUTE_MS, 1, 30 * DAY_MS],
  freeFailures: [4, 0, 99],
  firstWaitMs: [30_000, 1000, DAY_MS],
  longestWaitMs: [60 * MINUTE_MS, 1000, 30 * DAY_MS],
  maxStrikes: [100, 1, Number.MAX_SAFE_INTEGER],
  suspectStrikes: [25, 1, Number.MAX_SAFE_INTEGER],
  recoveryCodes: [10, 1, 100],
} as const satisfies Partial<Record<keyof PolicyOptions, readonly [fallback: number, min: number, max: number]>>;

type NumberName = keyof typeof NUMBERS;
const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];
const NAMES: readonly string[] = [...NUMBER_NAMES, 'window', 'lastDeviceRemovable', 'recoveryMethods'];

/** A failed sign-in adds one strike for each begun fifty positions that it tried. */
export const POSITIONS_PER_STRIKE = 50;

/** The greatest chance of each way to guess; a policy over one of them is refused. */
const BOUNDS = { oneCode: 1e-5, untilLock: 5e-3, hundredPairs: 1e-6 };

const made = new WeakSet<object>();

/**
 * The defaults with overrides.
 *
 * @param overrides - each default stands, with its source, at its option; undefined means the default
 * @returns a frozen policy for the device functions and the service
 * @throws MfaError `invalid-argument`: an unknown name, a wrong type, out of range; `risky-policy`: the chance to guess a
 *   code is over its bound, with the numbers (one guess 1e-5, all guesses until the lock 5e-3)
 * @see RFC 4226 §7.3 and appendix A.4.3, NIST SP 800-63B §5.2.2
 * @example
 * import { createPolicy } from 'lockstep-mfa';
 *
 * const policy = createPolicy({ assignRangeSeconds: 300 });
 * console.log(policy.assignRangeSeconds, policy.maxDevices); // 300 8
 */
export function createPolicy(overrides: PolicyOptions = {}): Policy {
  checkObject(overrides, 'policy');
  for (const name of Object.keys(overrides)) {
    if (!NAMES.includes(name)) throw invalid(`policy has no such option; it has ${NAMES.join(', ')}`);
  }
  const numbers = Object.fromEntries(
    NUMBER_NAMES.map((name) => {
      const [fallback, min, max] = NUMBERS[name];
      const { [name]: value = fallback } = overrides;
      checkWhole(value, name, min, max);
      return [name, value];
    }),
  ) as Record<NumberName, number>;
  const { lastDeviceRemovable = true } = overrides;
  if (typeof lastDeviceRemovable !== 'boolean') throw invalid('lastDeviceRemovable must be true or false');
  const policy = {
    ...numbers,
    window: checkedWindow(overrides.window),
    lastDeviceRemovable,
    recoveryMethods: checkedMethods(overrides.recoveryMethods),
  };
  if (policy.firstWaitMs > policy.longestWaitMs) throw invalid('firstWaitMs must not be over longestWaitMs');
  if (policy.suspectStrikes > policy.maxStrikes) throw invalid('suspectStrikes must not be over maxStrikes');
  checkRisk(policy);
  made.add(policy);
  return Object.freeze(policy) as unknown as Policy;
}

function checkedWindow(window: CounterWindow = { behind: 1, ahead: 1 }): CounterWindow {
  checkObject(window, 'window');
  const { behind, ahead } = window;
  checkWhole(behind, 'window.behind', 0, 1000);
  checkWhole(ahead, 'window.ahead', 0, 1000);
  return Object.freeze({ behind, ahead });
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

function checkRisk({ window, maxStrikes }: Pick<Policy, 'window' | 'maxStrikes'>): void {
  const digits = 6;
  const positions = window.behind + window.ahead + 1;
  const oneCode = falseAcceptProbability({ digits, positions });
  if (oneCode > BOUNDS.oneCode) {
    throw risky(
      `a window of ${positions} counters accepts one guess in ${Math.round(1 / oneCode)}`,
      oneCode,
      'oneCode',
    );
  }
  const untilLock = falseAcceptProbability({ digits, positions: Math.min(maxStrikes * POSITIONS_PER_STRIKE, 1e15) });
  if (untilLock > BOUNDS.untilLock) {
    throw risky(`${maxStrikes} strikes let a guesser in before the lock`, untilLock, 'untilLock');
  }
}

/** A short period makes many positions of a range in seconds, which no policy can know. */
export function checkPairRisk(policy: Policy, { digits, periodSeconds }: OtpParameters): void {
  const positions = 2 * Math.floor(driftLimitSeconds(policy) / periodSeconds) + 1;
  const hundredPairs = falseAcceptProbability({ digits: digits as Digits, positions: positions * 100, codes: 2 });
  if (hundredPairs > BOUNDS.hundredPairs) {
    const what = `a range of ${positions} positions of ${periodSeconds} s accepts one of a hundred guessed pairs`;
    throw risky(what, hundredPairs, 'hundredPairs');
  }
}

function risky(what: string, chance: number, bound: keyof typeof BOUNDS): MfaError {
  return new MfaError(
    'risky-policy',
    `${what}: a chance of ${chance.toPrecision(3)}, and ${BOUNDS[bound]} is the most that is allowed`,
  );
}

/** How far a device's clock may be off before it is out of reach. */
export function driftLimitSeconds(policy: Policy): number {
  return Math.max(policy.assignRangeSeconds, policy.resynchronizeRangeSeconds);
}

export const DEFAULT_POLICY: Policy = createPolicy();

export function checkedPolicy(policy: Policy = DEFAULT_POLICY): Policy {
  if (!made.has(policy)) throw invalid('policy must come from createPolicy of this copy of the library');
  return policy;
}
