import { describe, expect, it } from 'vitest';
import { Html, html } from '../../../docs/examples/wizard/html.js';

describe('a page', () => {
  it('shows every text as what it is', () => {
    expect(`${html`<p title="${'"&<>\'`'}">${'<b>'}${1}</p>`}`).toBe(
      '<p title="&#34;&#38;&#60;&#62;&#39;&#96;">&#60;b&#62;1</p>',
    );
  });

  it('is put together of pages, lists and nothing', () => {
    expect(`${html`${html`<b>${'&'}</b>`}${['<', html`<i></i>`, ['>']]}${false}${undefined}`}`).toBe(
      '<b>&#38;</b>&#60;<i></i>&#62;',
    );
  });

  it('is made in no other way', () => {
    // @ts-expect-error its constructor is private
    const forged = (): unknown => new Html('<b>');
    expect(forged).toBeTypeOf('function');
    const lookalike = { toString: () => '<script>' } as unknown as string;
    expect(() => `${html`${lookalike}`}`).toThrow(TypeError);
  });
});
