import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { peers } from '../prepare.js';
import type { Task } from './verifying-thread.js';

/** Verifications a second, ±1 with 10,000 secrets from base32, of so many threads together. */
export async function throughput(file: string, contender: string, workers: number, seconds: number): Promise<number> {
  const task: Task = { peers: peers(), contender, seconds };
  const threads = Array.from({ length: workers }, () => new Worker(file, { workerData: task }));
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  const results = threads.map((thread) => once(thread, 'message'));
  for (const thread of threads) thread.postMessage('go');
  const rates = await Promise.all(results);
  await Promise.all(threads.map((thread) => thread.terminate()));
  return rates.reduce((sum, [rate]) => sum + rate, 0);
}
