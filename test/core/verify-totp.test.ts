import fc from 'fast-check';
import { counterAt, matchCode, parseSecret, totp, type VerifyTotpOptions, verifyTotp } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { ALGORITHMS, DIGITS, isCaught } from '../support/arbitraries.js';

const SECRET = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
/** In the middle of a period of 30 seconds. */
const NOW_MS = 1_700_000_055_000;
const STEP_MS = 30_000;
const COUNTER = counterAt({ nowMs: NOW_MS });

const at = (steps: number): string => totp(SECRET, { nowMs: NOW_MS + steps * STEP_MS });
const answer = (code: unknown, options: Partial<VerifyTotpOptions> = {}) =>
  verifyTotp(SECRET, code, { nowMs: NOW_MS, ...options });

describe('verifyTotp', () => {
  it('accepts the code of now and of one period each way, and says its counter', () => {
    for (const steps of [-1, 0, 1]) expect(answer(at(steps))).toEqual({ ok: true, counter: COUNTER + steps });
    for (const steps of [-2, 2]) expect(answer(at(steps))).toEqual({ ok: false, reason: 'code-mismatch' });
  });

  it('takes another window', () => {
    const window = { behind: 0, ahead: 3 };
    expect(answer(at(3), { window })).toEqual({ ok: true, counter: COUNTER + 3 });
    for (const steps of [-1, 4]) expect(answer(at(steps), { window })).toEqual({ ok: false, reason: 'code-mismatch' });
  });

  it('takes a code once: its counter, stored as lastCounter, makes it and the older ones code-reused', () => {
    const first = answer(at(0));
    if (!first.ok) return expect.unreachable();
    const lastCounter = first.counter;
    for (const steps of [-1, 0]) {
      expect(answer(at(steps), { lastCounter })).toEqual({ ok: false, reason: 'code-reused' });
    }
    expect(answer(at(1), { lastCounter })).toEqual({ ok: true, counter: COUNTER + 1 });
    // Without it a code counts again and again.
    expect(answer(at(0))).toEqual(first);
  });

  it('answers a malformed code, whatever it is', () => {
    for (const code of ['', '12345', '1234567', 'abcdef', undefined, null, 123_456]) {
      expect(answer(code)).toEqual({ ok: false, reason: 'malformed-code' });
    }
  });

  const options = fc.record({
    // Outside of what is refused as seconds.
    nowMs: fc.oneof(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 1e11, max: 4e12 })),
    periodSeconds: fc.constantFrom(15, 30, 60),
    algorithm: fc.constantFrom(...ALGORITHMS),
    digits: fc.constantFrom(...DIGITS),
    window: fc.record({ behind: fc.nat(3), ahead: fc.nat(3) }),
    back: fc.nat(8),
    steps: fc.integer({ min: -5, max: 5 }),
  });
  /** The answer of matchCode at the counter of the time. */
  const agrees = (verify: typeof verifyTotp) =>
    fc.property(options, ({ nowMs, periodSeconds, algorithm, digits, window, back, steps }) => {
      const counter = counterAt({ nowMs, periodSeconds });
      const lastCounter = Math.max(0, counter - back);
      const parameters = { algorithm, digits, periodSeconds };
      const code = totp(SECRET, { nowMs: Math.max(0, nowMs + steps * periodSeconds * 1000), ...parameters });
      const got = verify(SECRET, code, { nowMs, window, lastCounter, ...parameters });
      const wanted = matchCode(SECRET, code, { counter, window, lastCounter, algorithm, digits });
      return JSON.stringify(got) === JSON.stringify(wanted);
    });

  it('answers as matchCode does at the counter of the time', () => fc.assert(agrees(verifyTotp)));

  it.each(['periodSeconds', 'algorithm', 'digits', 'window', 'lastCounter'] as const)(
    'would be caught if it forgot %s',
    (name) => {
      const forgetful: typeof verifyTotp = (secret, code, options) => {
        const { [name]: _, ...rest } = options;
        return verifyTotp(secret, code, rest as VerifyTotpOptions);
      };
      expect(isCaught(agrees(forgetful))).toBe(true);
    },
  );
});
