import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/tree.js';

/** Copies a folder of `test` to where no folder above holds our own modules, and installs there what it names. */
export function installBeside(folder: string): string {
  const project = mkdtempSync(join(tmpdir(), 'lockstep-mfa-'));
  cpSync(`${ROOT}${folder}`, project, { recursive: true });
  const npm = (...args: string[]): string =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund'], {
      cwd: project,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', ROOT));
  if (existsSync(join(project, 'package-lock.json'))) npm('ci', '--prefer-offline', '--ignore-scripts');
  npm('install', '--no-save', '--prefer-offline', '--ignore-scripts', `./${packed.filename}`);
  return project;
}
