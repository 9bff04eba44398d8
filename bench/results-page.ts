import type { Report, Row } from './calls/suites-process.js';
import { type Leak, THRESHOLD } from './constant-time/leak.js';
import { BASELINE, OURS } from './contenders/contender.js';
import type { BundleSize } from './import-cost/bundle-size.js';
import { duration, table, times } from './markdown.js';
import type { WorstCaseRow } from './worst-case/worst-case-process.js';

/** What `--json` writes, and what RESULTS.md is made of. */
export interface Results extends Report {
  readonly runtime: string;
  readonly cpu: string;
  readonly date: string;
  readonly coldStartMs?: Readonly<Record<string, number>>;
  readonly bundleSizes?: readonly BundleSize[];
  readonly timing?: readonly Leak[];
  readonly throughput?: readonly Throughput[];
  readonly otherRuntimes?: readonly ({ readonly runtime: string } & Report)[];
}

export interface Throughput {
  readonly contender: string;
  readonly workers: number;
  readonly opsPerSecond: number;
}

export function resultsPage(results: Results): string {
  const { coldStartMs, bundleSizes, timing, throughput, otherRuntimes, heap, left } = results;
  const sections = [
    `# Results of \`npm run bench\`

Written by the benchmark; [how to run it](README.md).

- Machine: ${results.cpu}
- Runtime: ${results.runtime}
- Date: ${results.date.slice(0, 10)}
- Versions: ${Object.entries(results.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}

Ratios are what counts: the contenders work by turns, and a busy machine is slow for all. Each had to give the codes of
RFC 4226 appendix D and RFC 6238 appendix B first.${left.length > 0 ? `\n\nNot timed: ${left.join('; ')}.` : ''}`,
    `## Time a call

Time, and in brackets how many times that of ${OURS}. \`${BASELINE}\` is the leanest loop over \`createHmac\` with a
\`KeyObject\`. "From base32" decodes the secret each time.`,
    ...byAlgorithm(results.rows).map(([algorithm, rows]) => `### ${algorithm}\n\n${timeTable(rows)}`),
    heap.length > 0 && `## Heap\n\nBytes of V8's heap a call.\n\n${heapTable(heap)}`,
    coldStartMs &&
      `## Cold start\n\nImport and first verification ±1, in a fresh process.\n\n${table(
        ['', 'ms'],
        Object.entries(coldStartMs).map(([name, ms]) => [name, ms.toFixed(1)]),
      )}`,
    bundleSizes &&
      `## Bundle size\n\nMinified by esbuild for browsers.\n\n${table(
        ['', 'min', 'min+gz'],
        bundleSizes.map(({ what, minified, gzipped }) => [what, kilobytes(minified), kilobytes(gzipped)]),
      )}`,
    throughput && `## Throughput\n\n${throughputTable(throughput)}`,
    timing && `## Constant time\n\n${timingTable(timing)}`,
    otherRuntimes &&
      `## Other runtimes\n\n${OURS}, and how many times as fast it is as ${BASELINE} there.\n\n${runtimeTable(results, otherRuntimes)}`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

export function throughputTable(throughput: readonly Throughput[]): string {
  return `Verifications a second, ±1 with 10,000 secrets from base32, of all worker threads together.\n\n${table(
    ['', ...new Set(throughput.map(({ workers }) => (workers === 1 ? '1 worker' : `${workers} workers`)))],
    grouped(throughput, ({ contender }) => contender).map(([contender, runs]) => [
      contender,
      ...runs.map(({ opsPerSecond }) => Math.round(opsPerSecond).toLocaleString('en')),
    ]),
  )}`;
}

export function timingTable(leaks: readonly Leak[]): string {
  return `Welch's t between the times of codes that match at different positions of a window of ±10: beyond ±${THRESHOLD} they
differ. The last scan stops at its match, to show that a leak would be seen.\n\n${table(
    ['', ...new Set(leaks.map(({ positions }) => positions))],
    grouped(leaks, ({ scan }) => scan).map(([scan, own]) => [scan, ...own.map(({ t }) => t.toFixed(1))]),
  )}`;
}

function byAlgorithm(rows: readonly Row[]): [string, Row[]][] {
  return grouped(rows, ({ suite }) => /SHA\d+$/.exec(suite)?.[0] ?? 'Key URIs');
}

export function timeTable(rows: readonly Row[]): string {
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  return table(
    ['', ...contenders],
    grouped(rows, ({ suite }) => suite).map(([suite, own]) => {
      const ours = own.find(({ contender }) => contender === OURS);
      return [
        suite.replace(/, SHA\d+$/, ''),
        ...contenders.map((contender) => {
          const row = own.find((each) => each.contender === contender);
          if (!row || !ours) return '';
          return contender === OURS ? duration(row.nsPerOp) : `${duration(row.nsPerOp)} (${times(slower(row, ours))})`;
        }),
      ];
    }),
  );
}

/** By the ratios of each round, where there are any: they bear a machine that changes its pace. */
function slower(row: Row, ours: Row): number {
  return row.ratioToNodeCrypto !== null && ours.ratioToNodeCrypto !== null
    ? ours.ratioToNodeCrypto / row.ratioToNodeCrypto
    : row.nsPerOp / ours.nsPerOp;
}

export function worstCaseTable(rows: readonly WorstCaseRow[]): string {
  const cells = rows.map(({ request, of, medianMs, slowestMs }) => {
    return [`${request}: ${of}`, duration(medianMs * 1e6), duration(slowestMs * 1e6)];
  });
  return table(['', 'median', 'slowest of 30'], cells);
}

function heapTable(heap: Report['heap']): string {
  const contenders = [...new Set(heap.map(({ contender }) => contender))];
  return table(
    ['', ...contenders],
    grouped(heap, ({ suite }) => suite).map(([suite, own]) => [
      suite,
      ...contenders.map((contender) => {
        const bytes = own.find((each) => each.contender === contender)?.heapBytesPerOp;
        return bytes === undefined ? '' : Math.round(bytes).toLocaleString('en');
      }),
    ]),
  );
}

function runtimeTable(here: Results, others: readonly ({ readonly runtime: string } & Report)[]): string {
  const reports = [here, ...others];
  const suites = [...new Set(others.flatMap(({ rows }) => rows.map(({ suite }) => suite)))];
  return table(
    ['', ...reports.map(({ runtime }) => runtime)],
    suites.map((suite) => [
      suite,
      ...reports.map(({ rows }) => {
        const ours = rows.find((row) => row.suite === suite && row.contender === OURS);
        return ours ? `${duration(ours.nsPerOp)}, ${times(ours.ratioToNodeCrypto ?? Number.NaN)}` : '';
      }),
    ]),
  );
}

function grouped<T>(values: readonly T[], by: (value: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(by(value), [...(groups.get(by(value)) ?? []), value]);
  return [...groups];
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
