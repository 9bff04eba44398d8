/** Verifies as much as it can, in a worker thread, and says how much that was. */
import { parentPort, workerData } from 'node:worker_threads';
import { COLD_VERIFICATION, SUITES } from '../calls/suites.js';
import { importContenders, type Peers } from '../contenders/import-contenders.js';

export interface Task {
  readonly peers: Peers;
  readonly contender: string;
  readonly seconds: number;
}

const { peers, contender, seconds } = workerData as Task;
const { contenders } = await importContenders(peers);
const batch = SUITES.find(({ name }) => name === COLD_VERIFICATION)!.batch(
  contenders.find(({ name }) => name === contender)!,
)!;

const WARM_UP_MS = 1_000;
const TIMES = 100;
for (const startMs = performance.now(); performance.now() - startMs < WARM_UP_MS; ) await batch(TIMES);
// Nobody begins before all have warmed up.
parentPort!.postMessage('ready');
await new Promise((resolve) => parentPort!.once('message', resolve));
let done = 0;
const startMs = performance.now();
let passedMs = 0;
do {
  await batch(TIMES);
  done += TIMES;
  passedMs = performance.now() - startMs;
} while (passedMs < seconds * 1_000);
parentPort!.postMessage((done / passedMs) * 1_000);
