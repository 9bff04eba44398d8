import { checkTime, checkWhole, MAX_COUNTER } from '../core/check.js';
import type { Clock } from '../service/ports.js';

/** Stands until it is moved. */
export interface FixedClock extends Clock {
  /** Whole milliseconds; negative sets it back. */
  advanceMs(ms: number): void;
}

/** At the first millisecond of a code of 30 or 60 seconds. */
const START_MS = Date.UTC(2026, 0, 1);

/**
 * A clock for tests, which stands until it is moved.
 *
 * @param startMs - Unix time in whole milliseconds; by default that of 2026-01-01
 * @throws MfaError `invalid-argument`
 * @example
 * import { fixedClock } from 'lockstep-mfa/testing';
 *
 * const clock = fixedClock(1_700_000_000_000);
 * clock.advanceMs(30_000);
 * console.log(clock()); // 1700000030000
 */
export function fixedClock(startMs: number = START_MS): FixedClock {
  checkTime(startMs);
  let nowMs = startMs;
  const advanceMs = (ms: number): void => {
    checkWhole(ms, 'ms', -nowMs, MAX_COUNTER - nowMs);
    nowMs += ms;
  };
  return Object.assign(() => nowMs, { advanceMs });
}
