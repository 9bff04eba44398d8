import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Peers } from './contenders/import-contenders.js';
import { BENCH, CACHE, PEERS, ROOT } from './paths.js';

/** Builds the library where it is missing or older than its source: what is timed is what users get. */
export function buildLibrary(): void {
  const built = `${ROOT}dist/index.js`;
  if (existsSync(built) && statSync(built).mtimeMs > newest(`${ROOT}src`)) return;
  console.error('Building the library …');
  execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(`${folder}/${file}`).mtimeMs));
}

/** Installs what a folder of the benchmark depends on, as its lock file says. */
export function install(folder: string): void {
  const installed = `${folder}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(`${folder}package-lock.json`).mtimeMs) return;
  console.error(`Installing ${folder} …`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

export function peers(): Peers {
  return { folder: pathToFileURL(PEERS).href, files: readdirSync(PEERS).filter((file) => file.endsWith('.mjs')) };
}

/** One file of plain JavaScript, which any runtime runs as it is. The library, its peers and the drivers stay outside, as built. */
export async function bundle(entry: string): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const outfile = `${CACHE}${entry}.mjs`;
  await build({
    entryPoints: [`${BENCH}${entry}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    external: [
      ...[
        'lockstep-mfa',
        'pg',
        'redis',
        'better-sqlite3',
        '@electric-sql/pglite',
        'mysql2',
        'mariadb',
        '@libsql/client',
      ],
    ],
  });
  return outfile;
}
