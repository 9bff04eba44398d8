import type { UsedDevice } from '../device/device.js';
import { farthestAhead } from '../device/drift.js';
import type { DevicePolicy } from '../device/policy.js';
import { hash } from './hash.js';
import type { RemovedSerialNumber, UserDevice, UserRecord } from './record.js';
import { usedCounter } from './shared-secret.js';

// What stays of removed devices, so that neither their used codes nor a stolen phone come back by an import.

const KEPT = { 'without-codes': 100, 'with-codes': 20 } as const;

/** The record without the device, which remembers what an import has to know of it. */
export function withoutDevice(record: UserRecord, gone: UserDevice, nowMs: number, policy: DevicePolicy): UserRecord {
  const { device, chosenSerialNumber } = gone;
  const devices = record.devices.filter((entry) => entry !== gone);
  if (device.status === 'pending') return { ...record, devices };
  const retiredUntilMs = Math.max(record.retiredUntilMs ?? 0, usedUntilMs(device, nowMs, policy));
  const next = retiredUntilMs > 0 ? { ...record, devices, retiredUntilMs } : { ...record, devices };
  if (chosenSerialNumber === undefined) return next;
  const hash = hashOf(device.serialNumber);
  const { removedSerialNumbers = [] } = record;
  const before = removedSerialNumbers.find((other) => other.hash === hash);
  const others = removedSerialNumbers.filter((other) => other !== before);
  // Once an import without codes knew it, it stays among those that nobody can push out with two codes.
  const imported = before?.imported === 'without-codes' ? before.imported : chosenSerialNumber;
  return { ...next, removedSerialNumbers: newest([...others, { ...before, hash, imported }]) };
}

/** Those of one kind never push out the others: anybody with two codes can import and remove at will. */
function newest(removed: readonly RemovedSerialNumber[]): readonly RemovedSerialNumber[] {
  return removed.filter((one, i) => {
    const newer = removed.slice(i + 1).filter(({ imported }) => imported === one.imported).length;
    return newer < KEPT[one.imported];
  });
}

/** The end of the newest counter that an accepted code used; 0 where none did. Never farther ahead than a device can be. */
function usedUntilMs(device: UsedDevice, nowMs: number, policy: DevicePolicy): number {
  const periodMs = device.parameters.periodSeconds * 1000;
  const farthestMs = nowMs + (farthestAhead(device, policy) + 1) * periodMs;
  return Math.max(0, Math.min((usedCounter(device) + 1) * periodMs, farthestMs));
}

/** Whether an import without codes would bring a device back that somebody removed, perhaps because it was stolen. */
export function wasRemoved({ removedSerialNumbers = [] }: UserRecord, serialNumber: string): boolean {
  const wanted = hashOf(serialNumber);
  return removedSerialNumbers.some((removed) => removed.hash === wanted);
}

/** The newest counter that every import has to leave behind; -1 for none. */
export function retiredCounter({ retiredUntilMs }: UserRecord, periodSeconds: number): number {
  return retiredUntilMs === undefined ? -1 : Math.ceil(retiredUntilMs / (periodSeconds * 1000)) - 1;
}

function hashOf(serialNumber: string): string {
  return hash('lockstep-mfa removed serial number', serialNumber).slice(0, 32);
}
