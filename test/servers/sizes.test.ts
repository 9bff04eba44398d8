import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { parseRecord } from '../../src/user/record.js';
import { BUDGET } from '../scale/scale-tables.js';
import { insideMarkers } from '../support/tables.js';
import { ROOT } from '../support/tree.js';
import { describeOn } from './servers.js';
import { fullRecord, measureSizes, type Sizes, sizeTables } from './sizes.js';

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

it('the record that is as full as can be keeps its budget', async () => {
  const { record } = await fullRecord('x'.repeat(36));
  const { devices, browsers = [], recovery, nextRecovery, history, revisions } = parseRecord(record);
  expect([devices.length, history.length, revisions?.length]).toEqual([8, 8 + 24 + 1 + 32, 8]);
  expect(browsers).toHaveLength(10);
  for (const { label, previousHash, trust } of browsers) {
    expect([label?.length, previousHash?.length]).toEqual([64, 32]);
    expect(trust).toBeDefined();
  }
  expect([recovery?.used.length, nextRecovery?.unused.length]).toEqual([1, 10]);
  const bytes = Buffer.byteLength(JSON.stringify(record));
  expect(bytes).toBeLessThanOrEqual(BUDGET.full);
  // A budget that is never near keeps nothing.
  expect(bytes).toBeGreaterThan(0.8 * BUDGET.full);
});

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

  it('is one row written for each sign-in', () => {
    expect(sizes.rowWritesPerSignIn).toBe(1);
  });
});
