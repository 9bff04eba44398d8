import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  driftSteps,
  type ImportDeviceOptions,
  importDevice,
  parseDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { usedCounter, withFloor } from '../../src/user/shared-secret.js';
import { thrown } from '../support/thrown.js';
import { counterAt, DEFAULTS, outcome, SECRET, START_MS, STEP_MS, shown, shownPair, stored } from './fixtures.js';

// An import without codes assumes which codes were used at the old system. Nobody has seen one of them: the device says
// so until its first accepted code.

const NOW = { nowMs: START_MS };
const T = counterAt(START_MS);

function take(options: Partial<ImportDeviceOptions> = {}): AssignedDevice {
  return importDevice({ serialNumber: 'token', ...NOW, ...options });
}
const refusalOf = (options: object): { code: string; message: string } => {
  const { code, message } = thrown(() => take(options));
  return { code, message };
};

describe('importDevice with the drift that the old system knew', () => {
  it.each([-120, -7, 0, 7, 120])('of %i periods: accepts its next code, and none that may have been used', (drift) => {
    const device = take({ driftSteps: drift });
    expect(device).toMatchObject({ lastCounter: T + drift + 1, offsets: [drift], slackSteps: 2, assumedFrom: 0 });
    expect(driftSteps(device)).toBe(drift);
    for (const steps of [-1, 0, 1]) {
      expect(outcome(verifyCode(device, SECRET, shown(START_MS, drift + steps), NOW))).toBe('code-reused');
    }
    const laterMs = START_MS + 2 * STEP_MS;
    for (const nowMs of [laterMs, START_MS + 20 * 86_400_000]) {
      const result = verifyCode(device, SECRET, shown(nowMs, drift), { nowMs });
      expect(result).toMatchObject({ ok: true, device: { offsets: [drift, drift] } });
    }
  });

  it('is what one without it refuses: a token that was two periods off', () => {
    const nowMs = START_MS + 10 * STEP_MS;
    expect(outcome(verifyCode(take(), SECRET, shown(nowMs, 2), { nowMs }))).toBe('code-mismatch');
    expect(outcome(verifyCode(take({ driftSteps: 2 }), SECRET, shown(nowMs, 2), { nowMs }))).toBe('ok');
    // The old system's number may be two old: as far as two periods round it codes count.
    const answers = [-3, -2, 4, 5].map((off) => {
      return outcome(verifyCode(take({ driftSteps: 40 }), SECRET, shown(nowMs, 40 + off), { nowMs }));
    });
    expect(answers).toEqual(['code-mismatch', 'ok', 'ok', 'code-mismatch']);
  });

  it('beyond the range is a wrong unit', () => {
    const message = 'driftSteps must be a whole number from -120 to 120';
    for (const driftSteps of [-121, 121, 1.5, -3600, '3', null]) {
      expect(refusalOf({ driftSteps })).toEqual({ code: 'invalid-argument', message });
    }
    expect(take({ driftSteps: undefined } as never)).toEqual(take());
    // In periods of the token, of the wider range.
    const parameters = { periodSeconds: 60 };
    expect(take({ driftSteps: 60, parameters }).offsets).toEqual([60]);
    expect(refusalOf({ driftSteps: 61, parameters }).message).toBe('driftSteps must be a whole number from -60 to 60');
    const policy = { assignRangeSeconds: 7200 };
    expect(take({ driftSteps: 240, policy }).offsets).toEqual([240]);
  });
});

describe('importDevice with the last counter that the old system accepted', () => {
  it('is that floor, and nothing is assumed', () => {
    const device = take({ lastCounter: T - 3 });
    expect(device).toMatchObject({ lastCounter: T - 3, offsets: [] });
    expect(device).not.toHaveProperty('assumedFrom');
    expect(device).not.toHaveProperty('slackSteps');
    expect(outcome(verifyCode(device, SECRET, shown(START_MS), NOW))).toBe('ok');
    expect(outcome(verifyCode(take({ lastCounter: T }), SECRET, shown(START_MS), NOW))).toBe('code-reused');
    const both = take({ lastCounter: T + 39, driftSteps: 40 });
    expect(both).toMatchObject({ lastCounter: T + 39, offsets: [40], slackSteps: 2 });
    expect(both).not.toHaveProperty('assumedFrom');
    expect(outcome(verifyCode(both, SECRET, shown(START_MS, 40), NOW))).toBe('ok');
    expect(outcome(verifyCode(both, SECRET, shown(START_MS, 39), NOW))).toBe('code-reused');
  });

  it('takes any from 0 to the farthest that a clock can be ahead, and beyond it is a wrong unit', () => {
    expect(take({ lastCounter: 0 }).lastCounter).toBe(0);
    expect(take({ lastCounter: T + 150 }).lastCounter).toBe(T + 150);
    const message = `lastCounter must be a whole number from 0 to ${T + 150}`;
    for (const lastCounter of [T + 151, -1, START_MS, START_MS / 1000, 1.5, '1', null]) {
      expect(refusalOf({ lastCounter })).toEqual({ code: 'invalid-argument', message });
    }
    expect(take({ lastCounter: undefined } as never)).toEqual(take());
  });

  it('has options of its own, and tells the nearest name', () => {
    expect(refusalOf({ lastCountr: T })).toEqual({
      code: 'invalid-argument',
      message: 'unknown option "lastCountr"; did you mean "lastCounter"?',
    });
    const create = () => createDevice({ serialNumber: 'token', ...NOW, lastCounter: T } as never);
    expect(thrown(create).message).toMatch(/^unknown option "lastCounter"; the names are nowMs, policy, /);
  });
});

