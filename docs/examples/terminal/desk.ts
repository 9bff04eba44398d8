/** From one code to the next: what `intervalAt` returns. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** The other side of the conversation: a person at a keyboard, a program behind a pipe, the phone of the demo. */
export interface Desk {
  /** The server's clock, Unix time in milliseconds. */
  now(): number;
  say(text: string): void;
  showQr(keyUri: string): void;
  /**
   * Asks for a line. With an interval, the time until its end is shown beside the question.
   *
   * @throws Left
   */
  ask(question: string, interval?: Interval): Promise<string>;
  /** @throws Left */
  waitForEnd(interval: Interval): Promise<void>;
  close(): void;
}

/** Ctrl-C or the end of input: a way to end the conversation, and no error. */
export class Left extends Error {
  override readonly name = 'Left';
}
