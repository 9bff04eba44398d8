import type { MfaEvent } from 'lockstep-mfa';
import type { Handle } from './database.js';

/** What happened on an account, for its owner's eyes. */
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
      insert.run(event.userId, event.atMs, describeEvent(event));
      prune.run({ accountId: event.userId });
    },
    read: (accountId) => select.all(accountId) as Line[],
  };
}

/**
 * No `default`: a new event breaks the build here, not the page. How far a wrong code was out of step is left out, since
 * it would help somebody who knows the password to guess.
 */
export function describeEvent(event: MfaEvent): string {
  switch (event.type) {
    case 'device-created':
      return `Set-up of “${event.name}” began${by(event)}.`;
    case 'device-assigned':
      return `“${event.name}” was set up${by(event)}.`;
    case 'device-imported':
      return `“${event.name}” was added${by(event)}.`;
    case 'device-renamed':
      return `“${event.previousName}” was renamed “${event.name}”${by(event)}.`;
    case 'device-resynchronized':
      return `“${event.name}” was brought back in step${by(event)}.`;
    case 'device-suspended':
      return `“${event.name}” was suspended${by(event)}.`;
    case 'device-reinstated':
      return `“${event.name}” was reinstated${by(event)}.`;
    case 'device-removed':
      return `“${event.name}” was removed${by(event)}.`;
    case 'signed-in':
      return `Signed in with “${event.name}”.`;
    case 'sign-in-failed':
      return 'A wrong code was typed.';
    case 'code-reused':
      return `A code of “${event.name}” that was used already was typed again.`;
    case 'locked':
      return event.lockedUntilMs === undefined
        ? 'Too many wrong codes: codes are refused until somebody lifts the lock.'
        : 'Too many wrong codes in a row: codes are refused for a while.';
    case 'guessing-suspected':
      return 'Somebody who knows your password may be guessing codes.';
    case 'unlocked':
      return `The lock was lifted${by(event)}.`;
    case 'recovery-code-used':
      return `Signed in with a recovery code: ${event.recoveryCodesLeft} left.`;
    case 'recovery-codes-created':
      return `New recovery codes were made${by(event)}: the old ones work until one of the new is typed back.`;
    case 'recovery-codes-confirmed':
      return 'The new recovery codes were confirmed; older ones stopped working.';
    case 'recovery-code-failed':
      return 'A recovery code that is wrong or used was typed.';
    case 'recovered':
      return 'The account was recovered by e-mail and phone: all its devices were suspended.';
    case 'browser-remembered':
      return `${browser(event)} was remembered: wrong codes typed elsewhere do not lock it out.`;
    case 'browser-trusted':
      return `${browser(event)} is trusted: until ${day(event.untilMs)} it signs in with the password alone.`;
    case 'trusted-browser-used':
      return `${browser(event)}, which is trusted, signed in without a code.`;
    case 'browser-forgotten':
      return forgottenLine(event);
    case 'reset-begun':
      return `The account was reset${by(event)}: all its devices were suspended, and all browsers forgotten.`;
    case 'reset-code-used':
      return 'The reset code was typed, to set up a new device.';
    case 'reset-code-failed':
      return 'A wrong reset code was typed.';
    case 'reset-expired':
      return 'The reset code was typed after it had expired.';
    case 'secret-unreadable':
      return `The secret of “${event.name}” could not be read.`;
    case 'user-deleted':
      return `All that was kept of your devices was deleted${by(event)}.`;
  }
}

function forgottenLine(event: MfaEvent<'browser-forgotten'>): string {
  switch (event.cause) {
    case 'request':
      return `${browser(event)} was forgotten${by(event)}.`;
    case 'wrong-codes':
      return `${browser(event)} was forgotten: too many wrong codes were typed there.`;
    case 'token-reused':
      return `${browser(event)} is not trusted any more: an old cookie of it came, which may have been copied.`;
  }
}

function browser({ label }: { readonly label?: string }): string {
  return label === undefined ? 'A browser' : `“${label}”`;
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function by({ administrator }: { readonly administrator?: string }): string {
  return administrator === undefined ? '' : ` by the administrator ${administrator}`;
}
