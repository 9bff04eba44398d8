import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  driftSteps,
  importDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { counterAt, DEFAULTS, OTHER_SECRET, outcome, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

const NOW = { nowMs: START_MS };

describe('importDevice', () => {
  it('takes over an assigned device of which no clock is known', () => {
    const taken = importDevice({ serialNumber: 'token', ...NOW, parameters: { periodSeconds: 60 } });
    expect(taken).toEqual({
      version: 1,
      status: 'assigned',
      serialNumber: 'token',
      parameters: { ...DEFAULTS, periodSeconds: 60 },
      createdAtMs: START_MS,
      assignedAtMs: START_MS,
      lastUsedAtMs: START_MS,
      lastCounter: Math.floor(START_MS / 60_000) + 1,
      offsets: [],
      assumedFrom: 0,
    });
    expect(driftSteps(taken)).toBe(0);
  });

  it('never accepts a code that may have been used there: those of the window neither', () => {
    const taken = importDevice({ serialNumber: 'phone', ...NOW });
    for (const steps of [-1, 0, 1]) {
      expect(outcome(verifyCode(taken, SECRET, shown(START_MS, steps), NOW))).toBe('code-reused');
    }
    const nowMs = START_MS + STEP_MS;
    expect(outcome(verifyCode(taken, SECRET, shown(nowMs, 0), { nowMs }))).toBe('code-reused');
    expect(outcome(verifyCode(taken, SECRET, shown(nowMs, 1), { nowMs }))).toBe('ok');
    const wide = importDevice({ serialNumber: 'phone', ...NOW, policy: { window: { behind: 0, ahead: 3 } } });
    expect(wide.lastCounter).toBe(counterAt(START_MS) + 3);
  });
});

describe('adoptDevice', () => {
  const options = { serialNumber: 'token', ...NOW };
  const adopt = (codes: readonly [unknown, unknown], more: object = {}) =>
    adoptDevice(SECRET, codes, { ...options, ...more });
  const adopted = (steps: number): AssignedDevice => {
    const result = adopt(shownPair(START_MS, steps));
    if (!result.ok) throw new Error(result.reason);
    return result.device;
  };

  it('makes an assigned device that knows its floor, its offset and its slack', () => {
    expect(adopted(-7)).toEqual({
      version: 1,
      status: 'assigned',
      serialNumber: 'token',
      parameters: DEFAULTS,
      createdAtMs: START_MS,
      assignedAtMs: START_MS,
      lastUsedAtMs: START_MS,
      lastCounter: counterAt(START_MS) - 7,
      offsets: [-7],
      slackSteps: 30,
    });
    expect(driftSteps(adopted(-7))).toBe(-7);
  });

  it('makes a device whose next code signs in, whose two codes count no more, and no other', () => {
    for (const steps of [-120, -1, 0, 1, 120]) {
      const device = adopted(steps);
      for (const used of shownPair(START_MS, steps)) {
        expect(outcome(verifyCode(device, SECRET, used, NOW))).toBe('code-reused');
      }
      const nowMs = START_MS + STEP_MS;
      expect(outcome(verifyCode(device, SECRET, shown(nowMs, steps), { nowMs }))).toBe('ok');
      expect(outcome(verifyCode(device, SECRET, shown(nowMs, steps + 32), { nowMs }))).toBe('ok');
      expect(outcome(verifyCode(device, SECRET, shown(nowMs, steps + 33), { nowMs }))).toBe('code-mismatch');
    }
  });

  it('looks for the codes within the range of resynchronizing: an hour, or what the policy says', () => {
    expect(adopt(shownPair(START_MS, 120)).ok).toBe(true);
    expect(adopt(shownPair(START_MS, 121))).toEqual({ ok: false, reason: 'clock-off', offsetMs: 121 * STEP_MS });
    // A slow clock's codes may be typed late, too: fifteen minutes, thirty steps.
    expect(adopt(shownPair(START_MS, -150)).ok).toBe(true);
    expect(adopt(shownPair(START_MS, -151))).toEqual({ ok: false, reason: 'clock-off', offsetMs: -151 * STEP_MS });
    const policy = { resynchronizeRangeSeconds: 60, assignRangeSeconds: 600 };
    expect(adopt(shownPair(START_MS, 2), { policy }).ok).toBe(true);
    expect(adopt(shownPair(START_MS, 3), { policy })).toMatchObject({ reason: 'clock-off' });
    expect(adopt(shownPair(START_MS, -32), { policy }).ok).toBe(true);
    expect(adopt(shownPair(START_MS, -33), { policy })).toMatchObject({ reason: 'clock-off' });
  });

  it('takes parameters', () => {
    const parameters = { algorithm: 'SHA256', digits: 8, periodSeconds: 60 } as const;
    const result = adopt(shownPair(START_MS, 3, parameters), { parameters });
    expect(result).toMatchObject({ ok: true, device: { parameters, offsets: [3] } });
    const ignoring = adopt(shownPair(START_MS, 3), { parameters });
    const ignored = ['algorithm', 'digits', 'periodSeconds'];
    expect(ignoring).toEqual({ ok: false, reason: 'parameters-ignored', ignored });
  });

  const [first, second] = shownPair(START_MS);
  it.each<[string, readonly [unknown, unknown], object]>([
    ['a malformed first code', ['12345', second], { reason: 'malformed-code', field: 'first' }],
    ['a malformed second code', [first, undefined], { reason: 'malformed-code', field: 'second' }],
    ['one code twice', [second, second], { reason: 'codes-identical' }],
    ['the newer code first', [second, first], { reason: 'codes-reversed' }],
    ['two codes with a gap', [first, shown(START_MS, 1)], { reason: 'codes-not-consecutive' }],
    ['codes of another secret', shownPair(START_MS, 0, DEFAULTS, OTHER_SECRET), { reason: 'code-mismatch' }],
  ])('says what is wrong with %s, as assignDevice does', (_, codes, refusal) => {
    expect(adopt(codes)).toEqual({ ok: false, ...refusal });
    const { device: _device, ...answer } = assignDevice(createDevice(options), SECRET, codes, NOW);
    expect(adopt(codes)).toEqual(answer);
  });
});
