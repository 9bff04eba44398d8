import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from '../support/tree.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A project with nothing in it but the installed package. */
    readonly project: string;
    readonly tarball: string;
  }
}

/** Packs the build and installs it as a user would, where no folder above holds our own modules. */
export default function install({ provide }: TestProject): () => void {
  const project = mkdtempSync(join(tmpdir(), 'lockstep-mfa-'));
  const npm = (...args: string[]): string =>
    execFileSync('npm', args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', ROOT));
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  npm('install', '--prefer-offline', '--no-audit', '--no-fund', `./${packed.filename}`);
  provide('project', project);
  provide('tarball', join(project, packed.filename));
  return () => rmSync(project, { recursive: true });
}
