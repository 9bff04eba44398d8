import { html } from '../html.js';
import { button, field, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

export function signInPage(frame: Frame, name = '', problem?: Problem): Page {
  return {
    title: 'Sign in',
    main: html`${errorSummary(problem, frame.nowMs)}
${postForm(frame, {
  action: '/sign-in',
  content: [
    field({
      name: 'name',
      label: 'Name',
      value: name,
      attributes: html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false"`,
      problem,
    }),
    field({
      name: 'password',
      label: 'Password',
      attributes: html`type="password" autocomplete="current-password"`,
      problem,
    }),
    html`<div class="actions">${button('Sign in')}</div>`,
  ],
})}
<p>You are new here? <a href="/register">Register</a></p>`,
  };
}
