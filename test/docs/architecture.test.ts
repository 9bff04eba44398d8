import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from '../support/tree.js';

const PAGE = 'docs/architecture.md';
const page = readFileSync(ROOT + PAGE, 'utf8');
const FOLDERS = ['src/core', 'src/device', 'src/user', 'src/service', 'src/messages'];

/** The files in the table below the heading of a folder, in the order of the page. */
function filesNamed(text: string, folder: string): string[] {
  const [, rest = ''] = text.split(`\n### \`${folder}\`\n`);
  const [section = ''] = rest.split(/\n##/);
  return [...section.matchAll(/^\| `([\w./-]+\.ts)` \| \S.* \|$/gm)].map(([, file]) => file!);
}

/** Files and folders that the text names in full. `…` and `<engine>` stand for names to be chosen. */
function pathsNamed(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return spans.filter((span) => /^(src|test|docs|bench)\/[\w./-]+$/.test(span));
}

function missing(text: string): string[] {
  return [...new Set(pathsNamed(text))].filter((path) => !existsSync(ROOT + path));
}

describe(PAGE, () => {
  it.each(FOLDERS)('names each file of %s once, and no other', (folder) => {
    const files = filesBelow(ROOT + folder).filter((file) => file.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(5);
    expect(filesNamed(page, folder).sort()).toEqual(files);
  });

  it('names paths that are there', () => {
    expect(pathsNamed(page).length).toBeGreaterThan(60);
    expect(missing(page)).toEqual([]);
  });

  it('has ten files in the reading order', () => {
    const [, order = ''] = page.split('\n## Reading order\n');
    expect(order.split('\n## ')[0]!.match(/^\d+\. `src\/[\w./-]+\.ts`/gm)).toHaveLength(10);
  });

  it('would be caught naming a file that is not there, or without one that is', () => {
    const [folder = ''] = FOLDERS;
    const wrong = page.replace('| `base32.ts` |', '| `base33.ts` |');
    expect(filesNamed(wrong, folder)).toContain('base33.ts');
    expect(filesNamed(wrong, folder)).not.toContain('base32.ts');
    expect(
      filesNamed('\n### `src/core`\n\n| `a.ts` |  |\n| `b.ts` | is |\n## `c.ts`\n| `d.ts` | is |', folder),
    ).toEqual(['b.ts']);
    expect(missing('`src/nowhere.ts`, `test/nowhere`, `src/stores/<engine>/index.ts`, `src/user/…`')).toEqual([
      'src/nowhere.ts',
      'test/nowhere',
    ]);
  });
});
