import { invalid } from '../core/check.js';
import { reinstateDevice as reinstate, suspendDevice as suspend } from '../device/index.js';
import {
  type Authority,
  byWhom,
  grantProof,
  type MfaProof,
  mayManage,
  renewedProof,
  type Standing,
  standingOf,
} from './authority.js';
import { type Context, changed, type Decision, type Outcome, unchanged } from './decision.js';
import { replaced } from './enrollment.js';
import { isTaken, parseName } from './names.js';
import type { RecordV1, UserDevice } from './record.js';
import { makeRecoveryCodes } from './recovery-codes.js';
import { hasMfa } from './status.js';
import { type AssignedDeviceSummary, type DeviceSummary, type SuspendedDeviceSummary, summarize } from './summary.js';
import { afterUnlock, UNTHROTTLED } from './throttle.js';

/** A device by its serial number, for somebody who may change it. */
export type DeviceInput = { readonly serialNumber: string } & Authority;
/** Fresh for the session whose proof allowed an action that voids the user's proofs. */
export interface WithProof {
  readonly proof?: MfaProof;
}

type Found = { readonly ok: true; readonly entry: UserDevice; readonly standing: Standing };

function find(
  record: RecordV1,
  input: DeviceInput,
  context: Context,
): Found | { readonly ok: false; readonly reason: 'mfa-required' | 'unknown-device' } {
  const standing = standingOf(record, input, context);
  if (!mayManage(standing, record)) return { ok: false, reason: 'mfa-required' };
  const entry = record.devices.find(({ device }) => device.serialNumber === input.serialNumber);
  return entry === undefined ? { ok: false, reason: 'unknown-device' } : { ok: true, entry, standing };
}

function about({ name, device }: UserDevice, standing: Standing) {
  return { serialNumber: device.serialNumber, name, ...byWhom(standing) };
}

/** Whether the policy wants this device kept: nobody may be left without one that signs in. */
function isKept(entry: UserDevice, record: RecordV1, { policy }: Context): boolean {
  const assigned = record.devices.filter(({ device }) => device.status === 'assigned');
  return !policy.lastDeviceRemovable && assigned.length === 1 && assigned[0] === entry;
}

export type RenameDeviceInput = { readonly serialNumber: string; readonly name: unknown } & Authority;

export function renameDevice(
  record: RecordV1,
  input: RenameDeviceInput,
  context: Context,
): Decision<
  Outcome<{ readonly device: DeviceSummary }, 'unknown-device' | 'malformed-name' | 'name-taken' | 'mfa-required'>
> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const name = parseName(input.name);
  if (name === undefined) return unchanged(record, { ok: false, reason: 'malformed-name' });
  if (isTaken(name, record, entry)) return unchanged(record, { ok: false, reason: 'name-taken' });
  if (name === entry.name) return unchanged(record, { ok: true, device: summarize(entry) });
  const renamed = { ...entry, name };
  const answer = { ok: true, device: summarize(renamed) } as const;
  const happening = { type: 'device-renamed', ...about(renamed, standing), previousName: entry.name } as const;
  return changed(withDevice(record, entry, renamed), answer, context, happening);
}

function withDevice(record: RecordV1, before: UserDevice, after: UserDevice): RecordV1 {
  return { ...record, devices: replaced(record.devices, before, after) };
}

export function suspendDevice(
  record: RecordV1,
  input: DeviceInput,
  context: Context,
): Decision<
  Outcome<
    { readonly device: SuspendedDeviceSummary } & WithProof,
    'unknown-device' | 'not-assigned' | 'last-device' | 'mfa-required'
  >
> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const { device } = entry;
  if (device.status === 'pending') return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (device.status === 'suspended') return unchanged(record, { ok: true, device: summarize({ ...entry, device }) });
  if (isKept(entry, record, context)) return unchanged(record, { ok: false, reason: 'last-device' });
  const suspended = { ...entry, device: suspend(device, context) };
  const next = { ...withDevice(record, entry, suspended), generation: record.generation + 1 };
  const answer = { ok: true, device: summarize(suspended), ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'device-suspended', ...about(entry, standing) });
}

