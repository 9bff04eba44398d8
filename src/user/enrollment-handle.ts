import type { Context } from './context.js';
import { hash, toHex } from './hash.js';
import type { UserDevice, UserRecord } from './record.js';

declare const handleBrand: unique symbol;

/** Names a pending device to the session that began it: nobody else can show, assign or cancel it. Plain text. */
export type EnrollmentHandle = string & { readonly [handleBrand]: never };

const HANDLE = /^(.{1,256})\.([0-9a-f]{32})$/s;

/**
 * Reads a handle that a session gave back.
 *
 * @returns undefined where it is no handle
 * @example
 * import { parseEnrollmentHandle } from 'lockstep-mfa';
 *
 * const session: { enrollment?: unknown } = {};
 * console.log(parseEnrollmentHandle(session.enrollment)); // undefined
 */
export function parseEnrollmentHandle(value: unknown): EnrollmentHandle | undefined {
  return typeof value === 'string' && HANDLE.test(value) ? (value as EnrollmentHandle) : undefined;
}

export function makeHandle(
  serialNumber: string,
  { random }: Context,
): { readonly enrollment: EnrollmentHandle; readonly enrollmentHash: string } {
  const handle = toHex(random('handle', 16));
  const enrollment = `${serialNumber}.${handle}` as EnrollmentHandle;
  return { enrollment, enrollmentHash: hash(serialNumber, handle) };
}

/** Finds the device of a handle, in whatever status it is by now. */
export function findEnrollment({ devices }: UserRecord, enrollment: unknown): UserDevice | undefined {
  const [, serialNumber, handle] = HANDLE.exec(parseEnrollmentHandle(enrollment) ?? '') ?? [];
  if (serialNumber === undefined || handle === undefined) return undefined;
  const wanted = hash(serialNumber, handle);
  return devices.find((entry) => entry.enrollmentHash === wanted && entry.device.serialNumber === serialNumber);
}
