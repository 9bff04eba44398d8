import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

export type Format = 'esm' | 'cjs';
export const FORMATS: readonly Format[] = ['esm', 'cjs'];

const project = inject('project');
/** The installed package. */
export const INSTALLED: string = join(project, 'node_modules/lockstep-mfa');

interface Targets {
  readonly types: string;
  readonly default: string;
}
interface Manifest {
  readonly exports: Readonly<Record<string, { readonly import: Targets; readonly require: Targets }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}
export const MANIFEST: Manifest = JSON.parse(readFileSync(join(INSTALLED, 'package.json'), 'utf8'));

/** What can be imported, as `lockstep-mfa/core`. */
export const SPECIFIERS: readonly string[] = Object.keys(MANIFEST.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace('.', 'lockstep-mfa'));

export function targetsOf(specifier: string, format: Format): Targets {
  return MANIFEST.exports[specifier.replace('lockstep-mfa', '.')]![format === 'esm' ? 'import' : 'require'];
}

/** Binds the exports of a module to a name, in code of either format. */
export function load(format: Format, specifier: string, name: string): string {
  return format === 'esm' ? `import * as ${name} from '${specifier}';\n` : `const ${name} = require('${specifier}');\n`;
}

/** Writes a file of the user's project. */
export function writeUserFile(name: string, code: string): string {
  const path = join(project, name);
  writeFileSync(path, code);
  return path;
}

/** Runs code of the user's project, and reads what it prints as JSON. */
export function runAsUser(
  format: Format,
  code: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): unknown {
  const path = writeUserFile(format === 'esm' ? 'main.mjs' : 'main.cjs', code);
  const options = { cwd: project, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', ...env } } as const;
  return JSON.parse(execFileSync(process.execPath, [...flags, path], options));
}

/** The files that Node reads when a specifier is loaded; of bundled files, those that they were made of. */
export function loadedSources(format: Format, specifier: string): string[] {
  const folder = mkdtempSync(join(project, 'coverage-'));
  const code = `${load(format, specifier, 'loaded')}console.log(Object.keys(loaded).length);`;
  runAsUser(format, code, [], { NODE_V8_COVERAGE: folder });
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const urls: string[] = reports.flatMap((report) => report.result.map(({ url }: { url: string }) => url));
  return urls.filter((url) => url.startsWith('file:')).flatMap((url) => sourcesOf(fileURLToPath(url)));
}

function sourcesOf(file: string): string[] {
  if (!file.startsWith(INSTALLED)) return [file];
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return map.sources.map((source: string) => resolve(dirname(file), source));
}
