import type { OtpParameters } from '../core/parameters.js';
import { MAX_PERIOD_SECONDS } from '../core/parameters.js';
import {
  counting,
  exactly,
  type Fields,
  isJsonObject,
  list,
  object,
  oneOf,
  optional,
  readStored,
  type Shape,
  text,
  variant,
  whole,
} from '../core/shape.js';

/** A device whose secret is shown, and which waits for two codes. */
export interface PendingDevice {
  readonly version: 1;
  readonly status: 'pending';
  readonly serialNumber: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Wrong pairs so far. */
  readonly failures: number;
}

/** The fields that assigned and suspended devices share. */
export interface UsedDevice {
  readonly version: 1;
  readonly serialNumber: string;
  readonly parameters: OtpParameters;
  readonly createdAtMs: number;
  readonly assignedAtMs: number;
  readonly lastUsedAtMs: number;
  /** Newest counter ever accepted: the replay floor. Never goes back. */
  readonly lastCounter: number;
  /** Device counter minus server counter of the last five accepted codes, newest last. Empty after `importDevice`. */
  readonly offsets: readonly number[];
  /** How late, in steps, the first of `offsets` can have been typed; absent once it has left the list. */
  readonly slackSteps?: number;
  /**
   * Present while no accepted code stands behind `lastCounter`, which was assumed by an import without codes: an
   * administrator's resynchronization may lower it, never to below this.
   */
  readonly assumedFrom?: number;
}
/** A device whose codes count. */
export interface AssignedDevice extends UsedDevice {
  readonly status: 'assigned';
}
/** A device that is out of use until it is reinstated. */
export interface SuspendedDevice extends UsedDevice {
  readonly status: 'suspended';
  readonly suspendedAtMs: number;
}
/** Plain JSON. Holds no secret, sealed or open: that stands beside it. */
export type Device = PendingDevice | AssignedDevice | SuspendedDevice;

export const OFFSETS_KEPT = 5;
/** The widest range, in periods of a second. */
const MAX_STEPS = 86_400;
/** And what may be typed late. */
const MAX_OFFSET = MAX_STEPS + 60;

const PARAMETERS: Shape<OtpParameters> = object<OtpParameters>({
  algorithm: oneOf({ SHA1: true, SHA256: true, SHA512: true }),
  digits: ((value) => (value === 6 || value === 7 || value === 8 ? undefined : ' must be 6, 7 or 8')) as Shape<
    6 | 7 | 8
  >,
  periodSeconds: whole(1, MAX_PERIOD_SECONDS),
});

const USED: Fields<UsedDevice> = {
  version: exactly(1),
  serialNumber: text,
  parameters: PARAMETERS,
  createdAtMs: counting,
  assignedAtMs: counting,
  lastUsedAtMs: counting,
  lastCounter: counting,
  offsets: list(whole(-MAX_OFFSET, MAX_OFFSET), OFFSETS_KEPT),
  slackSteps: optional(whole(0, 2 * MAX_STEPS)),
  assumedFrom: optional(counting),
};

export const DEVICE: Shape<Device> = variant<Device, 'status'>('status', {
  pending: object<PendingDevice>({
    version: exactly(1),
    status: oneOf({ pending: true }),
    serialNumber: text,
    parameters: PARAMETERS,
    createdAtMs: counting,
    expiresAtMs: counting,
    failures: counting,
  }),
  assigned: withOffsets(object<AssignedDevice>({ ...USED, status: oneOf({ assigned: true }) })),
  suspended: withOffsets(
    object<SuspendedDevice>({ ...USED, status: oneOf({ suspended: true }), suspendedAtMs: counting }),
  ),
});

/** The slack is that of the first offset. */
/* @__NO_SIDE_EFFECTS__ */
function withOffsets<D extends UsedDevice>(shape: Shape<D>): Shape<D> {
  return (value) => {
    const fault = shape(value);
    if (fault !== undefined) return fault;
    const { offsets, slackSteps } = value as UsedDevice;
    return slackSteps !== undefined && offsets.length === 0 ? '.slackSteps must be absent without offsets' : undefined;
  };
}

/**
 * Reads a stored device: each field is checked, and a missing or wrong one is refused. A field that this version does
 * not know is kept, and every function keeps it.
 *
 * @param json - what `JSON.parse` gave
 * @returns the same object, as a {@link Device}
 * @throws MfaError `corrupt-record`, with the field's name; `unsupported-record-version`: of a later version, or one
 *   that `requires` what this version does not know
 * @example
 * import { createDevice, parseDevice } from 'lockstep-mfa/device';
 *
 * const stored = JSON.stringify(createDevice({ serialNumber: 'phone', nowMs: Date.now() }));
 * console.log(parseDevice(JSON.parse(stored)).status); // 'pending'
 */
export function parseDevice(json: unknown): Device {
  return readStored(json, DEVICE, 'device');
}

/**
 * Checks the argument `device` of every call. The quick look passes nothing that the shape does not pass (a test
 * holds them together); where it is not sure, the shape decides and names what is wrong. The shape alone would make a
 * verification a quarter slower.
 */
export function checkDevice(value: unknown): asserts value is Device {
  if (!isPlainlyInUse(value as Unknown<AssignedDevice>)) parseDevice(value);
}

type Unknown<T> = { readonly [K in keyof T]?: unknown };

function isPlainlyInUse(value: Unknown<AssignedDevice & { readonly requires: unknown }>): boolean {
  if (!isJsonObject(value)) return false;
  const { parameters, offsets, slackSteps } = value;
  if (value.status !== 'assigned' || value.version !== 1 || value.requires !== undefined) return false;
  if (typeof value.serialNumber !== 'string' || value.serialNumber === '') return false;
  if (!isDefault(parameters as Unknown<OtpParameters>)) return false;
  if (!(isCounting(value.createdAtMs) && isCounting(value.assignedAtMs) && isCounting(value.lastUsedAtMs)))
    return false;
  if (!isCounting(value.lastCounter) || !Array.isArray(offsets) || offsets.length > OFFSETS_KEPT) return false;
  for (let i = 0; i < offsets.length; i++) if (!isStep(offsets[i])) return false;
  if (value.assumedFrom !== undefined && !isCounting(value.assumedFrom)) return false;
  return slackSteps === undefined || (isCounting(slackSteps) && slackSteps <= 2 * MAX_STEPS && offsets.length > 0);
}

function isDefault(parameters: Unknown<OtpParameters>): boolean {
  return (
    isJsonObject(parameters) &&
    parameters.algorithm === 'SHA1' &&
    parameters.digits === 6 &&
    parameters.periodSeconds === 30
  );
}

function isStep(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) <= MAX_OFFSET;
}

function isCounting(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= Number.MAX_SAFE_INTEGER;
}
