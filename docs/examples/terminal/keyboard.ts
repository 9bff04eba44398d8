import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { qrTerminal } from 'lockstep-mfa/qr';
import type { Desk, Interval } from './desk.js';
import { Lines } from './lines.js';
import { liveQuestion, liveWait, qrScreen } from './screens.js';

const REDRAW_MS = 250;

/**
 * A person at a terminal. The progress bar is part of the prompt, so that one can type while it grows. Ctrl-C is a key
 * here, on which readline closes itself, as on the end of input.
 */
export class Keyboard implements Desk {
  readonly #output: WriteStream;
  readonly #readline: Interface;
  readonly #lines: Lines;

  constructor(input: ReadStream, output: WriteStream) {
    this.#output = output;
    // No history: a code is never wanted twice.
    this.#readline = createInterface({ input, output, historySize: 0 });
    this.#lines = new Lines(this.#readline);
  }

  now(): number {
    return Date.now();
  }

  say(text: string): void {
    this.#output.write(`${text}\n`);
  }

  showQr(keyUri: string): void {
    this.say(qrScreen(qrTerminal(keyUri), this.#output.columns, this.#output.rows));
  }

  async ask(question: string, interval?: Interval): Promise<string> {
    const prompt = (): string => liveQuestion(question, interval, this.now());
    if (this.#lines.arrived) return this.#takeEarly(prompt());
    await this.#drawUntil(interval?.endMs ?? 0, prompt);
    if (!this.#lines.arrived) this.#draw(prompt());
    return this.#lines.take();
  }

  async waitForEnd(interval: Interval): Promise<void> {
    const prompt = (): string => liveWait(interval, this.now());
    await this.#drawUntil(interval.endMs, prompt);
    if (this.#lines.arrived) return this.#lines.dropBlank();
    this.#draw(prompt());
    this.say('');
  }

  close(): void {
    this.#readline.close();
  }

  /** Typed before it was asked for, several lines pasted at once: the answer goes beside its question. */
  async #takeEarly(prompt: string): Promise<string> {
    const line = await this.#lines.take();
    this.say(`${prompt}${line}`);
    return line;
  }

  /** Or until a line was typed. */
  async #drawUntil(endMs: number, prompt: () => string): Promise<void> {
    while (this.now() < endMs && !this.#lines.arrived) {
      this.#draw(prompt());
      await Promise.race([this.#lines.arrival(), sleep(REDRAW_MS, undefined, { ref: false })]);
    }
  }

  /** In place, with what has been typed so far. */
  #draw(prompt: string): void {
    this.#readline.setPrompt(prompt);
    this.#readline.prompt(true);
  }
}
