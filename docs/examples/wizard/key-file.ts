import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The key that seals the secrets of a database in a file, made at the first start. Beside the database it guards no more
 * than a copy of the database alone: in earnest it lies with your other secrets, on another machine than the backups.
 */
export function keyOf(file: string): string {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
