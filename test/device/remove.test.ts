import { createDevice, removeDevice, suspendDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { assigned, START_MS, STEP_MS } from './fixtures.js';

const LATER = { nowMs: START_MS + 10 * STEP_MS };

const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const device = assigned(pending, START_MS + STEP_MS);
const suspended = suspendDevice(device, LATER);

describe('removeDevice', () => {
  it('leaves a dated line, in whatever state the device was', () => {
    const line = { status: 'removed', serialNumber: 'phone', createdAtMs: START_MS, removedAtMs: LATER.nowMs };
    expect(removeDevice(pending, LATER)).toEqual(line);
    expect(removeDevice(device, LATER)).toEqual({ ...line, assignedAtMs: device.assignedAtMs });
    expect(removeDevice(suspended, LATER)).toEqual({ ...line, assignedAtMs: device.assignedAtMs });
  });
});
