import { announce } from '../announce.js';
import { marked, the } from '../elements.js';
import type { Phone } from './display.js';
import { memory } from './memory.js';
import { describeError, parseSeconds } from './phone-clock.js';

/** The clock of the phone can be set wrong: a wizard has to cope with that. */
export function offerSetting(phone: Phone): void {
  const presets = marked('seconds');
  const form = the<HTMLFormElement>('#setting');
  const input = the<HTMLInputElement>('#seconds');

  const show = (): void => {
    const seconds = memory.secondsAhead();
    for (const [button, preset] of presets) button.setAttribute('aria-pressed', String(Number(preset) === seconds));
    input.value = String(seconds);
  };
  const set = (seconds: number): void => {
    memory.keepSecondsAhead(seconds);
    show();
    phone.tick();
    announce(`The clock of this phone is ${describeError(seconds)} now.`);
  };

  for (const [button, preset] of presets) button.addEventListener('click', () => set(Number(preset)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const seconds = parseSeconds(input.value);
    if (seconds !== undefined) return set(seconds);
    input.setCustomValidity('Type a whole number of seconds, at most a year.');
    input.reportValidity();
  });
  input.addEventListener('input', () => input.setCustomValidity(''));
  addEventListener('storage', show);
  show();
}
