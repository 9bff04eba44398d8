import type { Context } from './decision.js';
import type { RecordV1 } from './record.js';
import { lockOf } from './throttle.js';

/** none: let in after the first factor; required: ask for a code. */
export type MfaStatus =
  | { readonly status: 'none' | 'required' }
  | { readonly status: 'locked'; readonly lockedUntilMs?: number };

export function mfaStatus(record: RecordV1, { policy, nowMs }: Pick<Context, 'policy' | 'nowMs'>): MfaStatus {
  const lock = lockOf(record.throttle, policy, nowMs);
  if (lock !== undefined) return { status: 'locked', ...lock };
  return { status: hasMfa(record) ? 'required' : 'none' };
}

/** A suspended device counts, and so does a recovery that has not ended in a new device. */
export function hasMfa({ devices, recovering }: RecordV1): boolean {
  return recovering === true || devices.some(({ device }) => device.status !== 'pending');
}
