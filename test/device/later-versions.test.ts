import {
  type AssignedDevice,
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  type Device,
  driftSteps,
  importDevice,
  type PendingDevice,
  parseDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  type SuspendedDevice,
  showDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import * as device from '../../src/device/index.js';
import { thrown } from '../support/thrown.js';
import { assigned, outcome, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

// An older version must not lose what a newer one wrote into a device.

const nowMs = START_MS + 10 * STEP_MS;
const now = { nowMs };
const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const inUse = assigned(pending, START_MS);
const suspended = suspendDevice(inUse, { nowMs: START_MS });
const WRONG = ['000000', '000001'] as const;

type Call = readonly [from: Device, call: (device: Device) => unknown, answer?: string];
/** Every function that is handed a device, and every way through it. */
const CALLS: Readonly<Record<string, Call>> = {
  parseDevice: [inUse, (device) => parseDevice(device)],
  assignDevice: [pending, (device) => assignDevice(device, SECRET, shownPair(nowMs), now), 'ok'],
  'assignDevice with wrong codes': [pending, (device) => assignDevice(device, SECRET, WRONG, now), 'code-mismatch'],
  'assignDevice again': [inUse, (device) => assignDevice(device, SECRET, WRONG, now), 'already-assigned'],
  verifyCode: [inUse, (device) => verifyCode(device, SECRET, shown(nowMs), now), 'ok'],
  'verifyCode with a wrong code': [inUse, (device) => verifyCode(device, SECRET, WRONG[0], now), 'code-mismatch'],
  'verifyCode of a suspended device': [suspended, (device) => verifyCode(device, SECRET, '', now), 'suspended'],
  'verifyCode of a pending device': [pending, (device) => verifyCode(device, SECRET, '', now), 'not-assigned'],
  'verifyCode of a device without slack': [
    { ...withoutSlack(inUse), offsets: [0, 0, 0, 0, 0] },
    (device) => verifyCode(device, SECRET, shown(nowMs), now),
    'ok',
  ],
  resynchronizeDevice: [inUse, (device) => resynchronizeDevice(device, SECRET, shownPair(nowMs, 20), now), 'ok'],
  'resynchronizeDevice with wrong codes': [
    inUse,
    (device) => resynchronizeDevice(device, SECRET, WRONG, now),
    'code-mismatch',
  ],
  suspendDevice: [inUse, (device) => suspendDevice(device as AssignedDevice, now)],
  reinstateDevice: [suspended, (device) => reinstateDevice(device as SuspendedDevice)],
  // These make no device.
  removeDevice: [inUse, (device) => removeDevice(device, now)],
  driftSteps: [inUse, (device) => driftSteps(device as AssignedDevice)],
  showDevice: [pending, (device) => showDevice(device as PendingDevice, SECRET, { issuer: 'A', account: 'a' })],
};
const NO_DEVICE = ['removeDevice', 'driftSteps', 'showDevice'];

function withoutSlack({ slackSteps: _, ...rest }: AssignedDevice): AssignedDevice {
  return rest;
}

const LATER = { ofALaterVersion: { of: ['any', 'kind'] } };
/** The device as a later version could have written it. */
function laterDevice<D extends Device>(device: D): D {
  return { ...device, ...LATER, requires: [], parameters: { ...device.parameters, ...LATER } };
}

/** The device that a call gives. */
function deviceOf(result: unknown): Device {
  return 'device' in (result as object) ? (result as { device: Device }).device : (result as Device);
}

describe('a device of a later version', () => {
  it('is handed to every function that takes one', () => {
    const functions = Object.keys(device);
    const makers = [createDevice, importDevice, adoptDevice, createDevicePolicy].map(({ name }) => name);
    const called = Object.keys(CALLS).map((name) => name.split(' ')[0]!);
    expect([...new Set([...called, ...makers])].sort()).toEqual(functions.sort());
  });

  it.each(Object.entries(CALLS))('is answered by %s as without its unknown fields', (_, [from, call, answer]) => {
    const plain = call(from);
    const later = call(laterDevice(from));
    if (answer !== undefined) expect(outcome(later as never)).toBe(answer);
    expect(later).toMatchObject(plain as object);
  });

  const giving = Object.entries(CALLS).filter(([name]) => !NO_DEVICE.includes(name));
  /** What of the device of a later version is not in the one that came back. */
  const lost = (device: Device): string[] => {
    const { ofALaterVersion, requires, parameters } = device as Device & typeof LATER & { requires?: unknown };
    const kept = JSON.stringify(LATER.ofALaterVersion);
    return [
      JSON.stringify(ofALaterVersion) === kept ? '' : 'the field of the device',
      JSON.stringify(requires) === '[]' ? '' : 'requires',
      JSON.stringify((parameters as unknown as typeof LATER).ofALaterVersion) === kept ? '' : 'the field of parameters',
    ].filter((what) => what !== '');
  };

  it.each(giving)('keeps its unknown fields through %s', (_, [from, call]) => {
    expect(lost(deviceOf(call(laterDevice(from))))).toEqual([]);
  });

  it('would be missed if a function made the device of the fields that it knows', () => {
    const { status, version, serialNumber, parameters } = laterDevice(pending);
    const { algorithm, digits, periodSeconds } = parameters;
    const rebuilt = { ...pending, status, version, serialNumber, parameters: { algorithm, digits, periodSeconds } };
    expect(lost(rebuilt)).toEqual(['the field of the device', 'requires', 'the field of parameters']);
    expect(lost({ ...laterDevice(pending), parameters: rebuilt.parameters })).toEqual(['the field of parameters']);
  });

  const REFUSED: Readonly<Record<string, readonly [change: (device: Device) => unknown, code: string]>> = {
    'that requires something': [(device) => ({ ...device, requires: ['drift'] }), 'unsupported-record-version'],
    'of version 2': [(device) => ({ ...device, version: 2 }), 'unsupported-record-version'],
    'of another status': [(device) => ({ ...device, status: 'paused' }), 'corrupt-record'],
    'of another algorithm': [
      (device) => ({ ...device, parameters: { ...device.parameters, algorithm: 'SHA3' } }),
      'corrupt-record',
    ],
  };
  it.each(Object.entries(REFUSED))('%s is refused by every function', (_, [change, code]) => {
    for (const [name, [from, call]] of Object.entries(CALLS)) {
      expect(thrown(() => call(change(from) as Device)).code, name).toBe(code);
    }
  });
});
