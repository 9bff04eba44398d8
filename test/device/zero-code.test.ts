import { createPolicy } from 'lockstep-mfa';
import { matchCode, matchPair, verifyTotp } from 'lockstep-mfa/core';
import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  importDevice,
  resynchronizeDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { offsetOfCode } from '../../src/device/verify.js';
import { codeAt, DEFAULTS, outcome, SECRET, STEP_MS, shown } from './fixtures.js';

// A malformed code is -1 to the library, and 000000 is a code like any other: it must be read everywhere.

const ZERO = '000000';
/** A counter of the tests' secret whose code is all zeros. */
const COUNTER = 58_992_739;
const nowMs = COUNTER * STEP_MS;
const now = { nowMs };
const [before, after] = [codeAt(COUNTER - 1), codeAt(COUNTER + 1)];
/** As the older code of two, and as the newer one. */
const PAIRS = [
  ['the newer', [before, ZERO], 0],
  ['the older', [ZERO, after], 1],
] as const;

const device: AssignedDevice = {
  ...importDevice({ serialNumber: 'phone', nowMs: nowMs - 864_000_000 }),
  lastCounter: 1,
};
const pending = createDevice({ serialNumber: 'phone', nowMs });
const options = { serialNumber: 'phone', ...now };

it('the tests know a counter whose code is all zeros', () => {
  expect(codeAt(COUNTER)).toBe(ZERO);
});

describe('the code 000000', () => {
  it('signs in, and is used then', () => {
    const first = verifyCode(device, SECRET, ZERO, now);
    expect(first).toMatchObject({ ok: true, device: { lastCounter: COUNTER } });
    expect(outcome(verifyCode(first.device, SECRET, ZERO, now))).toBe('code-reused');
    expect(outcome(verifyCode(device, SECRET, ZERO, { nowMs: nowMs + 10 * STEP_MS }))).toBe('code-mismatch');
  });

  it('is read by the functions of the core', () => {
    expect(matchCode(SECRET, ZERO, { counter: COUNTER })).toEqual({ ok: true, counter: COUNTER });
    expect(verifyTotp(SECRET, ZERO, now)).toMatchObject({ ok: true, counter: COUNTER });
    for (const [, codes, steps] of PAIRS) {
      expect(matchPair(SECRET, codes, { counter: COUNTER })).toEqual({ ok: true, counter: COUNTER + steps });
    }
  });

  it.each(PAIRS)('assigns, imports and resynchronizes as %s of two', (_, codes, steps) => {
    const found = { ok: true, device: { lastCounter: COUNTER + steps, offsets: [steps] } };
    expect(assignDevice(pending, SECRET, codes, now)).toMatchObject(found);
    expect(adoptDevice(SECRET, codes, options)).toMatchObject(found);
    expect(resynchronizeDevice(device, SECRET, codes, now)).toMatchObject(found);
  });

  it.each(PAIRS)('is wrong and not malformed as %s of two that do not match', (_, [first, second]) => {
    const other = first === ZERO ? ([ZERO, '111111'] as const) : (['111111', second] as const);
    expect(outcome(resynchronizeDevice(device, SECRET, other, now))).toBe('code-mismatch');
    expect(outcome(assignDevice(pending, SECRET, other, now))).toBe('code-mismatch');
  });

  it.each(PAIRS)('is diagnosed as %s of two', (_, [first, second], steps) => {
    const say = (codes: readonly [string, string], at = nowMs, own = pending) => {
      const { device: _, ...answer } = assignDevice(own, SECRET, codes, { nowMs: at });
      return answer;
    };
    expect(say([second, first])).toEqual({ ok: false, reason: 'codes-reversed' });
    expect(say([ZERO, ZERO])).toEqual({ ok: false, reason: 'codes-identical' });
    const apart = first === ZERO ? ([ZERO, shown(nowMs, 3)] as const) : ([shown(nowMs, -3), ZERO] as const);
    expect(say(apart)).toEqual({ ok: false, reason: 'codes-not-consecutive' });
    const offMs = 1000 * STEP_MS;
    const late = createDevice({ serialNumber: 'phone', nowMs: nowMs + offMs });
    const offsetMs = steps * STEP_MS - offMs;
    expect(say([first, second], nowMs + offMs, late)).toEqual({ ok: false, reason: 'clock-off', offsetMs });
    // An app that shows six digits where eight are asked for, and one that ignores the algorithm.
    const eight = createDevice({ ...options, parameters: { digits: 8 } });
    expect(say([first, second], nowMs, eight)).toEqual({
      ok: false,
      reason: 'parameters-ignored',
      ignored: ['digits'],
    });
    const sha256 = createDevice({ ...options, parameters: { ...DEFAULTS, algorithm: 'SHA256' } });
    const ignored = ['algorithm'];
    expect(say([first, second], nowMs, sha256)).toEqual({ ok: false, reason: 'parameters-ignored', ignored });
  });

  it('has an offset for the history', () => {
    for (const steps of [-40, 0, 40]) {
      const at = { nowMs: nowMs - steps * STEP_MS, policy: createPolicy() };
      expect(offsetOfCode(device, SECRET, ZERO, at)).toBe(steps);
    }
  });
});
