import type { Secret } from '../core/secret.js';
import type { AssignedDevice } from '../device/device.js';
import type { DeviceRefusal } from '../device/reasons.js';
import { afterWrongCode, type ShownBrowser } from './browsers.js';
import type { Context } from './context.js';
import { changed, type Decision, quietly } from './decision.js';
import type { Happening } from './events.js';
import type { Refusal } from './reasons.js';
import type { Suspicion, UserDevice, UserRecord } from './record.js';
import { type Asking, type OpenedSecrets, onDevice, open, secretOf, unreadableOf, usedDevices } from './secrets.js';
import { hasMfa } from './status.js';
import { afterFailure, type Lock, lockOf } from './throttle.js';

// The checks before and after a code is evaluated. Signing in and resynchronizing share them, and with them one
// throttle.

export type AssignedEntry = UserDevice & { readonly device: AssignedDevice };

/** A device whose codes are evaluated. */
export interface Candidate {
  readonly entry: AssignedEntry;
  readonly secret: Secret;
}

export interface Admission {
  readonly ok: true;
  readonly candidates: readonly Candidate[];
  readonly opened: OpenedSecrets;
  /** Events to emit, whatever becomes of the attempt. */
  readonly unreadable: readonly Happening[];
}

/**
 * Checks in this order: is there a device, the named one, its status, the lock (which a known browser passes). Opens no secret where no code will be
 * evaluated: a locked user costs no opening.
 */
export function* admitAttempt(
  record: UserRecord,
  serialNumber: string | undefined,
  browser: ShownBrowser | undefined,
  context: Context,
): Asking<Admission | Refusal<'locked' | 'not-assigned' | 'suspended' | 'unknown-device'>> {
  if (!hasMfa(record)) return { ok: false, reason: 'not-assigned' };
  const named = record.devices.filter(
    ({ device }) => serialNumber === undefined || device.serialNumber === serialNumber,
  );
  if (serialNumber !== undefined && named.length === 0) return { ok: false, reason: 'unknown-device' };
  const assigned = named.filter((entry): entry is AssignedEntry => entry.device.status === 'assigned');
  if (assigned.length === 0) {
    const suspended = named.some(({ device }) => device.status === 'suspended');
    return { ok: false, reason: suspended ? 'suspended' : 'not-assigned' };
  }
  const lock = browser === undefined ? lockOf(record.throttle, context.nowMs) : undefined;
  if (lock !== undefined) return { ok: false, reason: 'locked', ...lock };

  const opened = yield* open(usedDevices(record.devices));
  // Those that do not open are passed over; where none does, it is an error.
  const readable = assigned.filter(({ device }) => opened.secrets.has(device.serialNumber));
  const candidates = (readable.length === 0 ? assigned : readable).map((entry) => {
    return { entry, secret: secretOf(entry, opened) };
  });
  return { ok: true, candidates, opened, unreadable: unreadableOf(assigned, opened) };
}

/** Refuses a used code. It counts as nothing. */
export function refuseReused(
  record: UserRecord,
  entry: UserDevice,
  { device: _, ...answer }: DeviceRefusal<'code-reused'> & { readonly device: AssignedDevice },
  context: Context,
  unreadable: readonly Happening[],
): Decision<Refusal<'code-reused'>> {
  return quietly(record, answer, context, { type: 'code-reused', ...onDevice(entry) }, ...unreadable);
}

/**
 * Refuses a wrong code, and counts it on the throttle; that of a known browser on its own count alone.
 *
 * @param positions - how many codes the attempt could have hit
 * @param suspected - the device and the offset at which the wrong code would have been right
 */
export function failAttempt(
  record: UserRecord,
  positions: number,
  browser: ShownBrowser | undefined,
  context: Context,
  unreadable: readonly Happening[],
  suspected?: Suspicion,
): Decision<Refusal<'code-mismatch'>> {
  const { record: counted, lock, happenings } = countFailure(record, positions, browser, context);
  const { suspected: before, ...rest } = counted;
  const next = { ...rest, ...(suspected === undefined ? {} : { suspected }) };
  // Once is chance; twice running at the same offset is a clock.
  const outOfStep =
    suspected !== undefined &&
    before?.serialNumber === suspected.serialNumber &&
    Math.abs(before.offset - suspected.offset) <= 1;
  const found = outOfStep ? { serialNumber: suspected.serialNumber, offsetSteps: suspected.offset } : {};
  const answer = { ok: false, reason: 'code-mismatch', ...lockToTell(lock) } as const;
  return changed(next, answer, context, ...unreadable, { type: 'sign-in-failed', ...found }, ...happenings);
}

function countFailure(
  record: UserRecord,
  positions: number,
  browser: ShownBrowser | undefined,
  context: Context,
): { readonly record: UserRecord; readonly lock: Lock | undefined; readonly happenings: readonly Happening[] } {
  const { policy, nowMs } = context;
  if (browser === undefined) {
    const { throttle, lock, happenings } = afterFailure(record.throttle, positions, policy, nowMs);
    return { record: { ...record, throttle }, lock, happenings };
  }
  const { isForgotten, ...after } = afterWrongCode(record, browser, positions, context);
  // The lock that it passed so far is from now on its own.
  return { ...after, lock: isForgotten ? lockOf(record.throttle, nowMs) : undefined };
}

function lockToTell(lock: { readonly lockedUntilMs?: number } | undefined): {
  readonly lock?: { readonly untilMs?: number };
} {
  if (lock === undefined) return {};
  return { lock: lock.lockedUntilMs === undefined ? {} : { untilMs: lock.lockedUntilMs } };
}
