import { html } from '../html.js';
import { button, codeField, field, postForm, RECOVERY_CODE } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

/** The second step of signing in. */
export function codePage(frame: Frame, code = '', problem?: Problem): Page {
  return {
    title: 'Type a code',
    main: html`${errorSummary(problem, frame.nowMs)}
${postForm(frame, {
  action: '/sign-in/code',
  content: [
    codeField({
      name: 'code',
      label: 'Code',
      hint: 'The six digits that your authenticator app shows for Acme now.',
      value: code,
      problem,
    }),
    html`<div class="actions">${button('Sign in')}</div>`,
  ],
})}
<h2>It does not work?</h2>
<ul>
<li><a href="/sign-in/recovery-code">Use a recovery code</a></li>
<li><a href="/sign-in/resynchronize">Right codes are refused: the device is out of step</a></li>
<li><a href="/sign-in/recover">The device is lost, and so are the recovery codes</a></li>
</ul>`,
  };
}

export function recoveryCodePage(frame: Frame, recoveryCode = '', problem?: Problem): Page {
  return {
    title: 'Use a recovery code',
    main: html`${errorSummary(problem, frame.nowMs)}
${postForm(frame, {
  action: '/sign-in/recovery-code',
  content: [
    field({
      name: 'recoveryCode',
      label: 'Recovery code',
      hint: 'One of the codes that you kept when you set up a device. Each works once; capitals and hyphens do not matter.',
      value: recoveryCode,
      attributes: RECOVERY_CODE,
      problem,
    }),
    html`<div class="actions">${button('Sign in')} <a class="button quiet" href="/sign-in/code">Back</a></div>`,
  ],
})}
<p>You have none left? <a href="/sign-in/recover">The device is lost</a></p>`,
  };
}
