export { type AssignDeviceResult, assignDevice, type PairRefusal } from './assign.js';
export { driftSteps } from './clocks.js';
export {
  createDevice,
  deactivateDevice,
  importDevice,
  type NewDeviceOptions,
  reinstateDevice,
  showDevice,
  suspendDevice,
} from './lifecycle.js';
export { createPolicy, type Policy, type PolicyOptions } from './policy.js';
export {
  type AssignedDevice,
  type DeactivatedDevice,
  type Device,
  type DeviceOptions,
  type PendingDevice,
  parseDevice,
  type SuspendedDevice,
} from './state.js';
export { type CodeRefusal, resynchronizeDevice, type VerifyCodeResult, verifyCode } from './verify.js';
