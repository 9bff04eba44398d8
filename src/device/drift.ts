import { invalid } from '../core/check.js';
import { counterAt } from '../core/totp.js';
import {
  type AssignedDevice,
  checkDevice,
  type Device,
  OFFSETS_KEPT,
  type SuspendedDevice,
  type UsedDevice,
} from './device.js';
import { type DevicePolicy, driftLimitSeconds } from './policy.js';

// How the drift of a device's clock is tracked.
//
// An offset is a matched counter minus the server's counter at that time. Nobody types a code before it is shown: the
// device's clock is at least as far ahead as the greatest offset seen, and a smaller offset may come from a code that
// was typed late as well as from a clock that was set back. So one number cannot tell where the next code will be; a
// few ranges can.

/** Offsets, both ends included. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Computes the offsets at which a sign-in is accepted: round the server's own clock, round the latest offset, round the
 * greatest one; and, while the first offset after assigning or resynchronizing is still remembered, all that it may
 * have meant, for that code can have been typed up to `slackSteps` late.
 *
 * @returns disjoint ranges in ascending order
 * @see RFC 6238 §5.2 and §6
 */
export function signInRanges(device: UsedDevice, policy: DevicePolicy): OffsetRange[] {
  const { offsets, slackSteps } = device;
  const { behind, ahead } = policy.window;
  const ranges = [{ from: -behind, to: ahead }];
  if (offsets.length > 0) {
    const latest = latestOffset(device);
    const greatest = Math.max(...offsets);
    ranges.push({ from: latest - behind, to: latest + ahead }, { from: greatest - behind, to: greatest + ahead });
    if (slackSteps !== undefined) {
      const first = offsets[0] as number;
      // Never less than a step each way: the two clocks' periods begin at different times.
      ranges.push({ from: first - Math.max(1, behind), to: first + slackSteps + Math.max(1, ahead) });
    }
  }
  // Only a policy that was narrowed since can cut them off: what was learned is within the limit.
  return disjoint(ranges, driftLimit(device, policy) + (slackSteps ?? 0) + Math.max(1, behind, ahead));
}

/** Counts the counters that a sign-in tries. */
export function positionsOf(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

function disjoint(ranges: readonly OffsetRange[], limit: number): OffsetRange[] {
  const clipped = ranges.map(({ from, to }) => ({ from: Math.max(from, -limit), to: Math.min(to, limit) }));
  clipped.sort((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const range of clipped) {
    const last = merged.at(-1);
    if (last !== undefined && range.from <= last.to + 1) last.to = Math.max(last.to, range.to);
    else if (range.from <= range.to) merged.push(range);
  }
  return merged;
}

/** The offset at which the next code is expected. */
export function latestOffset(device: UsedDevice): number {
  return device.offsets.at(-1) ?? 0;
}

/** RFC 6238 §6 asks for a limit of the recorded drift, both ways. */
export function driftLimit({ parameters }: UsedDevice, policy: DevicePolicy): number {
  return Math.floor(driftLimitSeconds(policy) / parameters.periodSeconds);
}

/**
 * Makes the device after a code of `counter` was accepted at `nowMs`. A device at the limit is read one step beyond it
 * now and then; that is accepted, and not learned.
 */
export function learn(device: AssignedDevice, counter: number, nowMs: number, policy: DevicePolicy): AssignedDevice {
  const limit = driftLimit(device, policy);
  const offset = Math.max(0 - limit, Math.min(limit, counter - counterOf(device, nowMs)));
  const offsets = [...device.offsets, offset].slice(-OFFSETS_KEPT);
  const { slackSteps, ...rest } = device;
  const learned = { ...rest, lastUsedAtMs: nowMs, lastCounter: counter, offsets };
  return slackSteps === undefined || device.offsets.length === OFFSETS_KEPT ? learned : { ...learned, slackSteps };
}

export function counterOf({ parameters }: Pick<UsedDevice, 'parameters'>, nowMs: number): number {
  return counterAt({ nowMs, periodSeconds: parameters.periodSeconds });
}

/**
 * Tells how many steps the device's clock is ahead (+) or behind (−): its greatest remembered offset, 0 without any.
 *
 * @throws MfaError `invalid-argument`, `corrupt-record`
 * @see RFC 6238 §6
 */
export function driftSteps(device: AssignedDevice | SuspendedDevice): number {
  checkDevice(device);
  if ((device as Device).status === 'pending') throw invalid('device must not be pending: nobody knows its clock yet');
  const { offsets } = device;
  return offsets.length === 0 ? 0 : Math.max(...offsets);
}
