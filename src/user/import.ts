import { checkText } from '../core/check.js';
import { completeParameters, type OtpParameters } from '../core/parameters.js';
import type { Secret } from '../core/secret.js';
import type { AssignedDevice } from '../device/device.js';
import { type AdoptDeviceResult, adoptDevice, type ImportDeviceOptions, importDevice } from '../device/import.js';
import { usableAtMs as usableAtMsOf } from '../device/verify.js';
import { byWhom, enrolledProof, mayEnroll, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { newSerialNumber } from './enrollment.js';
import type { ActorInput, UserInput } from './input.js';
import { admitDevice } from './new-device.js';
import type { MfaProof } from './proof.js';
import type { ImportDeviceReason, Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import { endRecovery } from './recovering.js';
import { retiredCounter, wasRemoved } from './retired.js';
import { type Asking, open, seal, unreadableOf, usedDevices } from './secrets.js';
import { newestCounter, sharesSecret, usedCounter, withUsedCounter } from './shared-secret.js';
import { type AssignedDeviceSummary, summarize } from './summary.js';

export interface ImportDeviceDetails extends UserInput {
  /** 1 to 64 printable characters, as the person typed them. */
  readonly name: unknown;
  readonly secret: Secret;
  /** Default: a random one. With a fixed one the second run of a migration answers `already-assigned`. */
  readonly serialNumber?: string | undefined;
  /** Default: SHA1, 6 digits, 30 seconds. */
  readonly parameters?: Partial<OtpParameters> | undefined;
}
export interface ImportDeviceInput extends ImportDeviceDetails, ActorInput {
  /** Two codes that the device shows now. */
  readonly codes: readonly [unknown, unknown];
}
export interface ImportByAdministratorInput extends ImportDeviceDetails {
  /** Two codes that the device shows now. Absent: the administrator vouches for the device. */
  readonly codes?: readonly [unknown, unknown] | undefined;
  /** Without codes: how far the clock was ahead (+) or behind (−), in periods, as the old system knew. */
  readonly driftSteps?: number | undefined;
  /** Without codes: the newest counter that the old system accepted. Default: assumed, from the time and the drift. */
  readonly lastCounter?: number | undefined;
}
export type ImportDeviceResult =
  | {
      readonly ok: true;
      readonly device: AssignedDeviceSummary;
      /** For the session that imported the device. Absent where an administrator did. */
      readonly proof?: MfaProof;
    }
  | Refusal<ImportDeviceReason | 'conflict'>;

/** Assigns a device whose secret exists already. */
export function* decideImportDevice(
  record: UserRecord,
  input: ImportByAdministratorInput,
  context: Context,
): Asking<Decision<ImportDeviceResult>> {
  const { secret, codes, serialNumber = newSerialNumber(context) } = input;
  const { nowMs, policy } = context;
  const parameters = completeParameters(input.parameters);
  checkText(serialNumber, 'serialNumber');
  const standing = standingOf(record, context);
  const allowed = codes === undefined ? standing.kind === 'administrator' : mayEnroll(standing);
  if (!allowed) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (record.devices.some(({ device }) => device.serialNumber === serialNumber)) {
    return unchanged(record, { ok: false, reason: 'already-assigned' });
  }
  if (codes === undefined && wasRemoved(record, serialNumber))
    return unchanged(record, { ok: false, reason: 'removed' });
  if (codes === undefined && record.recovering === true) return unchanged(record, { ok: false, reason: 'recovering' });
  const admitted = admitDevice(record, input.name, parameters, context);
  if (!admitted.ok) return unchanged(record, admitted);

  const { periodSeconds } = parameters;
  const retired = retiredCounter(record, periodSeconds);
  if ((record.retiredUntilMs ?? 0) > nowMs) {
    // The first whole period after it, for a device of this period.
    const usableAtMs = (retired + 1) * periodSeconds * 1000;
    return unchanged(record, { ok: false, reason: 'code-reused', usableAtMs });
  }
  const options = { serialNumber, nowMs, policy, parameters };
  const imported: AdoptDeviceResult =
    codes === undefined
      ? { ok: true, device: importDevice({ ...options, ...knownClock(input) }) }
      : adoptDevice(secret, codes, options);
  if (!imported.ok) return unchanged(record, imported);

  const opened = yield* open(record.devices);
  const sharing = record.devices.filter((entry) => sharesSecret(entry, secret, parameters, opened));
  const floor = Math.max(
    retired,
    newestCounter(sharing, ({ lastCounter }) => lastCounter),
  );
  const { lastCounter } = imported.device;
  // Both codes of a pair have to be unused.
  if (codes !== undefined && lastCounter - 1 <= floor) {
    const usableAtMs = usableAtMsOf(imported.device, lastCounter, floor, nowMs);
    return unchanged(record, { ok: false, reason: 'code-reused', usableAtMs });
  }
  const device = withFloors(imported.device, floor, Math.max(retired, newestCounter(sharing, usedCounter)));
  const { name } = admitted;
  const sealedSecret = yield* seal(secret, serialNumber, parameters);
  const chosenSerialNumber = codes === undefined ? 'without-codes' : 'with-codes';
  const entry = {
    name,
    account: name,
    sealedSecret,
    device,
    ...(input.serialNumber === undefined ? {} : ({ chosenSerialNumber } as const)),
  };
  // A pending device of this secret has ended: its two codes may be those that were just used.
  const left = record.devices.filter((other) => other.device.status !== 'pending' || !sharing.includes(other));
  const devices = codes === undefined ? left : withUsedCounter(left, secret, parameters, lastCounter, opened);
  const next = endRecovery({ ...record, devices: [...devices, entry] }, context);
  const proof = codes === undefined ? {} : enrolledProof(standing, next, context);
  const happening = { type: 'device-imported', serialNumber, name, ...byWhom(standing) } as const;
  const unreadable = unreadableOf(usedDevices(record.devices), opened);
  return changed(next, { ok: true, device: summarize(entry), ...proof }, context, ...unreadable, happening);
}

function knownClock({
  driftSteps,
  lastCounter,
}: ImportByAdministratorInput): Pick<ImportDeviceOptions, 'driftSteps' | 'lastCounter'> {
  return {
    ...(driftSteps === undefined ? {} : { driftSteps }),
    ...(lastCounter === undefined ? {} : { lastCounter }),
  };
}

/** No lower than what other devices used; where it is assumed, `used` is the least that it may be lowered to. */
function withFloors(device: AssignedDevice, floor: number, used: number): AssignedDevice {
  const { assumedFrom } = device;
  const lastCounter = Math.max(device.lastCounter, floor);
  return assumedFrom === undefined
    ? { ...device, lastCounter }
    : { ...device, lastCounter, assumedFrom: Math.max(assumedFrom, used) };
}
