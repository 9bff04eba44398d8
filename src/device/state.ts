import { checkTime, invalid, MAX_COUNTER } from '../core/check.js';
import { completeParameters, type OtpParameters } from '../core/parameters.js';
import { MfaError } from '../errors.js';
import type { Policy } from './policy.js';

interface DeviceBase {
  readonly version: 1;
  readonly serialNumber: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
}
/** What is known of a device once it has shown a code. */
export interface UsedDevice extends DeviceBase {
  readonly assignedAtMs: number;
  readonly lastUsedAtMs: number;
  /** Newest counter ever accepted: the replay floor. Never goes back. */
  readonly lastCounter: number;
  /** Of the last five accepted codes, newest last: device counter minus server counter. Empty after `importDevice`. */
  readonly offsets: readonly number[];
  /** How late, in steps, the first of `offsets` can have been typed; absent once it has left the list. */
  readonly slackSteps?: number;
}
export interface PendingDevice extends DeviceBase {
  readonly status: 'pending';
  readonly expiresAtMs: number;
  /** Wrong pairs so far. */
  readonly failures: number;
}
export interface AssignedDevice extends UsedDevice {
  readonly status: 'assigned';
}
export interface SuspendedDevice extends UsedDevice {
  readonly status: 'suspended';
  readonly suspendedAtMs: number;
}
/** Plain JSON. Holds no secret, sealed or open: that stands beside it. */
export type Device = PendingDevice | AssignedDevice | SuspendedDevice;

/** A device that was: a line for the log. No {@link Device}, so nothing verifies against it. */
export interface RemovedDevice {
  readonly status: 'removed';
  readonly serialNumber: string;
  readonly createdAtMs: number;
  readonly assignedAtMs?: number;
  readonly removedAtMs: number;
}

export interface DeviceOptions {
  /** Unix time in whole milliseconds; below 10^11 (1973) it is refused as seconds. `totp` and `counterAt` take any time. */
  readonly nowMs: number;
  /** Default: `createPolicy()`. */
  readonly policy?: Policy;
}

export const OFFSETS_KEPT = 5;
/** Both ends of the widest range, in periods of a second. */
const MAX_SLACK_STEPS = 2 * 86_400;

/** Seconds or microseconds in place of milliseconds would make well-formed codes that never match. */
export function checkNow(nowMs: unknown): asserts nowMs is number {
  checkTime(nowMs);
  if (nowMs < 1e11) throw invalid('nowMs is before 1973: it looks like seconds, and milliseconds are wanted');
  if (nowMs >= 1e14)
    throw invalid('nowMs is after the year 5000: it looks like microseconds, and milliseconds are wanted');
}

/** Names of a status beside those of every device. */
const FIELDS = {
  pending: ['expiresAtMs', 'failures'],
  assigned: ['assignedAtMs', 'lastUsedAtMs', 'lastCounter', 'offsets', 'slackSteps'],
  suspended: ['assignedAtMs', 'lastUsedAtMs', 'lastCounter', 'offsets', 'slackSteps', 'suspendedAtMs'],
};
const COMMON_FIELDS = ['version', 'status', 'serialNumber', 'parameters', 'createdAtMs'];
const PARAMETER_FIELDS = ['algorithm', 'digits', 'periodSeconds'];

/**
 * Reads a stored device: each field is checked, a missing, wrong or unknown one is refused, and nothing is half read.
 *
 * @param json - what `JSON.parse` gave
 * @returns the same object, as a {@link Device}
 * @throws MfaError `corrupt-record`, with the field's name; `unsupported-record-version`: of a later version
 * @example
 * import { createDevice, parseDevice } from 'lockstep-mfa/device';
 *
 * const stored = JSON.stringify(createDevice({ serialNumber: 'phone', nowMs: Date.now() }));
 * console.log(parseDevice(JSON.parse(stored)).status); // 'pending'
 */
export function parseDevice(json: unknown): Device {
  checkDevice(json);
  checkNames(json, [...COMMON_FIELDS, ...FIELDS[json.status]]);
  checkNames(json.parameters, PARAMETER_FIELDS);
  return json;
}

function checkNames(value: object, names: readonly string[]): void {
  for (const name of Object.keys(value)) if (!names.includes(name)) throw corrupt('it has a field too many');
}

/** All but the fields that should not be there: cheap enough for every call. */
export function checkDevice(value: unknown): asserts value is Device {
  if (typeof value !== 'object' || value === null) throw corrupt('it is no object');
  const device = value as {
    readonly [name in keyof UsedDevice | 'status' | keyof SuspendedDevice | keyof PendingDevice]: unknown;
  };
  if (device.version !== 1) throw unsupported(device.version);
  if (typeof device.serialNumber !== 'string' || device.serialNumber === '') throw corrupt('serialNumber');
  checkParameters(device.parameters);
  checkField(device.createdAtMs, 'createdAtMs');
  switch (device.status) {
    case 'pending':
      checkField(device.expiresAtMs, 'expiresAtMs');
      checkField(device.failures, 'failures');
      return;
    case 'suspended':
      checkField(device.suspendedAtMs, 'suspendedAtMs');
      break;
    case 'assigned':
      break;
    default:
      throw corrupt('status');
  }
  checkField(device.assignedAtMs, 'assignedAtMs');
  checkField(device.lastUsedAtMs, 'lastUsedAtMs');
  checkField(device.lastCounter, 'lastCounter');
  checkOffsets(device.offsets, device.slackSteps);
}

function checkParameters(parameters: unknown): void {
  const { algorithm, digits, periodSeconds } = (parameters ?? {}) as { [name in keyof OtpParameters]?: unknown };
  if (algorithm === 'SHA1' && digits === 6 && periodSeconds === 30) return;
  if (algorithm === undefined || digits === undefined || periodSeconds === undefined) throw corrupt('parameters');
  try {
    completeParameters(parameters as OtpParameters);
  } catch (error) {
    throw corrupt(`parameters: ${(error as MfaError).message}`);
  }
}

function checkOffsets(offsets: unknown, slackSteps: unknown): void {
  if (!Array.isArray(offsets) || offsets.length > OFFSETS_KEPT) throw corrupt('offsets');
  for (const offset of offsets) {
    if (!Number.isInteger(offset) || Math.abs(offset) > 86_400) throw corrupt('offsets');
  }
  if (slackSteps === undefined) return;
  checkField(slackSteps, 'slackSteps', MAX_SLACK_STEPS);
  if (offsets.length === 0) throw corrupt('slackSteps without offsets');
}

function checkField(value: unknown, name: string, max: number = MAX_COUNTER): void {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > max) throw corrupt(name);
}

function corrupt(what: string): MfaError {
  return new MfaError('corrupt-record', `corrupt device: ${what}`);
}

function unsupported(version: unknown): MfaError {
  return Number.isInteger(version) && (version as number) > 1
    ? new MfaError('unsupported-record-version', 'this device was written by a later version of the library')
    : corrupt('version');
}
