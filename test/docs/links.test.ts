import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenCommands, brokenLinks } from '../support/links.js';
import { readPages } from '../support/pages.js';
import { ROOT } from '../support/tree.js';

const scripts = new Set(Object.keys(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts));
const pages = [...readPages()];

describe.each(pages)('%s', (file, page) => {
  it('links to what is there', () => {
    expect(brokenLinks(file, page)).toEqual([]);
  });

  it('names commands that are there', () => {
    expect(brokenCommands(page, scripts)).toEqual([]);
  });
});

describe('the checks of pages', () => {
  it.each([
    '[a](nowhere.md)',
    '![a](nowhere.png "title")',
    '[a]: nowhere.md',
    '<img alt="" src="nowhere.png">',
    '[a](/package.json)',
    '[a](../../outside.md)',
    '[a](#nothing)',
    '# Heading\n[a](#Heading)',
    '[a](package.json#nothing)',
  ])('catch %s', (page) => {
    expect(brokenLinks('page.md', page)).toHaveLength(1);
  });

  it('let right links pass', () => {
    const page = [
      '# The `two` codes, and [a link](https://example.com)',
      '## Twice',
      '## Twice',
      '[a](#the-two-codes-and-a-link) [b](#twice-1) [c](package.json "title") [d](https://example.com/nowhere)',
      '[e](docs) [f](mailto:a@example.com) `[g](nowhere)` <img src="package.json">',
      '[h]: ./test/architecture.test.ts#L3-L9',
      '```ts',
      "const g = '[a](nowhere)';",
      '```',
    ];
    expect(brokenLinks('page.md', page.join('\n'))).toEqual([]);
    expect(brokenLinks('docs/page.md', '[a](../package.json)')).toEqual([]);
  });

  it('catch commands that are not there', () => {
    const page =
      'Run `npm run nothing`, npm start, `npm run check`.\n\n    npx tsx docs/nothing.ts\n    bash .ci/none\n    node bench\n';
    expect(brokenCommands(page, new Set(['check']))).toEqual([
      'npm run nothing',
      'npm start',
      'tsx docs/nothing.ts',
      'bash .ci/none',
    ]);
  });
});
