import { suspendDevice } from '../device/suspend.js';
import type { Context } from './context.js';
import { withNewGeneration } from './generation.js';
import { RESET_REQUIREMENT, type Reset, type UserDevice, type UserRecord } from './record.js';
import { afterRecovery } from './throttle.js';

// The state after a recovery or an administrator's reset: the devices are suspended, and one new device leads out. There
// is one such state; the newer way into it replaces the older.

/**
 * Suspends the devices, ends the set-ups under way, voids both sets of recovery codes, the browsers and the proofs, and
 * lifts the lock.
 */
export function beginRecovery(record: UserRecord, context: Context): UserRecord {
  const { nowMs } = context;
  const devices = record.devices.flatMap((entry): UserDevice[] => {
    const { device } = entry;
    if (device.status === 'pending') return [];
    return [device.status === 'assigned' ? { ...entry, device: suspendDevice(device, { nowMs }) } : entry];
  });
  const { recovery: _, nextRecovery: _next, suspected: _suspected, browsers: _browsers, ...rest } = left(record);
  const throttle = afterRecovery(record.throttle);
  return withNewGeneration({ ...rest, devices, recovering: true, throttle }, context);
}

/** Takes a record out of which an earlier reset was taken, as `beginRecovery` does. */
export function withReset(record: UserRecord, reset: Reset): UserRecord {
  return { ...record, reset, requires: [...(record.requires ?? []), RESET_REQUIREMENT] };
}

/** Ends a recovery, where there is one. Its proof was for setting up one device alone, and is void with it. */
export function endRecovery(record: UserRecord, context: Context): UserRecord {
  return record.recovering === true ? withNewGeneration(left(record), context) : record;
}

/** The record out of this state, with nothing of it. */
export function left({ recovering: _, reset: _reset, ...record }: UserRecord): UserRecord {
  const { requires, ...rest } = record;
  if (requires?.includes(RESET_REQUIREMENT) !== true) return record;
  const others = requires.filter((name) => name !== RESET_REQUIREMENT);
  return others.length === 0 ? rest : { ...rest, requires: others };
}
