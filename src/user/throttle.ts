import type { Happening } from './events.js';
import { POSITIONS_PER_STRIKE, type Policy } from './policy.js';
import type { Throttle } from './record.js';

// There are two counts, because each alone lets a guesser in. Failures in a row make them wait (RFC 4226 §7.3), but the
// owner's sign-ins clear them; strikes are worn off by one a sign-in only, so that a patient guesser beside a busy
// owner gets a hundred tries and no more.

/** A lock that ends at a time, or (without one) when somebody lifts it. */
export interface Lock {
  readonly lockedUntilMs?: number;
}

/** Finds the lock that stands at `nowMs`. */
export function lockOf({ strikes, waitUntilMs }: Throttle, policy: Policy, nowMs: number): Lock | undefined {
  if (strikes >= policy.maxStrikes) return {};
  if (waitUntilMs === undefined || nowMs >= waitUntilMs) return undefined;
  // No wait is that long: the server's clock was wrong when it was set.
  if (waitUntilMs - nowMs > policy.longestWaitMs) return undefined;
  return { lockedUntilMs: waitUntilMs };
}

/**
 * Counts a failure.
 *
 * @param positions - how many codes the attempt could have hit
 */
export function afterFailure(
  before: Throttle,
  positions: number,
  policy: Policy,
  nowMs: number,
): {
  readonly throttle: Throttle;
  /** Present where this failure locks. */
  readonly lock?: Lock;
  readonly happenings: readonly Happening[];
} {
  const failures = before.failures + 1;
  const strikes = before.strikes + Math.ceil(positions / POSITIONS_PER_STRIKE);
  const doublings = failures - policy.freeFailures - 1;
  const waitMs = doublings < 0 ? undefined : Math.min(policy.firstWaitMs * 2 ** doublings, policy.longestWaitMs);
  const { waitUntilMs: _, ...kept } = before;
  const throttle = { ...kept, failures, strikes, ...(waitMs === undefined ? {} : { waitUntilMs: nowMs + waitMs }) };

  const happenings: Happening[] = [];
  if (before.strikes < policy.suspectStrikes && strikes >= policy.suspectStrikes) {
    happenings.push({ type: 'guessing-suspected', strikes });
  }
  const lock = lockOf(throttle, policy, nowMs);
  if (lock === undefined) return { throttle, happenings };
  return { throttle, lock, happenings: [...happenings, { type: 'locked', ...lock }] };
}

/** Clears the failures in a row, and takes one strike away. */
export function afterSignIn({ waitUntilMs: _, ...throttle }: Throttle): Throttle {
  return { ...throttle, failures: 0, strikes: Math.max(0, throttle.strikes - 1) };
}

/** Leaves half of the strikes that lock: an administrator's word is no proof that the guesser is gone. */
export function afterUnlock({ waitUntilMs: _, ...throttle }: Throttle, { maxStrikes }: Policy): Throttle {
  return { ...throttle, failures: 0, strikes: Math.min(throttle.strikes, Math.floor(maxStrikes / 2)) };
}

/** Clears all, after a recovery code or a recovery, which no guesser has. */
export function afterRecovery({ waitUntilMs: _, ...throttle }: Throttle): Throttle {
  return { ...throttle, failures: 0, strikes: 0 };
}
