import { marked } from './elements.js';

/** What is left out on paper, styles/print.css says. */
export function offerPrinting(): void {
  for (const [button] of marked('print')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
  }
}
