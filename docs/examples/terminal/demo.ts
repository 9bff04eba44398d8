import { qrTerminal } from 'lockstep-mfa/qr';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
import { type Desk, type Interval, Left } from './desk.js';
import { seconds } from './durations.js';
import { liveQuestion } from './screens.js';
import { type Line, story } from './story.js';

/** Nobody is there: a virtual phone scans what is shown, and types. Time does not pass, it is moved. */
export class Demo implements Desk {
  readonly #clock = fixedClock(Date.now());
  #lines: Iterator<Line> | undefined;

  now(): number {
    return this.#clock();
  }

  say(text: string): void {
    console.log(text);
  }

  showQr(keyUri: string): void {
    this.say(qrTerminal(keyUri));
    this.#lines = story(virtualAuthenticator(keyUri, { clock: this.#clock }));
  }

  async ask(question: string): Promise<string> {
    const next = this.#lines?.next();
    if (next === undefined || next.done) throw new Left();
    const { aside, types } = next.value;
    this.say(`· ${aside}`);
    this.say(`${liveQuestion(question, undefined, this.now())}${types}`);
    return types;
  }

  async waitForEnd({ endMs }: Interval): Promise<void> {
    const leftMs = endMs - this.now();
    this.say(`· ${seconds(leftMs)} pass.`);
    this.#clock.advanceMs(leftMs);
  }

  close(): void {}
}
