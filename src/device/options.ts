import { checkNames, checkObject, checkText, checkWhole, invalid, MAX_COUNTER, unknownOption } from '../core/check.js';
import { completeParameters, type OtpParameters } from '../core/parameters.js';
import type { UsedDevice } from './device.js';
import { checkDeviceRisk, type DevicePolicy, type DevicePolicyOptions, devicePolicyOf } from './policy.js';

export interface DeviceOptions {
  /**
   * Unix time in whole milliseconds. Below 10^11 (1973) it is refused as seconds, from 10^14 (5138) on as microseconds.
   */
  readonly nowMs: number;
  /** Plain options, or what `createDevicePolicy` or `createPolicy` made of them. Default: all defaults. */
  readonly policy?: DevicePolicyOptions;
}

export interface NewDeviceOptions extends DeviceOptions {
  /** Names the device: any text of 1 to 256 characters, unique among a user's devices. */
  readonly serialNumber: string;
  /** Default: SHA1, 6 digits, 30 seconds, the only ones that every app computes. */
  readonly parameters?: Partial<OtpParameters>;
}

const NAMES = ['nowMs', 'policy'];
const NEW_NAMES = ['nowMs', 'policy', 'serialNumber', 'parameters'];

/** Seconds or microseconds in place of milliseconds would make well-formed codes that never match. */
export function checkNow(nowMs: unknown): asserts nowMs is number {
  checkWhole(nowMs, 'nowMs', 0, MAX_COUNTER);
  if (nowMs < 1e11) throw invalid('nowMs is before 1973: it looks like seconds, and milliseconds are wanted');
  if (nowMs >= 1e14)
    throw invalid('nowMs is after the year 5000: it looks like microseconds, and milliseconds are wanted');
}

export function checkedOptions(options: DeviceOptions): { readonly nowMs: number; readonly policy: DevicePolicy } {
  checkObject(options, 'options');
  for (const name in options) if (name !== 'nowMs' && name !== 'policy') throw unknownOption(name, NAMES);
  checkNow(options.nowMs);
  return { nowMs: options.nowMs, policy: devicePolicyOf(options.policy) };
}

/** Checks the options that all new devices have, and makes the fields with which every device begins. */
export function checkedNewDevice(
  options: NewDeviceOptions,
  otherNames: readonly string[] = [],
): {
  readonly base: Pick<UsedDevice, 'version' | 'serialNumber' | 'parameters' | 'createdAtMs'>;
  readonly nowMs: number;
  readonly policy: DevicePolicy;
} {
  checkObject(options, 'options');
  checkNames(options, [...NEW_NAMES, ...otherNames]);
  const { serialNumber, nowMs } = options;
  checkText(serialNumber, 'serialNumber');
  if (serialNumber.length > 256) throw invalid('serialNumber must not be longer than 256 characters');
  checkNow(nowMs);
  const parameters = completeParameters(options.parameters);
  const policy = devicePolicyOf(options.policy);
  checkDeviceRisk(policy, parameters);
  return { base: { version: 1, serialNumber, parameters, createdAtMs: nowMs }, nowMs, policy };
}
