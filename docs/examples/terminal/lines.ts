import type { Interface } from 'node:readline';
import { Left } from './desk.js';

/** The lines that were typed, also those that nobody has asked for yet: `question` of readline would lose them. */
export class Lines {
  readonly #typed: string[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(readline: Interface) {
    readline.on('line', (line) => {
      this.#typed.push(line);
      this.#wake();
    });
    readline.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Whether the next line, or the end, is there. */
  get arrived(): boolean {
    return this.#ended || this.#typed.length > 0;
  }

  /** One waits at a time. */
  async arrival(): Promise<void> {
    if (!this.arrived) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** @throws Left */
  async take(): Promise<string> {
    await this.arrival();
    const line = this.#typed.shift();
    if (line === undefined) throw new Left();
    return line;
  }

  /** A bare Enter answers no question. */
  dropBlank(): void {
    if (this.#typed[0]?.trim() === '') this.#typed.shift();
  }
}
