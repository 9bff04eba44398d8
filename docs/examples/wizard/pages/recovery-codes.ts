import { type Html, html } from '../html.js';
import { button, linkButton, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';
import { steps } from './steps.js';

/** Step 3 of 3, and later from the security page. */
export function explainRecoveryCodesPage(frame: Frame, left: number, problem?: Problem): Page {
  return {
    title: left === 0 ? 'Keep recovery codes' : 'New recovery codes',
    main: html`${left === 0 && steps(3)}
${errorSummary(problem, frame.nowMs)}
<p>With a recovery code you get in when your device is lost or broken. Each works once.</p>
${left > 0 && html`<p>You have ${left} left. <strong>New ones replace them</strong>: the old ones stop working.</p>`}
${postForm(frame, {
  action: '/recovery-codes',
  content: html`<div class="actions">${button('Show recovery codes')} ${linkButton('/security', 'Not now')}</div>`,
})}`,
  };
}

/** The only time that anybody sees them. */
export function recoveryCodesPage(codes: readonly string[], hadSome: boolean): Page {
  return {
    title: 'Your recovery codes',
    main: html`${!hadSome && steps(3)}
<div class="notice warning" role="status">They are shown this once. Keep them where you find them without your phone: in a password
manager, or on paper.</div>
<ol class="recovery-codes" id="recovery-codes">
${codes.map((code): Html => html`<li><code>${code}</code></li>`)}
</ol>
<div class="actions">
<button type="button" class="button quiet" data-copy="recovery-codes" hidden>Copy</button>
<button type="button" class="button quiet" data-download="recovery-codes" data-filename="acme-recovery-codes.txt" hidden>Download</button>
<button type="button" class="button quiet" data-print hidden>Print</button>
</div>
<p><a class="button" href="/security">I have kept them</a></p>`,
  };
}
