import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For programs that read files only: a folder that is gone afterwards. */
export function inScratchFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mfa-wizard-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
