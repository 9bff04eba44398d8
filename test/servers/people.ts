import { createMfaService, formatSecret, type MfaService, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { distinctSecret, type Person, START_MS } from './load.js';

export function serviceAt(store: MfaStore, nowMs: number): MfaService {
  return createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs });
}

/** Users with one device and ten recovery codes, in the store. */
export async function enroll(store: MfaStore, count: number): Promise<Person[]> {
  const administrator = serviceAt(store, START_MS).asAdministrator('Ada');
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const userId = `user-${index}`;
      const { secret, wrongCode } = distinctSecret();
      const imported = await administrator.importDevice(userId, { name: 'Phone', secret });
      if (!imported.ok) throw new Error(imported.reason);
      const made = await administrator.createRecoveryCodes(userId);
      if (!made.ok) throw new Error(made.reason);
      const { serialNumber } = imported.device;
      const { recoveryCodes } = made;
      return { userId, serialNumber, secret: formatSecret(secret), wrongCode, recoveryCodes };
    }),
  );
}

export async function recordsOf(store: MfaStore, people: readonly Person[]): Promise<Map<string, UserRecord>> {
  const records = new Map<string, UserRecord>();
  for (const { userId } of people) records.set(userId, parseRecord((await store.get(userId))?.record));
  return records;
}
