// The state of a device narrows what can be done with it, and each answer narrows the device that comes with it.
import { createPolicy, type Policy, type PolicyOptions, type Secret } from 'lockstep-mfa';
import {
  type AdoptDeviceResult,
  type AssignDeviceResult,
  type AssignedDevice,
  type adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  type Device,
  type DeviceOptions,
  type DevicePolicy,
  type DevicePolicyOptions,
  type DeviceReason,
  type DeviceReasonDetails,
  type DeviceRefusal,
  driftSteps,
  type ImportDeviceOptions,
  type importDevice,
  type NewDeviceOptions,
  type PairDiagnosis,
  type PairReason,
  type PendingDevice,
  type parseDevice,
  type RemovedDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  type SuspendedDevice,
  showDevice,
  suspendDevice,
  type UsedDevice,
  type VerifyCodeResult,
  verifyCode,
} from 'lockstep-mfa/device';
import { type Equals, is, never } from './equals.js';

declare const secret: Secret;
declare const device: Device;
declare const assignedDevice: AssignedDevice;
declare const suspendedDevice: SuspendedDevice;
declare const unchecked: Required<PolicyOptions>;
const nowMs = 1_700_000_000_000;

// ── what can be done ──

const pending = createDevice({ serialNumber: 'a', nowMs, parameters: { digits: 8 } });
is<Equals<typeof pending, PendingDevice>>();
is<Equals<ReturnType<typeof importDevice>, AssignedDevice>>();
is<Equals<ReturnType<typeof suspendDevice>, SuspendedDevice>>();
is<Equals<ReturnType<typeof reinstateDevice>, AssignedDevice>>();
is<Equals<ReturnType<typeof removeDevice>, RemovedDevice>>();

// @ts-expect-error time is never defaulted
createDevice({ serialNumber: 'a' });
// @ts-expect-error seconds have no name here
createDevice({ serialNumber: 'a', nowSeconds: 1_700_000_000 });
// @ts-expect-error a Date is no time in milliseconds
createDevice({ serialNumber: 'a', nowMs: new Date() });
// @ts-expect-error digits are 6, 7 or 8
createDevice({ serialNumber: 'a', nowMs, parameters: { digits: 5 } });
// @ts-expect-error an assigned device is never shown again
showDevice(assignedDevice, secret, { issuer: 'Acme', account: 'alice' });
// @ts-expect-error nor is a suspended one
showDevice(suspendedDevice, secret, { issuer: 'Acme', account: 'alice' });
// @ts-expect-error nor one of which nobody has looked at the status
showDevice(device, secret, { issuer: 'Acme', account: 'alice' });
// @ts-expect-error a pending device cannot be suspended
suspendDevice(pending, { nowMs });
// @ts-expect-error an assigned one cannot be reinstated
reinstateDevice(assignedDevice);
// @ts-expect-error a removed device is no device
verifyCode(removeDevice(device, { nowMs }), secret, '123456', { nowMs });
// @ts-expect-error a pending device has no drift
driftSteps(pending);
// @ts-expect-error a state is not changed, but replaced
assignedDevice.lastCounter = 0;
// @ts-expect-error deep down neither
assignedDevice.offsets.push(0);

if (device.status === 'pending') showDevice(device, secret, { issuer: 'Acme', account: 'alice' });
else is<Equals<ReturnType<typeof driftSteps>, number>>();
is<Equals<Device['status'], 'pending' | 'assigned' | 'suspended'>>();

// ── policy ──

// A literal, a complete one, and what either function made: each is checked, at its making or at its use.
verifyCode(device, secret, '123456', { nowMs, policy: { window: { behind: 2, ahead: 1 } } });
verifyCode(device, secret, '123456', { nowMs, policy: unchecked });
verifyCode(device, secret, '123456', { nowMs, policy: createDevicePolicy({ window: { behind: 2, ahead: 1 } }) });
verifyCode(device, secret, '123456', { nowMs, policy: createPolicy({ window: { behind: 2, ahead: 1 } }) });
is<Equals<ReturnType<typeof createDevicePolicy>, DevicePolicy>>();
is<Equals<DevicePolicy, Readonly<Required<DevicePolicyOptions>>>>();
is<Equals<Policy['maxDevices'], number>>();
// @ts-expect-error no such option
createPolicy({ tolerance: 1 });
// @ts-expect-error nor at its use
verifyCode(device, secret, '123456', { nowMs, policy: { tolerance: 1 } });
// @ts-expect-error what is of a user's is none of a device's
createDevicePolicy({ maxDevices: 1 });
// @ts-expect-error a policy is not changed, but made anew
createPolicy().maxDevices = 1;

// ── answers ──

