import type { Secret } from '../core/index.js';
import { MfaError } from '../errors.js';
import type { Context } from './decision.js';
import type { Happening, OnDevice } from './events.js';
import type { UserDevice } from './record.js';

// Of the secrets that were asked for some may not open: their key is gone, or they were copied there from elsewhere.

type Opened = Pick<Context, 'secrets' | 'unopened'>;

export function onDevice({ name, device }: UserDevice): OnDevice {
  return { serialNumber: device.serialNumber, name };
}

/** To be told of each that did not open. */
export function unreadableOf(devices: readonly UserDevice[], { unopened }: Opened): readonly Happening[] {
  const unreadable = devices.filter(({ device }) => unopened.has(device.serialNumber));
  return unreadable.map((entry): Happening => ({ type: 'secret-unreadable', ...onDevice(entry) }));
}

/**
 * The secret without which nothing can be decided.
 *
 * @throws MfaError `sealer-failed`
 */
export function secretOf({ device }: UserDevice, { secrets, unopened }: Opened): Secret {
  const secret = secrets.get(device.serialNumber);
  if (secret !== undefined) return secret;
  const cause = unopened.get(device.serialNumber);
  throw new MfaError('sealer-failed', 'the secret of this device could not be opened: see cause', { cause });
}
