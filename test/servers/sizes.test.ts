import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { BUDGET } from '../scale/scale-tables.js';
import { insideMarkers } from '../support/tables.js';
import { ROOT } from '../support/tree.js';
import { describeOn } from './servers.js';
import { measureSizes, type Sizes, sizeTables } from './sizes.js';

/** Enough to compare, where docs/stores.md has more. */
const USERS = 500;
/** Pages come whole, and the order of the user ids is random. */
const TIMES_APART = 1.6;

/** The cells of a table, by row and column. */
const cellsOf = (tables: string): string[][] =>
  tables
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.includes('---'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
function numberIn(cell: string): number | undefined {
  const [, digits, unit = ''] = /^([\d.,]+) ?(MB|GB|TB|%)?$/.exec(cell) ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

// Redis too: where there is none, its part fails, and with it the test.
await describeOn('PostgreSQL', 'what docs/stores.md says of sizes', () => {
  let sizes: Sizes;
  beforeAll(async () => {
    sizes = await measureSizes(USERS);
  }, 120_000);

  it('is what is measured', () => {
    const said = cellsOf(insideMarkers(readFileSync(`${ROOT}docs/stores.md`, 'utf8')));
    const measured = cellsOf(sizeTables(sizes));
    expect(said.length).toBe(measured.length);
    for (const [row, cells] of measured.entries()) {
      for (const [column, cell] of cells.entries()) {
        const value = numberIn(cell);
        const inDocs = said[row]?.[column] ?? '';
        if (value === undefined) expect(inDocs).toBe(cell);
        else expect(Math.max(value / numberIn(inDocs)!, numberIn(inDocs)! / value), inDocs).toBeLessThan(TIMES_APART);
      }
    }
  });

  it('keeps a row with as many devices as there can be within its budget', () => {
    expect(sizes.large.devices).toBe(8);
    expect(sizes.large.json).toBeLessThanOrEqual(BUDGET.eightDevices);
  });

  it('is one row written for each sign-in', () => {
    expect(sizes.rowWritesPerSignIn).toBe(1);
  });
});
