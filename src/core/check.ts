import { MfaError } from '../errors.js';
import { suggestion } from './spelling.js';

/** The greatest counter: whole numbers are exact up to here. Computed, since bundlers keep what reads a property. */
export const MAX_COUNTER: number = 2 ** 53 - 1;

export function invalid(message: string): MfaError {
  return new MfaError('invalid-argument', message);
}

export function checkWhole(value: unknown, name: string, min: number, max: number): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalid(`${name} must be a whole number from ${min} to ${max}`);
  }
}

export function checkObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null) throw invalid(`${name} must be an object`);
}

/** A misspelt option would silently mean its default. */
export function checkNames(options: object, known: readonly string[]): void {
  for (const name in options) if (!known.includes(name)) throw unknownOption(name, known);
}

/** For functions of the hot path, which look at the names themselves: a loop that all share costs them 90 ns a call. */
export function unknownOption(name: string, known: readonly string[]): MfaError {
  const short = name.slice(0, 40);
  return invalid(`unknown option ${JSON.stringify(short)}; ${suggestion(short, known)}`);
}

/** Takes arrays of any realm, for test runners have their own; and no object that only inherits from Uint8Array. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/**
 * Times are whole milliseconds since 1970. Test vectors lie in that year's first minutes (RFC 6238) and from 2005 on, so two
 * ranges can be told for another unit: what is a time from 2001 to 2286 in seconds lies between 12 January and 26 April 1970
 * here, and what is one in microseconds lies after the year 33658.
 */
export function checkTime(nowMs: unknown): asserts nowMs is number {
  checkWhole(nowMs, 'nowMs', 0, MAX_COUNTER);
  if (nowMs >= 1e15) throw invalid('nowMs looks like microseconds, and milliseconds are wanted');
  if (nowMs >= 1e9 && nowMs < 1e10) throw invalid('nowMs looks like seconds, and milliseconds are wanted');
}

/** Checks a name or a text to encode: half a surrogate pair has no UTF-8, and so no percent-encoding. */
export function checkText(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a text that is not empty`);
  if (/\p{Surrogate}/u.test(value))
    throw invalid(`${name} must be well-formed Unicode: it holds half a surrogate pair`);
}
