import type { UserDescription } from 'lockstep-mfa';
import { lineFor } from 'lockstep-mfa/messages';
import type { Account } from '../accounts.js';
import { type Html, html } from '../html.js';
import { button, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';
import { time, until } from './times.js';

export interface User {
  readonly account: Account;
  /** Absent: the MFA of this user is lost from the store. */
  readonly summary?: UserDescription | undefined;
}

export function administratorPage(frame: Frame, users: readonly User[], problem?: Problem): Page {
  return {
    title: 'Users',
    width: 'wide',
    main: html`${errorSummary(problem, frame.nowMs)}
<ul class="users">${users.map((user) => userItem(frame, user))}</ul>`,
  };
}

function userItem(frame: Frame, { account, summary }: User): Html {
  if (summary === undefined) {
    return html`<li class="card"><h2>${account.name}</h2><p>Their MFA is missing from the store: a recovery by e-mail and phone lets them in.</p></li>`;
  }
  const devices = summary.devices.filter(({ status }) => status !== 'pending');
  return html`<li class="card">
<h2>${account.name}</h2>
<p>${statusText(summary, frame.nowMs)}<br>
${devices.length} ${devices.length === 1 ? 'device' : 'devices'}, ${summary.recoveryCodesLeft} recovery codes left.</p>
${history(summary)}
${
  summary.status === 'locked' &&
  postForm(frame, {
    action: '/administrator/unlock',
    content: [html`<input type="hidden" name="account" value="${account.id}">`, button(`Unlock ${account.name}`)],
  })
}
</li>`;
}

function statusText(summary: UserDescription, nowMs: number): Html {
  if (summary.status === 'recovering') return html`Recovered, and without a new device as yet.`;
  if (summary.status !== 'locked') return summary.status === 'none' ? html`Without MFA.` : html`With MFA.`;
  return html`<span class="badge locked">locked</span> ${
    summary.lockedUntilMs === undefined ? 'until somebody unlocks' : html`until ${until(summary.lockedUntilMs, nowMs)}`
  }`;
}

function history({ history }: UserDescription): Html | undefined {
  if (history.length === 0) return undefined;
  return html`<details><summary>History</summary><ol class="activity">${history
    .toReversed()
    .map(
      (line) =>
        html`<li>${time(line.atMs)} ${lineFor(line, { time: false })}${line.type === 'sign-in-failed' && line.offsetSteps !== undefined && ` A right code, ${line.offsetSteps} steps out of step.`}</li>`,
    )}</ol></details>`;
}
