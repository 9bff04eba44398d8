import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MfaStore } from 'lockstep-mfa';
import { killAll, programOf } from '../programs.js';

/** The store of one application server, with connections of its own. */
export interface ApplicationStore {
  readonly store: MfaStore;
  close(): void;
}

/** An engine with replicas, one of which takes over. */
export interface Deployment {
  /** As an application connects. */
  open(): Promise<ApplicationStore>;
  /** The machine of the primary is gone, with what it had not sent. */
  kill(): Promise<void>;
  /** Replicas and watchers no longer reach the primary; the applications still do. */
  partition(): void;
  /** Ends when another primary is there, and gives it, read and written directly. */
  promoted(): Promise<ApplicationStore>;
  stop(): Promise<void>;
}

/** Longer than any engine here needs to elect. */
export const PATIENCE_MS = 60_000;

/** Asks again until it is true. */
export async function until(what: string, happened: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await happened().catch(() => false))) {
    if (Date.now() > endMs) throw new Error(`in vain: ${what}`);
    await sleep(50);
  }
}

/** The servers of one deployment, and their folder. Nothing of it outlives the process. */
export class Machines {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'lockstep-failover-'));
  readonly #running = new Set<ChildProcess>();
  readonly #killNow = (): void => {
    for (const server of this.#running) server.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor() {
    process.on('exit', this.#killNow);
  }

  folderOf(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }

  start(name: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const program = programOf(name);
    if (program === undefined) throw new Error(`${name} is missing: see docs/stores.md`);
    const server = spawn(program, args, { stdio: 'ignore', ...options });
    this.#running.add(server);
    return server;
  }

  async kill(server: ChildProcess): Promise<void> {
    await killAll(server);
    this.#running.delete(server);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((server) => this.kill(server)));
    process.off('exit', this.#killNow);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
