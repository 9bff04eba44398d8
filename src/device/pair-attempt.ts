import { codeSource, parseTypedPair } from '../core/match.js';
import type { OtpParameters } from '../core/parameters.js';
import { type CodeSource, type Match, NO_MATCH, searchPair } from '../core/search.js';
import type { Secret } from '../core/secret.js';
import { counterOf } from './drift.js';

/** Two codes that somebody typed to show that a device of this secret is in front of them. */
export interface PairAttempt {
  readonly secret: Secret;
  readonly codes: readonly [unknown, unknown];
  readonly parameters: OtpParameters;
  readonly nowMs: number;
  /** How far off the device's clock may be, each way. */
  readonly rangeSeconds: number;
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

export function stepsOf(seconds: number, { periodSeconds }: OtpParameters): number {
  return Math.floor(seconds / periodSeconds);
}

/** Searches for the pair; {@link NO_MATCH} where it is not found, also for malformed codes. */
export function searchAttempt(
  attempt: PairAttempt,
  parameters: OtpParameters = attempt.parameters,
  rangeSeconds: number = attempt.rangeSeconds,
): Match {
  const { source, counter, first, second } = readPair(attempt, parameters);
  const range = stepsOf(rangeSeconds, parameters);
  return first < 0 || second < 0 ? NO_MATCH : searchPair(source, first, second, counter, -range, range);
}
