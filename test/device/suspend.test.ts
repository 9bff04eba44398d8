import { createDevice, reinstateDevice, resynchronizeDevice, suspendDevice, verifyCode } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { assigned, outcome, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

const LATER = { nowMs: START_MS + 10 * STEP_MS };

const device = assigned(createDevice({ serialNumber: 'phone', nowMs: START_MS }), START_MS + STEP_MS);
const suspended = suspendDevice(device, LATER);

describe('a suspended device', () => {
  it('signs nobody in, and keeps its state', () => {
    expect(suspended).toEqual({ ...device, status: 'suspended', suspendedAtMs: LATER.nowMs });
    const code = shown(LATER.nowMs);
    for (const typed of [code, 'typo', undefined]) {
      const result = verifyCode(suspended, SECRET, typed, LATER);
      expect(result).toEqual({ ok: false, reason: 'suspended', device: suspended });
      expect(result.device).toBe(suspended);
    }
    const pair = resynchronizeDevice(suspended, SECRET, shownPair(LATER.nowMs), LATER);
    expect(pair).toEqual({ ok: false, reason: 'suspended', device: suspended });
  });

  it('has its replay floor and its drift when it is reinstated', () => {
    const back = reinstateDevice(suspended);
    expect(back).toEqual(device);
    const used = shown(START_MS + STEP_MS);
    expect(outcome(verifyCode(back, SECRET, used, { nowMs: START_MS + STEP_MS }))).toBe('code-reused');
    expect(outcome(verifyCode(back, SECRET, shown(LATER.nowMs), LATER))).toBe('ok');
  });
});
