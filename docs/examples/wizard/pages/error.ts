import { html } from '../html.js';
import { linkButton } from './forms.js';
import type { Page } from './layout.js';

const WORDS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: [
    'This form could not be read',
    'Something was lost on the way. Open the page again and fill in the form once more.',
  ],
  403: ['You may not see this page', 'This page is for administrators.'],
  404: ['There is no such page', 'The address may be wrong, or the page is gone.'],
  405: ['This is not how this page is used', 'Open it by its address.'],
  413: ['This is too much', 'The form holds more than can be taken. Open the page again and type less.'],
  415: ['This form could not be read', 'It came in a way that is not understood here.'],
  503: ['Too much at once', 'Nothing was changed. Try again in a moment.'],
  500: ['Something went wrong here', 'It is our fault, and nothing that you typed was used. Try again in a moment.'],
};

export function errorPage(status: number): Page {
  const [title, text] = WORDS[status] ?? (WORDS[500] as readonly [string, string]);
  return { title, main: html`<p>${text}</p><p><a href="/">To the first page</a></p>` };
}

/** Never let in by the password alone: the account had MFA. */
export function recordMissingPage(): Page {
  return {
    title: 'Your devices are not found',
    main: html`<p>It is our fault. Try again in a moment; if it stays so, get back in by e-mail and phone.</p>
<div class="actions"><a class="button" href="/sign-in/recover">Recover my account</a> ${linkButton('/', 'To the first page')}</div>`,
  };
}

/** A form whose token is not this session's: it was open while somebody signed in or out, or another site made it. */
export function outOfDatePage(path: string | undefined): Page {
  return {
    title: 'This page is out of date',
    main: html`<p>Since it was opened, somebody has signed in or out in this browser, so nothing was changed. Go back, load the
page again, and try again.</p>
<div class="actions">${path !== undefined && html`<a class="button" href="${path}">Open the page again</a>`}
${linkButton('/', 'To the first page')}</div>`,
  };
}
