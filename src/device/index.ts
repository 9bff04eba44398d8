export { type AssignDeviceResult, assignDevice } from './assign.js';
export { createDevice, type ShownDevice, showDevice } from './create.js';
export {
  type AssignedDevice,
  type Device,
  type PendingDevice,
  parseDevice,
  type SuspendedDevice,
  type UsedDevice,
} from './device.js';
export { driftSteps } from './drift.js';
export { type AdoptDeviceResult, adoptDevice, type ImportDeviceOptions, importDevice } from './import.js';
export type { DeviceOptions, NewDeviceOptions } from './options.js';
export { createDevicePolicy, type DevicePolicy, type DevicePolicyOptions } from './policy.js';
export type {
  DeviceReason,
  DeviceReasonDetails,
  DeviceRefusal,
  PairDiagnosis,
  PairReason,
} from './reasons.js';
export { type RemovedDevice, removeDevice } from './remove.js';
export { resynchronizeDevice } from './resynchronize.js';
export { reinstateDevice, suspendDevice } from './suspend.js';
export { type VerifyCodeResult, verifyCode } from './verify.js';
