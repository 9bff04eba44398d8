import type { Context } from './context.js';
import type { UserRecord } from './record.js';
import { lockOf } from './throttle.js';

/**
 * `none`: let in after the first factor. `required`: ask for a code. `recovering`: the devices are suspended until a new
 * one is set up; nothing but a recovery's proof leads on. `locked`: codes are not evaluated until the time given, or until
 * an administrator, a recovery code or a recovery lifts the lock.
 */
export type MfaStatus =
  | { readonly status: 'none' | 'required' | 'recovering' }
  | { readonly status: 'locked'; readonly lockedUntilMs?: number };

export function mfaStatus(record: UserRecord, { nowMs }: Pick<Context, 'nowMs'>): MfaStatus {
  const lock = lockOf(record.throttle, nowMs);
  return lock === undefined ? statusBesideLock(record) : { status: 'locked', ...lock };
}

/** The status for a browser that no lock keeps out. */
export function statusBesideLock(record: UserRecord): MfaStatus {
  if (record.recovering === true) return { status: 'recovering' };
  return { status: hasMfa(record) ? 'required' : 'none' };
}

/** A suspended device counts, and so does a recovery that has not ended. */
export function hasMfa({ devices, recovering }: UserRecord): boolean {
  return recovering === true || devices.some(({ device }) => device.status !== 'pending');
}
