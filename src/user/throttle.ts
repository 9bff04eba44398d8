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

/** How far two servers' clocks may be apart. */
export const CLOCK_TOLERANCE_MS = 30_000;

/**
 * The lock that stands at `nowMs`, as it was written, whatever the policy says by now. One whose failure lies in the future
 * is void: the server's clock was wrong when it was written, and the lock might never end.
 */
export function lockOf({ locked, failedAtMs, waitMs }: Throttle, nowMs: number): Lock | undefined {
  if (locked === true) return {};
  if (failedAtMs === undefined || waitMs === undefined || failedAtMs > nowMs + CLOCK_TOLERANCE_MS) return undefined;
  return nowMs < failedAtMs + waitMs ? { lockedUntilMs: failedAtMs + waitMs } : undefined;
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
  const throttle: Throttle = {
    ...unlocked(before),
    failures,
    strikes,
    ...(waitMs === undefined ? {} : { failedAtMs: nowMs, waitMs }),
    ...(strikes >= policy.maxStrikes ? { locked: true } : {}),
  };

  const happenings: Happening[] = [];
  if (before.strikes < policy.suspectStrikes && strikes >= policy.suspectStrikes) {
    happenings.push({ type: 'guessing-suspected', strikes });
  }
  const lock = lockOf(throttle, nowMs);
  if (lock === undefined) return { throttle, happenings };
  return { throttle, lock, happenings: [...happenings, { type: 'locked', ...lock }] };
}

export function afterSignIn(before: Throttle): Throttle {
  return { ...unlocked(before), failures: 0, strikes: Math.max(0, before.strikes - 1) };
}

/** Half of what locks stays: neither an administrator's word nor an empty account is proof that the guesser is gone. */
export function afterUnlock(before: Throttle, { maxStrikes }: Policy): Throttle {
  return { ...unlocked(before), failures: 0, strikes: Math.min(before.strikes, Math.floor(maxStrikes / 2)) };
}

/** By a recovery code or a recovery, which no guesser has: nothing stays. */
export function afterRecovery(before: Throttle): Throttle {
  return { ...unlocked(before), failures: 0, strikes: 0 };
}

function unlocked({ failedAtMs: _failedAtMs, waitMs: _waitMs, locked: _locked, ...throttle }: Throttle): Throttle {
  return throttle;
}
