import type { OtpParameters, Refusal, Secret } from '../core/index.js';
import { hasEnded } from '../device/assign.js';
import {
  type AssignedDevice,
  assignDevice as assign,
  createDevice as create,
  createPolicy,
  importDevice as importAssigned,
  type PairReason,
  type PendingDevice,
  type Policy,
  showDevice as show,
} from '../device/index.js';
import { pendingDevice } from '../device/lifecycle.js';
import { RESYNCHRONIZE_SLACK_STEPS } from '../device/verify.js';
import {
  type Authority,
  byWhom,
  grantProof,
  type MfaProof,
  mayEnroll,
  type Standing,
  standingOf,
} from './authority.js';
import { type Circumstances, type Context, changed, type Decision, type Outcome, unchanged } from './decision.js';
import { digest, randomHex } from './digest.js';
import { isTaken, parseName, uniqueName } from './names.js';
import { secretOf, unreadableOf } from './opened.js';
import type { RecordV1, UserDevice } from './record.js';
import { type AssignedDeviceSummary, type PendingDeviceSummary, summarize } from './summary.js';
import { newestSpent, withSpent } from './twins.js';

declare const enrollmentBrand: unique symbol;
/** Handle of a pending device for the session that began it: nobody else can show, assign or cancel it. Plain text. */
export type EnrollmentHandle = string & { readonly [enrollmentBrand]: never };

/** For the enrolling user's eyes, while the device is pending. Both texts hold the secret. */
export interface Provisioning {
  readonly device: PendingDeviceSummary;
  readonly enrollment: EnrollmentHandle;
  readonly keyUri: string;
  readonly setupKey: string;
}

/** A secret that is new here. The shell seals it once the device is admitted: a caller who may not costs no sealing. */
export interface Fresh {
  readonly serialNumber: string;
  readonly secret: Secret;
  readonly sealedSecret: string;
}

/** That a device may be added, by whom, and under which name. */
export interface Admission {
  readonly ok: true;
  readonly standing: Standing;
  readonly name: string;
}

export type CreateDeviceInput = {
  readonly name: unknown;
  readonly account: string;
  readonly parameters?: Partial<OtpParameters>;
} & Authority;

export type CreateDeviceReason = 'mfa-required' | 'malformed-name' | 'name-taken' | 'too-many-devices';

export function admitNewDevice(
  record: RecordV1,
  input: CreateDeviceInput,
  circumstances: Circumstances,
): Admission | Refusal<CreateDeviceReason> {
  const standing = standingOf(record, input, circumstances);
  if (!mayEnroll(standing)) return { ok: false, reason: 'mfa-required' };
  return admitName(record, input.name, standing, circumstances);
}

function admitName(
  record: RecordV1,
  typed: unknown,
  standing: Standing,
  { policy }: Circumstances,
): Admission | Refusal<'malformed-name' | 'name-taken' | 'too-many-devices'> {
  const name = parseName(typed);
  if (name === undefined) return { ok: false, reason: 'malformed-name' };
  if (isTaken(name, record)) return { ok: false, reason: 'name-taken' };
  if (isFull(record, policy)) return { ok: false, reason: 'too-many-devices' };
  return { ok: true, standing, name };
}

/**
 * A new pending device with its handle. Touches no device that counts; of the pending ones those that have ended go, and
 * the oldest where there are too many.
 */
export function createDevice(
  record: RecordV1,
  { account, parameters }: CreateDeviceInput,
  context: Context,
  { standing, name }: Admission,
  { serialNumber, secret, sealedSecret }: Fresh,
): Decision<Outcome<Provisioning, CreateDeviceReason>> {
  const { nowMs, policy, random } = context;
  const device = create({ serialNumber, nowMs, policy, ...(parameters === undefined ? {} : { parameters }) });
  const handle = randomHex(random, 16);
  const entry = { name, account, sealedSecret, device, enrollmentHash: digest(serialNumber, handle) };
  const enrollment = `${serialNumber}.${handle}` as EnrollmentHandle;
  const next = { ...record, devices: [...withRoomForPending(record, policy, nowMs), entry] };
  const answer = { ok: true, ...provision(entry, enrollment, secret, context) } as const;
  return changed(next, answer, context, { type: 'device-created', serialNumber, name, ...byWhom(standing) });
}

