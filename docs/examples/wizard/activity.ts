import type { MfaEvent } from 'lockstep-mfa';
import { lineFor } from 'lockstep-mfa/messages';
import type { Handle } from './database.js';

/** What happened on an account, for its owner's eyes. The page shows the time beside it. */
export interface Line {
  readonly atMs: number;
  readonly text: string;
}

export interface Activity {
  note(event: MfaEvent): void;
  /** The newest first. */
  read(accountId: string): readonly Line[];
}

const KEPT = 20;

export function createActivity(database: Handle): Activity {
  const insert = database.prepare('INSERT INTO activity (account_id, at_ms, text) VALUES (?, ?, ?)');
  const select = database.prepare(
    `SELECT at_ms AS atMs, text FROM activity WHERE account_id = ? ORDER BY id DESC LIMIT ${KEPT}`,
  );
  const prune = database.prepare(`DELETE FROM activity WHERE account_id = @accountId AND id <= (
    SELECT id FROM activity WHERE account_id = @accountId ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`);
  return {
    note(event) {
      insert.run(event.userId, event.atMs, lineFor(event, { time: false }));
      prune.run({ accountId: event.userId });
    },
    read: (accountId) => select.all(accountId) as Line[],
  };
}
