import { invalid } from '../core/check.js';
import { type AssignedDevice, checkDevice, type SuspendedDevice } from './device.js';
import { checkedOptions, type DeviceOptions } from './options.js';

/**
 * Takes an assigned device out of use until it is reinstated, such as one that is lost and may be found again.
 *
 * @throws MfaError `invalid-argument`: it is not assigned; `corrupt-record`
 * @see NIST SP 800-63B §6.2
 */
export function suspendDevice(device: AssignedDevice, options: Pick<DeviceOptions, 'nowMs'>): SuspendedDevice {
  checkDevice(device);
  if (device.status !== 'assigned') throw invalid('device must be assigned');
  const { nowMs } = checkedOptions(options);
  return { ...device, status: 'suspended', suspendedAtMs: nowMs };
}

/**
 * Puts a suspended device back into use, with its replay floor and its drift.
 *
 * @throws MfaError `invalid-argument`: it is not suspended; `corrupt-record`
 */
export function reinstateDevice(device: SuspendedDevice): AssignedDevice {
  checkDevice(device);
  if (device.status !== 'suspended') throw invalid('device must be suspended');
  const { suspendedAtMs: _, ...rest } = device;
  return { ...rest, status: 'assigned' };
}
