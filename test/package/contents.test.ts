import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { publint } from 'publint';
import ts from 'typescript';
import { describe, expect, inject, it } from 'vitest';
import { filesBelow, ROOT } from '../support/tree.js';
import { FORMATS, INSTALLED, MANIFEST, SPECIFIERS, targetsOf, writeUserFile } from './user.js';

const dist = filesBelow(join(INSTALLED, 'dist'));
const scripts = dist.filter((file) => /\.c?js$/.test(file));
const textOf = (file: string): string => readFileSync(join(INSTALLED, 'dist', file), 'utf8');

describe('the tarball', () => {
  it('holds the build, the vectors and what npm shows, nothing else', () => {
    const names = readdirSync(INSTALLED).sort();
    expect(names).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'test']);
    expect(filesBelow(join(INSTALLED, 'test')).filter((file) => !/^vectors\/.+\.(json|md)$/.test(file))).toEqual([]);
    expect(dist.filter((file) => !/\.(d\.)?c?[jt]s(\.map)?$/.test(file))).toEqual([]);
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
  it('can be read, and leads a debugger to its sources', () => {
    for (const file of scripts) {
      const text = textOf(file);
      expect(text.length / text.split('\n').length, `${file} has long lines`).toBeLessThan(100);
      const { sources, sourcesContent } = JSON.parse(textOf(`${file}.map`));
      expect(sourcesContent).toHaveLength(sources.length);
      // A file that only re-exports has no source but itself.
      const foreign = sources.filter(
        (source: string) => source !== posix.basename(file) && !/^(\.\.\/)+(src|node_modules)\//.test(source),
      );
      expect(foreign).toEqual([]);
    }
  });

  it('imports nothing but itself and its dependencies', () => {
    for (const file of scripts) {
      const imports = ts.preProcessFile(textOf(file), true, true).importedFiles.map(({ fileName }) => fileName);
      const foreign = imports.filter((name) => !dist.includes(posix.join(posix.dirname(file), name)));
      const allowed = file.endsWith('.cjs') ? [] : Object.keys(MANIFEST.dependencies);
      const ofPackages = foreign.filter((name) => !allowed.some((own) => name === own || name.startsWith(`${own}/`)));
      expect(ofPackages, file).toEqual([]);
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
