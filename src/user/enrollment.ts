import { type Algorithm, completeParameters, type OtpParameters } from '../core/parameters.js';
import { generateSecret, type Secret } from '../core/secret.js';
import { shownName } from '../core/shown-name.js';
import { assignDevice, hasEnded } from '../device/assign.js';
import { createDevice, type ShownDevice, showDevice } from '../device/create.js';
import type { PendingDevice } from '../device/device.js';
import { usableAtMs } from '../device/verify.js';
import { byWhom, enrolledProof, mayEnroll, standingOf } from './actor.js';
import { type BrowserTokenAnswer, checkRemember, type RememberInput, rememberBrowser } from './browsers.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { replaced } from './devices.js';
import { type EnrollmentHandle, findEnrollment, makeHandle } from './enrollment-handle.js';
import { toHex } from './hash.js';
import type { ActorInput, UserInput } from './input.js';
import { uniqueName } from './names.js';
import { admitDevice, isFull } from './new-device.js';
import type { Policy } from './policy.js';
import type { MfaProof } from './proof.js';
import type { AssignDeviceReason, CreateDeviceReason, Refusal, ShowDeviceReason } from './reasons.js';
import type { UserDevice, UserRecord } from './record.js';
import { endRecovery } from './recovering.js';
import { type Asking, open, seal, secretOf, usedDevices } from './secrets.js';
import { newestCounter, sharesSecret, withUsedCounter } from './shared-secret.js';
import { type AssignedDeviceSummary, type PendingDeviceSummary, summarize } from './summary.js';

/**
 * A pending device as the enrolling person sees it. `keyUri` and `setupKey` hold the secret: show them, store neither.
 */
export interface Provisioning extends ShownDevice {
  readonly device: PendingDeviceSummary;
  readonly enrollment: EnrollmentHandle;
}

// ── create ──

export interface CreateDeviceDetails extends UserInput {
  /** 1 to 64 printable characters, as the person typed them. */
  readonly name: unknown;
  /**
   * What the app shows below the issuer, 1 to 256 characters: white space at its ends, controls and bidi marks are taken
   * out. For a second device of the user put the device's name in it, too: apps that find the same issuer and account
   * overwrite the older entry.
   */
  readonly account: string;
  /** Default: SHA1, 6 digits, 30 seconds, the only ones that every app computes. */
  readonly parameters?: Partial<OtpParameters> | undefined;
}
export interface CreateDeviceInput extends CreateDeviceDetails, ActorInput {}
export type CreateDeviceResult = ({ readonly ok: true } & Provisioning) | Refusal<CreateDeviceReason | 'conflict'>;

/** As long as the digest (RFC 6238 §5.1), and no longer: the QR code and the setup key grow with it. */
const SECRET_BYTES: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };

/**
 * Makes a new pending device with its handle. Changes no device that counts; of the pending ones it removes those that
 * have ended, and the oldest where there are too many.
 */
