import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sqliteSchema } from 'lockstep-mfa/stores/sqlite';
import { afterAll } from 'vitest';

/** A file with the table in it, gone after the tests. */
export function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mfa-sqlite-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mfa.db');
  withDatabase(file, (database) => database.exec(sqliteSchema()));
  return file;
}

/** Opens it as a server does that starts. */
export function withDatabase<T>(file: string, use: (database: Database.Database) => T): T {
  const database = new Database(file);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** As text; undefined where there is none. */
export function recordIn(database: Database.Database, userId: string): string | undefined {
  return database.prepare('SELECT record FROM lockstep_mfa WHERE user_id = ?').pluck().get(userId) as
    | string
    | undefined;
}
