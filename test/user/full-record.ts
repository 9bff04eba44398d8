import { parseSecret } from 'lockstep-mfa';
import { DETAIL_FIELDS } from '../../src/user/events.js';
import type { RecordV1 } from '../../src/user/record.js';
import { wrongCodes } from '../service/phone.js';
import { ADMINISTRATOR, USER, World, yes } from '../service/world.js';

/** Two records, by what the service itself wrote, that hold between them every field that there is. */
export async function fullRecords(): Promise<readonly RecordV1[]> {
  const world = new World();
  const { mfa } = world;
  const { phone, proof, serialNumber } = await world.enroll();
  const tablet = await world.enroll({ proof }, { name: 'tablet', parameters: { algorithm: 'SHA256', digits: 8 } });
  const secret = parseSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  yes(await mfa.importDevice(USER, { name: 'token', serialNumber: 'HW-1', secret, ...ADMINISTRATOR }));
  yes(await mfa.renameDevice(USER, { serialNumber: 'HW-1', name: 'key', ...ADMINISTRATOR }));
  yes(await mfa.suspendDevice(USER, { serialNumber: 'HW-1', ...ADMINISTRATOR }));
  yes(await mfa.reinstateDevice(USER, { serialNumber: 'HW-1', ...ADMINISTRATOR }));
  yes(await mfa.suspendDevice(USER, { serialNumber: tablet.serialNumber, ...ADMINISTRATOR }));
  yes(await mfa.removeDevice(USER, { serialNumber: 'HW-1', ...ADMINISTRATOR }));
  const { recoveryCodes } = yes(await mfa.createRecoveryCodes(USER, ADMINISTRATOR));
  yes(await mfa.signInWithRecoveryCode(USER, { recoveryCode: recoveryCodes[0] }));
  const codes = [phone.code(world.nowMs, 9), phone.code(world.nowMs, 10)] as const;
  yes(await mfa.resynchronizeDevice(USER, { serialNumber, codes }));
  yes(await mfa.unlock(USER, ADMINISTRATOR));
  const guesses = wrongCodes(30, world.nowMs, phone);
  for (const code of guesses) {
    await mfa.signIn(USER, { code });
    world.wait(3_600_000);
  }
  for (const steps of [80, 80]) {
    await mfa.signIn(USER, { code: phone.code(world.nowMs, steps) });
    world.wait(3_600_000);
  }
  await mfa.signIn(USER, { code: phone.code(world.nowMs, 80) });
  await world.begin(ADMINISTRATOR, { name: 'second phone' });
  const busy = await world.record();

  yes(await mfa.recoverAccount(USER, { verified: ['email', 'phone'] }));
  yes(await mfa.createDevice(USER, { name: 'new', account: 'alice', ...ADMINISTRATOR }));
  return [busy, await world.record()];
}

/** Every place in a record, by the path of names that leads there. */
export type Path = readonly (string | number)[];

export function pathsOf(json: unknown, path: Path = []): Path[] {
  if (typeof json !== 'object' || json === null) return [path];
  return [path, ...Object.entries(json).flatMap(([name, value]) => pathsOf(value, [...path, name]))];
}

export function at(json: unknown, path: Path): unknown {
  return path.reduce((value, name) => (value as Readonly<Record<string | number, unknown>>)[name], json);
}

/** A copy in which the value at a path is another; undefined: it is missing. */
export function changedAt(json: unknown, path: Path, value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const copy = (Array.isArray(json) ? [...json] : { ...(json as object) }) as Record<string | number, unknown>;
  const next = changedAt(copy[name], rest, value);
  if (next === undefined) delete copy[name];
  else copy[name] = next;
  return copy;
}

/** Types of the lines that a history can hold. */
export const KEPT_TYPES: readonly string[] = Object.keys(DETAIL_FIELDS).filter(
  (type) => !['signed-in', 'code-reused', 'secret-unreadable'].includes(type),
);
