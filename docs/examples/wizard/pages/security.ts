import type { DeviceSummary, UserDescription } from 'lockstep-mfa';
import type { Line } from '../activity.js';
import { type Html, html } from '../html.js';
import { clockText } from './clock-text.js';
import { linkButton } from './forms.js';
import type { Page } from './layout.js';
import { notice } from './notices.js';
import { time } from './times.js';

/** @param unfinished - names of the set-ups that this session began, and has not ended */
export function securityPage(summary: UserDescription, activity: readonly Line[], unfinished: readonly string[]): Page {
  const devices = summary.devices.filter(({ status }) => status !== 'pending');
  return {
    title: 'Security credentials',
    width: 'wide',
    main: html`${warningFor(summary, devices)}
${unfinished.map((name) => notice('info', html`The set-up of “${name}” is not finished. <a href="/devices/assign">Go on with it</a>`))}
<section class="card" aria-labelledby="devices">
<h2 id="devices">Authenticator apps</h2>
${
  devices.length === 0
    ? html`<p>You have none: your password alone opens this account.</p>`
    : html`<ul class="devices">${devices.map(deviceItem)}</ul>`
}
<p><a class="button" href="/devices/new">${devices.length === 0 ? 'Set up an authenticator app' : 'Add a device'}</a></p>
</section>
${devices.some(({ status }) => status === 'assigned') && recoveryCodesCard(summary)}
<section class="card" aria-labelledby="activity">
<h2 id="activity">Activity</h2>
${
  activity.length === 0
    ? html`<p>Nothing yet.</p>`
    : html`<ol class="activity">${activity.map(({ atMs, text }) => html`<li>${time(atMs)} ${text}</li>`)}</ol>`
}
</section>`,
  };
}

function warningFor({ status }: UserDescription, devices: readonly DeviceSummary[]): Html | undefined {
  if (status !== 'none' && !devices.some((device) => device.status === 'assigned')) {
    return notice('warning', 'None of your devices can sign you in now. Set one up, or reinstate one.');
  }
  if (status === 'locked') return notice('warning', 'Somebody has typed many wrong codes: codes are refused for now.');
  return undefined;
}

function deviceItem(device: DeviceSummary): Html {
  return html`<li class="device">
<h3><a href="/devices/${device.serialNumber}">${device.name}</a></h3>
<span class="badge ${device.status}">${device.status}</span>
${device.status !== 'pending' && html`<dl><dt>Set up</dt><dd>${time(device.assignedAtMs)}</dd><dt>Last used</dt><dd>${time(device.lastUsedAtMs)}</dd><dt>Clock</dt><dd>${clockText(device)}</dd></dl>`}
</li>`;
}

function recoveryCodesCard({ recoveryCodesLeft: left, recoveryCodesUnconfirmed: unconfirmed }: UserDescription): Html {
  return html`<section class="card" aria-labelledby="recovery">
<h2 id="recovery">Recovery codes</h2>
${left > 0 && html`<p>${left} left. Each works once.</p>`}
${left + unconfirmed === 0 && html`<p>You have none: if your device is lost, the way back is long.</p>`}
${
  unconfirmed > 0 &&
  html`<p>${unconfirmed} new ones are not confirmed. <a href="/recovery-codes/confirm">Type one of them back</a>${
    left > 0 && ': until then the old ones work'
  }.</p>`
}
<p>${linkButton('/recovery-codes', left === 0 ? 'Get recovery codes' : 'Get new recovery codes')}</p>
</section>`;
}
