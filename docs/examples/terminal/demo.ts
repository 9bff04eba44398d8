import { qrTerminal } from 'lockstep-mfa/qr';
import { type Desk, type Interval, Left } from './desk.js';
import { seconds } from './durations.js';
import { Phone } from './phone.js';
import { liveQuestion } from './screens.js';
import { type Line, story } from './story.js';

/** Nobody is there: a virtual phone scans what is shown, and types. Time does not pass, it is moved. */
export class Demo implements Desk {
  #nowMs = Date.now();
  #lines: Iterator<Line> | undefined;

  now(): number {
    return this.#nowMs;
  }

  say(text: string): void {
    console.log(text);
  }

  showQr(keyUri: string): void {
    this.say(qrTerminal(keyUri));
    const phone = new Phone(keyUri);
    this.#lines = story({
      code: () => phone.code(this.#nowMs),
      passPeriod: () => {
        this.#nowMs += phone.periodMs;
      },
      setClock: (errorMs) => {
        phone.clockErrorMs = errorMs;
      },
    });
  }

  async ask(question: string): Promise<string> {
    const next = this.#lines?.next();
    if (next === undefined || next.done) throw new Left();
    const { aside, types } = next.value;
    this.say(`· ${aside}`);
    this.say(`${liveQuestion(question, undefined, this.#nowMs)}${types}`);
    return types;
  }

  async waitForEnd({ endMs }: Interval): Promise<void> {
    this.say(`· ${seconds(endMs - this.#nowMs)} pass.`);
    this.#nowMs = endMs;
  }

  close(): void {}
}
