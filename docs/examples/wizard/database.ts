import Database from 'better-sqlite3';
import { sqliteSchema } from 'lockstep-mfa/stores/sqlite';

export type Handle = Database.Database;

/** One database for all: accounts, sessions, messages, activity, and the users' MFA. */
export function openDatabase(file = ':memory:'): Handle {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // a code that was used stays used, even after a power cut
  database.exec(SCHEMA);
  database.exec(sqliteSchema());
  return database;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  is_administrator INTEGER NOT NULL,
  has_mfa INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS password_failures (
  name TEXT NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  locked_until_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  id_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT,
  proof TEXT,
  set_ups TEXT,
  flash TEXT,
  begun_at_ms INTEGER NOT NULL,
  used_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  channel TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_of_account ON messages (account_id, id);
CREATE TABLE IF NOT EXISTS activity (
  id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS activity_of_account ON activity (account_id, id);
CREATE TABLE IF NOT EXISTS recoveries (
  id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  session_hash TEXT NOT NULL,
  email_code TEXT NOT NULL,
  phone_code TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  begun_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS recoveries_of_account ON recoveries (account_id, begun_at_ms);
`;
