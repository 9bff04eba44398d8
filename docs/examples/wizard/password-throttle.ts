import type { Handle } from './database.js';

const FREE_FAILURES = 10;
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** A name that nobody tried for so long begins anew. */
const FORGET_AFTER_MS = 24 * 60 * 60_000;

export interface PasswordThrottle {
  /** Counts a try before it is looked at, so that tries at one time cannot share a place; or says until when to wait. */
  admit(name: string, nowMs: number): { readonly lockedUntilMs?: number };
  /** It was the right password. */
  clear(name: string): void;
}

/** Wrong passwords in a row, by name; whether there is such a name makes no difference. */
export function passwordThrottle(database: Handle): PasswordThrottle {
  const find = database.prepare(
    'SELECT failures, locked_until_ms AS lockedUntilMs FROM password_failures WHERE name = ?',
  );
  const write = database.prepare(`INSERT INTO password_failures (name, failures, locked_until_ms, last_at_ms)
    VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
    SET failures = excluded.failures, locked_until_ms = excluded.locked_until_ms, last_at_ms = excluded.last_at_ms`);
  const remove = database.prepare('DELETE FROM password_failures WHERE name = ?');
  const forget = database.prepare('DELETE FROM password_failures WHERE last_at_ms < ?');

  return {
    admit: database.transaction((name: string, nowMs: number) => {
      forget.run(nowMs - FORGET_AFTER_MS);
      const row = find.get(name) as { failures: number; lockedUntilMs: number } | undefined;
      const { failures, lockedUntilMs } = row ?? { failures: 0, lockedUntilMs: 0 };
      if (lockedUntilMs > nowMs) return { lockedUntilMs };
      write.run(name, failures + 1, nowMs + waitMs(failures + 1), nowMs);
      return {};
    }),
    clear: (name) => void remove.run(name),
  };
}

function waitMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT_MS);
}