describe('an assumed floor', () => {
  const laterMs = START_MS + 10 * STEP_MS;
  const later = { nowMs: laterMs };
  const assumed = take({ driftSteps: 3 });

  it('is marked by an import without codes, and by nothing else', () => {
    expect(take().assumedFrom).toBe(0);
    const adopted = adoptDevice(SECRET, shownPair(START_MS), { serialNumber: 'token', ...NOW });
    const pending = createDevice({ serialNumber: 'token', ...NOW });
    const assigned = assignDevice(pending, SECRET, shownPair(START_MS), NOW);
    for (const result of [adopted, assigned]) {
      expect(result).toMatchObject({ ok: true });
      expect(result.ok && 'assumedFrom' in result.device).toBe(false);
    }
    expect('assumedFrom' in pending).toBe(false);
  });

  it('ends with the first accepted code', () => {
    const signedIn = verifyCode(assumed, SECRET, shown(laterMs, 3), later);
    const resynchronized = resynchronizeDevice(assumed, SECRET, shownPair(laterMs, 50), later);
    for (const { ok, device } of [signedIn, resynchronized]) {
      expect(ok).toBe(true);
      expect('assumedFrom' in device).toBe(false);
    }
  });

  it('is kept by every refusal, and by what takes no code', () => {
    const refused = [
      verifyCode(assumed, SECRET, shown(START_MS, 3), NOW),
      verifyCode(assumed, SECRET, 'typo', later),
      verifyCode(assumed, SECRET, shown(laterMs, 90), later),
      resynchronizeDevice(assumed, SECRET, shownPair(START_MS, 3), NOW),
      resynchronizeDevice(assumed, SECRET, shownPair(laterMs, 500), later),
      resynchronizeDevice(assumed, SECRET, ['', ''], later),
      assignDevice(assumed, SECRET, shownPair(laterMs), later),
    ];
    expect(refused.map(outcome)).toEqual([
      'code-reused',
      'malformed-code',
      'code-mismatch',
      'code-reused',
      'code-mismatch',
      'malformed-code',
      'already-assigned',
    ]);
    for (const { device } of refused) expect(device).toBe(assumed);
    const suspended = suspendDevice(assumed, later);
    expect(suspended.assumedFrom).toBe(0);
    expect(reinstateDevice(suspended)).toEqual(assumed);
    expect(parseDevice(stored(suspended))).toEqual(suspended);
  });

  it('is no business of the line that a removal leaves, nor of the drift', () => {
    expect(removeDevice(assumed, later)).not.toHaveProperty('assumedFrom');
    expect(driftSteps(assumed)).toBe(3);
    expect(driftSteps(suspendDevice(assumed, later))).toBe(3);
  });

  it('never lets a code through that the floor refuses: it marks, and lowers nothing', () => {
    const marked = { ...assumed, assumedFrom: 0, lastCounter: T + 20 };
    const nowMs = START_MS + 15 * STEP_MS;
    const codes = shownPair(nowMs, 3);
    expect(outcome(verifyCode(marked, SECRET, codes[1], { nowMs }))).toBe('code-reused');
    expect(outcome(resynchronizeDevice(marked, SECRET, codes, { nowMs }))).toBe('code-reused');
  });
});

describe('usedCounter', () => {
  const device = take({ lastCounter: 100 });

  it('is the floor, or of an assumed one the least that it may be lowered to: the newest that a code used', () => {
    expect(usedCounter(device)).toBe(100);
    expect(usedCounter({ ...device, assumedFrom: 0 })).toBe(-1);
    for (const counter of [1, 40, 200])
      expect(usedCounter(withFloor({ ...device, assumedFrom: 0 }, counter))).toBe(counter);
  });
});

describe('withFloor', () => {
  const device = take({ lastCounter: 100, parameters: DEFAULTS });

  it('raises a floor, and never lowers one', () => {
    const floors = [99, 100, 101, 5000].map((counter) => withFloor(device, counter).lastCounter);
    expect(floors).toEqual([100, 100, 101, 5000]);
    expect(withFloor(device, 99)).toBe(device);
    expect(withFloor(device, 100)).toBe(device);
    expect(withFloor(device, 101)).toEqual({ ...device, lastCounter: 101 });
    expect(withFloor(device, 101)).not.toHaveProperty('assumedFrom');
  });

  it('of an assumed floor raises the least that it may be lowered to', () => {
    const assumed = { ...device, assumedFrom: 0 };
    // Used at another device of the secret, below what is assumed here: that much nobody may lower it under.
    expect(withFloor(assumed, 40)).toEqual({ ...assumed, lastCounter: 100, assumedFrom: 40 });
    expect(withFloor(assumed, 150)).toEqual({ ...assumed, lastCounter: 150, assumedFrom: 150 });
    const raised = { ...device, assumedFrom: 40 };
    for (const counter of [0, 39, 40]) expect(withFloor(raised, counter)).toBe(raised);
    expect(withFloor(raised, 41)).toEqual({ ...raised, assumedFrom: 41 });
  });

  it('keeps a suspended device suspended, and the fields of a later version', () => {
    const suspended = { ...suspendDevice(device, NOW), ofALaterVersion: [1] };
    expect(withFloor(suspended, 500)).toEqual({ ...suspended, lastCounter: 500 });
  });
});
