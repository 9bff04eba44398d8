import { invalid } from '../core/check.js';
import { checkNow } from '../device/options.js';
import { isMfaError, type MfaError } from '../errors.js';
import { parseRecord } from '../user/record.js';
import { lineOf, type UserLine } from '../user/user-line.js';
import type { ListedRow } from './ports.js';
import type { Ports } from './transaction.js';

/** A user whose row this version cannot read: a report goes on with the others. */
export interface UnreadableUser {
  readonly userId: string;
  readonly status: 'unreadable';
  /** `corrupt-record` or `unsupported-record-version`. */
  readonly error: MfaError;
}

/** Goes through all rows, a page at a time: memory for one page, however many users there are. */
export function listUsers({ rows, clock }: Ports): AsyncIterable<UserLine | UnreadableUser> {
  const { list } = rows;
  if (list === undefined) throw invalid('store.list must be a function: this store cannot list its users');
  return (async function* lines() {
    let cursor: string | undefined;
    do {
      const page = await list(cursor);
      const nowMs = clock();
      checkNow(nowMs);
      for (const row of page.rows) yield lineOrFault(row, nowMs);
      cursor = page.cursor;
    } while (cursor !== undefined);
  })();
}

function lineOrFault({ userId, record }: ListedRow, nowMs: number): UserLine | UnreadableUser {
  try {
    return lineOf(userId, parseRecord(record), nowMs);
  } catch (error) {
    if (!isMfaError(error)) throw error;
    return { userId, status: 'unreadable', error };
  }
}
