/**
 * Times the suites in this process, whatever runtime it is, and writes what it found as JSON. Started by runtime.ts, with its
 * order as an argument.
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { BASELINE } from '../contenders/contender.js';
import { importContenders, type Peers } from '../contenders/import-contenders.js';
import { median } from '../statistics.js';
import { SUITES } from './suites.js';
import { heapBytes, type Pace, timeInTurns } from './time-and-heap.js';

export interface Order {
  readonly peers: Peers;
  readonly quick: boolean;
  readonly pace: Pace;
  /** Count the bytes of the heap instead of the time. */
  readonly heap: boolean;
  /** The file to write. */
  readonly report: string;
}

export interface Row {
  readonly suite: string;
  readonly contender: string;
  readonly nsPerOp: number;
  readonly opsPerSecond: number;
  /** How many times as fast as createHmac with a KeyObject; null where that has nothing to do with it. */
  readonly ratioToNodeCrypto: number | null;
  readonly heapBytesPerOp?: number;
}

export interface Report {
  readonly versions: Readonly<Record<string, string>>;
  /** Whose answers were wrong, or who does not run here. */
  readonly left: readonly string[];
  readonly rows: readonly Row[];
  readonly heap: readonly Pick<Required<Row>, 'suite' | 'contender' | 'heapBytesPerOp'>[];
}

const order: Order = JSON.parse(argv[2] as string);
const { contenders, left } = await importContenders(order.peers);

const rows: Row[] = [];
const heap: Report['heap'][number][] = [];
for (const suite of SUITES) {
  if (order.quick && !suite.quick) continue;
  const entries = contenders.flatMap(({ name }, i) => {
    const batch = suite.batch(contenders[i]!);
    return batch ? [{ name, batch }] : [];
  });
  if (order.heap) {
    for (const { name, batch } of entries) {
      heap.push({ suite: suite.name, contender: name, heapBytesPerOp: await heapBytes(batch) });
    }
    continue;
  }
  const rounds = await timeInTurns(
    entries.map(({ batch }) => batch),
    order.pace,
  );
  const baseline = rounds[entries.findIndex(({ name }) => name === BASELINE)];
  entries.forEach(({ name }, i) => {
    const own = rounds[i]!;
    const nsPerOp = median(own);
    const ratioToNodeCrypto = baseline ? median(own.map((ns, round) => baseline[round]! / ns)) : null;
    rows.push({ suite: suite.name, contender: name, nsPerOp, opsPerSecond: 1e9 / nsPerOp, ratioToNodeCrypto });
  });
}

const versions = Object.fromEntries(contenders.map(({ name, version }) => [name, version]));
writeFileSync(order.report, JSON.stringify({ versions, left, rows, heap } satisfies Report));
