import { readFileSync } from 'node:fs';
import { execute } from '../execute.js';
import { CACHE, OTHER_RUNTIMES, ROOT } from '../paths.js';
import { peers } from '../prepare.js';
import type { Order, Report } from './suites-process.js';

export interface Runtime {
  readonly name: string;
  readonly command: string;
  /** Before the file. */
  readonly args: readonly string[];
}

/** The one that runs this. Speakeasy warns of its age. */
export const THIS_NODE: Runtime = {
  name: `Node ${process.versions.node}`,
  command: process.execPath,
  args: ['--no-deprecation'],
};

/** No collection comes into what is measured: a young generation of half a gigabyte. */
export const THIS_NODE_HEAP: Runtime = {
  ...THIS_NODE,
  args: ['--no-deprecation', '--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'],
};

/** Those that npm has for this machine; see other-runtimes/package.json. */
export async function otherRuntimes(): Promise<Runtime[]> {
  const installed = (path: string): string => `${OTHER_RUNTIMES}node_modules/${path}`;
  const found = [
    { name: 'Node', command: installed('node22/bin/node'), args: ['--no-deprecation'] },
    { name: 'Node', command: installed('node24/bin/node'), args: ['--no-deprecation'] },
    { name: 'Bun', command: installed('@oven/bun-linux-x64/bin/bun'), args: [] },
    { name: 'Deno', command: installed('@deno/linux-x64-glibc/deno'), args: ['run', '--allow-all', '--quiet'] },
  ];
  return Promise.all(
    found.map(async (runtime) => {
      const { stdout } = await execute(runtime.command, ['--version']);
      return { ...runtime, name: `${runtime.name} ${/[\d.]+/.exec(stdout)?.[0]}` };
    }),
  );
}

export async function runSuites(
  runtime: Runtime,
  file: string,
  order: Pick<Order, 'quick' | 'pace' | 'heap'>,
): Promise<Report> {
  const report = `${CACHE}report.json`;
  const full: Order = { ...order, report, peers: peers() };
  await execute(runtime.command, [...runtime.args, file, JSON.stringify(full)], { cwd: ROOT });
  return JSON.parse(readFileSync(report, 'utf8'));
}