const assigned = assignDevice(device, secret, ['1', '2'], { nowMs });
if (assigned.ok) is<Equals<typeof assigned.device, AssignedDevice>>();
else if (assigned.reason === 'already-assigned') is<Equals<typeof assigned.device, AssignedDevice | SuspendedDevice>>();
else is<Equals<typeof assigned.device, PendingDevice>>();
if (!assigned.ok && assigned.reason === 'clock-off') is<Equals<typeof assigned.offsetMs, number>>();
if (!assigned.ok && assigned.reason === 'malformed-code') {
  is<Equals<typeof assigned.field, 'first' | 'second' | undefined>>();
}
if (!assigned.ok && assigned.reason === 'parameters-ignored') {
  is<Equals<typeof assigned.ignored, readonly ('algorithm' | 'digits' | 'periodSeconds')[]>>();
}
// @ts-expect-error there is no reason when all is well
if (assigned.ok) console.log(assigned.reason);
// @ts-expect-error and no offset beside another reason
if (!assigned.ok && assigned.reason === 'codes-reversed') console.log(assigned.offsetMs);

const verified = verifyCode(device, secret, '123456', { nowMs });
is<Equals<typeof verified, VerifyCodeResult>>();
if (verified.ok) is<Equals<typeof verified.device, AssignedDevice>>();
else if (verified.reason === 'suspended') is<Equals<typeof verified.device, SuspendedDevice>>();
else if (verified.reason === 'not-assigned') is<Equals<typeof verified.device, PendingDevice>>();
else is<Equals<typeof verified.device, AssignedDevice>>();
if (!verified.ok && verified.reason === 'code-reused') is<Equals<typeof verified.usableAtMs, number | undefined>>();
// @ts-expect-error the diagnosis is for enrollment only
if (!verified.ok && verified.reason === 'clock-off') console.log();
// @ts-expect-error a refusal is a truthy object: ask its `ok`
if (!verified) console.log(verified.device);

const resynchronized = resynchronizeDevice(device, secret, ['1', '2'], { nowMs });
is<Equals<typeof resynchronized, typeof verified>>();
// @ts-expect-error no diagnosis at resynchronization either
if (!resynchronized.ok && resynchronized.reason === 'codes-reversed') console.log();

// @ts-expect-error two codes, no more, no fewer
assignDevice(device, secret, ['1'], { nowMs });
// @ts-expect-error three are no pair
assignDevice(device, secret, ['1', '2', '3'], { nowMs });
// @ts-expect-error a list from a form is not two codes
assignDevice(device, secret, new FormData().getAll('code'), { nowMs });
// A field of a form is handed over as it came.
assignDevice(device, secret, [new FormData().get('code1'), undefined], { nowMs });
verifyCode(device, secret, 123456, { nowMs });

// A device that its owner has already: imported with two codes, which may be diagnosed as while enrolling.
is<Equals<ReturnType<typeof adoptDevice>, AdoptDeviceResult>>();
is<Equals<Extract<AdoptDeviceResult, { readonly ok: true }>['device'], AssignedDevice>>();
is<Equals<Parameters<typeof adoptDevice>[2], NewDeviceOptions>>();
is<Equals<Parameters<typeof importDevice>[0], ImportDeviceOptions>>();
is<Equals<Exclude<keyof ImportDeviceOptions, keyof NewDeviceOptions>, 'driftSteps' | 'lastCounter'>>();
is<Equals<Parameters<typeof verifyCode>[3], DeviceOptions>>();

// ── JSON there and back ──

is<Equals<ReturnType<typeof parseDevice>, Device>>();
is<Equals<Parameters<typeof parseDevice>, [json: unknown]>>();

// ── each function's reasons, closed ──

type ReasonOf<T> = T extends { readonly ok: false; readonly reason: infer R } ? R : never;
is<Equals<ReasonOf<AdoptDeviceResult>, PairReason>>();
is<Equals<PairReason, PairDiagnosis | 'malformed-code'>>();
is<Equals<DeviceReason, ReasonOf<AssignDeviceResult> | ReasonOf<VerifyCodeResult>>>();
is<Equals<DeviceRefusal['reason'], DeviceReason>>();
is<Equals<keyof DeviceReasonDetails, 'malformed-code' | 'code-reused' | 'clock-off' | 'parameters-ignored'>>();
is<Equals<UsedDevice, Omit<AssignedDevice, 'status'>>>();
is<Equals<UsedDevice, Omit<SuspendedDevice, 'status' | 'suspendedAtMs'>>>();
is<Equals<ReasonOf<AssignDeviceResult>, PairReason | 'enrollment-expired' | 'already-assigned'>>();
is<
  Equals<
    PairReason,
    | 'malformed-code'
    | 'code-mismatch'
    | 'codes-identical'
    | 'codes-reversed'
    | 'codes-not-consecutive'
    | 'clock-off'
    | 'parameters-ignored'
  >
>();
is<
  Equals<ReasonOf<VerifyCodeResult>, 'malformed-code' | 'code-mismatch' | 'code-reused' | 'not-assigned' | 'suspended'>
>();

export function atSignIn(reason: ReasonOf<VerifyCodeResult>): string {
  switch (reason) {
    case 'malformed-code':
    case 'code-mismatch':
    case 'code-reused':
      return 'again';
    case 'not-assigned':
    case 'suspended':
      return 'another device';
    default:
      return never(reason);
  }
}
