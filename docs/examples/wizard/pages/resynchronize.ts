import type { DeviceSummary } from 'lockstep-mfa';
import { type Html, html } from '../html.js';
import { button, codePair, linkButton, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

export interface Resynchronizing {
  readonly action: string;
  readonly back: string;
  readonly devices: readonly DeviceSummary[];
  /** The one that was chosen before. */
  readonly serialNumber?: string;
  readonly codes?: readonly [string, string];
}

/** @param it - with when the form was shown without codes: it expires */
export function resynchronizePage(
  frame: Frame,
  it: Resynchronizing & { readonly openedAtMs: number },
  problem?: Problem,
): Page {
  const { action, back, devices, serialNumber = '', codes = ['', ''], openedAtMs } = it;
  return {
    title: 'Bring a device back in step',
    main: html`${errorSummary(problem, frame.nowMs)}
<p>The clock of your device has drifted. Two codes that follow each other show how far, up to an hour.</p>
${
  devices.length === 0
    ? html`<p>You have no device that could be brought back in step.</p><p>${linkButton(back, 'Back')}</p>`
    : postForm(frame, {
        action,
        content: [
          html`<input type="hidden" name="openedAtMs" value="${openedAtMs}">`,
          choice(devices, serialNumber),
          codePair(problem, codes),
          html`<div class="actions">${button('Bring in step')} ${linkButton(back, 'Back')}</div>`,
        ],
      })
}`,
  };
}

function choice(devices: readonly DeviceSummary[], chosen: string): Html {
  const [only, ...others] = devices;
  if (only !== undefined && others.length === 0) {
    return html`<input type="hidden" name="serialNumber" value="${only.serialNumber}">`;
  }
  return html`<div class="field"><label for="serialNumber">Device</label>
<select id="serialNumber" name="serialNumber">
${devices.map(
  ({ serialNumber, name }) =>
    html`<option value="${serialNumber}"${serialNumber === chosen && html` selected`}>${name}</option>`,
)}
</select></div>`;
}
