import type { OtpParameters } from '../core/parameters.js';
import { formatSecret, type Secret } from '../core/secret.js';
import type { UserDevice } from './record.js';
import type { OpenedSecrets } from './secrets.js';

// One secret can stand in two devices: it was imported twice. A code that one of them takes is then used up in all.

/** Whether both show the same codes. Where the device's secret did not open, nobody can know, and the answer is no. */
function showsSame(entry: UserDevice, secret: Secret, parameters: OtpParameters, { secrets }: OpenedSecrets): boolean {
  const own = secrets.get(entry.device.serialNumber);
  if (own === undefined || formatSecret(own) !== formatSecret(secret)) return false;
  const { algorithm, digits, periodSeconds } = entry.device.parameters;
  return (
    algorithm === parameters.algorithm && digits === parameters.digits && periodSeconds === parameters.periodSeconds
  );
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
    if (device.status === 'pending' || device.lastCounter >= counter) return entry;
    return showsSame(entry, secret, parameters, opened)
      ? { ...entry, device: { ...device, lastCounter: counter } }
      : entry;
  });
}

/** Finds the newest counter that any device of this secret has accepted; -1 for none. */
export function newestUsedCounter(
  devices: readonly UserDevice[],
  secret: Secret,
  parameters: OtpParameters,
  opened: OpenedSecrets,
): number {
  return devices.reduce((newest, entry) => {
    const { device } = entry;
    if (device.status === 'pending' || !showsSame(entry, secret, parameters, opened)) return newest;
    return Math.max(newest, device.lastCounter);
  }, -1);
}
