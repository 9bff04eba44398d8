import { type Html, html, type Inserted } from '../html.js';
import { randomText } from '../random.js';
import type { Frame } from './layout.js';
import type { Problem } from './problem.js';

/** The one place that writes a form which changes something: none is without its token and its id. */
export function postForm(
  { csrf = '' }: Frame,
  {
    action,
    content,
    className = 'form',
    id,
  }: { readonly action: string; readonly content: Inserted; readonly className?: string; readonly id?: string },
): Html {
  return html`<form class="${className}" method="post" action="${action}"${id !== undefined && html` id="${id}"`} data-once>
<input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="form" value="${randomText(16)}">
${content}
</form>`;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: Inserted;
  /** What was typed before. Never a password. */
  readonly value?: string;
  /** Attributes of the input. */
  readonly attributes?: Html;
  readonly problem?: Problem | undefined;
}

export function field({ name, label, hint, value, attributes, problem }: Field): Html {
  const isWrong = problem?.fields.includes(name) === true;
  // What is said of several fields stands once, at the first; the others point there.
  const [first] = problem?.fields ?? [];
  const described = [hint !== undefined && `${name}-hint`, isWrong && `${first}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
<input id="${name}" name="${name}" ${attributes ?? html`type="text"`} required${value !== undefined && html` value="${value}"`}${
    isWrong && html` aria-invalid="true"`
  }${described !== '' && html` aria-describedby="${described}"`}>
${name === first && html`<p class="error" id="${name}-error">${problem?.text}</p>`}
</div>`;
}

const CODE = html`type="text" inputmode="numeric" autocomplete="one-time-code" spellcheck="false" class="code" data-code data-digits="6"`;

/** Any spaces may be in it, so that a code can be pasted as an app shows it. */
export function codeField(it: Omit<Field, 'attributes'>): Html {
  return field({ ...it, attributes: CODE });
}

/** Two codes that follow each other, and what the script shows between them: how long until the next. */
export function codePair(problem: Problem | undefined, [code1, code2]: readonly [string, string]): Html {
  return html`<div class="codes">
${codeField({
  name: 'code1',
  label: 'First code',
  hint: 'The code that your app shows now.',
  value: code1,
  problem,
})}
<div class="ring" data-ring data-period="30" hidden></div>
${codeField({
  name: 'code2',
  label: 'Second code',
  hint: 'Wait until the code changes, then type the new one.',
  value: code2,
  problem,
})}
</div>`;
}

export const RECOVERY_CODE: Html = html`type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" class="recovery-code"`;

export function button(label: string, kind?: 'quiet' | 'danger'): Html {
  return html`<button class="${kind === undefined ? 'button' : `button ${kind}`}">${label}</button>`;
}

export function linkButton(href: string, label: string): Html {
  return html`<a class="button quiet" href="${href}">${label}</a>`;
}
