import { DEFAULT_PARAMETERS, type OtpParameters } from '../core/parameters.js';
import { NO_MATCH, positionOf, searchCode, searchPair } from '../core/search.js';
import { type PairAttempt, rangeOf, readPair, searchAttempt } from './pair-attempt.js';
import { lateSteps, MAX_WORK } from './policy.js';
import type { DeviceRefusal, PairDiagnosis } from './reasons.js';

// Finds out why two codes did not assign a device. It runs only after the search has failed, decides nothing, and is
// for the person who enrolls and holds the secret anyway; at sign-in it would be an oracle.

/** Wide enough for a clock that was set to the hour of another time zone. */
const CLOCK_SEARCH_SECONDS = 86_400;

/** The HMACs that are left to a request for its diagnosis: a search that needs more is left out. */
class Budget {
  #left: number;

  constructor(attempt: PairAttempt) {
    this.#left = MAX_WORK - searchCost(attempt);
  }

  affords(cost: number): boolean {
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}

/** HMACs of a search for the attempt: one more than its positions. */
function searchCost(
  { parameters: own, rangeSeconds: ownSeconds, late = false }: PairAttempt,
  parameters: OtpParameters = own,
  rangeSeconds: number = ownSeconds,
): number {
  return 2 * Math.floor(rangeSeconds / parameters.periodSeconds) + (late ? lateSteps(parameters) : 0) + 2;
}

/** Of two well-formed codes that do not match. The first that fits, from the everyday to the odd. */
export function diagnose(attempt: PairAttempt): DeviceRefusal<PairDiagnosis> {
  const { parameters, rangeSeconds } = attempt;
  const { source, counter, first, second } = readPair(attempt, parameters);
  // Neighbouring counters can truly show the same digits, and then the search has found them.
  if (first === second) return { ok: false, reason: 'codes-identical' };

  const budget = new Budget(attempt);
  const { behind, ahead } = rangeOf(attempt, parameters, rangeSeconds);
  const cost = searchCost(attempt);
  if (budget.affords(cost) && searchPair(source, second, first, counter, -behind, ahead) !== NO_MATCH) {
    return { ok: false, reason: 'codes-reversed' };
  }
  const isThere = (code: number): boolean => searchCode(source, code, counter, -behind, ahead) !== NO_MATCH;
  if (budget.affords(2 * cost) && [first, second].every(isThere)) return { ok: false, reason: 'codes-not-consecutive' };

  if (budget.affords(searchCost(attempt, parameters, CLOCK_SEARCH_SECONDS))) {
    const far = searchAttempt(attempt, parameters, CLOCK_SEARCH_SECONDS);
    if (far !== NO_MATCH) {
      return { ok: false, reason: 'clock-off', offsetMs: positionOf(far) * parameters.periodSeconds * 1000 };
    }
  }
  return ignoredParameters(attempt, budget) ?? { ok: false, reason: 'code-mismatch' };
}

/** Diagnoses two codes that are malformed here: an app may show six digits where eight are asked for. */
export function diagnoseDigits(attempt: PairAttempt): DeviceRefusal<'parameters-ignored'> | undefined {
  if (attempt.parameters.digits === DEFAULT_PARAMETERS.digits) return undefined;
  return ignoredParameters(attempt, new Budget(attempt));
}

/** Apps that do not know a parameter compute with its default, and say nothing. */
function ignoredParameters(attempt: PairAttempt, budget: Budget): DeviceRefusal<'parameters-ignored'> | undefined {
  const { parameters } = attempt;
  const unusual = (['algorithm', 'digits', 'periodSeconds'] as const).filter(
    (name) => parameters[name] !== DEFAULT_PARAMETERS[name],
  );
  for (const ignored of subsets(unusual)) {
    const defaults = Object.fromEntries(ignored.map((name) => [name, DEFAULT_PARAMETERS[name]]));
    const assumed = { ...parameters, ...defaults };
    if (!budget.affords(searchCost(attempt, assumed))) continue;
    if (searchAttempt(attempt, assumed) !== NO_MATCH) return { ok: false, reason: 'parameters-ignored', ignored };
  }
  return undefined;
}

/** Lists the subsets without the empty one, the smaller first. */
function subsets<T>(items: readonly T[]): T[][] {
  let all: T[][] = [[]];
  for (const item of items) all = [...all, ...all.map((subset) => [...subset, item])];
  return all.slice(1).sort((a, b) => a.length - b.length);
}
