import { aesGcmSealer, plaintextSealer, type Sealer } from 'lockstep-mfa';
import { activeUser, type StoredUser, storedUsers } from './full-record.js';

/** In the project. */
export const GOLDEN_FOLDER = 'test/data/records';

/** A record that every later version must read and go on with. */
export interface GoldenRecord extends StoredUser {
  /** Base64 of the key of aesGcmSealer; where there is none, plaintextSealer wrote the secrets. */
  readonly sealingKey?: string;
}

const SEALING_KEY = 'bG9ja3N0ZXAtbWZhLCBhIGtleSBmb3IgdGVzdHMgISE=';

/** Texts of the files, by name. The same at every call, but for the nonces of aesGcmSealer, which are random. */
export async function goldenRecords(): Promise<Readonly<Record<string, string>>> {
  const { locked, lockedForGood, recovering, reset, resetExpired } = await storedUsers();
  const sealed = await activeUser({ sealer: aesGcmSealer({ keys: [SEALING_KEY] }), seed: 2 });
  const records: Readonly<Record<string, GoldenRecord>> = {
    'locked.json': locked,
    'locked-for-good.json': lockedForGood,
    'recovering.json': recovering,
    'reset.json': reset,
    'reset-expired.json': resetExpired,
    'sealed.json': { ...sealed, sealingKey: SEALING_KEY },
  };
  return Object.fromEntries(
    Object.entries(records).map(([name, record]) => [name, `${JSON.stringify(record, null, 1)}\n`]),
  );
}

/** The sealer that wrote the secrets. */
export function sealerOf({ sealingKey }: GoldenRecord): Sealer {
  return sealingKey === undefined ? plaintextSealer() : aesGcmSealer({ keys: [sealingKey] });
}
