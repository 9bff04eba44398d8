import {
  type AssignedDevice,
  assignDevice,
  createDevice,
  type Device,
  driftSteps,
  type PendingDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  type SuspendedDevice,
  showDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';
import { assigned, outcome, SECRET, START_MS, STEP_MS, shownPair } from './fixtures.js';

const LATER = { nowMs: START_MS + 10 * STEP_MS };
const NAMES = { issuer: 'Acme', account: 'alice@example.com' };

const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const device = assigned(pending, START_MS + STEP_MS);
const suspended = suspendDevice(device, LATER);

describe('a function that is handed a device of another state', () => {
  const gone = removeDevice(device, LATER) as unknown as Device;
  const all: Record<string, Device> = { pending, assigned: device, suspended, removed: gone };
  const codes = shownPair(LATER.nowMs);

  /** For each state an answer, or the code of an error. The types refuse the latter; a program may come without types. */
  const calls: Record<string, [call: (device: Device) => unknown, answers: Record<string, string>]> = {
    assignDevice: [
      (one) => outcome(assignDevice(one, SECRET, codes, LATER)),
      { pending: 'ok', assigned: 'already-assigned', suspended: 'already-assigned', removed: 'corrupt-record' },
    ],
    verifyCode: [
      (one) => outcome(verifyCode(one, SECRET, codes[1], LATER)),
      { pending: 'not-assigned', assigned: 'ok', suspended: 'suspended', removed: 'corrupt-record' },
    ],
    resynchronizeDevice: [
      (one) => outcome(resynchronizeDevice(one, SECRET, codes, LATER)),
      { pending: 'not-assigned', assigned: 'ok', suspended: 'suspended', removed: 'corrupt-record' },
    ],
    showDevice: [
      (one) => Object.keys(showDevice(one as PendingDevice, SECRET, NAMES)).join(),
      {
        pending: 'keyUri,setupKey,appsToAvoid',
        assigned: 'invalid-argument',
        suspended: 'invalid-argument',
        removed: 'corrupt-record',
      },
    ],
    suspendDevice: [
      (one) => suspendDevice(one as AssignedDevice, LATER).status,
      {
        pending: 'invalid-argument',
        assigned: 'suspended',
        suspended: 'invalid-argument',
        removed: 'corrupt-record',
      },
    ],
    reinstateDevice: [
      (one) => reinstateDevice(one as SuspendedDevice).status,
      {
        pending: 'invalid-argument',
        assigned: 'invalid-argument',
        suspended: 'assigned',
        removed: 'corrupt-record',
      },
    ],
    removeDevice: [
      (one) => removeDevice(one, LATER).status,
      { pending: 'removed', assigned: 'removed', suspended: 'removed', removed: 'corrupt-record' },
    ],
    driftSteps: [
      (one) => String(driftSteps(one as AssignedDevice)),
      { pending: 'invalid-argument', assigned: '0', suspended: '0', removed: 'corrupt-record' },
    ],
  };

  it.each(Object.entries(calls))('%s', (_, [call, answers]) => {
    for (const [state, one] of Object.entries(all)) {
      const before = structuredClone(one);
      const answer = /^(invalid|corrupt)-/.test(answers[state]!) ? thrown(() => call(one)).code : call(one);
      expect(answer, state).toBe(answers[state]);
      expect(one, 'the device handed in is never changed').toEqual(before);
    }
  });
});
