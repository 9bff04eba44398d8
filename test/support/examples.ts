import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import ts from 'typescript';
import { ROOT } from './tree.js';

/** A piece of code that a reader may copy. */
export interface Example {
  readonly file: string;
  /** Where its code begins in the file, from 1. */
  readonly line: number;
  readonly code: string;
  /** Compiled only, since it needs a server or a keyboard. */
  readonly noRun: boolean;
}

const FENCE = /^( *)(`{3,}|~{3,})(.*)$/;
/** Other names of the same languages would hide code from the tests. */
const HIDDEN = /^(typescript|tsx|mts|cts|js|javascript|jsx|mjs|cjs)\b/i;

/** The blocks of a Markdown page that are marked `ts` or `ts no-run`. */
export function blocksOf(file: string, page: string): Example[] {
  const examples: Example[] = [];
  let open: { fence: string; indent: number; info: string; from: number } | undefined;
  const lines = page.split('\n');
  for (const [index, text] of lines.entries()) {
    const fence = FENCE.exec(text);
    if (fence === null) continue;
    const [, indent, marks, info] = fence as unknown as [string, string, string, string];
    if (open === undefined) {
      open = { fence: marks, indent: indent.length, info: info.trim(), from: index + 1 };
      if (HIDDEN.test(open.info)) throw new Error(`${file}:${index + 1}: mark code as ts, not as ${open.info}`);
      if (/^ts\b/.test(open.info) && !/^ts( no-run)?$/.test(open.info)) {
        throw new Error(`${file}:${index + 1}: '${open.info}' is neither 'ts' nor 'ts no-run'`);
      }
    } else if (marks.startsWith(open.fence) && info.trim() === '') {
      const { from, info: kind, indent: cut } = open;
      const code = lines.slice(from, index).map((line) => line.slice(Math.min(cut, line.search(/\S|$/))));
      if (kind.startsWith('ts')) {
        examples.push({ file, line: from + 1, code: code.join('\n'), noRun: kind === 'ts no-run' });
      }
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.from}: this block never ends`);
  return examples;
}

/** The `@example` of every docstring: code up to the next tag, without a fence. */
export function docstringExamplesOf(file: string, source: string): Example[] {
  const examples: Example[] = [];
  for (const comment of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const before = source.slice(0, comment.index).split('\n').length;
    const lines = comment[0].replace(/\*\/$/, '').split('\n');
    for (const [index, text] of lines.entries()) {
      const tag = /^\s*\*?\s*@example\b(.*)$/.exec(text);
      if (tag === null) continue;
      if (tag[1]!.trim() !== '') throw new Error(`${file}:${before + index}: the code begins below @example`);
      const next = lines.findIndex((line, at) => at > index && /^\s*\*\s*@\w/.test(line));
      const code = lines.slice(index + 1, next < 0 ? undefined : next).map((line) => line.replace(/^\s*\* ?/, ''));
      examples.push({ file, line: before + index + 1, code: code.join('\n').trimEnd(), noRun: false });
    }
  }
  return examples;
}

/** A folder of written examples, on the lines on which they stand in their page. */
export interface Written {
  readonly folder: string;
  readonly paths: ReadonlyMap<Example, string>;
  remove(): void;
}

/** Inside the project, so that names resolve as for its own files. */
export function write(examples: readonly Example[]): Written {
  mkdirSync(`${ROOT}.cache`, { recursive: true });
  const folder = mkdtempSync(`${ROOT}.cache/examples-`);
  const paths = new Map<Example, string>();
  for (const example of examples) {
    const path = `${folder}/${example.file.replace(/[^\w]/g, '-')}-${example.line}.ts`;
    writeFileSync(path, `${'\n'.repeat(example.line - 1)}${example.code}\n`);
    paths.set(example, path);
  }
  return { folder, paths, remove: () => rmSync(folder, { recursive: true }) };
}

/** What the compiler says against each example, with the project's own options, in one program. */
export function compile({ paths }: Written): Map<Example, string[]> {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}tsconfig.json`, undefined, host)!;
  const program = ts.createProgram({
    rootNames: [...paths.values()],
    options: {
      ...config.options,
      moduleDetection: ts.ModuleDetectionKind.Force,
      // What an example makes last, it need not use; and it ships no declarations.
      noUnusedLocals: false,
      noUnusedParameters: false,
      isolatedDeclarations: false,
      declaration: false,
    },
  });
  return new Map(
    [...paths].map(([example, path]) => {
      const tree = program.getSourceFile(path);
      return [example, ts.getPreEmitDiagnostics(program, tree).map((each) => describeDiagnostic(example, each))];
    }),
  );
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

function describeDiagnostic({ file }: Example, { file: tree, start, messageText }: ts.Diagnostic): string {
  const line = tree === undefined ? 0 : tree.getLineAndCharacterOfPosition(start ?? 0).line + 1;
  return `${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}

/** Makes a program of each example, bundled with the sources of the project: far quicker to start than through a loader. */
export async function build({ folder, paths }: Written): Promise<(example: Example) => Promise<string[]>> {
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: [...paths.values(), RECORDER],
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return (example) => run(example, paths.get(example)!.replace(/\.ts$/, '.mjs'), `${folder}/record-console.mjs`);
}

const TIME_LIMIT_MS = 20_000;
const RECORDER = fileURLToPath(new URL('./record-console.ts', import.meta.url));

/** Runs an example as a program of its own, and tells what is wrong: it fails, or prints another thing than it says. */
async function run(example: Example, program: string, recorder: string): Promise<string[]> {
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', recorder, program], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOCKSTEP_EXAMPLE: basename(program, '.mjs'), NODE_V8_COVERAGE: '' },
    timeout: TIME_LIMIT_MS,
  });
  const [complaints, printed, ended] = await Promise.all([
    textOf(child.stdio[2]!),
    textOf(child.stdio[3] as NodeJS.ReadableStream),
    new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(signal ?? String(code)));
    }),
  ]);
  if (ended !== '0') return [`${example.file}:${example.line}: ended with ${ended}\n${complaints}`];
  const records = printed.split('\n').filter(Boolean);
  return checkClaims(
    example,
    records.map((record) => JSON.parse(record)),
  );
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}

/** One call of `console.log`: its line in the page, and its argument as Node shows it inside and outside of an object. */
export interface Printed {
  readonly line: number;
  readonly shown: readonly string[];
}

/** `console.log(…); // value` says what is printed. Words may follow the value, after a space or a mark. */
export function checkClaims(example: Example, printed: readonly Printed[]): string[] {
  const problems: string[] = [];
  for (const [index, text] of example.code.split('\n').entries()) {
    const claim = /\bconsole\.log\(.*\);? *\/\/ (['"\d{[-].*|(?:true|false|null|undefined)\b.*)$/.exec(text)?.[1];
    if (claim === undefined) continue;
    const line = example.line + index;
    const calls = printed.filter((call) => call.line === line);
    if (calls.length === 0) problems.push(`${example.file}:${line}: never printed: ${claim}`);
    for (const { shown } of calls) {
      const kept = shown.some((value) => claim.startsWith(value) && /^($|[\s:,;.])/.test(claim.slice(value.length)));
      if (!kept) problems.push(`${example.file}:${line}: prints ${shown[0]}, but says ${claim}`);
    }
  }
  return problems;
}
