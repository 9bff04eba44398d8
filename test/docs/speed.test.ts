import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/tree.js';

type Table = readonly (readonly string[])[];

/** The rows of the first table after a heading, its header first. */
function tableAfter(heading: string, file: string): Table {
  const text = readFileSync(`${ROOT}${file}`, 'utf8');
  const rows = text.slice(text.indexOf(`\n${heading}\n`)).match(/(?:^\|.*\|\n)+/m)?.[0] ?? '';
  return rows
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => !/^-+:?$/.test(cells[0]!));
}

/** The ratio that the benchmark found. */
function ratioOf(results: Table, suite: string, contender: string): string | undefined {
  const column = results[0]!.indexOf(contender);
  const cell = results.find(([name]) => name === suite)?.[column];
  return cell?.match(/\((.+)\)/)?.[1];
}

describe('the speed on the first page', () => {
  const results = tableAfter('### SHA1', 'bench/RESULTS.md');
  const [[, ...contenders], ...suites] = tableAfter('## Speed', 'README.md') as [string[], ...string[][]];

  it('is the one that the benchmark found', () => {
    expect(contenders).toHaveLength(4);
    expect(suites).toHaveLength(3);
    for (const [suite, ...ratios] of suites) {
      expect(ratios).toEqual(contenders.map((contender) => ratioOf(results, suite!, contender)));
    }
  });
});
