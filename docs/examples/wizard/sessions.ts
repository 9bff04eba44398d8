import { type EnrollmentHandle, type MfaProof, parseEnrollmentHandle, parseProof } from 'lockstep-mfa';
import type { Handle } from './database.js';
import { randomText, sha256 } from './random.js';

/** Said once, on the next page. */
export interface Flash {
  readonly kind: 'success' | 'info' | 'warning';
  readonly text: string;
}

/** A device that this session sets up. The handle never leaves the server. */
export interface SetUp {
  readonly serialNumber: string;
  readonly enrollment: EnrollmentHandle;
}

/** What the server knows of a session. Without an account it knows nothing, and keeps no row. */
export interface SessionData {
  readonly accountId?: string | undefined;
  /** This session has passed MFA. */
  readonly proof?: MfaProof | undefined;
  /** One a tab; the newest last. */
  readonly setUps?: readonly SetUp[] | undefined;
  readonly flash?: Flash | undefined;
}

export interface Session extends SessionData {
  /** 256 random bits, known to the browser alone: the database has their hash. */
  readonly id: string;
}

export interface Sessions {
  /** The session of a cookie; an anonymous one where there is none. */
  read(cookie: string | undefined, nowMs: number): Session;
  /** A new id for a session that may more than the one before, which ends. Nobody who knew the old id gets the new one. */
  begin(previous: Session, data: SessionData, nowMs: number): Session;
  /** Changes what is named, and leaves what another tab may have changed meanwhile. */
  keep(session: Session, changes: SessionData): Session;
  end(session: Session): void;
}

const IDLE_LIFE_MS = 30 * 60_000;
const LIFE_MS = 12 * 60 * 60_000;
/** Not every page has to write. */
const NOTE_USE_AFTER_MS = 60_000;
const ID = /^[\w-]{43}$/;

/** Belongs to the session and tells nothing of its id, so that forms of visitors who have not signed in need no row. */
export function csrfToken({ id }: Session): string {
  return sha256(`csrf ${id}`);
}

interface Row {
  readonly account_id: string | null;
  readonly proof: string | null;
  readonly set_ups: string | null;
  readonly flash: string | null;
  readonly used_at_ms: number;
}

export function createSessions(database: Handle): Sessions {
  const alive = 'used_at_ms > @nowMs - @idleMs AND begun_at_ms > @nowMs - @lifeMs';
  const lives = (nowMs: number) => ({ nowMs, idleMs: IDLE_LIFE_MS, lifeMs: LIFE_MS });
  const find = database.prepare(`SELECT * FROM sessions WHERE id_hash = @idHash AND ${alive}`);
  const noteUse = database.prepare('UPDATE sessions SET used_at_ms = ? WHERE id_hash = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE id_hash = ?');
  const forget = database.prepare(`DELETE FROM sessions WHERE NOT (${alive})`);
  const insert = database.prepare(`INSERT INTO sessions
    (id_hash, account_id, proof, set_ups, flash, begun_at_ms, used_at_ms)
    VALUES (@idHash, @accountId, @proof, @setUps, @flash, coalesce(
      (SELECT begun_at_ms FROM sessions WHERE id_hash = @previousHash AND account_id = @accountId), @nowMs), @nowMs)`);
  const update = {
    proof: database.prepare('UPDATE sessions SET proof = ? WHERE id_hash = ?'),
    setUps: database.prepare('UPDATE sessions SET set_ups = ? WHERE id_hash = ?'),
    flash: database.prepare('UPDATE sessions SET flash = ? WHERE id_hash = ?'),
  };

  return {
    read(cookie, nowMs) {
      if (cookie === undefined || !ID.test(cookie)) return { id: randomText() };
      const idHash = sha256(cookie);
      const row = find.get({ idHash, ...lives(nowMs) }) as Row | undefined;
      if (row === undefined) return { id: cookie };
      if (nowMs - row.used_at_ms > NOTE_USE_AFTER_MS) noteUse.run(nowMs, idHash);
      return { id: cookie, ...dataOf(row) };
    },

    begin(previous, data, nowMs) {
      forget.run(lives(nowMs));
      const id = randomText();
      const previousHash = sha256(previous.id);
      const { accountId = null, proof, setUps, flash } = data;
      const columns = { proof: json(proof), setUps: json(setUps), flash: json(flash) };
      // A code goes on with what the password began: it does not make the session live longer.
      insert.run({ idHash: sha256(id), previousHash, accountId, ...columns, nowMs });
      remove.run(previousHash);
      return { id, ...data };
    },

    keep(session, changes) {
      for (const name of ['proof', 'setUps', 'flash'] as const) {
        if (Object.hasOwn(changes, name)) update[name].run(json(changes[name]), sha256(session.id));
      }
      return { ...session, ...changes };
    },

    end: ({ id }) => void remove.run(sha256(id)),
  };
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function dataOf({ account_id, proof, set_ups, flash }: Row): SessionData {
  return {
    ...(account_id === null ? {} : { accountId: account_id }),
    ...(proof === null ? {} : { proof: parseProof(JSON.parse(proof)) }),
    ...(set_ups === null ? {} : { setUps: JSON.parse(set_ups).flatMap(setUpOf) }),
    ...(flash === null ? {} : { flash: JSON.parse(flash) }),
  };
}

/** None where an older version wrote a handle that this one does not read. */
function setUpOf({ serialNumber, enrollment }: Record<keyof SetUp, string>): SetUp[] {
  const handle = parseEnrollmentHandle(enrollment);
  return handle === undefined ? [] : [{ serialNumber, enrollment: handle }];
}
