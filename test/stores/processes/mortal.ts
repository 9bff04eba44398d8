import { writeSync } from 'node:fs';
import { sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { type Fault, spoil } from './broken.js';
import { type Driver, type Handle, openHandle } from './handle.js';
import { lifeOf } from './life.js';

// A server that will be killed: one user after the other, each answer reported before the next question is asked.

const [driver, file, journal, name, fault] = process.argv.slice(2) as [Driver, string, 'WAL' | 'DELETE', string, Fault];
const handle: Handle = await openHandle(driver, file, journal);
const store = spoil(sqliteStore(handle), fault);

writeSync(1, 'ready\n');
for (let user = 0; ; user++) {
  const userId = `${name}-${user}`;
  for await (const answer of lifeOf(userId, store)) writeSync(1, `${userId} ${answer}\n`);
}
