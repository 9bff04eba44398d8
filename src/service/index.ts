export { createPolicy, type Policy, type PolicyOptions } from '../device/policy.js';
export type { Authority, MfaProof } from '../user/authority.js';
export type { EnrollmentHandle, Provisioning } from '../user/enrollment.js';
export type { EventDetails, EventType, HistoryEntry, MfaEvent } from '../user/events.js';
export type { MfaStatus } from '../user/status.js';
export type {
  AssignedDeviceSummary,
  DescribeOptions,
  DeviceSummary,
  PendingDeviceSummary,
  SuspendedDeviceSummary,
  UserDescription,
} from '../user/summary.js';
export type { Clock, MfaStore, SealContext, Sealer, UserRecord } from './ports.js';
export { aesGcmSealer, plaintextSealer, type SealingKey } from './sealing.js';
export {
  type Answer,
  type AnswerOf,
  createMfaService,
  type Expectation,
  type MfaService,
  type MfaServiceOptions,
} from './service.js';
