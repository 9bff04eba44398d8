import { marked } from './elements.js';

/** A second click sends nothing while the first is on its way. The server would answer both alike. */
export function sendOnce(): void {
  const forms = marked('once').filter(([form]) => form instanceof HTMLFormElement) as [HTMLFormElement, string][];
  for (const [form] of forms) form.addEventListener('submit', () => setButtons(form, true));
  // A page that comes back from the browser's memory is to be used again.
  addEventListener('pageshow', () => {
    for (const [form] of forms) setButtons(form, false);
  });
}

function setButtons(form: HTMLFormElement, disabled: boolean): void {
  for (const button of form.elements) {
    if (button instanceof HTMLButtonElement && button.type === 'submit') button.disabled = disabled;
  }
}
