import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { qrTerminal } from 'lockstep-mfa/qr';
import type { Desk, Interval } from './desk.js';
import { Lines } from './lines.js';
import { plainQuestion, plainWait } from './screens.js';

/** A program, a file, or a terminal that cannot move its cursor: whole lines in, whole lines out. */
export class Pipe implements Desk {
  readonly #output: NodeJS.WritableStream;
  readonly #readline: Interface;
  readonly #lines: Lines;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#readline = createInterface({ input, terminal: false });
    this.#lines = new Lines(this.#readline);
  }

  now(): number {
    return Date.now();
  }

  say(text: string): void {
    this.#output.write(`${text}\n`);
  }

  showQr(keyUri: string): void {
    this.say(qrTerminal(keyUri));
  }

  ask(question: string, interval?: Interval): Promise<string> {
    this.say(plainQuestion(question, interval, this.now()));
    return this.#lines.take();
  }

  async waitForEnd(interval: Interval): Promise<void> {
    this.say(plainWait(interval, this.now()));
    // More than once, since a timer can be a millisecond early.
    while (this.now() < interval.endMs) await sleep(interval.endMs - this.now());
  }

  close(): void {
    this.#readline.close();
  }
}
