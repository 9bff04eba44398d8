import type { OtpParameters } from '../core/parameters.js';
import { formatSecret, type Secret } from '../core/secret.js';
import type { UsedDevice } from '../device/device.js';
import type { UserDevice } from './record.js';
import type { OpenedSecrets } from './secrets.js';

// One secret can stand in several devices: it was imported twice, perhaps with other digits. A counter that one of them
// used is used up in all.

/** Whether both compute from the same counters. Of one whose secret does not open that cannot be known. */
export function sharesSecret(
  entry: UserDevice,
  secret: Secret,
  parameters: OtpParameters,
  { secrets }: OpenedSecrets,
): boolean {
  const own = secrets.get(entry.device.serialNumber);
  if (own === undefined || formatSecret(own) !== formatSecret(secret)) return false;
  const { algorithm, periodSeconds } = entry.device.parameters;
  return algorithm === parameters.algorithm && periodSeconds === parameters.periodSeconds;
}

/** Uses a counter up in every device of this secret, suspended ones too, for they may be reinstated. */
export function withUsedCounter(
  devices: readonly UserDevice[],
  secret: Secret,
  parameters: OtpParameters,
  counter: number,
  opened: OpenedSecrets,
): readonly UserDevice[] {
  return devices.map((entry) => {
    const { device } = entry;
    if (device.status === 'pending') return entry;
    // The device that the code was of is there already: its secret need not be compared.
    const floored = withFloor(device, counter);
    return floored === device || !sharesSecret(entry, secret, parameters, opened)
      ? entry
      : { ...entry, device: floored };
  });
}

/** The device with a floor that is no lower than this counter, which a code of its secret used. */
export function withFloor<D extends UsedDevice>(device: D, counter: number): D {
  const { lastCounter, assumedFrom } = device;
  if (lastCounter >= counter && (assumedFrom ?? counter) >= counter) return device;
  return {
    ...device,
    lastCounter: Math.max(lastCounter, counter),
    ...(assumedFrom === undefined ? {} : { assumedFrom: Math.max(assumedFrom, counter) }),
  };
}

/** The newest of these devices' counters; -1 for none. */
export function newestCounter(devices: readonly UserDevice[], counterOf: (device: UsedDevice) => number): number {
  return devices.reduce((newest, { device }) => {
    return device.status === 'pending' ? newest : Math.max(newest, counterOf(device));
  }, -1);
}

/** The newest counter that a code used; -1 for none, as of a floor that was assumed. */
export function usedCounter({ lastCounter, assumedFrom }: UsedDevice): number {
  if (assumedFrom === undefined) return lastCounter;
  return assumedFrom > 0 ? assumedFrom : -1;
}
