import { invalid } from '../core/check.js';
import { counterOfTime } from '../core/totp.js';
import {
  type AssignedDevice,
  checkDevice,
  type Device,
  OFFSETS_KEPT,
  type SuspendedDevice,
  type UsedDevice,
} from './device.js';
import {
  assignSlackSteps,
  type DevicePolicy,
  driftLimitSeconds,
  lateSteps,
  MOST_SLACK_STEPS,
  STEPS_ROUND_FIRST,
  stepsOf,
} from './policy.js';

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

/** What is left of the slack once a sign-in has told the clock, or once it can have crept away. */
const SHRUNK_SLACK = 2;
const SLACK_LIFE_MS = 30 * 86_400_000;

/**
 * Computes the offsets at which a sign-in is accepted: round the server's own clock, round the latest offset, round the
 * greatest one; and, while the first offset after assigning or resynchronizing is still remembered, all that it may
 * have meant, for that code can have been typed up to `slackSteps` late.
 *
 * @returns disjoint ranges in ascending order
 * @see RFC 6238 §5.2 and §6
 */
export function signInRanges(device: UsedDevice, policy: DevicePolicy, nowMs: number): OffsetRange[] {
  const { offsets } = device;
  const slackSteps = slackAt(device, nowMs);
  const { behind, ahead } = policy.window;
  const ranges = [{ from: -behind, to: ahead }];
  if (offsets.length > 0) {
    const latest = latestOffset(device);
    const greatest = Math.max(...offsets);
    ranges.push({ from: latest - behind, to: latest + ahead }, { from: greatest - behind, to: greatest + ahead });
    if (slackSteps !== undefined) {
      const first = offsets[0] as number;
      ranges.push({
        from: first - Math.max(STEPS_ROUND_FIRST, behind),
        to: first + slackSteps + Math.max(STEPS_ROUND_FIRST, ahead),
      });
    }
  }
  // Only a policy that was narrowed since can cut them off: what was learned is within the limit.
  return disjoint(ranges, driftLimit(device, policy) + (slackSteps ?? 0) + Math.max(STEPS_ROUND_FIRST, behind, ahead));
}

/** A device that is not used for long after its two codes would stay wide open for a guesser. */
function slackAt({ offsets, slackSteps, lastUsedAtMs }: UsedDevice, nowMs: number): number | undefined {
  if (slackSteps === undefined) return undefined;
  const isOld = offsets.length === 1 && nowMs - lastUsedAtMs > SLACK_LIFE_MS;
  return Math.min(slackSteps, isOld ? SHRUNK_SLACK : MOST_SLACK_STEPS);
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

/** In steps, without what may be typed late. */
export function rangeSteps({ parameters }: Pick<UsedDevice, 'parameters'>, policy: DevicePolicy): number {
  return stepsOf(driftLimitSeconds(policy), parameters);
}

/**
 * RFC 6238 §6 asks for a limit of the recorded drift: the range and, both ways, what may have been typed late. What two
 * codes were accepted for is within it, or their device would fall out of step at a later sign-in.
 */
export function driftLimit({ parameters }: Pick<UsedDevice, 'parameters'>, policy: DevicePolicy): number {
  const assigning =
    stepsOf(policy.assignRangeSeconds, parameters) + assignSlackSteps(policy.pendingLifeMs, policy, parameters);
  return Math.max(rangeSteps({ parameters }, policy) + lateSteps(parameters), assigning);
}

/** How many steps ahead of the server's clock a code can be that is accepted. */
export function farthestAhead(device: Pick<UsedDevice, 'parameters'>, policy: DevicePolicy): number {
  return driftLimit(device, policy) + SHRUNK_SLACK + Math.max(STEPS_ROUND_FIRST, policy.window.ahead);
}

/**
 * Makes the device after a code of `counter` was accepted at `nowMs`. A device at the limit is read one step beyond it
 * now and then; that is accepted, and not learned.
 */
export function learn(device: AssignedDevice, counter: number, nowMs: number, policy: DevicePolicy): AssignedDevice {
  const limit = driftLimit(device, policy);
  const offset = Math.max(0 - limit, Math.min(limit, counter - counterOf(device, nowMs)));
  const { slackSteps, assumedFrom: _, ...rest } = device;
  const learned = { ...rest, lastUsedAtMs: nowMs, lastCounter: counter };
  const { offsets } = device;
  if (slackSteps === undefined || offsets.length === OFFSETS_KEPT) {
    return { ...learned, offsets: [...offsets, offset].slice(-OFFSETS_KEPT) };
  }
  const [first] = offsets;
  if (first === undefined || offsets.length > 1) return { ...learned, offsets: [...offsets, offset], slackSteps };
  return {
    ...learned,
    offsets: [Math.max(first, offset), offset],
    slackSteps: Math.min(slackSteps, SHRUNK_SLACK),
  };
}

export function counterOf({ parameters }: Pick<UsedDevice, 'parameters'>, nowMs: number): number {
  return counterOfTime({ nowMs, periodSeconds: parameters.periodSeconds });
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
