import { type AppCompatibility, appsToAvoid } from '../core/app-compatibility.js';
import { checkNames, checkObject, invalid } from '../core/check.js';
import { formatKeyUri } from '../core/key-uri.js';
import { knownParameters } from '../core/parameters.js';
import { formatSetupKey, type Secret } from '../core/secret.js';
import { shownName } from '../core/shown-name.js';
import { checkDevice, type PendingDevice } from './device.js';
import { checkedNewDevice, type NewDeviceOptions } from './options.js';

/**
 * Begins an enrollment: a pending device, to be shown with {@link showDevice} and assigned with two codes.
 *
 * @returns a device that expires after the policy's `pendingLifeMs`
 * @throws MfaError `invalid-argument`, also where that life is no longer than a period, so that two consecutive codes
 *   need not fit into it; `risky-policy`: the period makes too many positions of the policy's range
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
  const { base, nowMs, policy } = checkedNewDevice(options);
  if (base.parameters.periodSeconds * 1000 >= policy.pendingLifeMs) {
    throw invalid(
      'periodSeconds must be shorter than pendingLifeMs of the policy: two consecutive codes must fit into it',
    );
  }
  return { ...base, status: 'pending', expiresAtMs: nowMs + policy.pendingLifeMs, failures: 0 };
}

/** What the enrolling person needs, and what the program should know. */
export interface ShownDevice {
  /** The content of the QR code. */
  readonly keyUri: string;
  /** The same secret in groups of four, for typing. */
  readonly setupKey: string;
  /**
   * The apps that, by public reports, do not show the codes of the device's parameters: most ignore a parameter in silence.
   * Empty for SHA1, 6 digits and 30 seconds.
   */
  readonly appsToAvoid: readonly AppCompatibility[];
}

/**
 * Gives what the enrolling person needs: the key URI for the QR code, with the device's own parameters, and the same
 * secret in groups of four, for typing. Only a pending device can be shown; the compiler refuses the others.
 *
 * @param options - `issuer`, `account` and `image` as `formatKeyUri` takes them
 * @returns also the apps that do not show the codes of these parameters
 * @throws MfaError `invalid-argument`: names that no app can show, a device that is not pending; `corrupt-record`,
 *   `wiped-secret`
 */
export function showDevice(
  device: PendingDevice,
  secret: Secret,
  options: { readonly issuer: string; readonly account: string; readonly image?: string },
): ShownDevice {
  checkDevice(device);
  if (device.status !== 'pending') throw invalid('device must be pending: the secret of another is never shown');
  checkObject(options, 'options');
  checkNames(options, ['issuer', 'account', 'image']);
  const { account, image } = options;
  const issuer = shownName(options.issuer, 'issuer');
  const parameters = knownParameters(device.parameters);
  const keyUri = formatKeyUri({ issuer, account, secret, parameters, ...(image === undefined ? {} : { image }) });
  return { keyUri, setupKey: formatSetupKey(secret), appsToAvoid: appsToAvoid(parameters) };
}
