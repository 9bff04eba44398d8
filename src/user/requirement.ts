import { checkWhole, MAX_COUNTER } from '../core/check.js';
import type { UserRecord } from './record.js';

/**
 * Whether the application's date for MFA is kept. `met`: a device is assigned. `optional`: no date was given. `due`: before
 * the date. `overdue`: at or after it, also while recovering or where all devices are suspended.
 */
export type EnrollmentRequirement =
  | { readonly requirement: 'met' | 'optional' }
  | { readonly requirement: 'due' | 'overdue'; readonly dueAtMs: number };

/** @throws MfaError `invalid-argument`: a date that is none */
export function requirementOf(
  { devices }: UserRecord,
  enrollByMs: number | undefined,
  nowMs: number,
): EnrollmentRequirement {
  if (enrollByMs !== undefined) checkWhole(enrollByMs, 'enrollByMs', 0, MAX_COUNTER);
  if (devices.some(({ device }) => device.status === 'assigned')) return { requirement: 'met' };
  if (enrollByMs === undefined) return { requirement: 'optional' };
  return { requirement: nowMs < enrollByMs ? 'due' : 'overdue', dueAtMs: enrollByMs };
}
