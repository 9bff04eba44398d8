import { checkText } from '../core/check.js';
import { MfaError } from '../errors.js';
import type { Refusal } from '../user/reasons.js';
import { parseRecord } from '../user/record.js';
import { readRow, writeRow } from './rows.js';
import { CallSecrets, type Failed } from './secrets.js';
import { type Ports, rowOf, untilStored } from './transaction.js';

/**
 * Seals anew all that is sealed under an older key, and changes nothing else.
 *
 * @throws MfaError `sealer-failed`: after what could be sealed was stored, where anything could not
 */
export async function resealUser(ports: Ports, userId: string): Promise<{ readonly ok: true } | Refusal<'conflict'>> {
  checkText(userId, 'userId');
  const { store, sealer } = ports;
  const secrets = new CallSecrets(sealer, userId);
  const attempt = async (): Promise<{ readonly ok: true } | undefined> => {
    const row = await readRow(store, userId);
    if (row === undefined) return { ok: true };
    const record = parseRecord(row.record);
    const { unopened } = await secrets.open(record.devices);
    const [unopenedCause] = [...unopened.values()].map((cause): Failed => ({ cause }));
    const { record: after, failed = unopenedCause } = await secrets.reseal(record);
    if (after !== record && !(await writeRow(store, userId, row.revision, rowOf(after, ports)))) return undefined;
    // Callers delete the old key after `ok`, so anything still sealed under it must be an error.
    if (failed === undefined) return { ok: true };
    throw new MfaError('sealer-failed', 'a secret of this user could not be sealed anew: see cause', failed);
  };
  return untilStored(attempt).finally(() => secrets.wipe());
}

/** Removes the row of a user, whatever is in it. */
export async function removeUser(
  { store }: Ports,
  userId: string,
): Promise<{ readonly ok: true } | Refusal<'conflict'>> {
  checkText(userId, 'userId');
  return untilStored(async () => {
    const row = await readRow(store, userId);
    return row === undefined || (await writeRow(store, userId, row.revision, undefined)) ? { ok: true } : undefined;
  });
}
