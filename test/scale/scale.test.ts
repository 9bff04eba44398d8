import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { insideMarkers } from '../support/tables.js';
import { ROOT } from '../support/tree.js';
import { BUDGET, plan, scaleTables } from './scale-tables.js';
import { HABITS, type Year, yearOfSignIns } from './year.js';

describe('a year of sign-ins', () => {
  let year: Year;
  beforeAll(async () => {
    year = await yearOfSignIns();
  });

  it('keeps the row within its budget', () => {
    expect(year.signIns).toBe(HABITS.signIns);
    expect(year.most).toBeLessThanOrEqual(BUDGET.usual);
    // A budget far above what is used would keep nothing.
    expect(year.most).toBeGreaterThan(BUDGET.usual * 0.9);
  });

  it('reads and writes one row for each request', () => {
    const most = HABITS.signIns * (1 + 1 / HABITS.wrongOneIn + 1 / HABITS.twiceOneIn) + 2 * HABITS.recoveries;
    expect(year.writes).toBeLessThanOrEqual(most);
    expect(year.reads).toBeLessThanOrEqual(most);
    expect(year.writes).toBeGreaterThanOrEqual(HABITS.signIns);
  });

  it('is what docs/scale.md says', () => {
    const page = readFileSync(`${ROOT}docs/scale.md`, 'utf8');
    expect(insideMarkers(page, 'scale')).toBe(scaleTables(year));
  });

  it('has a plan that is larger with more users, and no cheaper than its requests', () => {
    const plans = plan(year);
    const small = plans.filter(({ users }) => users === 1e6);
    const large = plans.filter(({ users }) => users === 1e9);
    for (const [index, { gigabytes, shards }] of small.entries()) {
      expect(large[index]!.gigabytes / gigabytes).toBeCloseTo(1000, 6);
      expect(large[index]!.shards ?? 1).toBeGreaterThanOrEqual(shards ?? 1);
    }
  });
});
