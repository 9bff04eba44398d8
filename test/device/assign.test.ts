import { createPolicy } from 'lockstep-mfa';
import { assignDevice, createDevice, suspendDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { assigned, counterAt, DEFAULTS, outcome, SECRET, START_MS, STEP_MS, shownPair } from './fixtures.js';

const LATER = { nowMs: START_MS + 10 * STEP_MS };
const LIFE_MS = 15 * 60_000;

const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const device = assigned(pending, START_MS + STEP_MS);
const suspended = suspendDevice(device, LATER);

describe('a pending device', () => {
  const assignAt = (nowMs: number): string => outcome(assignDevice(pending, SECRET, shownPair(nowMs), { nowMs }));

  it('lives fifteen minutes, to the millisecond', () => {
    expect(assignAt(START_MS)).toBe('ok');
    expect(assignAt(START_MS + LIFE_MS - 1)).toBe('ok');
    expect(assignAt(START_MS + LIFE_MS)).toBe('enrollment-expired');
    expect(assignAt(START_MS + 100 * LIFE_MS)).toBe('enrollment-expired');
  });

  it('expires also when it was made in the future', () => {
    expect(assignAt(START_MS - LIFE_MS + 1)).toBe('ok');
    expect(assignAt(START_MS - LIFE_MS)).toBe('enrollment-expired');
    expect(assignAt(START_MS - 100 * LIFE_MS)).toBe('enrollment-expired');
  });

  it('comes back unchanged when it has expired', () => {
    const { nowMs } = { nowMs: START_MS + LIFE_MS };
    expect(assignDevice(pending, SECRET, shownPair(nowMs), { nowMs }).device).toBe(pending);
    expect(assignDevice(pending, SECRET, ['', 'typo'], { nowMs }).device).toBe(pending);
  });
});

describe('assignDevice', () => {
  it('makes an assigned device that knows its floor, its offset and its slack', () => {
    expect(device).toEqual({
      version: 1,
      status: 'assigned',
      serialNumber: 'phone',
      parameters: DEFAULTS,
      createdAtMs: START_MS,
      assignedAtMs: START_MS + STEP_MS,
      lastUsedAtMs: START_MS + STEP_MS,
      lastCounter: counterAt(START_MS) + 1,
      offsets: [0],
      slackSteps: 1,
    });
  });

  it.each([
    [0, 0],
    [1, 1],
    [STEP_MS, 1],
    [STEP_MS + 1, 2],
    [LIFE_MS - STEP_MS, 29],
    [LIFE_MS - 1, 30],
    [-1, 30],
  ])('after %i ms the slack is %i', (ageMs, slackSteps) => {
    const made = createDevice({ serialNumber: 'phone', nowMs: START_MS - ageMs });
    expect(assigned(made, START_MS).slackSteps).toBe(slackSteps);
  });

  it('never gives more slack than the range from end to end', () => {
    const policy = createPolicy({ pendingLifeMs: 86_400_000 });
    const made = createDevice({ serialNumber: 'phone', nowMs: START_MS - 80_000_000, policy });
    expect(assigned(made, START_MS).slackSteps).toBe(40);
  });

  it('twice gives already-assigned, with the device as it is', () => {
    for (const used of [device, suspended]) {
      for (const codes of [shownPair(START_MS + STEP_MS), shownPair(LATER.nowMs), ['typo', '']] as const) {
        const result = assignDevice(used, SECRET, codes as [string, string], LATER);
        expect(result).toEqual({ ok: false, reason: 'already-assigned', device: used });
        expect(result.device).toBe(used);
      }
    }
  });
});
