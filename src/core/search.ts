import { MAX_COUNTER } from './check.js';
import type { TruncatedHmac } from './hmac/hmac.js';

/** The HMAC key, how its codes are made, and which counters were used. */
export interface CodeSource {
  readonly hmac: TruncatedHmac;
  readonly key: number[];
  readonly modulus: number;
  /** Newest counter ever accepted; -1 for none. */
  readonly lastCounter: number;
}

/**
 * The result of a search: one number that never allocates and orders itself. The nearer to the expected counter the
 * smaller, the newer of two equally near the smaller, a used one behind every unused one, {@link NO_MATCH} behind all.
 */
export type Match = number;
export const NO_MATCH: Match = 0x7fffffff;
const USED = 0x40000000;
/** Keeps positions, and with them matches, far inside 31 bits. */
const FARTHEST = 0x1fffffff;

export function isUsed(match: Match): boolean {
  return match !== NO_MATCH && match >= USED;
}

/** Reads how far a match is from the expected counter: the inverse of {@link nearer}, and like it without a branch. */
export function positionOf(match: Match): number {
  const near = match & ~USED;
  const sign = (near & 1) - 1;
  return (((near + 1) >> 1) ^ sign) - sign;
}

/**
 * Looks for a code among the counters `expected + from … expected + to`, the ends included, those below 0 and above
 * 2^53-1 left out. Each is computed and compared, without an early exit and without a branch on the outcome: the time
 * tells neither whether nor where it matched.
 */
export function searchCode(source: CodeSource, code: number, expected: number, from: number, to: number): Match {
  const { hmac, key, modulus } = source;
  const floor = relativeFloor(source, expected);
  const end = Math.min(to, MAX_COUNTER - expected);
  let best = NO_MATCH;
  for (let position = Math.max(from, -expected); position <= end; position++) {
    const equal = equalMask(hmac(key, expected + position) % modulus, code);
    best = nearer(best, position, floor, equal);
  }
  return best;
}

/**
 * Looks for two consecutive codes, the second of which belongs to a counter of the range. Searched jointly: apart, each
 * would find an accidental partner. One HMAC a counter serves as second code of one pair and as first of the next, so n
 * positions cost n + 1.
 *
 * Both counters have to be unused.
 */
export function searchPair(
  source: CodeSource,
  first: number,
  second: number,
  expected: number,
  from: number,
  to: number,
): Match {
  const { hmac, key, modulus } = source;
  const floor = relativeFloor(source, expected) + 1;
  const end = Math.min(to, MAX_COUNTER - expected);
  const start = Math.max(from, 1 - expected);
  if (start > end) return NO_MATCH;
  let best = NO_MATCH;
  let firstMatched = equalMask(hmac(key, expected + start - 1) % modulus, first);
  for (let position = start; position <= end; position++) {
    const code = hmac(key, expected + position) % modulus;
    best = nearer(best, position, floor, firstMatched & equalMask(code, second));
    firstMatched = equalMask(code, first);
  }
  return best;
}

function relativeFloor({ lastCounter }: CodeSource, expected: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, lastCounter - expected));
}

/** All ones where the two are equal, else zero. */
function equalMask(a: number, b: number): number {
  const difference = a ^ b;
  return ~((difference | -difference) >> 31);
}

/** `best`, or this position where `mask` is all ones and it is nearer. */
function nearer(best: Match, position: number, floor: number, mask: number): Match {
  const sign = position >> 31;
  const distance = (position ^ sign) - sign;
  const used = ((position - floor - 1) >> 31) & USED;
  const match = ((distance << 1) + (-position >> 31)) | used;
  const closer = (match - best) >> 31;
  return best ^ ((best ^ match) & mask & closer);
}
