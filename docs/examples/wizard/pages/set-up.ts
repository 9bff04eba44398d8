import type { Provisioning } from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { type Html, html } from '../html.js';
import { button, codePair, field, linkButton, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';
import { steps } from './steps.js';
import { until } from './times.js';

/** Step 1 of 3. */
export function namePage(frame: Frame, name = '', problem?: Problem): Page {
  return {
    title: 'Set up an authenticator app',
    main: html`${steps(1)}
${errorSummary(problem, frame.nowMs)}
<p>An authenticator app on your phone shows a new code every 30 seconds. From now on, signing in takes your password and such
a code.</p>
${postForm(frame, {
  action: '/devices/new',
  content: [
    field({
      name: 'name',
      label: 'Name of the device',
      hint: 'So that you know it among others, for example “Phone”.',
      value: name,
      attributes: html`type="text" autocomplete="off"`,
      problem,
    }),
    html`<div class="actions">${button('Next')} ${notNow(frame)}</div>`,
  ],
})}`,
  };
}

/** After a recovery there is nowhere else to go. */
function notNow({ visitor }: Frame): Html | undefined {
  return visitor?.isSignedIn === true ? linkButton('/security', 'Not now') : undefined;
}

/** Step 2 of 3. */
export function assignPage(
  frame: Frame,
  provisioning: Provisioning,
  codes: readonly [string, string] = ['', ''],
  problem?: Problem,
): Page {
  const { name, serialNumber, expiresAtMs } = provisioning.device;
  const which = html`<input type="hidden" name="device" value="${serialNumber}">`;
  return {
    title: `Set up “${name}”`,
    width: 'wide',
    main: html`${steps(2)}
${errorSummary(problem, frame.nowMs)}
<p class="hint">There is time until ${until(expiresAtMs, frame.nowMs)}. You may leave this page and come back.</p>
<ol class="instructions">
<li><h2>Scan the QR code</h2>
<p>Open your authenticator app, add an account, and point the camera at this picture.</p>
${secretOf(provisioning)}</li>
<li><h2>Type two codes</h2>
<p>The app now shows a code for Acme, and every 30 seconds a new one.</p>
${postForm(frame, {
  action: '/devices/assign',
  content: [
    which,
    codePair(problem, codes),
    html`<div class="actions">${button('Set up')} <button class="button quiet" form="cancel">Cancel</button></div>`,
  ],
})}</li>
</ol>
${postForm(frame, { action: '/devices/cancel', id: 'cancel', content: which })}`,
  };
}

function secretOf({ keyUri, setupKey }: Provisioning): Html {
  return html`<div class="provisioning">
<figure class="qr"><img data-qr src="${qrDataUrl(keyUri)}" alt="QR code with the secret key of this device" width="240" height="240"></figure>
<div class="key"><p>You cannot scan it? Type this setup key into the app:</p>
<code id="setup-key">${setupKey}</code>
<button type="button" class="button quiet" data-copy="setup-key" hidden>Copy</button></div>
</div>`;
}

/** Too old, or too many wrong pairs: the secret counts no more. */
export function expiredPage(frame: Frame, problem: Problem): Page {
  return {
    title: 'This set-up has expired',
    main: html`<div class="notice error" role="alert" tabindex="-1" autofocus><p>${problem.text}</p></div>
<div class="actions"><a class="button" href="/devices/new">Begin anew</a> ${notNow(frame)}</div>`,
  };
}
