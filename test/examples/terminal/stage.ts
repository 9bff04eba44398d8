import { parseKeyUri } from 'lockstep-mfa';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { type Desk, type Interval, Left } from '../../../docs/examples/terminal/desk.js';

/** An answer, or how it is found once the question is asked. */
export type Answer = string | ((stage: Stage) => string);

export const START_MS = 1_700_000_040_000;
export const PERIOD_MS = 30_000;

/** A desk without a terminal: the answers are written beforehand, and the clock stands still unless it is moved. */
export class Stage implements Desk {
  nowMs: number = START_MS;
  readonly said: string[] = [];
  readonly questions: { readonly question: string; readonly interval: Interval | undefined }[] = [];
  readonly keyUris: string[] = [];
  readonly #answers: readonly Answer[];

  constructor(answers: readonly Answer[]) {
    this.#answers = answers;
  }

  /** All that was said, in one text. */
  get text(): string {
    return this.said.join('\n');
  }

  /** The reasons that were named, in order. */
  get reasons(): string[] {
    return [...this.text.matchAll(/^✗ .* \(([a-z-]+)\)$/gm)].map(([, reason]) => reason as string);
  }

  get successes(): string[] {
    return this.text.split('\n').filter((line) => line.startsWith('✓'));
  }

  /** What a phone whose clock is right shows, `steps` periods later. */
  code(steps = 0): string {
    const keyUri = this.keyUris.at(-1);
    if (keyUri === undefined) throw new Error('no QR code was shown');
    return virtualAuthenticator(keyUri, { clock: fixedClock(this.nowMs) }).code({ steps });
  }

  /** The secret of each QR code that was shown, as base32. */
  get secrets(): string[] {
    return this.keyUris.map((keyUri) => {
      if (!parseKeyUri(keyUri).ok) throw new Error('no key URI');
      return /secret=([A-Z2-7]+)/.exec(keyUri)?.[1] as string;
    });
  }

  now(): number {
    return this.nowMs;
  }

  say(text: string): void {
    this.said.push(text);
  }

  showQr(keyUri: string): void {
    this.keyUris.push(keyUri);
  }

  async ask(question: string, interval?: Interval): Promise<string> {
    const answer = this.#answers[this.questions.length];
    this.questions.push({ question, interval });
    if (answer === undefined) throw new Left();
    return typeof answer === 'string' ? answer : answer(this);
  }

  async waitForEnd({ endMs }: Interval): Promise<void> {
    this.nowMs = endMs;
  }

  close(): void {}
}