function isFull({ devices }: RecordV1, { maxDevices }: Policy): boolean {
  return devices.filter(({ device }) => device.status !== 'pending').length >= maxDevices;
}

function withRoomForPending({ devices }: RecordV1, policy: Policy, nowMs: number): UserDevice[] {
  const left = devices.filter(({ device }) => device.status !== 'pending' || !hasEnded(device, nowMs, policy));
  const pending = left.filter(({ device }) => device.status === 'pending');
  const oldest = pending.slice(0, Math.max(0, pending.length - policy.maxPendingDevices + 1));
  return left.filter((entry) => !oldest.includes(entry));
}

function provision(
  entry: UserDevice & { readonly device: PendingDevice },
  enrollment: EnrollmentHandle,
  secret: Secret,
  { issuer }: Context,
): Provisioning {
  const shown = show(entry.device, secret, { issuer, account: entry.account });
  return { device: summarize(entry), enrollment, ...shown };
}

/** The device of a handle, in whatever status it is by now. */
export function findEnrollment(record: RecordV1, enrollment: unknown): UserDevice | undefined {
  if (typeof enrollment !== 'string') return undefined;
  const dot = enrollment.lastIndexOf('.');
  const serialNumber = enrollment.slice(0, dot);
  const hash = digest(serialNumber, enrollment.slice(dot + 1));
  return record.devices.find((entry) => entry.enrollmentHash === hash && entry.device.serialNumber === serialNumber);
}

type PendingEntry = UserDevice & { readonly device: PendingDevice };

function isPending(entry: UserDevice): entry is PendingEntry {
  return entry.device.status === 'pending';
}

function without({ devices }: RecordV1, gone: UserDevice): UserDevice[] {
  return devices.filter((entry) => entry !== gone);
}

export interface ShowDeviceInput {
  readonly enrollment: EnrollmentHandle;
  /** Where there is MFA already. */
  readonly proof?: MfaProof | undefined;
}

