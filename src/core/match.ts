import { checkObject, checkWhole, invalid, MAX_COUNTER, unknownOption } from './check.js';
import { truncatedHmac } from './hmac/hmac.js';
import { modulus } from './hotp.js';
import { checkAlgorithm, checkDigits, type Digits, type HotpParameters } from './parameters.js';
import type { CodeRefusal } from './reasons.js';
import { type CodeSource, isUsed, type Match, NO_MATCH, positionOf, searchCode, searchPair } from './search.js';
import { type HotpSecret, preparedKey, type Secret } from './secret.js';
import { parseTypedCode } from './typed-code.js';

/** Counters round the expected one. */
export interface CounterWindow {
  readonly behind: number;
  readonly ahead: number;
}

export interface MatchOptions extends Partial<HotpParameters> {
  /** The expected counter. */
  readonly counter: number;
  /** Default `{ behind: 1, ahead: 1 }` (RFC 6238 §5.2); at most 100,000 each way. */
  readonly window?: CounterWindow;
  /** Newest counter ever accepted: a match at or below it is `code-reused`. */
  readonly lastCounter?: number;
}

/** `counter`: the one to keep as `lastCounter`; of a pair, the second. */
export type MatchResult = { readonly ok: true; readonly counter: number } | CodeRefusal;

const ONE_STEP: CounterWindow = /* @__PURE__ */ Object.freeze({ behind: 1, ahead: 1 });
/** A day of one-second periods, and more than anybody should search. */
const FARTHEST = 100_000;

/**
 * Looks for a typed code in a window of counters.
 *
 * Fixed work: computes and compares every counter of the window, wherever and whether it matches. Of several matches the
 * one nearest to `counter` counts, of two equally near the newer; one above `lastCounter` before one at or below it.
 *
 * @param code - what the person typed: white space, hyphens and invisible characters are ignored, decimal digits of
 *   every script are read
 * @returns the matched counter, or `malformed-code`, `code-mismatch`, `code-reused`
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 6238 §5.2, RFC 4226 §7.2
 * @example
 * import { counterAt, matchCode, parseSecret } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXP');
 * const counter = counterAt({ nowMs: 1_700_000_000_000 });
 * console.log(matchCode(secret, '324 550', { counter })); // { ok: true, counter: 56666666 }
 * console.log(matchCode(secret, '324 550', { counter, lastCounter: counter })); // { ok: false, reason: 'code-reused' }
 */
export function matchCode(secret: Secret | HotpSecret, code: unknown, options: MatchOptions): MatchResult {
  const digits = checkOptions(options);
  const source = codeSource(secret, options.algorithm ?? 'SHA1', digits, options.lastCounter);
  const { behind, ahead } = options.window ?? ONE_STEP;
  const number = parseTypedCode(code, digits);
  if (number < 0) return { ok: false, reason: 'malformed-code' };
  return result(searchCode(source, number, options.counter, -behind, ahead), options.counter);
}

/**
 * Looks for two consecutive codes, searched jointly: some counter s with code(s) the first and code(s + 1) the second,
 * and s + 1 in the window. Both must be above `lastCounter`. Fixed work: n + 1 codes for n positions.
 *
 * @param codes - what the person typed, in the order in which the device showed it
 * @returns the counter of the second code; or `malformed-code` with the `field`, `code-mismatch`, `code-reused`
 * @throws MfaError `invalid-argument`, `wiped-secret`
 * @see RFC 4226 §7.4, RFC 4226 appendix E.3
 * @example
 * import { counterAt, hotp, matchPair, parseSecret } from 'lockstep-mfa/core';
 *
 * const secret = parseSecret('JBSWY3DPEHPK3PXP');
 * const counter = counterAt({ nowMs: 1_700_000_000_000 });
 * const codes = [hotp(secret, counter + 21), hotp(secret, counter + 22)] as const; // a clock 11 minutes fast
 * const window = { behind: 120, ahead: 120 };
 * console.log(matchPair(secret, codes, { counter, window })); // { ok: true, counter: 56666688 }
 */
export function matchPair(
  secret: Secret | HotpSecret,
  codes: readonly [unknown, unknown],
  options: MatchOptions,
): MatchResult {
  const digits = checkOptions(options);
  const source = codeSource(secret, options.algorithm ?? 'SHA1', digits, options.lastCounter);
  const { behind, ahead } = options.window ?? ONE_STEP;
  const [first, second] = parseTypedPair(codes, digits);
  if (first < 0) return { ok: false, reason: 'malformed-code', field: 'first' };
  if (second < 0) return { ok: false, reason: 'malformed-code', field: 'second' };
  return result(searchPair(source, first, second, options.counter, -behind, ahead), options.counter);
}

/** Two typed codes as numbers, -1 for a malformed one. A list of another length is the program's mistake. */
export function parseTypedPair(codes: readonly [unknown, unknown], digits: Digits): [first: number, second: number] {
  if (!Array.isArray(codes) || codes.length !== 2) throw invalid('codes must be a list of two');
  return [parseTypedCode(codes[0], digits), parseTypedCode(codes[1], digits)];
}

export function codeSource(
  secret: Secret | HotpSecret,
  algorithm: HotpParameters['algorithm'],
  digits: Digits,
  lastCounter = -1,
): CodeSource {
  return { hmac: truncatedHmac(algorithm), key: preparedKey(secret, algorithm), modulus: modulus(digits), lastCounter };
}

const NAMES = ['algorithm', 'counter', 'digits', 'lastCounter', 'window'];
const WINDOW_NAMES = ['behind', 'ahead'];

function checkOptions(options: MatchOptions): Digits {
  checkObject(options, 'options');
  for (const name in options) if (!isName(name)) throw unknownOption(name, NAMES);
  const { algorithm = 'SHA1', counter, digits = 6, lastCounter = 0, window = ONE_STEP } = options;
  checkAlgorithm(algorithm);
  checkDigits(digits);
  checkWhole(counter, 'counter', 0, MAX_COUNTER);
  checkWhole(lastCounter, 'lastCounter', 0, MAX_COUNTER);
  checkWindow(window, FARTHEST);
  return digits;
}

function isName(name: string): boolean {
  switch (name) {
    case 'algorithm':
    case 'counter':
    case 'digits':
    case 'lastCounter':
    case 'window':
    case 'periodSeconds': // of a device's parameters, spread beside the counter
      return true;
    default:
      return false;
  }
}

export function checkWindow(window: unknown, farthest: number): asserts window is CounterWindow {
  checkObject(window, 'window');
  for (const name in window) if (name !== 'behind' && name !== 'ahead') throw unknownOption(name, WINDOW_NAMES);
  const { behind, ahead } = window as CounterWindow;
  checkWhole(behind, 'window.behind', 0, farthest);
  checkWhole(ahead, 'window.ahead', 0, farthest);
}

function result(match: Match, counter: number): MatchResult {
  if (match === NO_MATCH) return { ok: false, reason: 'code-mismatch' };
  if (isUsed(match)) return { ok: false, reason: 'code-reused' };
  return { ok: true, counter: counter + positionOf(match) };
}
