import { type Html, html } from '../html.js';

const STEPS = ['Name the device', 'Scan and type two codes', 'Keep recovery codes'];

/** How far a set-up is. */
export function steps(current: 1 | 2 | 3): Html {
  return html`<ol class="steps" aria-label="Progress">
${STEPS.map((label, index) => step(label, index + 1 - current))}
</ol>`;
}

function step(label: string, distance: number): Html {
  if (distance === 0) return html`<li class="current" aria-current="step">${label}</li>`;
  return distance < 0 ? html`<li class="done">${label}</li>` : html`<li class="todo">${label}</li>`;
}