/** The same secret once more, to the session that holds the handle. */
export function showDevice(
  record: RecordV1,
  input: ShowDeviceInput,
  context: Context,
): Decision<Outcome<Provisioning, 'unknown-device' | 'already-assigned' | 'enrollment-expired' | 'mfa-required'>> {
  const entry = findEnrollment(record, input.enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  if (!mayEnroll(standingOf(record, { proof: input.proof }, context))) {
    return unchanged(record, { ok: false, reason: 'mfa-required' });
  }
  if (hasEnded(entry.device, context.nowMs, context.policy)) {
    return unchanged(record, { ok: false, reason: 'enrollment-expired' });
  }
  const secret = secretOf(entry, context);
  return unchanged(record, { ok: true, ...provision(entry, input.enrollment, secret, context) });
}

export interface CancelDeviceInput {
  readonly enrollment: EnrollmentHandle;
}

/** Forgets a pending device. */
export function cancelDevice(
  record: RecordV1,
  input: CancelDeviceInput,
): Decision<Outcome<unknown, 'unknown-device' | 'already-assigned'>> {
  const entry = findEnrollment(record, input.enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  return unchanged({ ...record, devices: without(record, entry) }, { ok: true });
}

export type AssignDeviceInput = {
  readonly enrollment: EnrollmentHandle;
  readonly codes: readonly [unknown, unknown];
} & Authority;

export function assignDevice(
  record: RecordV1,
  input: AssignDeviceInput,
  context: Context,
): Decision<
  Outcome<
    { readonly device: AssignedDeviceSummary; readonly proof: MfaProof },
    PairReason | 'enrollment-expired' | 'already-assigned' | 'unknown-device' | 'too-many-devices' | 'mfa-required'
  >
> {
  const standing = standingOf(record, input, context);
  const entry = findEnrollment(record, input.enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  // Before the proof: a form that was sent twice has none for its second request, and the handle says whose it is.
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  if (!mayEnroll(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (isFull(record, context.policy)) return unchanged(record, { ok: false, reason: 'too-many-devices' });

  const { device, ...result } = assign(entry.device, secretOf(entry, context), input.codes, context);
  if (!result.ok) {
    const next =
      device === entry.device ? record : { ...record, devices: replaced(record.devices, entry, { ...entry, device }) };
    return unchanged(next, result);
  }
  const name = uniqueName(entry.name, record);
  const assigned = { ...entry, name, device: device as AssignedDevice };
  const next = { ...recovered(record), devices: replaced(record.devices, entry, assigned) };
  const { serialNumber } = device;
  const answer = { ok: true, device: summarize(assigned), proof: grantProof(next, context) } as const;
  return changed(next, answer, context, { type: 'device-assigned', serialNumber, name, ...byWhom(standing) });
}

/** With a device that counts a recovery has ended, and its proof, which was for this alone, with it. */
function recovered({ recovering, ...record }: RecordV1): RecordV1 {
  return recovering === true ? { ...record, generation: record.generation + 1 } : record;
}

/** The devices with one in place of another. */
export function replaced(devices: readonly UserDevice[], before: UserDevice, after: UserDevice): readonly UserDevice[] {
  return devices.map((entry) => (entry === before ? after : entry));
}

export type ImportDeviceInput = {
  readonly name: unknown;
  readonly secret: Secret;
  /** Default: a new one. With a fixed one a second run of a migration finds the device `already-assigned`. */
  readonly serialNumber?: string;
  readonly parameters?: Partial<OtpParameters>;
} & (
  | ({ readonly codes: readonly [unknown, unknown] } & Authority)
  | { readonly codes?: never; readonly administrator: string; readonly proof?: never }
);

export type ImportDeviceReason = CreateDeviceReason | 'already-assigned';

export function admitImport(
  record: RecordV1,
  input: ImportDeviceInput,
  serialNumber: string,
  circumstances: Circumstances,
): Admission | Refusal<ImportDeviceReason> {
  const standing = standingOf(record, input, circumstances);
  const allowed = input.codes === undefined ? standing.kind === 'administrator' : mayEnroll(standing);
  if (!allowed) return { ok: false, reason: 'mfa-required' };
  if (record.devices.some(({ device }) => device.serialNumber === serialNumber)) {
    return { ok: false, reason: 'already-assigned' };
  }
  return admitName(record, input.name, standing, circumstances);
}

/** A device whose secret exists already. */
export function importDevice(
  record: RecordV1,
  input: ImportDeviceInput,
  context: Context,
  { standing, name }: Admission,
  { serialNumber, secret, sealedSecret }: Fresh,
): Decision<Outcome<{ readonly device: AssignedDeviceSummary }, PairReason | ImportDeviceReason>> {
  const result = importedDevice(input, context, serialNumber, secret);
  if (!result.ok) return unchanged(record, result);
  const { parameters, lastCounter } = result.device;
  const spent = newestSpent(record.devices, secret, parameters, context.secrets);
  if (input.codes !== undefined && lastCounter - 1 <= spent)
    return unchanged(record, { ok: false, reason: 'code-mismatch' });
  const device = { ...result.device, lastCounter: Math.max(lastCounter, spent) };
  const entry = { name, account: name, sealedSecret, device };
  const devices = withSpent(record.devices, secret, parameters, lastCounter, context.secrets);
  const next = { ...recovered(record), devices: [...devices, entry] };
  const answer = { ok: true, device: summarize(entry) } as const;
  const unreadable = unreadableOf(record.devices, context);
  return changed(next, answer, context, ...unreadable, {
    type: 'device-imported',
    serialNumber,
    name,
    ...byWhom(standing),
  });
}

/** With codes as when resynchronizing: nobody knows how old such a device's clock is. */
function importedDevice(
  { codes, parameters }: ImportDeviceInput,
  { nowMs, policy }: Context,
  serialNumber: string,
  secret: Secret,
): Outcome<{ readonly device: AssignedDevice }, PairReason> {
  const options = { serialNumber, nowMs, policy, ...(parameters === undefined ? {} : { parameters }) };
  if (codes === undefined) return { ok: true, device: importAssigned(options) };
  const { resynchronizeRangeSeconds } = policy;
  const wide = createPolicy({ ...policy, assignRangeSeconds: resynchronizeRangeSeconds, pendingFailures: 2 });
  const { device, ...result } = assign(pendingDevice(options), secret, codes, { nowMs, policy: wide });
  if (result.ok) return { ok: true, device: { ...(device as AssignedDevice), slackSteps: RESYNCHRONIZE_SLACK_STEPS } };
  return result as Exclude<typeof result, { readonly reason: 'enrollment-expired' | 'already-assigned' }>;
}
