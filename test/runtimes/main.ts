// Runs the suite over the installed library on each runtime: `npm run test:runtimes`, or `npm run test:runtimes -- bun deno`.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { installBeside } from '../consumers/install-beside.js';
import { ROOT } from '../support/tree.js';
import { runInChromium, runInFirefox } from './browsers.js';
import { EXPECTED } from './expected.js';
import type { Report } from './suite.js';

const ENGINES = `${ROOT}test/runtimes/engines/`;
const CACHE = `${ROOT}.cache/runtimes/`;
const MARK = 'REPORT ';

/** The engines that npm has: installed once, and again where the lock file is newer. */
function engine(path: string): string {
  const installed = `${CACHE}node_modules/.package-lock.json`;
  const lock = `${ENGINES}package-lock.json`;
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    console.log('installing the engines …');
    mkdirSync(CACHE, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) writeFileSync(CACHE + file, readFileSync(ENGINES + file));
    const args = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    execFileSync('npm', args, { cwd: CACHE, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return `${CACHE}node_modules/${path}`;
}

/** A folder with the packed library in it, and nothing else. */
const project = installBeside('test/runtimes/project');

/** Prints the report; `%` is replaced by what stands round it on a runtime. */
const PRINT = `import { runSuite } from './suite.ts';
const report = await runSuite(CONTROL);
`;

interface Program {
  readonly name: string;
  readonly code: string;
  readonly options?: BuildOptions;
}

/** Makes a program of the suite. The library stays outside, as it was installed, unless `options` say otherwise. */
async function program({ name, code, options }: Program): Promise<string> {
  const outfile = join(project, name);
  await build({
    stdin: { contents: code, resolveDir: `${ROOT}test/runtimes`, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['lockstep-mfa', 'lockstep-mfa/*', 'node:*', 'bun:*'],
    define: { CONTROL: String(control) },
    logLevel: 'error',
    ...options,
  });
  return outfile;
}

/** The whole library in one file, made of the installed files. */
const BUNDLED: BuildOptions = { external: [], nodePaths: [join(project, 'node_modules')] };

function reportIn(output: string): Report {
  const line = output.split('\n').find((each) => each.includes(MARK));
  if (line === undefined) throw new Error(`no report: ${output.slice(-2000)}`);
  return JSON.parse(line.slice(line.indexOf(MARK) + MARK.length));
}

async function runProcess(file: string, args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await promisify(execFile)(file, args, { cwd: project, timeout: 120_000 });
  return reportIn(stdout + stderr);
}

const SAY = `console.log('${MARK}' + JSON.stringify(report));`;

/** One file of ES modules, beside the installed library. */
const modules = (): Promise<string> => program({ name: 'suite.mjs', code: PRINT + SAY });

/** The same by \`require\`. */
const commonJs = (): Promise<string> =>
  program({
    name: 'suite.cjs',
    code: `import { runSuite } from './suite.ts';\nvoid runSuite(CONTROL).then((report) => { ${SAY} });`,
    options: { format: 'cjs' },
  });

/** @param open - makes a SQLite handle as the runtime has it, and binds it to \`database\` */
const withSqlite = (open: string): Promise<string> =>
  program({
    name: 'suite-sqlite.mjs',
    code: `import { sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
      import { storeContract } from 'lockstep-mfa/testing';
      ${PRINT}
      const name = 'the contract of the SQLite store';
      try {
        for (const { run } of storeContract(async () => {
          ${open}
          database.exec(sqliteSchema());
          return sqliteStore(database);
        })) await run();
        report.passed.push(name);
      } catch (error) {
        report.failed.push({ name, why: String(error) });
      }
      ${SAY}`,
  });
const NODE_SQLITE =
  "const { DatabaseSync } = await import('node:sqlite'); const database = new DatabaseSync(':memory:');";
const BUN_SQLITE = "const { Database } = await import('bun:sqlite'); const database = new Database(':memory:');";

async function onWorkerd(): Promise<Report> {
  await program({
    name: 'worker.mjs',
    code: `import { runSuite } from './suite.ts';
      export default { async test() { const report = await runSuite(CONTROL); ${SAY} } };`,
    options: BUNDLED,
  });
  writeFileSync(
    join(project, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
))]);
`,
  );
  return runProcess(engine('@cloudflare/workerd-linux-64/bin/workerd'), ['test', join(project, 'config.capnp')]);
}

/** An engine with the language, and nothing of the web: no timers, no random bytes, no encoders. */
async function onQuickJs(): Promise<Report> {
  const file = await program({
    name: 'script.js',
    code: `import { runSuite } from './suite.ts';
      globalThis.report = undefined;
      void runSuite(CONTROL).then((report) => { globalThis.report = JSON.stringify(report); });`,
    options: { ...BUNDLED, format: 'iife' },
  });
  const { getQuickJS } = await import(engine('quickjs-emscripten/dist/index.mjs'));
  const vm = (await getQuickJS()).newContext();
  vm.unwrapResult(vm.evalCode(readFileSync(file, 'utf8'), 'script.js')).dispose();
  vm.runtime.executePendingJobs();
  return JSON.parse(vm.getString(vm.getProp(vm.global, 'report')));
}

const RUNTIMES: Readonly<Record<string, () => Promise<Report>>> = {
  node: async () => runProcess(process.execPath, [await modules()]),
  'node-require': async () => runProcess(process.execPath, ['--no-experimental-require-module', await commonJs()]),
  quickjs: onQuickJs,
  chromium: async () => runInChromium(project, await modules()),
  node22: async () => runProcess(engine('node22/bin/node'), [await withSqlite(NODE_SQLITE)]),
  node24: async () => runProcess(engine('node24/bin/node'), [await withSqlite(NODE_SQLITE)]),
  node26: async () => runProcess(engine('node26/bin/node'), [await withSqlite(NODE_SQLITE)]),
  bun: async () => runProcess(engine('@oven/bun-linux-x64/bin/bun'), [await withSqlite(BUN_SQLITE)]),
  deno: async () =>
    runProcess(engine('@deno/linux-x64-glibc/deno'), ['run', '--no-prompt', await withSqlite(NODE_SQLITE)]),
  workerd: onWorkerd,
  firefox: async () => runInFirefox(project, await modules()),
};

let control = false;

/** What is wrong with a report: a test that failed, or one that was left out and should not have been. */
function problemsOf(name: string, { passed, failed, lacking }: Report): string[] {
  const lacks = [...new Set(Object.values(lacking).flat())].sort();
  const expected = EXPECTED[name] ?? [];
  return [
    ...failed.map(({ name: test, why }) => `${test}: ${why}`),
    ...(lacks.join() === [...expected].sort().join() ? [] : [`lacks ${lacks.join(', ') || 'nothing'}`]),
    ...(passed.length >= 8 ? [] : [`only ${passed.length} tests`]),
  ];
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(RUNTIMES, name));
if (unknown.length > 0)
  throw new Error(`no runtime ${unknown.join(', ')}; there are ${Object.keys(RUNTIMES).join(', ')}`);

let passedRuntimes = 0;
let failedRuntimes = 0;
for (const name of named.length > 0 ? named : Object.keys(RUNTIMES)) {
  const began = performance.now();
  let problems: string[];
  let line = '';
  try {
    // A runtime that cannot show a failure shows nothing.
    control = true;
    const broken = await RUNTIMES[name]!();
    control = false;
    const report = await RUNTIMES[name]!();
    problems = problemsOf(name, report);
    if (!broken.failed.some(({ name: test }) => test === 'control')) problems.push('did not show the failing test');
    line = `${report.passed.length} passed, ${Object.keys(report.lacking).length} not possible there`;
  } catch (error) {
    problems = [String(error)];
  }
  if (problems.length === 0) passedRuntimes++;
  else failedRuntimes++;
  console.log(
    `${problems.length === 0 ? '✓' : '✗'} ${name}: ${line} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
}
rmSync(project, { recursive: true });
console.log(`${passedRuntimes} runtimes passed, ${failedRuntimes} failed`);
process.exitCode = failedRuntimes > 0 ? 1 : 0;
