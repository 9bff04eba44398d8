import { createMfaService, formatSecret, type MfaService, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { parseRecord, type RecordV1 } from '../../src/user/record.js';
import { distinctSecret, type Person, START_MS } from './load.js';

const administrator = 'Ada';

export function serviceAt(store: MfaStore, nowMs: number): MfaService {
  return createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs });
}

/** Users with one device and ten recovery codes, in the store. */
export async function enroll(store: MfaStore, count: number): Promise<Person[]> {
  const mfa = serviceAt(store, START_MS);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const userId = `user-${index}`;
      const { secret, wrongCode } = distinctSecret();
      const imported = await mfa.importDevice(userId, { name: 'Phone', secret, administrator });
      if (!imported.ok) throw new Error(imported.reason);
      const made = await mfa.createRecoveryCodes(userId, { administrator });
      if (!made.ok) throw new Error(made.reason);
      const { serialNumber } = imported.device;
      const { recoveryCodes } = made;
      return { userId, serialNumber, secret: formatSecret(secret), wrongCode, recoveryCodes };
    }),
  );
}

export async function recordsOf(store: MfaStore, people: readonly Person[]): Promise<Map<string, RecordV1>> {
  const records = new Map<string, RecordV1>();
  for (const { userId } of people) records.set(userId, parseRecord((await store.get(userId))?.record));
  return records;
}
