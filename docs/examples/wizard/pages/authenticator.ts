import { html } from '../html.js';
import type { Page } from './layout.js';

/** The virtual authenticator: an app for those without a phone, all of it in the browser. */
export function authenticatorPage(): Page {
  return {
    title: 'Virtual authenticator',
    script: '/assets/authenticator.js',
    main: html`<noscript><p>This page needs JavaScript: the codes are made in your browser.</p></noscript>
<div id="authenticator"></div>`,
  };
}
