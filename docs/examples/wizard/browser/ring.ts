import { announce } from './announce.js';
import { countdown } from './countdown.js';
import { createDial } from './dial.js';
import { marked } from './elements.js';
import { followPair, type Stage } from './pair.js';

const TICK_MS = 250;

const WORDS: Readonly<Record<Stage, (seconds: number) => string>> = {
  countdown: (seconds) => `New code in ${seconds} s`,
  wait: (seconds) => `Wait for the next code: ${seconds} s`,
  turned: () => 'New code: as soon as your app shows it, type it as the second code.',
  same: () => 'This is the first code again. Wait until your app shows another.',
};

/** The seconds until the next code, between the two fields of a pair. Silent, but for what is to be done now. */
export function showRings(clock: () => number): void {
  for (const [ring] of marked('ring')) {
    const inputs = ring.parentElement?.querySelectorAll<HTMLInputElement>('input[data-code]') ?? [];
    const [first, second] = inputs;
    if (first !== undefined && second !== undefined) showRing(ring, first, second, clock);
  }
}

function showRing(ring: HTMLElement, first: HTMLInputElement, second: HTMLInputElement, clock: () => number): void {
  const periodSeconds = Number(ring.dataset['period']);
  const typed = (): { first: string; second: string } => ({ first: first.value, second: second.value });
  const follow = followPair(typed(), { digits: Number(first.dataset['digits']), periodSeconds });
  const dial = createDial();
  const words = document.createElement('p');
  ring.replaceChildren(dial.element, words);
  ring.hidden = false;

  let shown: Stage = 'countdown';
  const tick = (): void => {
    const nowMs = clock();
    const stage = follow({ ...typed(), nowMs });
    const { seconds, share } = countdown(nowMs, periodSeconds);
    const text = WORDS[stage](seconds);
    dial.show(share);
    if (words.textContent !== text) words.textContent = text;
    if (stage !== shown && (stage === 'turned' || stage === 'same')) announce(text);
    ring.className = `ring ${stage}`;
    shown = stage;
  };
  tick();
  setInterval(tick, TICK_MS);
  for (const input of [first, second]) input.addEventListener('input', tick);
}
