import { checkText } from '../core/check.js';
import type { AssignedDevice } from '../device/device.js';
import { driftSteps } from '../device/drift.js';
import { resynchronizeDevice } from '../device/resynchronize.js';
import { byWhom, standingOf } from './actor.js';
import { admitAttempt, type Candidate, failAttempt, refuseReused } from './attempt.js';
import { type BrowserInput, findBrowser } from './browsers.js';
import type { Context } from './context.js';
import { changed, type Decision, unchanged } from './decision.js';
import { replaced } from './devices.js';
import type { UserInput } from './input.js';
import type { Refusal, SignInReason } from './reasons.js';
import type { UserRecord } from './record.js';
import { retiredCounter } from './retired.js';
import { type Asking, onDevice } from './secrets.js';
import { withUsedCounter } from './shared-secret.js';
import { type AssignedDeviceSummary, summarize } from './summary.js';

export interface ResynchronizeDeviceInput extends UserInput, BrowserInput {
  readonly serialNumber: string;
  /** As typed, in the order in which the device showed them. */
  readonly codes: readonly [unknown, unknown];
}
export type ResynchronizeDeviceResult =
  | { readonly ok: true; readonly device: AssignedDeviceSummary }
  | Refusal<SignInReason | 'conflict'>;

/** Counts on the throttle of signing in, and gives no proof: unused codes that somebody noted can resynchronize. */
export function* decideResynchronizeDevice(
  record: UserRecord,
  { serialNumber, codes, browserToken }: ResynchronizeDeviceInput,
  context: Context,
): Asking<Decision<ResynchronizeDeviceResult>> {
  checkText(serialNumber, 'serialNumber');
  const browser = findBrowser(record, browserToken, context);
  const admitted = yield* admitAttempt(record, serialNumber, browser, context);
  if (!admitted.ok) return unchanged(record, admitted);
  const { candidates, opened, unreadable } = admitted;
  const { nowMs, policy } = context;
  const [{ entry, secret }] = candidates as readonly [Candidate];
  const standing = standingOf(record, context);
  const device = standing.kind === 'administrator' ? withoutAssumedFloor(entry.device, record) : entry.device;
  const result = resynchronizeDevice(device, secret, codes, { nowMs, policy });
  if (result.ok) {
    const after = { ...entry, device: result.device };
    const { suspected: _, ...rest } = record;
    const { parameters, lastCounter } = result.device;
    const devices = replaced(record.devices, entry, after);
    const next = { ...rest, devices: withUsedCounter(devices, secret, parameters, lastCounter, opened) };
    return changed(next, { ok: true, device: summarize(after) }, context, {
      type: 'device-resynchronized',
      ...onDevice(entry),
      driftSteps: driftSteps(result.device),
      ...byWhom(standing),
    });
  }
  if (result.reason === 'code-reused') return refuseReused(record, entry, result, context, unreadable);
  // Two codes are guessed a million times less often than one: a pair weighs as the least that an attempt can weigh.
  if (result.reason === 'code-mismatch') return failAttempt(record, 1, browser, context, unreadable);
  const { device: _, ...refusal } = result;
  return unchanged(record, refusal);
}

/** A floor that an import assumed while the server's clock was wrong may be lowered: nobody used those codes. */
function withoutAssumedFloor(device: AssignedDevice, record: UserRecord): AssignedDevice {
  const { assumedFrom, lastCounter, parameters } = device;
  if (assumedFrom === undefined) return device;
  const least = Math.max(assumedFrom, retiredCounter(record, parameters.periodSeconds));
  return { ...device, lastCounter: Math.min(lastCounter, least) };
}
