import type { OtpParameters } from '../core/parameters.js';
import type { Secret } from '../core/secret.js';
import { MfaError } from '../errors.js';
import type { Happening, OnDevice } from './events.js';
import type { UserDevice } from './record.js';

/** A request of a decision to the transaction: to open sealed secrets, or to seal a new one. */
export type Ask =
  | { readonly open: readonly UserDevice[] }
  | { readonly seal: Secret; readonly serialNumber: string; readonly parameters: OtpParameters };

/**
 * A decision that needs secrets: a generator that yields what it asks for, is resumed with the answer, and returns T.
 * So the rule which secrets are opened stands where the decision stands, and the decision stays pure.
 */
export type Asking<T> = Generator<Ask, T, never>;

/** The answer to {@link open}, by serial number. */
export interface OpenedSecrets {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Why the secret of a device did not open: its key is gone, or it was copied there from elsewhere. */
  readonly unopened: ReadonlyMap<string, unknown>;
}

/** Asks to open the secrets of these devices. */
export function* open(devices: readonly UserDevice[]): Asking<OpenedSecrets> {
  return yield { open: devices };
}

/** Asks to seal a secret. Ask once the device is admitted: a caller who may not add one then costs no sealing. */
export function* seal(secret: Secret, serialNumber: string, parameters: OtpParameters): Asking<string> {
  return yield { seal: secret, serialNumber, parameters };
}

/** The devices that have shown a code, suspended ones too: a code that one of them takes may be another's as well. */
export function usedDevices(devices: readonly UserDevice[]): readonly UserDevice[] {
  return devices.filter(({ device }) => device.status !== 'pending');
}

/**
 * Returns a secret without which nothing can be decided.
 *
 * @throws MfaError `sealer-failed`
 */
export function secretOf({ device }: UserDevice, { secrets, unopened }: OpenedSecrets): Secret {
  const secret = secrets.get(device.serialNumber);
  if (secret !== undefined) return secret;
  const cause = unopened.get(device.serialNumber);
  throw new MfaError('sealer-failed', 'the secret of this device could not be opened: see cause', { cause });
}

/** Makes an event for each device whose secret did not open. */
export function unreadableOf(devices: readonly UserDevice[], { unopened }: OpenedSecrets): readonly Happening[] {
  const unreadable = devices.filter(({ device }) => unopened.has(device.serialNumber));
  return unreadable.map((entry): Happening => ({ type: 'secret-unreadable', ...onDevice(entry) }));
}

export function onDevice({ name, device }: UserDevice): OnDevice {
  return { serialNumber: device.serialNumber, name };
}
