import { beforeAll, describe } from 'vitest';
import { CAN_HAVE_NODE_SQLITE, nodeWithSqlite } from '../../support/node-with-sqlite.js';
import { DRIVERS, type Driver } from './handle.js';

const INSTALLING_MS = 300_000;

/** The same tests over each driver, with a Node that has it; skipped, and said so, where there is none. */
export function describeDrivers(body: (driver: Driver, node: () => string) => void): void {
  for (const driver of DRIVERS) {
    const isThere = driver === 'better-sqlite3' || CAN_HAVE_NODE_SQLITE;
    const why = isThere ? '' : ', which this Node lacks: LOCKSTEP_SLOW=1 installs one';
    describe.runIf(isThere)(`over ${driver}${why}`, () => {
      let node = process.execPath;
      beforeAll(() => {
        if (driver === 'node:sqlite') node = nodeWithSqlite();
      }, INSTALLING_MS);
      body(driver, () => node);
    });
  }
}
