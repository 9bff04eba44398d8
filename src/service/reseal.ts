import { MfaError } from '../errors.js';
import type { OperationResult } from './mfa-service.js';
import { CallSecrets, type Failed } from './secrets.js';
import { settle } from './settle.js';
import { checkUserId, type Ports } from './transaction.js';

/**
 * Seals anew all that is sealed under an older key, and changes nothing else.
 *
 * @throws MfaError `sealer-failed`: after what could be sealed was stored, where anything could not
 */
export async function resealUser(ports: Ports, userId: string): Promise<OperationResult> {
  checkUserId(userId);
  const secrets = new CallSecrets(ports.sealer, userId, ports.deadline);
  const attempt = settle(ports.rows, userId, ports.newRevision, async (record) => {
    if (record === undefined) return { next: undefined, finish: async () => ({ ok: true }) as const };
    const { unopened } = await secrets.open(record.devices);
    const [unopenedCause] = [...unopened.values()].map((cause): Failed => ({ cause }));
    const { record: after, failed = unopenedCause } = await secrets.reseal(record);
    const finish = async (): Promise<{ readonly ok: true }> => {
      // Callers delete the old key after `ok`, so anything still sealed under it must be an error.
      if (failed === undefined) return { ok: true };
      throw new MfaError('sealer-failed', 'a secret of this user could not be sealed anew: see cause', failed);
    };
    return { next: after === record ? undefined : after, finish };
  });
  return attempt.finally(() => secrets.wipe());
}
