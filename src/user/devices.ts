import { reinstateDevice, suspendDevice } from '../device/suspend.js';
import { byWhom, mayManage, renewedProof, type Standing, standingOf } from './actor.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { withNewGeneration } from './generation.js';
import type { ActorInput, UserInput } from './input.js';
import { isTaken, parseName } from './names.js';
import type { ManageDeviceReason, Refusal } from './reasons.js';
import type { UserDevice, UserRecord } from './record.js';
import { endRecovery, left } from './recovering.js';
import type { RenewedProof } from './recovery.js';
import { withoutDevice } from './retired.js';
import { onDevice, usedDevices } from './secrets.js';
import { type MfaStatus, mfaStatus } from './status.js';
import { type AssignedDeviceSummary, type DeviceSummary, type SuspendedDeviceSummary, summarize } from './summary.js';
import { afterUnlock } from './throttle.js';

/** Puts one device in the place of another. */
export function replaced(devices: readonly UserDevice[], before: UserDevice, after: UserDevice): readonly UserDevice[] {
  return devices.map((entry) => (entry === before ? after : entry));
}

export interface DeviceDetails extends UserInput {
  readonly serialNumber: string;
}
export interface DeviceInput extends DeviceDetails, ActorInput {}

function find(
  record: UserRecord,
  { serialNumber }: DeviceDetails,
  context: Context,
): { readonly ok: true; readonly entry: UserDevice; readonly standing: Standing } | Refusal<ManageDeviceReason> {
  const standing = standingOf(record, context);
  if (!mayManage(standing)) return { ok: false, reason: 'mfa-required' };
  const entry = record.devices.find(({ device }) => device.serialNumber === serialNumber);
  return entry === undefined ? { ok: false, reason: 'unknown-device' } : { ok: true, entry, standing };
}

function withDevice(record: UserRecord, before: UserDevice, after: UserDevice): UserRecord {
  return { ...record, devices: replaced(record.devices, before, after) };
}

/** Whether the policy wants this device kept: nobody may be left without one that signs in. */
function isKept(entry: UserDevice, record: UserRecord, { policy }: Context): boolean {
  const assigned = record.devices.filter(({ device }) => device.status === 'assigned');
  return !policy.lastDeviceRemovable && assigned.length === 1 && assigned[0] === entry;
}

export interface RenameDeviceDetails extends DeviceDetails {
  /** 1 to 64 printable characters, as the person typed them. */
  readonly name: unknown;
}
export interface RenameDeviceInput extends RenameDeviceDetails, ActorInput {}
export type RenameDeviceResult =
  | { readonly ok: true; readonly device: DeviceSummary }
  | Refusal<ManageDeviceReason | 'malformed-name' | 'name-taken' | 'conflict'>;

export function decideRenameDevice(
  record: UserRecord,
  input: RenameDeviceDetails,
  context: Context,
): Decision<RenameDeviceResult> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const name = parseName(input.name);
  if (name === undefined) return unchanged(record, { ok: false, reason: 'malformed-name' });
  if (isTaken(name, record, entry)) return unchanged(record, { ok: false, reason: 'name-taken' });
  if (name === entry.name) return unchanged(record, { ok: true, device: summarize(entry) });
  const renamed = { ...entry, name };
  return changed(withDevice(record, entry, renamed), { ok: true, device: summarize(renamed) }, context, {
    type: 'device-renamed',
    ...onDevice(renamed),
    previousName: entry.name,
    ...byWhom(standing),
  });
}

export type SuspendDeviceResult =
  | ({ readonly ok: true; readonly device: SuspendedDeviceSummary } & RenewedProof)
  | Refusal<ManageDeviceReason | 'not-assigned' | 'last-device' | 'conflict'>;

export function decideSuspendDevice(
  record: UserRecord,
  input: DeviceDetails,
  context: Context,
): Decision<SuspendDeviceResult> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const { device } = entry;
  if (device.status === 'pending') return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (device.status === 'suspended') return unchanged(record, { ok: true, device: summarize({ ...entry, device }) });
  if (isKept(entry, record, context)) return unchanged(record, { ok: false, reason: 'last-device' });
  const suspended = { ...entry, device: suspendDevice(device, { nowMs: context.nowMs }) };
  const next = withNewGeneration(withDevice(record, entry, suspended), context);
  const answer = { ok: true, device: summarize(suspended), ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'device-suspended', ...onDevice(entry), ...byWhom(standing) });
}

export type ReinstateDeviceResult =
  | ({ readonly ok: true; readonly device: AssignedDeviceSummary } & RenewedProof)
  | Refusal<ManageDeviceReason | 'not-assigned' | 'conflict'>;

/** Puts a suspended device back into use. A device that was found ends a recovery as a new one does. */
export function decideReinstateDevice(
  record: UserRecord,
  input: DeviceDetails,
  context: Context,
): Decision<ReinstateDeviceResult> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const { device } = entry;
  if (device.status === 'pending') return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (device.status === 'assigned') return unchanged(record, { ok: true, device: summarize({ ...entry, device }) });
  const reinstated = { ...entry, device: reinstateDevice(device) };
  const next = endRecovery(withDevice(record, entry, reinstated), context);
  const answer = { ok: true, device: summarize(reinstated), ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'device-reinstated', ...onDevice(entry), ...byWhom(standing) });
}

export type RemoveDeviceResult =
  | ({
      readonly ok: true;
      /** The status that is left; `none` after the last device. Set the application's own flag from it. */
      readonly status: MfaStatus['status'];
    } & RenewedProof)
  | Refusal<ManageDeviceReason | 'last-device' | 'conflict'>;

/**
 * Voids the proofs. After the last device what led back to it goes as well, a lock has nothing to guard, and a recovery
 * has ended.
 */
function afterRemoval(record: UserRecord, context: Context): UserRecord {
  const voided = withNewGeneration(record, context);
  if (usedDevices(record.devices).length > 0) return voided;
  const { recovery: _recovery, nextRecovery: _next, ...rest } = left(voided);
  return { ...rest, throttle: afterUnlock(record.throttle, context.policy) };
}

/** Its history line stays; its secret goes. */
export function decideRemoveDevice(
  record: UserRecord,
  input: DeviceDetails,
  context: Context,
): Decision<RemoveDeviceResult> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  if (isKept(entry, record, context)) return unchanged(record, { ok: false, reason: 'last-device' });
  const { nowMs, policy } = context;
  const left = withoutDevice(record, entry, nowMs, policy);
  const next = entry.device.status === 'pending' ? left : afterRemoval(left, context);
  const answer = { ok: true, status: mfaStatus(next, context).status, ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'device-removed', ...onDevice(entry), ...byWhom(standing) });
}
