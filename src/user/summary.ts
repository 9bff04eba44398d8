import type { OtpParameters } from '../core/index.js';
import { hasEnded } from '../device/assign.js';
import {
  type AssignedDevice,
  type Device,
  driftSteps,
  type PendingDevice,
  type SuspendedDevice,
} from '../device/index.js';
import type { Context } from './decision.js';
import type { HistoryLine } from './events.js';
import type { RecordV1, UserDevice } from './record.js';
import { lockOf } from './throttle.js';

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
export interface PendingSummary extends SummaryBase {
  readonly status: 'pending';
  readonly expiresAtMs: number;
}
export interface AssignedSummary extends UsedSummary {
  readonly status: 'assigned';
}
export interface SuspendedSummary extends UsedSummary {
  readonly status: 'suspended';
  readonly suspendedAtMs: number;
}
export type DeviceSummary = PendingSummary | AssignedSummary | SuspendedSummary;

/** none: let in after the first factor; required: ask for a code. */
export type MfaStatus =
  | { readonly status: 'none' | 'required' }
  | { readonly status: 'locked'; readonly lockedUntilMs?: number };

export type UserSummary = {
  readonly devices: readonly DeviceSummary[];
  readonly recoveryCodesLeft: number;
  /** The last events that changed something, sign-ins left out; newest last. The durable trace, at most 32 lines. */
  readonly history: readonly HistoryLine[];
} & MfaStatus;

export function describeUser(record: RecordV1, context: Pick<Context, 'policy' | 'nowMs'>): UserSummary {
  const { policy, nowMs } = context;
  const shown = record.devices.filter(({ device }) => device.status !== 'pending' || !hasEnded(device, nowMs, policy));
  return {
    ...mfaStatus(record, context),
    devices: shown.map(summarize),
    recoveryCodesLeft: record.recovery?.unused.length ?? 0,
    history: record.history,
  };
}

export function mfaStatus(record: RecordV1, { policy, nowMs }: Pick<Context, 'policy' | 'nowMs'>): MfaStatus {
  const lock = lockOf(record.throttle, policy, nowMs);
  if (lock !== undefined) return { status: 'locked', ...lock };
  return { status: hasMfa(record) ? 'required' : 'none' };
}

/** A suspended device counts, and so does a recovery that has not ended in a new device. */
export function hasMfa({ devices, recovering }: RecordV1): boolean {
  return recovering === true || devices.some(({ device }) => device.status !== 'pending');
}

/** The summary of a device in a known status. */
export function summarize<D extends Device>(entry: UserDevice & { readonly device: D }): SummaryOf<D>;
export function summarize({ name, device }: UserDevice): DeviceSummary {
  const { serialNumber, parameters, createdAtMs } = device;
  const base = { serialNumber, name, parameters, createdAtMs };
  if (device.status === 'pending') return { ...base, status: 'pending', expiresAtMs: device.expiresAtMs };
  const { assignedAtMs, lastUsedAtMs } = device;
  const used = { ...base, assignedAtMs, lastUsedAtMs, driftSteps: driftSteps(device) };
  return device.status === 'assigned'
    ? { ...used, status: 'assigned' }
    : { ...used, status: 'suspended', suspendedAtMs: device.suspendedAtMs };
}

type SummaryOf<D extends Device> = D extends PendingDevice
  ? PendingSummary
  : D extends AssignedDevice
    ? AssignedSummary
    : D extends SuspendedDevice
      ? SuspendedSummary
      : never;
