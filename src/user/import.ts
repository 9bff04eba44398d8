import { checkText } from '../core/check.js';
import { completeParameters, type OtpParameters } from '../core/parameters.js';
import type { Secret } from '../core/secret.js';
import { type AdoptDeviceResult, adoptDevice, importDevice } from '../device/import.js';
import { byWhom, enrolledProof, mayEnroll, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { newSerialNumber } from './enrollment.js';
import type { ActorInput, UserInput } from './input.js';
import { admitDevice } from './new-device.js';
import type { MfaProof } from './proof.js';
import type { ImportDeviceReason, Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import { endRecovery } from './recovery.js';
import { type Asking, open, seal, unreadableOf, usedDevices } from './secrets.js';
import { newestUsedCounter, withUsedCounter } from './shared-secret.js';
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
  const parameters = completeParameters(input.parameters);
  checkText(serialNumber, 'serialNumber');
  const standing = standingOf(record, context);
  const allowed = codes === undefined ? standing.kind === 'administrator' : mayEnroll(standing);
  if (!allowed) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (record.devices.some(({ device }) => device.serialNumber === serialNumber)) {
    return unchanged(record, { ok: false, reason: 'already-assigned' });
  }
  if (codes === undefined && record.recovering === true) return unchanged(record, { ok: false, reason: 'recovering' });
  const admitted = admitDevice(record, input.name, context.policy);
  if (!admitted.ok) return unchanged(record, admitted);

  const { nowMs, policy } = context;
  const options = { serialNumber, nowMs, policy, parameters };
  const imported: AdoptDeviceResult =
    codes === undefined ? { ok: true, device: importDevice(options) } : adoptDevice(secret, codes, options);
  if (!imported.ok) return unchanged(record, imported);

  const opened = yield* open(usedDevices(record.devices));
  const { lastCounter } = imported.device;
  const used = newestUsedCounter(record.devices, secret, parameters, opened);
  if (codes !== undefined && lastCounter - 1 <= used) return unchanged(record, { ok: false, reason: 'code-mismatch' });
  const device = { ...imported.device, lastCounter: Math.max(lastCounter, used) };
  const { name } = admitted;
  const sealedSecret = yield* seal(secret, serialNumber, parameters);
  const entry = { name, account: name, sealedSecret, device };
  const devices = withUsedCounter(record.devices, secret, parameters, lastCounter, opened);
  const next = endRecovery({ ...record, devices: [...devices, entry] }, context);
  const proof = codes === undefined ? {} : enrolledProof(standing, next, context);
  const happening = { type: 'device-imported', serialNumber, name, ...byWhom(standing) } as const;
  const unreadable = unreadableOf(record.devices, opened);
  return changed(next, { ok: true, device: summarize(entry), ...proof }, context, ...unreadable, happening);
}
