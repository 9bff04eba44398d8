import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGE = 'docs/standards.md';

interface Row {
  readonly what: string;
  readonly title: string;
  readonly file: string;
}

function rowsOf(page: string): Row[] {
  return page.split('\n').flatMap((line) => {
    const row = /^\| (.*?) \| .*? ?\| \[(.*)\]\((.*?)\) \|$/.exec(line);
    if (row === null) return [];
    const [, what, title, link] = row as unknown as [string, string, string, string];
    return [{ what, title, file: posix.normalize(posix.join(posix.dirname(PAGE), link)) }];
  });
}

/** What is wrong with a row: its file, or its test, is not there. */
function problemOf({ title, file }: Row): string | undefined {
  if (!/^test\/.*\.test\.ts$/.test(file) || !existsSync(file)) return `no test file: ${file}`;
  const source = readFileSync(file, 'utf8');
  const titles = [`'${title}`, `"${title}`, `\`${title}`];
  return titles.some((quoted) => source.includes(quoted)) ? undefined : `no such test in ${file}: ${title}`;
}

/** What the library promises to keep. */
const BINDING = [
  ...['R4', 'R6', '§7.2', '§7.3', '§7.4, E.3', 'Appendix D'],
  ...['§4.2', '§5.1', '§5.2', '§6', 'Appendix B'],
  ...['§5.1.2', '§5.2.2', '§5.2.8', '§6.1', '§6.1.2', '§6.2'],
  ...['6.5.1', '6.5.2', '6.5.3', '6.5.8', '2.8.2', '2.8.5'],
  ...['AuthQuake', 'CVE-2015-7225', 'CVE-2021-43177', 'LinOTP #110', 'CVE-2025-6014', 'CVE-2025-55003'],
  ...['CVE-2026-35597', 'CVE-2024-7318', 'CVE-2026-44460', 'GHSA-4hf6-3x24-c9m8', 'CVE-2024-8796', 'CVE-2022-29185'],
  ...['better-auth #10923', 'CVE-2025-14427', 'last <> s', 'read, verify, write', 'a failed second write'],
];

describe(PAGE, () => {
  const page = readFileSync(PAGE, 'utf8');
  const rows = rowsOf(page);

  it('is read as a table, row by row', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|Clause|Number)/.test(line));
    expect(rows).toHaveLength(lines.length);
    expect(rows.length).toBeGreaterThan(45);
  });

  it('names tests that are there', () => {
    expect(rows.flatMap((row) => problemOf(row) ?? [])).toEqual([]);
  });

  it('has every clause and every published failure', () => {
    const named = rows.map(({ what }) => what).join('\n');
    for (const clause of BINDING) expect(named).toContain(clause);
  });

  it('would be caught naming a test that is not there', () => {
    const [row] = rows as [Row];
    expect(problemOf({ ...row, file: 'test/nowhere.test.ts' })).toMatch(/^no test file/);
    expect(problemOf({ ...row, file: 'README.md' })).toMatch(/^no test file/);
    expect(problemOf({ ...row, title: 'no such title' })).toMatch(/^no such test/);
  });
});
