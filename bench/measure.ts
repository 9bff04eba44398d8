import { memoryUsage } from 'node:process';
import { median } from './statistics.js';
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

/**
 * Bytes of V8's heap a time. Only in a process with `--expose-gc` and a young generation that is larger than what is
 * allocated here, so that no collection comes between.
 */
export async function heapBytes(batch: Batch): Promise<number> {
  const times = Math.min(2_000, await warmUp(batch, { batchMs: 100, warmUpMs: 500 }));
  const samples: number[] = [];
  for (let i = 0; i < 7; i++) {
    globalThis.gc?.();
    const before = memoryUsage().heapUsed;
    await batch(times);
    samples.push((memoryUsage().heapUsed - before) / times);
  }
  return Math.max(0, median(samples));
}
