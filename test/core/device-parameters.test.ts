import {
  counterAt,
  hotp,
  intervalAt,
  matchCode,
  matchPair,
  type OtpParameters,
  parseSecret,
  totp,
  verifyTotp,
} from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';

// Types cannot tell them apart: a value of OtpParameters, or one spread into other options, compiles wherever a part of it
// is asked for. So each function takes them whole, and looks at what it needs.

const SECRET = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const parameters: OtpParameters = { algorithm: 'SHA256', digits: 8, periodSeconds: 60 };
const nowMs = 1_700_000_040_000;
const counter = nowMs / 60_000;
const own = { algorithm: 'SHA256', digits: 8 } as const;

describe("a device's parameters", () => {
  it('fit in every function that makes codes or counts periods', () => {
    expect(counterAt({ nowMs, ...parameters })).toBe(counter);
    expect(intervalAt({ nowMs, ...parameters })).toEqual({ startMs: nowMs, endMs: nowMs + 60_000, leftMs: 60_000 });
    expect(hotp(SECRET, counter, parameters)).toBe(hotp(SECRET, counter, own));
    expect(totp(SECRET, { nowMs, ...parameters })).toBe(hotp(SECRET, counter, own));
  });

  it('fit in every function that checks codes', () => {
    const [first, second] = [hotp(SECRET, counter - 1, own), hotp(SECRET, counter, own)];
    const accepted = { ok: true, counter };
    expect(matchCode(SECRET, second, { counter, ...parameters })).toEqual(accepted);
    expect(matchPair(SECRET, [first, second], { counter, ...parameters })).toEqual(accepted);
    expect(verifyTotp(SECRET, second, { nowMs, ...parameters })).toEqual(accepted);
  });

  it.each<[string, (parameters: OtpParameters) => unknown]>([
    ['counterAt', (misspelt) => counterAt({ nowMs, ...misspelt })],
    ['intervalAt', (misspelt) => intervalAt({ nowMs, ...misspelt })],
    ['hotp', (misspelt) => hotp(SECRET, counter, misspelt)],
    ['totp', (misspelt) => totp(SECRET, { nowMs, ...misspelt })],
    ['matchCode', (misspelt) => matchCode(SECRET, '', { counter, ...misspelt })],
    ['matchPair', (misspelt) => matchPair(SECRET, ['', ''], { counter, ...misspelt })],
    ['verifyTotp', (misspelt) => verifyTotp(SECRET, '', { nowMs, ...misspelt })],
  ])('are refused by %s with a name that they do not have', (_, call) => {
    const misspelt = { ...parameters, period: 60 };
    const { code, message } = thrown(() => call(misspelt));
    expect(code).toBe('invalid-argument');
    expect(message).toMatch(/^unknown option "period"; /);
  });
});
