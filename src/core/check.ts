import { MfaError } from '../errors.js';

/** The greatest counter: whole numbers are exact up to here. */
export const MAX_COUNTER: number = Number.MAX_SAFE_INTEGER;

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

/** Of any realm, for test runners have their own; and no object that only inherits from Uint8Array, whose use throws. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Times are whole milliseconds since 1970; RFC 6238's test vectors begin in that year's first minute. */
export function checkTime(nowMs: unknown): asserts nowMs is number {
  checkWhole(nowMs, 'nowMs', 0, MAX_COUNTER);
}

/** A name or a text to encode: half a surrogate pair has no UTF-8, and so no percent-encoding. */
export function checkText(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a text that is not empty`);
  if (/\p{Surrogate}/u.test(value))
    throw invalid(`${name} must be well-formed Unicode: it holds half a surrogate pair`);
}
