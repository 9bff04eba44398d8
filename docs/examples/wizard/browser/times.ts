import { marked } from './elements.js';
import { localTime } from './local-time.js';

/** The server writes UTC, since it does not know where its readers are; that stays as the hint of the mouse. */
export function showLocalTimes(nowMs: number): void {
  for (const [element, precision] of marked('relative')) {
    if (!(element instanceof HTMLTimeElement)) continue;
    element.title = element.textContent ?? '';
    element.textContent = localTime(Date.parse(element.dateTime), nowMs, { seconds: precision === 'seconds' });
  }
}
