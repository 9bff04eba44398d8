import { createInterface } from 'node:readline';
import { aesGcmSealer, createMfaService } from 'lockstep-mfa';
import { sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { type Fault, spoil } from './broken.js';
import { type Driver, openHandle } from './handle.js';
import { KEY, type Round } from './race.js';

// A server: reads a round a line, lets its sign-ins run at once, and writes what each was answered with.

const [driver, file, fault] = process.argv.slice(2) as [Driver, string, Fault];
const store = spoil(sqliteStore(await openHandle(driver, file)), fault);
let nowMs = 0;
const sealer = aesGcmSealer({ keys: [KEY] });
const mfa = createMfaService({ issuer: 'Acme', store, sealer, clock: () => nowMs });

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const round: Round = JSON.parse(line);
  nowMs = round.nowMs;
  const answers = await Promise.all(round.signIns.map(({ userId, code }) => mfa.signIn(userId, { code })));
  console.log(JSON.stringify(answers.map((answer) => (answer.ok ? 'ok' : answer.reason))));
}
