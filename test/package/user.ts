import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { modulesIn } from './licenses.js';

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
}
const MANIFEST: Manifest = JSON.parse(readFileSync(join(INSTALLED, 'package.json'), 'utf8'));

/** What can be imported, as `lockstep-mfa/core`. */
export const SPECIFIERS: readonly string[] = Object.keys(MANIFEST.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace('.', 'lockstep-mfa'));

/** All that npm installed, the package itself among it. */
export function installedPackages(): string[] {
  return readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
}

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

/** The modules that Node reads when a specifier is loaded: those that the loaded files were made of. */
export function loadedSources(format: Format, specifier: string): string[] {
  return loadedFiles(format, specifier).flatMap(sourcesOf);
}

/** The files that Node reads when a specifier is loaded, but the one that loads it. */
export function loadedFiles(format: Format, specifier: string): string[] {
  const folder = mkdtempSync(join(project, 'coverage-'));
  const code = `${load(format, specifier, 'loaded')}console.log(Object.keys(loaded).length);`;
  runAsUser(format, code, [], { NODE_V8_COVERAGE: folder });
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const urls: string[] = reports.flatMap((report) => report.result.map(({ url }: { url: string }) => url));
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  return files.filter((file) => !/\/main\.[cm]js$/.test(file));
}

/** The modules that a built file was made of. CommonJS has no comments, and is made of the same. */
export function sourcesOf(file: string): string[] {
  if (!file.startsWith(INSTALLED)) return [file];
  return modulesIn(readFileSync(file.replace(/\.cjs$/, '.js'), 'utf8'));
}
