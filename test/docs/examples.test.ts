import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blocksOf,
  build,
  checkClaims,
  compile,
  docstringExamplesOf,
  type Example,
  write,
} from '../support/examples.js';
import { readPages } from '../support/pages.js';
import { filesBelow, ROOT } from '../support/tree.js';

const sources = filesBelow(`${ROOT}src`).map((file) => `src/${file}`);
const examples: Example[] = [
  ...[...readPages()].flatMap(([file, page]) => blocksOf(file, page)),
  ...sources.flatMap((file) => docstringExamplesOf(file, readFileSync(ROOT + file, 'utf8'))),
];
const nameOf = ({ file, line }: Example): string => `${file}:${line}`;

describe('the code in pages and docstrings', () => {
  const written = write(examples);
  let run: (example: Example) => Promise<string[]>;
  beforeAll(async () => {
    run = await build(written);
  });
  afterAll(written.remove);

  it('compiles', () => {
    expect([...compile(written).values()].flat()).toEqual([]);
    expect(examples.length).toBeGreaterThan(0);
  });

  it.concurrent.each(examples.filter(({ noRun }) => !noRun).map((example) => [nameOf(example), example] as const))(
    'runs, and prints what it says: %s',
    async (_, example) => {
      expect(await run(example)).toEqual([]);
    },
  );
});

/** An example on line 10 of a page, as far as the checks can tell. */
function exampleOf(code: string): Example {
  return { file: 'page.md', line: 10, code, noRun: false };
}

async function problemsOf(code: string): Promise<string[]> {
  const example = exampleOf(code);
  const written = write([example]);
  try {
    const run = await build(written);
    return await run(example);
  } finally {
    written.remove();
  }
}

describe('the checks of examples', () => {
  it('find the blocks of a page', () => {
    const page = [
      '# Page',
      '```sh',
      'npm test',
      '```',
      '- item',
      '  ```ts',
      '  a(',
      '    1);',
      '  ```',
      '```ts no-run',
    ];
    expect(blocksOf('page.md', [...page, 'b();', '```', ''].join('\n'))).toEqual([
      { file: 'page.md', line: 7, code: 'a(\n  1);', noRun: false },
      { file: 'page.md', line: 11, code: 'b();', noRun: true },
    ]);
  });

  it.each(['```js', '```typescript', '```ts norun', '```tsx', '```ts'])(
    'refuse a page with an open or hidden %s',
    (fence) => {
      expect(() => blocksOf('page.md', `${fence}\nx();\n`)).toThrow(/^page\.md:1: /);
    },
  );

  it('find the examples of a docstring', () => {
    const source = ['', '/**', ' * Adds.', ' *', ' * @example', ' * a(', ' *   1);', ' * @see b', ' */', 'export {};'];
    expect(docstringExamplesOf('a.ts', source.join('\n'))).toEqual([
      { file: 'a.ts', line: 6, code: 'a(\n  1);', noRun: false },
    ]);
    expect(() => docstringExamplesOf('a.ts', '/** @example a() */')).not.toThrow();
    expect(() => docstringExamplesOf('a.ts', '/**\n * @example a()\n */')).toThrow('a.ts:2: ');
  });

  it('catch code that does not compile, on its line in the page', () => {
    const wrong = exampleOf("\nimport { totp } from 'lockstep-mfa/core';\ntotp('secret', { nowMs: 0 });");
    const unknown = { ...exampleOf("import { nothing } from 'lockstep-mfa';"), line: 20 };
    const right = {
      ...exampleOf("import { parseSecret } from 'lockstep-mfa';\nconst made = parseSecret('AA');"),
      line: 30,
    };
    const written = write([wrong, unknown, right]);
    const found = compile(written);
    written.remove();
    expect(found.get(wrong)).toEqual([expect.stringMatching(/^page\.md:12: Argument of type 'string'/)]);
    expect(found.get(unknown)).toEqual([expect.stringMatching(/^page\.md:20: .*no exported member 'nothing'/)]);
    expect(found.get(right)).toEqual([]);
  });

  it('catch code that fails, never ends well, or prints another thing than it says', async () => {
    expect(await problemsOf("throw new Error('broken');")).toEqual([expect.stringContaining('broken')]);
    expect(await problemsOf('process.exitCode = 3;')).toEqual([expect.stringContaining('ended with 3')]);
    expect(await problemsOf('console.log(1 + 1); // 3')).toEqual(['page.md:10: prints 2, but says 3']);
    expect(await problemsOf('// sums\nfor (const n of [2, 3]) console.log(n); // 2')).toEqual([
      'page.md:11: prints 3, but says 2',
    ]);
    expect(await problemsOf("if (Date.now() < 0) console.log('no'); // 'no'")).toEqual([
      "page.md:10: never printed: 'no'",
    ]);
    const right = [
      "console.log('a', { b: 1 }); // 'a' { b: 1 }",
      "console.log('a'); // the letter",
      'console.log(2); // 2: two',
    ];
    expect(await problemsOf(right.join('\n'))).toEqual([]);
  });

  it('take a claim for kept only as a whole', () => {
    const example = exampleOf('console.log(x); // 12 codes');
    expect(checkClaims(example, [{ line: 10, shown: ['12'] }])).toEqual([]);
    expect(checkClaims(example, [{ line: 10, shown: ['1'] }])).toHaveLength(1);
    expect(checkClaims(example, [{ line: 11, shown: ['12'] }])).toHaveLength(1);
  });
});
