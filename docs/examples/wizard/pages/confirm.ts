import { html } from '../html.js';
import { button, codeField, field, postForm, RECOVERY_CODE } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

export interface Confirming {
  readonly next: string;
  readonly code?: string;
  readonly recoveryCode?: string;
}

/** Before something that changes who gets in, for somebody who signed in a while ago. */
export function confirmPage(frame: Frame, { next, code = '', recoveryCode = '' }: Confirming, problem?: Problem): Page {
  const action = `/confirm?next=${encodeURIComponent(next)}`;
  return {
    title: 'Confirm that it is you',
    main: html`${errorSummary(problem, frame.nowMs)}
<p>You signed in with a code a while ago. What comes next changes who gets in, so type another.</p>
${postForm(frame, {
  action,
  content: [
    codeField({ name: 'code', label: 'Code', hint: 'From your authenticator app.', value: code, problem }),
    html`<div class="actions">${button('Confirm')} <a class="button quiet" href="/security">Cancel</a></div>`,
  ],
})}
<details${recoveryCode !== '' && html` open`}>
<summary>Use a recovery code instead</summary>
${postForm(frame, {
  action,
  content: [
    field({
      name: 'recoveryCode',
      label: 'Recovery code',
      hint: 'Each works once.',
      value: recoveryCode,
      attributes: RECOVERY_CODE,
      problem,
    }),
    html`<div class="actions">${button('Confirm with it')}</div>`,
  ],
})}
</details>`,
  };
}
