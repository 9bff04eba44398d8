import { type Html, html, type Inserted } from '../html.js';
import type { Problem } from './problem.js';
import { until } from './times.js';

export function notice(kind: 'success' | 'info' | 'warning', content: Inserted): Html {
  return html`<div class="notice ${kind}" role="status">${content}</div>`;
}

/** Heads a form that comes back: it takes the focus, is read out, and leads to the fields. */
export function errorSummary(problem: Problem | undefined, nowMs: number): Html | undefined {
  if (problem === undefined) return undefined;
  const { text, fields, lockedUntilMs } = problem;
  const [first] = fields;
  return html`<div class="notice error" role="alert" tabindex="-1" autofocus>
<p>${first === undefined ? text : html`<a href="#${first}">${text}</a>`}</p>
${lockedUntilMs !== undefined && html`<p>Locked until ${until(lockedUntilMs, nowMs)}.</p>`}
</div>`;
}
