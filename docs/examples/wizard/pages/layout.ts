import { type Html, html } from '../html.js';
import type { Flash } from '../sessions.js';
import { postForm } from './forms.js';
import { notice } from './notices.js';

/** What every page knows of the request. */
export interface Frame {
  readonly nowMs: number;
  /** The token for forms; absent on pages without a session, which have none. */
  readonly csrf?: string;
  readonly visitor?: Visitor;
  readonly flash?: Flash | undefined;
}

export interface Visitor {
  readonly name: string;
  /** Past the second step too. */
  readonly isSignedIn: boolean;
  readonly isAdministrator: boolean;
}

export interface Page {
  readonly title: string;
  readonly width?: 'narrow' | 'wide';
  readonly main: Html;
  /** What was refused stands first in the title, for those who hear it. */
  readonly isRefusal?: boolean;
  /** Scripts beside the one of all pages. */
  readonly script?: string;
}

export function layout(frame: Frame, { title, width = 'narrow', main, isRefusal = false, script }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${isRefusal && 'Error: '}${title} – Acme</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/wizard.css">
<script type="module" src="/assets/wizard.js"></script>
${script !== undefined && html`<script type="module" src="${script}"></script>`}
</head>
<body data-now="${frame.nowMs}">
<a class="skip" href="#main">Skip to content</a>
<header class="bar"><a class="brand" href="/">Acme</a>${navigation(frame)}</header>
<aside class="demonstration" aria-label="Demonstration">
<p>This is a demonstration.
<a href="/demonstration/authenticator" target="authenticator">Virtual authenticator</a>
<a href="/demonstration/mailbox" target="mailbox">Mailbox</a></p>
</aside>
<main id="main" class="${width}">
${frame.flash !== undefined && notice(frame.flash.kind, frame.flash.text)}
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`;
}

function navigation(frame: Frame): Html | undefined {
  const { visitor } = frame;
  if (frame.csrf === undefined) return undefined;
  if (visitor === undefined) {
    return html`<nav aria-label="Account"><a href="/sign-in">Sign in</a> <a href="/register">Register</a></nav>`;
  }
  return html`<nav aria-label="Account">
${visitor.isSignedIn && html`<a href="/security">Security</a>`}
${visitor.isSignedIn && visitor.isAdministrator && html`<a href="/administrator">Users</a>`}
<span class="visitor">${visitor.name}</span>
${postForm(frame, { action: '/sign-out', className: 'inline', content: html`<button class="button quiet">Sign out</button>` })}
</nav>`;
}
