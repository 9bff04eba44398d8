import type { Account } from '../accounts.js';
import { html } from '../html.js';
import type { Message } from '../mailbox.js';
import type { Page } from './layout.js';
import { time } from './times.js';

export function mailboxPage(account: Account | undefined, messages: readonly Message[]): Page {
  return {
    title: 'Mailbox',
    width: 'wide',
    main:
      account === undefined
        ? html`<p>Sign in with your password first: then what was sent to you is here.</p>`
        : html`<p>What was sent to ${account.email} and <span class="whole">${account.phone}</span>. In earnest nobody but the owner sees it.</p>
${
  messages.length === 0
    ? html`<p>Nothing yet.</p>`
    : html`<ol class="messages">${messages.map(
        ({ atMs, channel, subject, body }) => html`<li class="card">
<h2>${subject}</h2>
<p class="hint">${channel === 'email' ? 'E-mail' : 'Text message'}, ${time(atMs)}</p>
${body.split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)}</li>`,
      )}</ol>`
}`,
  };
}
