import { randomInt } from 'node:crypto';
import type { Handle } from './database.js';
import { isSame, sha256 } from './random.js';
import type { Session } from './sessions.js';

// The proofs that stand in for a lost device: one code by e-mail, one by phone, and both are asked for.

const LIFE_MS = 10 * 60_000;
const TRIES = 5;
const HOUR_MS = 60 * 60_000;
/** Nobody's phone is flooded, and who knows the password gets few tries. */
const AN_HOUR = 3;

export interface ContactCodes {
  readonly email: string;
  readonly phone: string;
}

export type Check = 'right' | 'wrong' | 'none';

export interface Recoveries {
  /** New codes for this session; undefined: too many were sent. */
  begin(accountId: string, session: Session, nowMs: number): ContactCodes | undefined;
  /** Whether this session waits for codes. */
  isOpen(accountId: string, session: Session, nowMs: number): boolean;
  /** Uses up a try before it looks, and the codes when they are right. Never tells which of the two was wrong. */
  check(accountId: string, session: Session, typed: ContactCodes, nowMs: number): Check;
}

interface Row {
  readonly id: number;
  readonly emailCode: string;
  readonly phoneCode: string;
}

export function createRecoveries(database: Handle): Recoveries {
  const forget = database.prepare('DELETE FROM recoveries WHERE begun_at_ms <= ?');
  const count = database.prepare('SELECT count(*) AS sent FROM recoveries WHERE account_id = ?');
  const insert = database.prepare(`INSERT INTO recoveries
    (account_id, session_hash, email_code, phone_code, begun_at_ms) VALUES (?, ?, ?, ?, ?)`);
  const newest = database.prepare(`SELECT id, email_code AS emailCode, phone_code AS phoneCode FROM recoveries
    WHERE id = (SELECT max(id) FROM recoveries WHERE account_id = ? AND session_hash = ?)
    AND begun_at_ms > ? AND failures < ${TRIES}`);
  const fail = database.prepare('UPDATE recoveries SET failures = failures + 1 WHERE id = ?');
  const use = database.prepare(`UPDATE recoveries SET failures = ${TRIES} WHERE id = ?`);
  const find = (accountId: string, { id }: Session, nowMs: number): Row | undefined =>
    newest.get(accountId, sha256(id), nowMs - LIFE_MS) as Row | undefined;

  return {
    begin: database.transaction((accountId: string, session: Session, nowMs: number) => {
      forget.run(nowMs - HOUR_MS);
      const { sent } = count.get(accountId) as { sent: number };
      if (sent >= AN_HOUR) return undefined;
      const codes = { email: newCode(), phone: newCode() };
      insert.run(accountId, sha256(session.id), codes.email, codes.phone, nowMs);
      return codes;
    }),

    isOpen: (accountId, session, nowMs) => find(accountId, session, nowMs) !== undefined,

    check(accountId, session, typed, nowMs) {
      const row = find(accountId, session, nowMs);
      if (row === undefined) return 'none';
      fail.run(row.id);
      const isRight = [isSame(digitsOf(typed.email), row.emailCode), isSame(digitsOf(typed.phone), row.phoneCode)];
      if (isRight.includes(false)) return 'wrong';
      use.run(row.id);
      return 'right';
    },
  };
}

function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

function digitsOf(typed: string): string {
  return typed.replace(/[\s-]/g, '');
}
