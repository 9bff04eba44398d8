import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientName } from './clients.js';
import type { Entry, Load } from './load.js';
import type { Order } from './worker.js';

export interface WorkerOptions {
  readonly client: ClientName;
  readonly url: string;
  readonly place: string;
  /** Over a store without compare-and-set. */
  readonly spoilt?: boolean;
}

type Report =
  | { readonly kind: 'ready' | 'done' }
  | { readonly kind: 'answer'; readonly answer: string }
  | { readonly kind: 'entry'; readonly entry: Entry; readonly error?: string };

/** A process of its own, with connections of its own. */
export class Worker {
  readonly #child: ChildProcess;
  readonly log: Entry[] = [];
  readonly errors: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (report: Report) => {
      if (report.kind !== 'entry') return;
      this.log.push(report.entry);
      if (report.error !== undefined) this.errors.push(report.error);
    });
  }

  static async start({ client, url, place, spoilt = false }: WorkerOptions): Promise<Worker> {
    const file = fileURLToPath(new URL('./worker.ts', import.meta.url));
    const child = fork(file, [client, url, place, ...(spoilt ? ['spoilt'] : [])], { execArgv: ['--import', 'tsx'] });
    const worker = new Worker(child);
    await worker.#reported('ready');
    return worker;
  }

  async signIn(userId: string, code: string, nowMs: number): Promise<string> {
    const answered = this.#reported('answer');
    this.#order({ kind: 'sign-in', userId, code, nowMs });
    return ((await answered) as { readonly answer: string }).answer;
  }

  /** Ends after {@link stop}, or with the process. */
  async load(load: Load): Promise<void> {
    const done = this.#reported('done').catch(() => undefined);
    this.#order({ kind: 'load', load });
    await done;
  }

  stop(): void {
    this.#order({ kind: 'stop' });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #order(order: Order): void {
    this.#child.send(order);
  }

  #reported(kind: Report['kind']): Promise<Report> {
    return new Promise((resolve, reject) => {
      const hear = (report: Report): void => {
        if (report.kind !== kind) return;
        this.#child.off('message', hear).off('close', end);
        resolve(report);
      };
      const end = (): void => reject(new Error(`the process ended before it was ${kind}`));
      this.#child.on('message', hear).on('close', end);
    });
  }
}
