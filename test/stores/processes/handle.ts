import type { SqliteDatabase } from 'lockstep-mfa/stores/sqlite';

export const DRIVERS = ['better-sqlite3', 'node:sqlite'] as const;
export type Driver = (typeof DRIVERS)[number];

export interface Handle extends SqliteDatabase {
  exec(sql: string): unknown;
  close(): unknown;
}
type Opener = new (file: string) => Handle;

/** A handle as the docs ask for it. */
export async function openHandle(driver: Driver, file: string, journal: 'WAL' | 'DELETE' = 'WAL'): Promise<Handle> {
  const Database = driver === 'node:sqlite' ? nodeSqlite() : await betterSqlite();
  const handle = new Database(file);
  // First, for even the change of the journal may have to wait for another process.
  handle.exec('PRAGMA busy_timeout = 30000');
  handle.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = FULL`);
  return handle;
}

/** Not at the top, because its binary is for one version of Node. */
async function betterSqlite(): Promise<Opener> {
  return (await import('better-sqlite3')).default;
}

/** Not by import, because the types of Node 20 do not know it. */
function nodeSqlite(): Opener {
  return (process.getBuiltinModule('node:sqlite') as { readonly DatabaseSync: Opener }).DatabaseSync;
}
