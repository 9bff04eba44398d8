import type { Policy } from '../device/index.js';
import { POSITIONS_PER_STRIKE } from '../device/policy.js';
import type { Happening } from './events.js';
import type { Throttle } from './record.js';

// Two counts, because each alone lets a guesser in. Failures in a row make him wait (RFC 4226 §7.3), but the owner's
// sign-ins clear them; strikes are worn off by one a sign-in only, so that a patient guesser beside a busy owner gets a
// hundred tries and no more.

export const UNTHROTTLED: Throttle = { failures: 0, strikes: 0 };

/** The lock that stands at `nowMs`: until a time, or until somebody lifts it. */
export function lockOf(
  { strikes, waitUntilMs }: Throttle,
  policy: Policy,
  nowMs: number,
): { readonly lockedUntilMs?: number } | undefined {
  if (strikes >= policy.maxStrikes) return {};
  if (waitUntilMs === undefined || nowMs >= waitUntilMs) return undefined;
  // No wait is that long: the server's clock was wrong when it was set.
  if (waitUntilMs - nowMs > policy.longestWaitMs) return undefined;
  return { lockedUntilMs: waitUntilMs };
}

/** @param positions - how many codes the attempt could have hit */
export function afterFailure(
  before: Throttle,
  positions: number,
  policy: Policy,
  nowMs: number,
): { readonly throttle: Throttle; readonly happenings: readonly Happening[] } {
  const failures = before.failures + 1;
  const strikes = before.strikes + Math.ceil(positions / POSITIONS_PER_STRIKE);
  const doublings = failures - policy.freeFailures - 1;
  const waitMs = doublings < 0 ? undefined : Math.min(policy.firstWaitMs * 2 ** doublings, policy.longestWaitMs);
  const throttle = { failures, strikes, ...(waitMs === undefined ? {} : { waitUntilMs: nowMs + waitMs }) };

  const happenings: Happening[] = [];
  if (before.strikes < policy.suspectStrikes && strikes >= policy.suspectStrikes) {
    happenings.push({ type: 'guessing-suspected', strikes });
  }
  const lock = lockOf(throttle, policy, nowMs);
  if (lock !== undefined) happenings.push({ type: 'locked', ...lock });
  return { throttle, happenings };
}

export function afterSignIn({ strikes }: Throttle): Throttle {
  return { failures: 0, strikes: Math.max(0, strikes - 1) };
}

/** Half of what locks stays: an administrator's word is no proof that the guesser is gone. */
export function afterUnlock({ strikes }: Throttle, { maxStrikes }: Policy): Throttle {
  return { failures: 0, strikes: Math.min(strikes, Math.floor(maxStrikes / 2)) };
}
