/** See README.md for what it does with which option. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { arch, platform } from 'node:process';
import { parseArgs } from 'node:util';
import { otherRuntimes, runSuites, THIS_NODE, THIS_NODE_HEAP } from './calls/runtime.js';
import { judge, type Leak } from './constant-time/leak.js';
import { OURS } from './contenders/contender.js';
import { execute } from './execute.js';
import { bundleSizes } from './import-cost/bundle-size.js';
import { coldStarts } from './import-cost/cold-start.js';
import { LOAD, OTHER_RUNTIMES, PEERS, RESULTS, ROOT } from './paths.js';
import { buildLibrary, bundle, install } from './prepare.js';
import {
  type Results,
  resultsPage,
  type Throughput,
  throughputTable,
  timeTable,
  timingTable,
  worstCaseTable,
} from './results-page.js';
import { runLoad } from './sign-ins/run-load.js';
import { type LoadResults, signInsPage } from './sign-ins/sign-ins-page.js';
import { throughput } from './threads/throughput.js';
import type { WorstCaseRow } from './worst-case/worst-case-process.js';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    timing: { type: 'boolean', default: false },
    load: { type: 'boolean', default: false },
    worst: { type: 'boolean', default: false },
    workers: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});

const QUICK = { rounds: 7, batchMs: 10, warmUpMs: 250 };
const WHOLE = { rounds: 25, batchMs: 20, warmUpMs: 500 };
/** Who shows what threads can do; the others are slower by what the tables say. */
const IN_THREADS = [OURS, 'node:crypto', 'otplib (noble)', 'otpauth'];

const say = (what: string): void => console.error(`${what} …`);
const header = {
  runtime: THIS_NODE.name,
  cpu: `${cpus()[0]?.model.trim()} × ${cpus().length}, ${platform} ${arch}`,
  date: new Date().toISOString(),
};

buildLibrary();
if (!options.worst) install(PEERS);
if (options.timing) await timing();
else if (options.load) await underLoad();
else if (options.worst) await worstCases();
else if (options.workers !== undefined) await threads(Number(options.workers));
else if (options.quick) await quick();
else await whole();

async function quick(): Promise<void> {
  const report = await runSuites(THIS_NODE, await bundle('calls/suites-process'), {
    quick: true,
    pace: QUICK,
    heap: false,
  });
  console.log(timeTable(report.rows));
  for (const reason of report.left) console.log(`Not timed: ${reason}`);
  writeJson({ ...header, ...report });
}

async function timing(): Promise<void> {
  const leaks = await timeLeaks();
  console.log(timingTable(leaks));
  const wrong = judge(leaks);
  for (const { scan, positions } of wrong) console.log(`Not as it should be: ${scan}, ${positions}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

async function underLoad(): Promise<void> {
  const results: LoadResults = { ...header, ...(await runLoad(say)) };
  writeFileSync(LOAD, signInsPage(results));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
  console.log(signInsPage(results));
}

async function worstCases(): Promise<void> {
  const { stdout } = await execute(process.execPath, [await bundle('worst-case/worst-case-process')], { cwd: ROOT });
  const rows: WorstCaseRow[] = JSON.parse(stdout);
  console.log(worstCaseTable(rows));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...header, rows }, null, 1)}\n`);
}

async function timeLeaks(): Promise<Leak[]> {
  const { stdout } = await execute(process.execPath, [await bundle('constant-time/timing-process')], { cwd: ROOT });
  return JSON.parse(stdout);
}

async function threads(workers: number): Promise<void> {
  const results = await throughputs(workers, Number(options.seconds));
  console.log(throughputTable(results));
  if (options.json !== undefined)
    writeFileSync(options.json, JSON.stringify({ ...header, throughput: results }, null, 1));
}

async function throughputs(workers: number, seconds: number): Promise<Throughput[]> {
  const file = await bundle('threads/verifying-thread');
  const results: Throughput[] = [];
  for (const contender of IN_THREADS) {
    for (const count of new Set([1, workers])) {
      results.push({ contender, workers: count, opsPerSecond: await throughput(file, contender, count, seconds) });
    }
  }
  return results;
}

async function whole(): Promise<void> {
  const file = await bundle('calls/suites-process');
  say('Time');
  const timed = await runSuites(THIS_NODE, file, { quick: false, pace: WHOLE, heap: false });
  say('Heap');
  const { heap } = await runSuites(THIS_NODE_HEAP, file, { quick: false, pace: WHOLE, heap: true });
  const rows = timed.rows.map((row) => {
    const bytes = heap.find(({ suite, contender }) => suite === row.suite && contender === row.contender);
    return bytes ? { ...row, heapBytesPerOp: bytes.heapBytesPerOp } : row;
  });
  say('Cold start');
  const coldStartMs = await coldStarts(21);
  say('Threads');
  const inThreads = await throughputs(availableParallelism(), Number(options.seconds));
  say('Constant time');
  const leaks = await timeLeaks();
  const others: ({ runtime: string } & typeof timed)[] = [];
  // npm has the other runtimes for more machines, but each under another name.
  if (platform === 'linux' && arch === 'x64') {
    install(OTHER_RUNTIMES);
    for (const runtime of await otherRuntimes()) {
      say(runtime.name);
      others.push({
        runtime: runtime.name,
        ...(await runSuites(runtime, file, { quick: true, pace: WHOLE, heap: false })),
      });
    }
  }
  const results: Results = {
    ...header,
    ...timed,
    rows,
    heap,
    coldStartMs,
    bundleSizes: await bundleSizes(),
    throughput: inThreads,
    timing: leaks,
    otherRuntimes: others,
  };
  writeFileSync(RESULTS, resultsPage(results));
  writeJson(results);
  console.log(resultsPage(results));
}

function writeJson(results: Results): void {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
}
