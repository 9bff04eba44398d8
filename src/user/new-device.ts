import { isTaken, parseName } from './names.js';
import type { Policy } from './policy.js';
import type { Refusal } from './reasons.js';
import type { UserRecord } from './record.js';
import { usedDevices } from './secrets.js';

/** Checks what every way to add a device needs: a free name, and room. */
export function admitDevice(
  record: UserRecord,
  typedName: unknown,
  policy: Policy,
): { readonly ok: true; readonly name: string } | Refusal<'malformed-name' | 'name-taken' | 'too-many-devices'> {
  const name = parseName(typedName);
  if (name === undefined) return { ok: false, reason: 'malformed-name' };
  if (isTaken(name, record)) return { ok: false, reason: 'name-taken' };
  if (isFull(record, policy)) return { ok: false, reason: 'too-many-devices' };
  return { ok: true, name };
}

export function isFull({ devices }: UserRecord, { maxDevices }: Policy): boolean {
  return usedDevices(devices).length >= maxDevices;
}
