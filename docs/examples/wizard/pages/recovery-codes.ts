import type { UserDescription } from 'lockstep-mfa';
import { type Html, html } from '../html.js';
import { button, field, linkButton, postForm, RECOVERY_CODE } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary, notice } from './notices.js';
import type { Problem } from './problem.js';
import { steps } from './steps.js';

/** Step 3 of 3, and later from the security page. */
export function explainRecoveryCodesPage(
  frame: Frame,
  { recoveryCodesLeft, recoveryCodesUnconfirmed }: UserDescription,
  problem?: Problem,
): Page {
  return {
    title: recoveryCodesLeft === 0 ? 'Keep recovery codes' : 'New recovery codes',
    main: html`${recoveryCodesLeft === 0 && steps(3)}
${errorSummary(problem, frame.nowMs)}
<p>With a recovery code you get in when your device is lost or broken. Each works once.</p>
${
  recoveryCodesUnconfirmed > 0 &&
  notice(
    'info',
    html`You made new codes and have not confirmed them. You have kept them? <a href="/recovery-codes/confirm">Type one of them back</a>.
Otherwise make others, which take their place.`,
  )
}
${recoveryCodesLeft > 0 && html`<p>You have ${recoveryCodesLeft} left. ${oldOnesWork()}</p>`}
${postForm(frame, {
  action: '/recovery-codes',
  content: html`<div class="actions">${button('Show recovery codes')} ${linkButton('/security', 'Not now')}</div>`,
})}`,
  };
}

/** The only time that anybody sees them. */
export function recoveryCodesPage(frame: Frame, codes: readonly string[], left: number): Page {
  return {
    title: 'Your recovery codes',
    main: html`${left === 0 && steps(3)}
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
${confirmForm(frame, left)}`,
  };
}

/** Later, or after a wrong one: the codes are not shown again. */
export function confirmRecoveryCodesPage(frame: Frame, left: number, recoveryCode = '', problem?: Problem): Page {
  return {
    title: 'Type one of the new recovery codes',
    main: html`${left === 0 && steps(3)}
${errorSummary(problem, frame.nowMs)}
${confirmForm(frame, left, recoveryCode, problem)}
<p>You do not have them? <a href="/recovery-codes">Make others</a></p>`,
  };
}

function confirmForm(frame: Frame, left: number, recoveryCode = '', problem?: Problem): Html {
  return postForm(frame, {
    action: '/recovery-codes/confirm',
    content: [
      html`<p>${left > 0 ? oldOnesWork() : 'Type one of them back, so that it is sure that you have kept them.'}</p>`,
      field({
        name: 'recoveryCode',
        label: 'One of the new codes',
        hint: 'Type it from where you have kept it. It stays unused.',
        value: recoveryCode,
        attributes: RECOVERY_CODE,
        problem,
      }),
      html`<div class="actions">${button('Confirm')} ${linkButton('/security', 'Not now')}</div>`,
    ],
  });
}

/** Somebody who makes new codes because the old ones were stolen has to know. */
function oldOnesWork(): Html {
  return html`<strong>The old codes work until you type one of the new ones back</strong>: do that now if somebody else may have
the old ones.`;
}
