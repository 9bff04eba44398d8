import { html } from '../html.js';
import { button, field, postForm } from './forms.js';
import type { Frame, Page } from './layout.js';
import { errorSummary } from './notices.js';
import type { Problem } from './problem.js';

export function registerPage(frame: Frame, name = '', problem?: Problem): Page {
  return {
    title: 'Register',
    main: html`${errorSummary(problem, frame.nowMs)}
${postForm(frame, {
  action: '/register',
  content: [
    field({
      name: 'name',
      label: 'Name',
      hint: '1 to 32 letters from a to z, digits, dots, hyphens and underscores.',
      value: name,
      attributes: html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false"`,
      problem,
    }),
    field({
      name: 'password',
      label: 'Password',
      hint: 'At least 8 characters. This is a demonstration: choose one that you use nowhere else.',
      attributes: html`type="password" autocomplete="new-password"`,
      problem,
    }),
    html`<div class="actions">${button('Register')}</div>`,
  ],
})}
<p>You are registered already? <a href="/sign-in">Sign in</a></p>`,
  };
}