export function* decideCreateDevice(
  record: UserRecord,
  input: CreateDeviceInput,
  context: Context,
): Asking<Decision<CreateDeviceResult>> {
  const { nowMs, policy, random } = context;
  const parameters = completeParameters(input.parameters);
  const standing = standingOf(record, context);
  if (!mayEnroll(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  const admitted = admitDevice(record, input.name, parameters, context);
  if (!admitted.ok) return unchanged(record, admitted);

  const { name } = admitted;
  const serialNumber = newSerialNumber(context);
  const device = createDevice({ serialNumber, nowMs, policy, parameters });
  const secret = generateSecret({
    bytes: SECRET_BYTES[parameters.algorithm],
    random: (byteLength) => random('secret', byteLength),
  });
  const { enrollment, enrollmentHash } = makeHandle(serialNumber, context);
  const happening = { type: 'device-created', serialNumber, name, ...byWhom(standing) } as const;
  const account = shownName(input.account, 'account');
  const pending = { name, account, sealedSecret: '', device, enrollmentHash };
  // Shown before it is sealed: names that no key URI has room for are refused first.
  const provisioning = provision(pending, enrollment, secret, context);
  const entry = { ...pending, sealedSecret: yield* seal(secret, serialNumber, parameters) };
  const next = { ...record, devices: [...withRoomForPending(record, policy, nowMs), entry] };
  return changed(next, { ok: true, ...provisioning }, context, happening);
}

/** 80 random bits. */
export function newSerialNumber({ random }: Context): string {
  return toHex(random('serial number', 10));
}

function withRoomForPending({ devices }: UserRecord, policy: Policy, nowMs: number): UserDevice[] {
  const left = devices.filter(({ device }) => device.status !== 'pending' || !hasEnded(device, nowMs, policy));
  const pending = left.filter(({ device }) => device.status === 'pending');
  const oldest = pending.slice(0, Math.max(0, pending.length - policy.maxPendingDevices + 1));
  return left.filter((entry) => !oldest.includes(entry));
}

function provision(
  entry: PendingEntry,
  enrollment: EnrollmentHandle,
  secret: Secret,
  { issuer }: Context,
): Provisioning {
  const shown = showDevice(entry.device, secret, { issuer, account: entry.account });
  return { device: summarize(entry), enrollment, ...shown };
}

type PendingEntry = UserDevice & { readonly device: PendingDevice };

function isPending(entry: UserDevice): entry is PendingEntry {
  return entry.device.status === 'pending';
}

// ── show, cancel ──

export interface EnrollmentDetails extends UserInput {
  /** The handle that `createDevice` gave. Undefined, or one of no device of this user, is `unknown-device`. */
  readonly enrollment: EnrollmentHandle | undefined;
}
export interface ShowDeviceInput extends EnrollmentDetails, ActorInput {}
export type ShowDeviceResult = ({ readonly ok: true } & Provisioning) | Refusal<ShowDeviceReason | 'conflict'>;

/** Shows the same secret once more, to the session that holds the handle. */
export function* decideShowDevice(
  record: UserRecord,
  { enrollment }: EnrollmentDetails,
  context: Context,
): Asking<Decision<ShowDeviceResult>> {
  const entry = findEnrollment(record, enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  if (!mayEnroll(standingOf(record, context))) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (hasEnded(entry.device, context.nowMs, context.policy)) {
    return unchanged(record, { ok: false, reason: 'enrollment-expired' });
  }
  const secret = secretOf(entry, yield* open([entry]));
  return unchanged(record, { ok: true, ...provision(entry, enrollment as EnrollmentHandle, secret, context) });
}

export type CancelDeviceInput = EnrollmentDetails;
export type CancelDeviceResult = { readonly ok: true } | Refusal<'unknown-device' | 'already-assigned' | 'conflict'>;

/** Forgets a pending device. */
export function decideCancelDevice(
  record: UserRecord,
  { enrollment }: CancelDeviceInput,
  context: Context,
): Decision<CancelDeviceResult> {
  const entry = findEnrollment(record, enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  const devices = record.devices.filter((other) => other !== entry);
  return changed({ ...record, devices }, { ok: true }, context);
}

// ── assign ──

export interface AssignDeviceDetails extends EnrollmentDetails {
  /** As typed, in the order in which the app showed them. */
  readonly codes: readonly [unknown, unknown];
}
export interface AssignDeviceInput extends AssignDeviceDetails, ActorInput, RememberInput {}
export type AssignDeviceResult =
  | ({
      readonly ok: true;
      readonly device: AssignedDeviceSummary;
      /** For the session that set up the device. Absent where an administrator did: theirs must not hold the user's. */
      readonly proof?: MfaProof;
    } & BrowserTokenAnswer)
  | Refusal<AssignDeviceReason | 'conflict'>;

/** Assigns a pending device with two codes. */
export function* decideAssignDevice(
  record: UserRecord,
  input: AssignDeviceDetails & RememberInput,
  context: Context,
): Asking<Decision<AssignDeviceResult>> {
  const { enrollment, codes } = input;
  const { nowMs, policy } = context;
  checkRemember(input);
  const standing = standingOf(record, context);
  const entry = findEnrollment(record, enrollment);
  if (entry === undefined) return unchanged(record, { ok: false, reason: 'unknown-device' });
  // Before the proof: a form that was sent twice has none for its second request, and the handle says whose it is.
  if (!isPending(entry)) return unchanged(record, { ok: false, reason: 'already-assigned' });
  if (!mayEnroll(standing)) return unchanged(record, { ok: false, reason: 'mfa-required' });
  if (isFull(record, policy)) return unchanged(record, { ok: false, reason: 'too-many-devices' });

  const opened = yield* open([entry, ...usedDevices(record.devices)]);
  const secret = secretOf(entry, opened);
  const result = assignDevice(entry.device, secret, codes, { nowMs, policy });
  if (!result.ok) {
    const { device, ...refusal } = result;
    if (device === entry.device) return unchanged(record, refusal);
    return changed({ ...record, devices: replaced(record.devices, entry, { ...entry, device }) }, refusal, context);
  }
  const { device } = result;
  const { lastCounter, parameters } = device;
  const sharing = record.devices.filter((other) => sharesSecret(other, secret, parameters, opened));
  const used = newestCounter(sharing, (other) => other.lastCounter);
  if (lastCounter - 1 <= used) {
    return unchanged(record, {
      ok: false,
      reason: 'code-reused',
      usableAtMs: usableAtMs(device, lastCounter, used, nowMs),
    });
  }
  const name = uniqueName(entry.name, record);
  const assigned = { ...entry, name, device };
  const devices = replaced(record.devices, entry, assigned);
  const floored = withUsedCounter(devices, secret, parameters, lastCounter, opened);
  const next = endRecovery({ ...record, devices: floored }, context);
  const happening = { type: 'device-assigned', serialNumber: device.serialNumber, name, ...byWhom(standing) } as const;
  const answer = { ok: true, device: summarize(assigned), ...enrolledProof(standing, next, context) } as const;
  if (standing.kind === 'administrator') return changed(next, answer, context, happening);
  const remembered = rememberBrowser(next, input, context);
  return changed(remembered.record, { ...answer, ...remembered.answer }, context, happening, ...remembered.happenings);
}
