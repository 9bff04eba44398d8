import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../device/simulation-table.js';
import { measureSizes, sizeTables } from './sizes.js';

// npx tsx test/servers/print-sizes.ts            measures, on PostgreSQL and Redis, and prints the tables
// npx tsx test/servers/print-sizes.ts --write    also writes them into docs/stores.md

const tables = sizeTables(await measureSizes(3000));
console.log(tables);
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/stores.md', import.meta.url);
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), tables));
}
