import { DEFAULT_PARAMETERS } from '../core/parameters.js';
import { NO_MATCH, positionOf, searchCode, searchPair } from '../core/search.js';
import { type PairAttempt, readPair, searchAttempt, stepsOf } from './pair-attempt.js';
import type { DeviceRefusal, PairDiagnosis } from './reasons.js';

// Finds out why two codes did not assign a device. It runs only after the search has failed, decides nothing, and is
// for the person who enrolls and holds the secret anyway; at sign-in it would be an oracle.

/** Wide enough for a clock that was set to the hour of another time zone. */
const CLOCK_SEARCH_SECONDS = 86_400;

/** Diagnoses two well-formed codes that do not match: the first diagnosis that fits, from the common to the rare. */
export function diagnose(attempt: PairAttempt): DeviceRefusal<PairDiagnosis> {
  const { parameters, rangeSeconds } = attempt;
  const { source, counter, first, second } = readPair(attempt, parameters);
  // Neighbouring counters can truly show the same digits, and then the search has found them.
  if (first === second) return { ok: false, reason: 'codes-identical' };

  const range = stepsOf(rangeSeconds, parameters);
  if (searchPair(source, second, first, counter, -range, range) !== NO_MATCH) {
    return { ok: false, reason: 'codes-reversed' };
  }
  const both = [first, second].every((code) => searchCode(source, code, counter, -range, range) !== NO_MATCH);
  if (both) return { ok: false, reason: 'codes-not-consecutive' };

  const far = searchAttempt(attempt, parameters, CLOCK_SEARCH_SECONDS);
  if (far !== NO_MATCH) {
    return { ok: false, reason: 'clock-off', offsetMs: positionOf(far) * parameters.periodSeconds * 1000 };
  }
  return ignoredParameters(attempt) ?? { ok: false, reason: 'code-mismatch' };
}

/** Diagnoses two codes that are malformed here: an app may show six digits where eight are asked for. */
export function diagnoseDigits(attempt: PairAttempt): DeviceRefusal<'parameters-ignored'> | undefined {
  return attempt.parameters.digits === DEFAULT_PARAMETERS.digits ? undefined : ignoredParameters(attempt);
}

/** Apps that do not know a parameter compute with its default, and say nothing. */
function ignoredParameters(attempt: PairAttempt): DeviceRefusal<'parameters-ignored'> | undefined {
  const { parameters } = attempt;
  const unusual = (['algorithm', 'digits', 'periodSeconds'] as const).filter(
    (name) => parameters[name] !== DEFAULT_PARAMETERS[name],
  );
  for (const ignored of subsets(unusual)) {
    const defaults = Object.fromEntries(ignored.map((name) => [name, DEFAULT_PARAMETERS[name]]));
    if (searchAttempt(attempt, { ...parameters, ...defaults }) !== NO_MATCH) {
      return { ok: false, reason: 'parameters-ignored', ignored };
    }
  }
  return undefined;
}

/** Lists the subsets without the empty one, the smaller first. */
function subsets<T>(items: readonly T[]): T[][] {
  let all: T[][] = [[]];
  for (const item of items) all = [...all, ...all.map((subset) => [...subset, item])];
  return all.slice(1).sort((a, b) => a.length - b.length);
}
