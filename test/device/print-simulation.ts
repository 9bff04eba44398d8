import { readFileSync, writeFileSync } from 'node:fs';
import { runSimulation, simulationTables, withTables } from './simulation-table.js';

// npm run simulate            prints the tables
// npm run simulate -- --write also writes them into docs/drift.md

const tables = simulationTables(runSimulation());
console.log(tables);
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/drift.md', import.meta.url);
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), tables));
}
