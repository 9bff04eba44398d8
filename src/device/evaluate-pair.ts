import { NO_MATCH, positionOf } from '../core/search.js';
import { diagnose, diagnoseDigits } from './diagnose.js';
import { type PairAttempt, readPair, searchAttempt } from './pair-attempt.js';
import type { DeviceRefusal, PairReason } from './reasons.js';

/**
 * Decides by one rule whether two codes enroll a device, a new one or an imported one. `offset` is how many steps the
 * device's clock is ahead of the server's.
 */
export function evaluatePair(
  attempt: PairAttempt,
): { readonly ok: true; readonly offset: number } | DeviceRefusal<PairReason> {
  const { first, second } = readPair(attempt, attempt.parameters);
  if (first < 0 || second < 0) {
    const field = first < 0 ? 'first' : 'second';
    return diagnoseDigits(attempt) ?? { ok: false, reason: 'malformed-code', field };
  }
  const match = searchAttempt(attempt);
  return match === NO_MATCH ? diagnose(attempt) : { ok: true, offset: positionOf(match) };
}
