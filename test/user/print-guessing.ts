import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from '../device/simulation-table.js';
import { guessingTables } from './guessing-table.js';

// npx tsx test/user/print-guessing.ts            prints the tables
// npx tsx test/user/print-guessing.ts --write    also writes them into docs/guessing.md

const tables = guessingTables();
console.log(tables);
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/guessing.md', import.meta.url);
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), tables));
}
