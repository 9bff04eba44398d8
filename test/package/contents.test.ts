import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { publint } from 'publint';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { brokenLinks } from '../support/links.js';
import { filesBelow, ROOT } from '../support/tree.js';
import { LICENSES_FILE, licensesOf, packagesIn } from './licenses.js';
import { FORMATS, INSTALLED, installedPackages, SPECIFIERS, sourcesOf, targetsOf, writeUserFile } from './user.js';

const dist = filesBelow(join(INSTALLED, 'dist'));
const scripts = dist.filter((file) => /\.c?js$/.test(file));
const textOf = (file: string): string => readFileSync(join(INSTALLED, 'dist', file), 'utf8');

describe('the tarball', () => {
  it('holds the build, the sources, the pages, the vectors and the licences, nothing else', () => {
    const names = readdirSync(INSTALLED).sort();
    expect(names).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bench',
      'dist',
      'docs',
      'package.json',
      'src',
      'test',
    ]);
    expect(filesBelow(join(INSTALLED, 'test')).filter((file) => !/^vectors\/.+\.(json|md)$/.test(file))).toEqual([]);
    expect(filesBelow(join(INSTALLED, 'bench')).filter((file) => !/\.md$/.test(file))).toEqual([]);
    expect(filesBelow(join(INSTALLED, 'src'))).toEqual(filesBelow(`${ROOT}src`));
    expect(dist.filter((file) => !/\.(d\.)?c?[jt]s$/.test(file))).toEqual([]);
  });

  it('is one package of less than 2 MB', () => {
    expect(installedPackages()).toEqual(['lockstep-mfa']);
    const bytes = filesBelow(INSTALLED).reduce((sum, file) => sum + statSync(join(INSTALLED, file)).size, 0);
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThan(2_000_000);
  });

  it('has the licences of all packages that became part of it', () => {
    const packages = packagesIn(scripts.flatMap((file) => sourcesOf(join(INSTALLED, 'dist', file))));
    expect(packages).toEqual(expect.arrayContaining(['@noble/hashes', 'fflate', 'qr']));
    expect(readFileSync(join(INSTALLED, LICENSES_FILE), 'utf8')).toBe(licensesOf(packages, ROOT));
  });

  it('has what its README and its pages link to, but for the tests and the benchmark', () => {
    const pages = filesBelow(INSTALLED).filter((file) => file.endsWith('.md'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/rules.md', 'bench/RESULTS.md']));
    const dead = pages.flatMap((page) => {
      const links = brokenLinks(page, readFileSync(join(INSTALLED, page), 'utf8'), `${INSTALLED}/`);
      return links.map((link) => `${page}: ${posix.join(posix.dirname(page), link)}`);
    });
    // Where they are named, they are named as parts of the repository.
    expect(dead.filter((link) => !/: (test|bench|\.ci)(\/|$)/.test(link))).toEqual([]);
    expect(dead.filter((link) => link.startsWith('README.md:'))).toEqual([]);
  });

  it('has code and types in both formats for every subpath', () => {
    for (const specifier of SPECIFIERS) {
      const files = FORMATS.flatMap((format) => Object.values(targetsOf(specifier, format)));
      expect(files.map((file) => file.replace('./dist/', '')).filter((file) => !dist.includes(file))).toEqual([]);
    }
  });

  it('passes publint, suggestions included', async () => {
    const file = readFileSync(inject('tarball'));
    const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });

  it('passes "are the types wrong", for every kind of resolution', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const report = execFileSync(process.execPath, [attw, inject('tarball'), '--format', 'json'], { encoding: 'utf8' });
    expect(JSON.parse(report).analysis.problems).toEqual([]);
  });
});

describe('the build', () => {
  it('can be read', () => {
    for (const file of scripts) {
      const text = textOf(file);
      expect(text.length / text.split('\n').length, `${file} has long lines`).toBeLessThan(100);
    }
  });

  it('imports nothing but itself', () => {
    for (const file of scripts) {
      const imports = ts.preProcessFile(textOf(file), true, true).importedFiles.map(({ fileName }) => fileName);
      const foreign = imports.filter((name) => !dist.includes(posix.join(posix.dirname(file), name)));
      expect(foreign, file).toEqual([]);
    }
  });

  it('needs no name that only Node has', () => {
    const files = scripts.map((file) => join(INSTALLED, 'dist', file));
    expect(namesBeyondTheLanguage(files).filter((name) => !ON_EVERY_RUNTIME.has(name))).toEqual([]);
    for (const file of scripts) expect(textOf(file)).not.toMatch(/['"`]node:|\bglobalThis\.(process|Buffer|require)\b/);
  });

  it('would notice a name that only Node has', () => {
    const code = "if (typeof process) Buffer.from('a'); export const own = { process() {} }.process();";
    const file = writeUserFile('control.mjs', code);
    expect(namesBeyondTheLanguage([file])).toEqual(['Buffer', 'process']);
  });
});

/** Of the web, and in Node, Deno, Bun and Workers alike (the Minimum Common Web API). */
const ON_EVERY_RUNTIME = new Set([
  'TextDecoder',
  'TextEncoder',
  'atob',
  'btoa',
  'clearTimeout',
  'console',
  'crypto',
  'performance',
  'setTimeout',
  'structuredClone',
]);
const NO_SUCH_NAME = /^Cannot find name '([^']+)'/;

/** Free names of scripts that ECMAScript does not define: the compiler is given no types but those of the language. */
function namesBeyondTheLanguage(files: readonly string[]): string[] {
  const program = ts.createProgram({
    rootNames: files,
    options: {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      noResolve: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      module: ts.ModuleKind.Node16,
    },
  });
  const messages = program
    .getSemanticDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  const names = messages.flatMap((message) => NO_SUCH_NAME.exec(message)?.[1] ?? []);
  return [...new Set(names)].sort();
}
