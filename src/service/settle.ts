import { MfaError } from '../errors.js';
import { toHex } from '../user/hash.js';
import type { Refusal } from '../user/reasons.js';
import { parseRecord, type UserRecord } from '../user/record.js';
import { fateOf, type Lineage, revisionsAfter, type Write } from '../user/revisions.js';
import type { StoredRow } from './ports.js';
import type { Rows } from './rows.js';

/** What one try of a call comes to. */
export interface Outcome<A> {
  /** To be written; undefined where nothing changes. */
  readonly next: UserRecord | undefined;
  /** Once it is known to be written, or at once where nothing is. */
  readonly finish: () => Promise<A>;
}

interface Try<A> extends Write {
  readonly finish: () => Promise<A>;
}

/** Writes of one call, before its answer is `conflict`. */
export const TRIES = 8;

/**
 * Read, decide, compare and set; on conflict read and **decide again**, because the other write may have used the code up.
 *
 * What landed is never lost: every read first looks whether an earlier write of this call landed after all (a driver that
 * sends a command twice is told of a conflict with its own write), and then gives that write's own answer.
 *
 * @param decide - of the record that was read; undefined: the user has no row
 * @returns the answer, or `conflict`: no write of this call has landed, nor will
 * @throws MfaError `store-failed`: whether one has landed could not be found out, or the store failed
 */
export async function settle<A>(
  rows: Rows,
  userId: string,
  newRevision: () => Uint8Array,
  decide: (record: UserRecord | undefined) => Promise<Outcome<A>>,
): Promise<A | Refusal<'conflict'>> {
  // Those that may land yet: what was overtaken once stays so, also when the list of revisions has moved on.
  let tries: Try<A>[] = [];
  for (let round = 0; ; round++) {
    await jitter(round);
    const row = await rows.read(userId);
    const record = row && parseRecord(row.record);
    const lineage = lineageOf(row, record);
    const landed = tries.find((one) => fateOf(one, lineage) === 'landed');
    if (landed !== undefined) return landed.finish();
    tries = tries.filter((one) => fateOf(one, lineage) !== 'overtaken');
    if (round === TRIES) return unlanded(tries.length === 0);
    if (tries.some((one) => fateOf(one, lineage) === 'unknown')) continue;

    const { next, finish } = await decide(record);
    if (next === undefined) {
      // Decided anew at a later time. The answer would be a lie if the earlier write landed after it.
      if (tries.length > 0) continue;
      return finish();
    }
    const revision = toHex(newRevision());
    const own: Try<A> = { revision, expected: row?.revision, finish };
    tries.push(own);
    const nextRow = { revision, record: checked({ ...next, revisions: revisionsAfter(lineage) }) };
    try {
      if (await rows.write(userId, own.expected, nextRow)) return finish();
    } catch (error) {
      // One look, and never a second write: the first may still be on its way.
      const found = await findLanded(rows, userId, tries);
      if (found === undefined) throw error;
      return found.finish();
    }
  }
}

function lineageOf(row: StoredRow | undefined, record: UserRecord | undefined): Lineage | undefined {
  return row && record && { revision: row.revision, revisions: record.revisions };
}

/** No record is written that could not be read: it would shut the user out for good. */
function checked(record: UserRecord): UserRecord {
  return parseRecord(record);
}

async function findLanded<A>(rows: Rows, userId: string, tries: readonly Try<A>[]): Promise<Try<A> | undefined> {
  try {
    const row = await rows.read(userId);
    const lineage = lineageOf(row, row && parseRecord(row.record));
    return tries.find((one) => fateOf(one, lineage) === 'landed');
  } catch {
    return undefined;
  }
}

/** @param known - that no write of the call has landed, nor will */
export function unlanded(known: boolean): Refusal<'conflict'> {
  if (known) return { ok: false, reason: 'conflict' };
  throw new MfaError('store-failed', 'whether the write has landed could not be found out');
}

/** Lets racing writers spread out. */
export function jitter(round: number): Promise<void> | undefined {
  if (round === 0) return undefined;
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** round));
}
