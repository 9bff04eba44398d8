import type { OtpParameters, Secret } from '../core/index.js';
import { formatSecret } from '../core/index.js';
import type { UserDevice } from './record.js';

// One secret can stand in two devices: it was imported twice. A code that one of them takes is then used up in all.

type Secrets = ReadonlyMap<string, Secret>;

/** Whether both show the same codes. One whose secret does not open is nobody's twin. */
function areTwins(entry: UserDevice, secret: Secret, parameters: OtpParameters, secrets: Secrets): boolean {
  const own = secrets.get(entry.device.serialNumber);
  if (own === undefined || formatSecret(own) !== formatSecret(secret)) return false;
  const { algorithm, digits, periodSeconds } = entry.device.parameters;
  return (
    algorithm === parameters.algorithm && digits === parameters.digits && periodSeconds === parameters.periodSeconds
  );
}

/** The devices after a code of this secret was accepted: suspended ones too, for they may be reinstated. */
export function withSpent(
  devices: readonly UserDevice[],
  secret: Secret,
  parameters: OtpParameters,
  counter: number,
  secrets: Secrets,
): readonly UserDevice[] {
  return devices.map((entry) => {
    const { device } = entry;
    if (device.status === 'pending' || device.lastCounter >= counter) return entry;
    return areTwins(entry, secret, parameters, secrets)
      ? { ...entry, device: { ...device, lastCounter: counter } }
      : entry;
  });
}

/** The newest counter that any device of this secret has accepted; -1 for none. */
export function newestSpent(
  devices: readonly UserDevice[],
  secret: Secret,
  parameters: OtpParameters,
  secrets: Secrets,
): number {
  return devices.reduce((newest, entry) => {
    const { device } = entry;
    if (device.status === 'pending' || !areTwins(entry, secret, parameters, secrets)) return newest;
    return Math.max(newest, device.lastCounter);
  }, -1);
}
