import { codeSource, parseTypedPair } from '../core/match.js';
import type { OtpParameters } from '../core/parameters.js';
import { type CodeSource, type Match, NO_MATCH, searchPair } from '../core/search.js';
import type { Secret } from '../core/secret.js';
import { counterOf } from './drift.js';
import { lateSteps, stepsOf } from './policy.js';

/** Two codes that somebody typed to show that a device of this secret is in front of them. */
export interface PairAttempt {
  readonly secret: Secret;
  readonly codes: readonly [unknown, unknown];
  readonly parameters: OtpParameters;
  readonly nowMs: number;
  /** How far off the device's clock may be, each way. */
  readonly rangeSeconds: number;
  /** Whether a slow clock's codes may be typed late beside: they lie farther back. Default false. */
  readonly late?: boolean;
}

/** The inputs of a search for a pair; a malformed code is -1. */
export interface PairReading {
  readonly source: CodeSource;
  readonly counter: number;
  readonly first: number;
  readonly second: number;
}

/** Reads the attempt as one of an app with these parameters. */
export function readPair({ secret, codes, nowMs }: PairAttempt, parameters: OtpParameters): PairReading {
  const [first, second] = parseTypedPair(codes, parameters.digits);
  const source = codeSource(secret, parameters.algorithm, parameters.digits);
  return { source, counter: counterOf({ parameters }, nowMs), first, second };
}

/** Where an attempt is looked for: from `-behind` to `ahead`, in steps of these parameters. */
export function rangeOf(
  { late = false }: PairAttempt,
  parameters: OtpParameters,
  rangeSeconds: number,
): { readonly behind: number; readonly ahead: number } {
  const ahead = stepsOf(rangeSeconds, parameters);
  return { behind: late ? ahead + lateSteps(parameters) : ahead, ahead };
}

/** Searches for the pair; {@link NO_MATCH} where it is not found, also for malformed codes. */
export function searchAttempt(
  attempt: PairAttempt,
  parameters: OtpParameters = attempt.parameters,
  rangeSeconds: number = attempt.rangeSeconds,
): Match {
  const { source, counter, first, second } = readPair(attempt, parameters);
  const { behind, ahead } = rangeOf(attempt, parameters, rangeSeconds);
  return first < 0 || second < 0 ? NO_MATCH : searchPair(source, first, second, counter, -behind, ahead);
}
