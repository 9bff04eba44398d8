import { checkText } from '../core/check.js';
import type { OtpParameters } from '../core/index.js';
import { hasEnded } from '../device/assign.js';
import {
  type AssignedDevice,
  type Device,
  driftSteps,
  type PendingDevice,
  type SuspendedDevice,
} from '../device/index.js';
import { type MfaProof, stands } from './authority.js';
import type { Circumstances } from './decision.js';
import type { HistoryEntry } from './events.js';
import { withoutDiagnosis } from './history.js';
import type { RecordV1, UserDevice } from './record.js';
import { type MfaStatus, mfaStatus } from './status.js';

interface SummaryBase {
  readonly serialNumber: string;
  readonly name: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
}
interface UsedSummary extends SummaryBase {
  readonly assignedAtMs: number;
  readonly lastUsedAtMs: number;
  readonly driftSteps: number;
}
export interface PendingDeviceSummary extends SummaryBase {
  readonly status: 'pending';
  readonly expiresAtMs: number;
}
export interface AssignedDeviceSummary extends UsedSummary {
  readonly status: 'assigned';
}
export interface SuspendedDeviceSummary extends UsedSummary {
  readonly status: 'suspended';
  readonly suspendedAtMs: number;
}
export type DeviceSummary = PendingDeviceSummary | AssignedDeviceSummary | SuspendedDeviceSummary;

export type UserDescription = {
  readonly devices: readonly DeviceSummary[];
  readonly recoveryCodesLeft: number;
  /** Whether the proof that was handed over still stands for its session: this user's, of this generation, however old. */
  readonly signedIn: boolean;
  /** The last events that changed something, sign-ins left out; newest last. The durable trace, at most 32 lines. */
  readonly history: readonly HistoryEntry[];
} & MfaStatus;

/** What a page knows of who looks at it. */
export interface DescribeOptions {
  /** The session's, to be told whether it still stands. */
  readonly proof?: MfaProof | undefined;
  /** Sees in the history how far a device is out of step, which a guesser who knows the password must not. */
  readonly administrator?: string;
}

export function describeUser(
  record: RecordV1,
  { proof, administrator }: DescribeOptions,
  context: Circumstances,
): UserDescription {
  if (administrator !== undefined) checkText(administrator, 'administrator');
  const { policy, nowMs } = context;
  const shown = record.devices.filter(({ device }) => device.status !== 'pending' || !hasEnded(device, nowMs, policy));
  return {
    ...mfaStatus(record, context),
    devices: shown.map(summarize),
    recoveryCodesLeft: record.recovery?.unused.length ?? 0,
    signedIn: stands(proof, record, context),
    history: administrator === undefined ? withoutDiagnosis(record.history) : record.history,
  };
}

/** The summary of a device in a known status. */
export function summarize<D extends Device>(entry: UserDevice & { readonly device: D }): SummaryOf<D>;
export function summarize({ name, device }: UserDevice): DeviceSummary {
  const { serialNumber, parameters, createdAtMs } = device;
  if (device.status === 'pending') {
    return { serialNumber, name, parameters, createdAtMs, status: 'pending', expiresAtMs: device.expiresAtMs };
  }
  const { assignedAtMs, lastUsedAtMs } = device;
  const used = {
    serialNumber,
    name,
    parameters,
    createdAtMs,
    assignedAtMs,
    lastUsedAtMs,
    driftSteps: driftSteps(device),
  };
  return device.status === 'assigned'
    ? { ...used, status: 'assigned' }
    : { ...used, status: 'suspended', suspendedAtMs: device.suspendedAtMs };
}

type SummaryOf<D extends Device> = D extends PendingDevice
  ? PendingDeviceSummary
  : D extends AssignedDevice
    ? AssignedDeviceSummary
    : D extends SuspendedDevice
      ? SuspendedDeviceSummary
      : never;
