import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { build } from 'esbuild';
import { ROOT } from '../support/tree.js';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that is talked to through its pipes, as a person would: wait for a question, then type. */
export class Program {
  /** All that it has written so far, and what of it to its standard error. */
  output = '';
  errors = '';
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  /** What was written before this has been waited for. */
  #seen = 0;
  #ended = false;
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(command, args, { cwd: ROOT, env: { ...process.env, NODE_V8_COVERAGE: '', ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.setEncoding('utf8');
    this.#child.stdout.on('data', (text: string) => {
      this.output += text;
      this.#wake();
    });
    this.#child.stderr.on('data', (text: string) => {
      this.errors += text;
    });
    // It may be gone before the last line has reached it.
    this.#child.stdin.on('error', () => {});
    this.exit = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        this.#ended = true;
        this.#wake();
        resolve({ code, signal });
      });
    });
  }

  /** Waits for a text that has not been waited for. @returns what was written up to it */
  async until(text: string): Promise<string> {
    for (;;) {
      const found = this.output.indexOf(text, this.#seen);
      if (found >= 0) {
        const before = this.output.slice(this.#seen, found + text.length);
        this.#seen = found + text.length;
        return before;
      }
      if (this.#ended) throw new Error(`it ended without '${text}':\n${this.output}\n${this.errors}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  type(line: string): void {
    this.write(`${line}\n`);
  }

  /** No more input. */
  end(text = ''): void {
    this.#child.stdin.end(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/**
 * Bundles a TypeScript program of the project, which starts far quicker than through a loader.
 *
 * @returns the path of what Node runs
 */
export async function bundle(file: string): Promise<string> {
  const outfile = `${ROOT}.cache/programs/${file.replace(/\W/g, '-')}.mjs`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: [file],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    sourcemap: 'inline',
  });
  return outfile;
}
