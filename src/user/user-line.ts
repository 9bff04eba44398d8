import type { UsedDevice } from '../device/device.js';
import type { UserRecord } from './record.js';
import { usedDevices } from './secrets.js';
import { type MfaStatus, mfaStatus } from './status.js';

/** One user of a report: who has MFA, and how much of it. */
export interface UserLine {
  readonly userId: string;
  readonly status: MfaStatus['status'];
  /** Assigned and suspended ones. */
  readonly devices: number;
  /** Of the set in force. */
  readonly recoveryCodesLeft: number;
  /** When the newest code of any device was accepted; absent where there is no device. */
  readonly lastUsedAtMs?: number;
}

export function lineOf(userId: string, record: UserRecord, nowMs: number): UserLine {
  const used = usedDevices(record.devices);
  const times = used.map(({ device }) => (device as UsedDevice).lastUsedAtMs);
  return {
    userId,
    status: mfaStatus(record, { nowMs }).status,
    devices: used.length,
    recoveryCodesLeft: record.recovery?.unused.length ?? 0,
    ...(times.length === 0 ? {} : { lastUsedAtMs: Math.max(...times) }),
  };
}
