import type { Actor } from '../user/context.js';
import { parseRecord } from '../user/record.js';
import { emit } from './emit.js';
import type { OperationResult } from './mfa-service.js';
import type { StoredRow } from './ports.js';
import { jitter, TRIES, unlanded } from './settle.js';
import { checkUserId, type Ports } from './transaction.js';

/**
 * Removes the row of a user, whatever is in it. A removal has landed when a later read finds no row: the store's answer
 * may have been lost, so `user-deleted` may be emitted twice.
 */
export async function removeUser(ports: Ports, userId: string, actor: Actor): Promise<OperationResult> {
  checkUserId(userId);
  const { rows, clock } = ports;
  let removing: StoredRow | undefined;
  const removed = async ({ record }: StoredRow): Promise<OperationResult> => {
    const by = 'administrator' in actor ? actor : {};
    await emit(ports, [{ type: 'user-deleted', userId, atMs: clock(), seq: seqOf(record) + 1, ...by }]);
    return { ok: true };
  };
  for (let round = 0; ; round++) {
    await jitter(round);
    const row = await rows.read(userId);
    if (row === undefined) return removing === undefined ? { ok: true } : removed(removing);
    // With the row that it was to remove still there, the last removal may be on its way.
    if (round === TRIES) return unlanded(row.revision !== removing?.revision);
    removing = row;
    try {
      if (await rows.write(userId, row.revision, undefined)) return removed(row);
    } catch (error) {
      const isGone = await rows.read(userId).then(
        (after) => after === undefined,
        () => false,
      );
      if (!isGone) throw error;
      return removed(row);
    }
  }
}

/** Of a row that cannot be read, 0: it was removed all the same, and the answer must not be lost over it. */
function seqOf(record: unknown): number {
  try {
    return parseRecord(record).seq;
  } catch {
    return 0;
  }
}
