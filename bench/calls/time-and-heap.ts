import { memoryUsage } from 'node:process';
import { median } from '../statistics.js';
import type { Batch } from './suites.js';

export interface Pace {
  readonly rounds: number;
  /** How long one contender works at a time. */
  readonly batchMs: number;
  /** How long it works before it is timed, until the engine has optimized it. */
  readonly warmUpMs: number;
}

/**
 * Nanoseconds a time for each contender, round by round: in each round all of them have their turn, so that a machine
 * that grows slower, or has other work, does so for all.
 */
export async function timeInTurns(batches: readonly Batch[], pace: Pace): Promise<number[][]> {
  const times: number[] = [];
  for (const batch of batches) times.push(await warmUp(batch, pace));
  const rounds = batches.map((): number[] => []);
  for (let round = 0; round < pace.rounds; round++) {
    for (let turn = 0; turn < batches.length; turn++) {
      const i = (turn + round) % batches.length;
      const count = times[i] as number;
      rounds[i]?.push(((await millisecondsOf(batches[i] as Batch, count)) * 1e6) / count);
    }
  }
  return rounds;
}

/** @returns how many times fill a batch */
async function warmUp(batch: Batch, { batchMs, warmUpMs }: Omit<Pace, 'rounds'>): Promise<number> {
  let times = 1;
  let passedMs = 0;
  for (;;) {
    const tookMs = await millisecondsOf(batch, times);
    passedMs += tookMs;
    if (passedMs >= warmUpMs && tookMs >= batchMs / 4) return Math.max(1, Math.round((times * batchMs) / tookMs));
    if (tookMs < batchMs) times *= 2;
  }
}

async function millisecondsOf(batch: Batch, times: number): Promise<number> {
  const startMs = performance.now();
  const result = batch(times);
  if (result instanceof Promise) await result;
  return performance.now() - startMs;
}

/** A quarter of the young generation. */
const SAMPLE_BYTES = 64_000_000;

/**
 * Bytes of V8's heap a time. Only in a process with `--expose-gc` and a young generation that is larger than what is
 * allocated here, so that no collection comes between. As often as fits: what the engine itself allocates now and then
 * would count for much among few.
 */
export async function heapBytes(batch: Batch): Promise<number> {
  const most = await warmUp(batch, { batchMs: 100, warmUpMs: 500 });
  const about = await allocated(batch, Math.min(most, 100));
  const times = Math.max(1, Math.min(most, Math.floor(SAMPLE_BYTES / Math.max(1, about))));
  const samples: number[] = [];
  for (let i = 0; i < 7; i++) samples.push(await allocated(batch, times));
  return Math.max(0, median(samples));
}

async function allocated(batch: Batch, times: number): Promise<number> {
  globalThis.gc?.();
  const before = memoryUsage().heapUsed;
  await batch(times);
  return (memoryUsage().heapUsed - before) / times;
}