export function reinstateDevice(
  record: RecordV1,
  input: DeviceInput,
  context: Context,
): Decision<Outcome<{ readonly device: AssignedDeviceSummary }, 'unknown-device' | 'not-assigned' | 'mfa-required'>> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  const { device } = entry;
  if (device.status === 'pending') return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (device.status === 'assigned') return unchanged(record, { ok: true, device: summarize({ ...entry, device }) });
  const reinstated = { ...entry, device: reinstate(device) };
  const answer = { ok: true, device: summarize(reinstated) } as const;
  // A device that was found ends a recovery as a new one does.
  const { recovering: _, ...rest } = record;
  return changed(withDevice(rest, entry, reinstated), answer, context, {
    type: 'device-reinstated',
    ...about(entry, standing),
  });
}

/** Its history line stays; its secret goes. With the last device go the recovery codes, which led back to it. */
export function removeDevice(
  record: RecordV1,
  input: DeviceInput,
  context: Context,
): Decision<Outcome<WithProof, 'unknown-device' | 'last-device' | 'mfa-required'>> {
  const found = find(record, input, context);
  if (!found.ok) return unchanged(record, found);
  const { entry, standing } = found;
  if (isKept(entry, record, context)) return unchanged(record, { ok: false, reason: 'last-device' });
  const { recovery, ...rest } = { ...record, devices: record.devices.filter((other) => other !== entry) };
  const kept = hasMfa(rest) && recovery !== undefined ? { recovery } : {};
  const next = { ...rest, ...kept, generation: record.generation + 1 };
  const answer = { ok: true, ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'device-removed', ...about(entry, standing) });
}

/** New ones, shown once; the old ones stop working in the same write. */
export function createRecoveryCodes(
  record: RecordV1,
  input: Authority,
  context: Context,
): Decision<Outcome<{ readonly recoveryCodes: readonly string[] } & WithProof, 'not-assigned' | 'mfa-required'>> {
  const standing = standingOf(record, input, context);
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });
  if (!mayManage(standing, record)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  const { codes, recovery } = makeRecoveryCodes(context.policy.recoveryCodes, context.random);
  const next = { ...record, recovery, generation: record.generation + 1 };
  const answer = { ok: true, recoveryCodes: codes, ...renewedProof(standing, next) } as const;
  return changed(next, answer, context, { type: 'recovery-codes-created', ...byWhom(standing) });
}

export interface RecoverAccountInput {
  /** What the application has checked itself: at least all of the policy's `recoveryMethods`. */
  readonly verified: readonly string[];
}

/**
 * Everything is lost: suspends the devices, voids the recovery codes and every set-up that is going on, lifts the lock.
 * The proof is for assigning one device; until then there is no other way back in.
 *
 * @throws MfaError `invalid-argument`: a proof that the policy asks for is not named
 */
export function recoverAccount(
  record: RecordV1,
  { verified }: RecoverAccountInput,
  context: Context,
): Decision<Outcome<{ readonly proof: MfaProof }, 'not-assigned'>> {
  const named: readonly unknown[] = Array.isArray(verified) ? verified : [];
  const missing = context.policy.recoveryMethods.filter((method) => !named.includes(method));
  if (missing.length > 0)
    throw invalid(`verified must name all that the policy asks for: ${missing.join(', ')} is missing`);
  if (!hasMfa(record)) return unchanged(record, { ok: false, reason: 'not-assigned' });

  const devices = record.devices.flatMap((entry): UserDevice[] => {
    const { device } = entry;
    if (device.status === 'pending') return [];
    return [device.status === 'assigned' ? { ...entry, device: suspend(device, context) } : entry];
  });
  const { recovery: _recovery, suspected: _suspected, ...rest } = record;
  const next = {
    ...rest,
    devices,
    recovering: true,
    throttle: UNTHROTTLED,
    generation: record.generation + 1,
  } as const;
  const happening = { type: 'recovered', verified: context.policy.recoveryMethods } as const;
  return changed(next, { ok: true, proof: grantProof(next, context) }, context, happening);
}

export interface UnlockInput {
  readonly administrator: string;
}

/** Half of the strikes stay: an administrator's word is no proof that the guesser is gone. */
export function unlock(
  record: RecordV1,
  input: UnlockInput,
  context: Context,
): Decision<Outcome<unknown, 'not-assigned'>> {
  const standing = standingOf(record, input, context);
  if (standing.kind !== 'administrator') throw invalid('only an administrator unlocks');
  if (record.seq === 0) return unchanged(record, { ok: false, reason: 'not-assigned' });
  const next = { ...record, throttle: afterUnlock(record.throttle, context.policy), generation: record.generation + 1 };
  return changed(next, { ok: true }, context, { type: 'unlocked', ...byWhom(standing) });
}
