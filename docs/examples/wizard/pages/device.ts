import { type Html, html } from '../html.js';
import { clockText, type Manageable } from './clock-text.js';
import { button, field, linkButton, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';
import { time } from './times.js';

export function devicePage(
  frame: Frame,
  device: Manageable,
  { isOnly, name = device.name }: { readonly isOnly: boolean; readonly name?: string },
  problem?: Problem,
): Page {
  const path = `/devices/${device.serialNumber}`;
  return {
    title: device.name,
    width: 'wide',
    main: html`${errorSummary(problem, frame.nowMs)}
<section class="card" aria-label="State">
<dl>
<dt>State</dt><dd><span class="badge ${device.status}">${device.status}</span></dd>
<dt>Set up</dt><dd>${time(device.assignedAtMs)}</dd>
<dt>Last used</dt><dd>${time(device.lastUsedAtMs)}</dd>
<dt>Clock</dt><dd>${clockText(device)}</dd>
</dl>
</section>
<div class="cards">
<section class="card" aria-labelledby="rename">
<h2 id="rename">Rename</h2>
${postForm(frame, {
  action: `${path}/rename`,
  content: [
    field({
      name: 'name',
      label: 'Name of the device',
      value: name,
      attributes: html`type="text" autocomplete="off"`,
      problem,
    }),
    html`<div class="actions">${button('Rename', 'quiet')}</div>`,
  ],
})}
</section>
${device.status === 'assigned' ? forAssigned(frame, path, isOnly) : forSuspended(frame, path)}
<section class="card" aria-labelledby="remove">
<h2 id="remove">Remove</h2>
<p>Its codes stop working, for good. To use the device again, set it up anew.</p>
<p><a class="button quiet danger" href="${path}/remove">Remove…</a></p>
</section>
</div>
<p>${linkButton('/security', 'Back')}</p>`,
  };
}

function forAssigned(frame: Frame, path: string, isOnly: boolean): Html {
  return html`<section class="card" aria-labelledby="resynchronize">
<h2 id="resynchronize">Out of step</h2>
<p>Its right codes are refused? Two of them bring it back in step.</p>
<p>${linkButton(`${path}/resynchronize`, 'Bring in step')}</p>
</section>
<section class="card" aria-labelledby="suspend">
<h2 id="suspend">Suspend</h2>
<p>Its codes are refused until you reinstate it.${
    isOnly && ' It is the only device that can sign you in: without it you need a recovery code.'
  }</p>
${postForm(frame, { action: `${path}/suspend`, content: button('Suspend', 'quiet') })}
</section>`;
}

function forSuspended(frame: Frame, path: string): Html {
  return html`<section class="card" aria-labelledby="reinstate">
<h2 id="reinstate">Reinstate</h2>
<p>Its codes sign in again.</p>
${postForm(frame, { action: `${path}/reinstate`, content: button('Reinstate', 'quiet') })}
</section>`;
}

/** Asks once more. */
export function removePage(frame: Frame, device: Manageable, isLast: boolean, problem?: Problem): Page {
  const path = `/devices/${device.serialNumber}`;
  return {
    title: `Remove “${device.name}”?`,
    main: html`${errorSummary(problem, frame.nowMs)}
<p>Its codes stop working, for good. Delete its entry from your app after that, not before.</p>
${
  isLast &&
  html`<div class="notice warning" role="status">It is your last one: your recovery codes go with it, and your password alone opens
this account then.</div>`
}
${postForm(frame, {
  action: `${path}/remove`,
  content: html`<div class="actions">${button('Remove', 'danger')} ${linkButton(path, 'Keep it')}</div>`,
})}`,
  };
}
