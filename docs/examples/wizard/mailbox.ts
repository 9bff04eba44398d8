import type { Handle } from './database.js';

/** E-mail and text messages of the demonstration, which are sent to nobody. */
export interface Message {
  readonly atMs: number;
  readonly channel: 'email' | 'phone';
  readonly subject: string;
  /** Paragraphs, with an empty line between them. */
  readonly body: string;
}

export interface Mailbox {
  send(accountId: string, message: Message): void;
  /** The newest first. */
  read(accountId: string): readonly Message[];
}

const KEPT = 50;

export function createMailbox(database: Handle): Mailbox {
  const insert = database.prepare(
    'INSERT INTO messages (account_id, at_ms, channel, subject, body) VALUES (@accountId, @atMs, @channel, @subject, @body)',
  );
  const select = database.prepare(`SELECT at_ms AS atMs, channel, subject, body FROM messages
    WHERE account_id = ? ORDER BY id DESC LIMIT ${KEPT}`);
  const prune = database.prepare(`DELETE FROM messages WHERE account_id = @accountId AND id <= (
    SELECT id FROM messages WHERE account_id = @accountId ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`);
  return {
    send(accountId, message) {
      insert.run({ accountId, ...message });
      prune.run({ accountId });
    },
    read: (accountId) => select.all(accountId) as Message[],
  };
}
