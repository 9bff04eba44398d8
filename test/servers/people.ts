import {
  createMfaService,
  formatSecret,
  hotp,
  type MfaEvent,
  type MfaService,
  type MfaStore,
  plaintextSealer,
} from 'lockstep-mfa';
import { parseRecord, type UserRecord } from '../../src/user/record.js';
import { distinctSecret, PARAMETERS, type Person, START_MS } from './load.js';

export function serviceAt(store: MfaStore, nowMs: number, heard: (event: MfaEvent) => void = () => {}): MfaService {
  const onEvent = (event: MfaEvent): void => heard(event);
  return createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs, onEvent });
}

/** When devices are imported: no code of before counts, and the floor is assumed a little above. */
const IMPORTED_MS = START_MS - 600_000;
/** When recovery codes are confirmed, which takes a sign-in. */
const CONFIRMED_MS = START_MS - 300_000;

/** Users with one device and ten recovery codes in force, in the store. */
export async function enroll(store: MfaStore, count: number): Promise<Person[]> {
  const administrator = serviceAt(store, IMPORTED_MS).asAdministrator('Ada');
  const mfa = serviceAt(store, CONFIRMED_MS);
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
      const signedIn = await mfa.signIn(userId, { code: hotp(secret, CONFIRMED_MS / 30_000, PARAMETERS) });
      if (!signedIn.ok) throw new Error(signedIn.reason);
      const { proof } = signedIn;
      const confirmed = await mfa.confirmRecoveryCodes(userId, { recoveryCode: recoveryCodes[0], proof });
      if (!confirmed.ok) throw new Error(confirmed.reason);
      return { userId, serialNumber, secret: formatSecret(secret), wrongCode, recoveryCodes };
    }),
  );
}

export async function recordsOf(store: MfaStore, people: readonly Person[]): Promise<Map<string, UserRecord>> {
  const records = new Map<string, UserRecord>();
  for (const { userId } of people) records.set(userId, parseRecord((await store.get(userId))?.record));
  return records;
}
