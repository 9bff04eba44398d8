import { html } from '../html.js';
import { button, codeField, linkButton, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

/** Everything is lost: what happens next. */
export function recoverPage(frame: Frame, email: string, phone: string, problem?: Problem): Page {
  return {
    title: 'Your device is lost',
    main: html`${errorSummary(problem, frame.nowMs)}
<p>You have a <a href="/sign-in/recovery-code">recovery code</a>? Use it: that is faster.</p>
<p>Otherwise we send one code to ${email} and another to ${phone}. With both:</p>
<ul>
<li>all your devices are suspended, so that nobody who finds one gets in;</li>
<li>your recovery codes stop working;</li>
<li>you set up a new device at once.</li>
</ul>
${postForm(frame, {
  action: '/sign-in/recover',
  content: html`<div class="actions">${button('Send the codes')} ${linkButton('/sign-in/code', 'Back')}</div>`,
})}`,
  };
}

export function recoverConfirmPage(frame: Frame, emailCode = '', phoneCode = '', problem?: Problem): Page {
  return {
    title: 'Type the codes that we sent',
    main: html`${errorSummary(problem, frame.nowMs)}
<p>They count for 10 minutes. In this demonstration they are in the <a href="/demonstration/mailbox" target="mailbox">mailbox</a>.</p>
${postForm(frame, {
  action: '/sign-in/recover/confirm',
  content: [
    codeField({ name: 'emailCode', label: 'Code of the e-mail', value: emailCode, problem }),
    codeField({ name: 'phoneCode', label: 'Code of the text message', value: phoneCode, problem }),
    html`<div class="actions">${button('Recover my account')} ${linkButton('/sign-in/recover', 'Send new codes')}</div>`,
  ],
})}`,
  };
}
