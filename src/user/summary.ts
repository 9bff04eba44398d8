import type { OtpParameters } from '../core/parameters.js';
import type { AssignedDevice, Device, PendingDevice, SuspendedDevice } from '../device/device.js';
import { driftSteps } from '../device/drift.js';
import type { UserDevice } from './record.js';

export interface PendingDeviceSummary {
  readonly status: 'pending';
  readonly serialNumber: string;
  readonly name: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}
export interface UsedDeviceSummary {
  readonly serialNumber: string;
  readonly name: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
  readonly assignedAtMs: number;
  readonly lastUsedAtMs: number;
  /** How far the device's clock is ahead (+) or behind (−), in periods. */
  readonly driftSteps: number;
}
export interface AssignedDeviceSummary extends UsedDeviceSummary {
  readonly status: 'assigned';
}
export interface SuspendedDeviceSummary extends UsedDeviceSummary {
  readonly status: 'suspended';
  readonly suspendedAtMs: number;
}
/** A device as a page may show it. */
export type DeviceSummary = PendingDeviceSummary | AssignedDeviceSummary | SuspendedDeviceSummary;

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
