import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const execute: (
  file: string,
  args: readonly string[],
  options?: { readonly cwd: string },
) => Promise<{ readonly stdout: string }> = promisify(execFile);
