export { type AssignDeviceResult, assignDevice, type PairReason } from './assign.js';
export { driftSteps } from './clocks.js';
export {
  createDevice,
  importDevice,
  type NewDeviceOptions,
  reinstateDevice,
  removeDevice,
  showDevice,
  suspendDevice,
} from './lifecycle.js';
export { createPolicy, type Policy, type PolicyOptions } from './policy.js';
export {
  type AssignedDevice,
  type Device,
  type DeviceOptions,
  type PendingDevice,
  parseDevice,
  type RemovedDevice,
  type SuspendedDevice,
} from './state.js';
export { type CodeReason, resynchronizeDevice, type VerifyCodeResult, verifyCode } from './verify.js';
