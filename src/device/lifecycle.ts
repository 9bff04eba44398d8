import { checkObject, checkText, invalid } from '../core/check.js';
import { formatKeyUri } from '../core/key-uri.js';
import { completeParameters, type OtpParameters } from '../core/parameters.js';
import { formatSetupKey, type Secret } from '../core/secret.js';
import { counterAt } from '../core/totp.js';
import { checkedPolicy, checkPairRisk } from './policy.js';
import {
  type AssignedDevice,
  checkDevice,
  checkNow,
  type Device,
  type DeviceOptions,
  type PendingDevice,
  type RemovedDevice,
  type SuspendedDevice,
} from './state.js';

export interface NewDeviceOptions extends DeviceOptions {
  /** Names the device: unique among a user's, any text. */
  readonly serialNumber: string;
  /** Default: SHA1, 6 digits, 30 seconds, the only ones that every app computes. */
  readonly parameters?: Partial<OtpParameters>;
}

/**
 * Begins an enrollment: a pending device, to be shown with {@link showDevice} and assigned with two codes.
 *
 * @returns a device that expires after the policy's `pendingLifeMs`
 * @throws MfaError `invalid-argument`, also where that life is no longer than a period, so that two consecutive codes need
 *   not fit into it; `risky-policy`: the period makes too many positions of the policy's range
 * @see NIST SP 800-63B §6.1
 * @example
 * import { generateSecret } from 'lockstep-mfa';
 * import { createDevice, showDevice } from 'lockstep-mfa/device';
 *
 * const secret = generateSecret();
 * const device = createDevice({ serialNumber: 'alice-phone', nowMs: Date.now() });
 * const { keyUri, setupKey } = showDevice(device, secret, { issuer: 'Acme', account: 'alice@example.com' });
 * console.log(keyUri.startsWith('otpauth://totp/Acme:alice%40example.com?secret='), setupKey.length); // true 39
 */
export function createDevice(options: NewDeviceOptions): PendingDevice {
  const device = pendingDevice(options);
  if (device.parameters.periodSeconds * 1000 >= device.expiresAtMs - device.createdAtMs) {
    throw invalid(
      'periodSeconds must be shorter than pendingLifeMs of the policy: two consecutive codes must fit into it',
    );
  }
  return device;
}

/** Not exported from the package: of any period, for one whose two codes are at hand. */
export function pendingDevice(options: NewDeviceOptions): PendingDevice {
  const { nowMs, policy, ...base } = begin(options);
  return { ...base, status: 'pending', expiresAtMs: nowMs + policy.pendingLifeMs, failures: 0 };
}

/**
 * Takes over a device that another system had assigned, without codes. Codes of counters up to that of `nowMs` never count
 * here, so that what was used there cannot be used again.
 *
 * @throws MfaError `invalid-argument`, `risky-policy`
 * @see RFC 6238 §5.2
 */
export function importDevice(options: NewDeviceOptions): AssignedDevice {
  const { nowMs, policy: _, ...base } = begin(options);
  return {
    ...base,
    status: 'assigned',
    assignedAtMs: nowMs,
    lastUsedAtMs: nowMs,
    lastCounter: counterAt({ nowMs, periodSeconds: base.parameters.periodSeconds }),
    offsets: [],
  };
}

function begin(options: NewDeviceOptions) {
  checkObject(options, 'options');
  const { serialNumber, nowMs } = options;
  checkText(serialNumber, 'serialNumber');
  if (serialNumber.length > 256) throw invalid('serialNumber must not be longer than 256 characters');
  checkNow(nowMs);
  const parameters = completeParameters(options.parameters);
  const policy = checkedPolicy(options.policy);
  checkPairRisk(policy, parameters);
  return { version: 1, serialNumber, parameters, createdAtMs: nowMs, nowMs, policy } as const;
}

/**
 * What the enrolling person's eyes need: the key URI for the QR code and the same secret in groups of four, for typing.
 * With the device's own parameters. Only a pending device is ever shown: the compiler says no to the others.
 *
 * @throws MfaError `invalid-argument`: a colon in a name, a device that is not pending
 */
export function showDevice(
  device: PendingDevice,
  secret: Secret,
  options: { readonly issuer: string; readonly account: string },
): { readonly keyUri: string; readonly setupKey: string } {
  checkDevice(device);
  if (device.status !== 'pending') throw invalid('device must be pending: the secret of another is never shown');
  checkObject(options, 'options');
  const { issuer, account } = options;
  checkText(issuer, 'issuer');
  const { parameters } = device;
  return { keyUri: formatKeyUri({ issuer, account, secret, parameters }), setupKey: formatSetupKey(secret) };
}

/**
 * Takes an assigned device out of use until it is reinstated: lost, perhaps found again.
 *
 * @throws MfaError `invalid-argument`: it is not assigned
 * @see NIST SP 800-63B §6.2
 */
export function suspendDevice(device: AssignedDevice, options: { readonly nowMs: number }): SuspendedDevice {
  checkDevice(device);
  if (device.status !== 'assigned') throw invalid('device must be assigned');
  checkObject(options, 'options');
  checkNow(options.nowMs);
  return { ...device, status: 'suspended', suspendedAtMs: options.nowMs };
}

/** The found device counts again, with its replay floor and its drift. @throws MfaError `invalid-argument` */
export function reinstateDevice(device: SuspendedDevice): AssignedDevice {
  checkDevice(device);
  if (device.status !== 'suspended') throw invalid('device must be suspended');
  const { suspendedAtMs: _, ...rest } = device;
  return { ...rest, status: 'assigned' };
}

/**
 * Ends a device, in whatever state it is. Forget its secret with it.
 *
 * @returns a dated line for the log
 * @throws MfaError `invalid-argument`
 * @see NIST SP 800-63B §6.1: the record of authenticators that are or have been bound
 */
export function removeDevice(device: Device, options: { readonly nowMs: number }): RemovedDevice {
  checkDevice(device);
  checkObject(options, 'options');
  checkNow(options.nowMs);
  const { serialNumber, createdAtMs } = device;
  return {
    status: 'removed',
    serialNumber,
    createdAtMs,
    ...(device.status === 'pending' ? {} : { assignedAtMs: device.assignedAtMs }),
    removedAtMs: options.nowMs,
  };
}
