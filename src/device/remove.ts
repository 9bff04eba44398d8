import { checkDevice, type Device } from './device.js';
import { checkedOptions, type DeviceOptions } from './options.js';

/** A removed device, as a line for the log. It is no {@link Device}, so nothing verifies against it. */
export interface RemovedDevice {
  readonly status: 'removed';
  readonly serialNumber: string;
  readonly createdAtMs: number;
  readonly assignedAtMs?: number;
  readonly removedAtMs: number;
}

/**
 * Removes a device for good, in whatever state it is. Delete its secret with it.
 *
 * @returns a dated line for the log
 * @throws MfaError `invalid-argument`, `corrupt-record`
 * @see NIST SP 800-63B §6.1: the record of authenticators that are or have been bound
 */
export function removeDevice(device: Device, options: Pick<DeviceOptions, 'nowMs'>): RemovedDevice {
  checkDevice(device);
  const { nowMs } = checkedOptions(options);
  const { serialNumber, createdAtMs } = device;
  return {
    status: 'removed',
    serialNumber,
    createdAtMs,
    ...(device.status === 'pending' ? {} : { assignedAtMs: device.assignedAtMs }),
    removedAtMs: nowMs,
  };
}
