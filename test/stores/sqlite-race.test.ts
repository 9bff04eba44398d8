import { aesGcmSealer, createMfaService, totp } from 'lockstep-mfa';
import { sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { expect, it } from 'vitest';
import { bundle, Program } from '../examples/program.js';
import type { Fault } from './processes/broken.js';
import { describeDrivers } from './processes/drivers.js';
import { freshFile, recordIn, withDatabase } from './processes/file.js';
import { openHandle } from './processes/handle.js';
import { KEY, type Round, secretOf } from './processes/race.js';

const SERVERS = 2;
const USERS = ['ann', 'ben', 'cat', 'dan', 'eve'];
/** That each server gets each code. */
const TIMES = 2;
const START_MS = 1_767_225_600_000;
const STEP_MS = 30_000;
/** The first code after the import that counts: those of its own period and the next may have been used elsewhere. */
const FIRST_MS = START_MS + STEP_MS;
const ROUNDS = process.env['LOCKSTEP_SLOW'] ? 500 : 25;

describeDrivers((driver, node) => {
  /** @returns of each code of each user, all that it was answered with */
  async function race(rounds: number, fault: Fault): Promise<string[][]> {
    const file = freshFile();
    await importDevices(file);
    const script = await bundle('test/stores/processes/racer.ts');
    const servers = Array.from({ length: SERVERS }, () => new Program(node(), [script, driver, file, fault]));
    const found: string[][] = [];
    try {
      await Promise.all(servers.map((server) => server.until('ready\n')));
      for (let round = 1; round <= rounds; round++) {
        const nowMs = FIRST_MS + round * STEP_MS;
        const signIns = Array.from({ length: TIMES }, () => USERS.map((userId) => signInOf(userId, nowMs))).flat();
        for (const server of servers) server.type(JSON.stringify({ nowMs, signIns } satisfies Round));
        const answered = await Promise.all(servers.map((server) => server.until('\n')));
        const answers: string[] = answered.flatMap((line) => JSON.parse(line));
        for (const [index, userId] of USERS.entries()) {
          found.push(answers.filter((_, at) => at % USERS.length === index));
          expect(lastCounterOf(file, userId)).toBe(nowMs / STEP_MS);
        }
      }
    } finally {
      for (const server of servers) server.end();
      await Promise.all(servers.map((server) => server.exit));
    }
    return found;
  }

  it(`of ${ROUNDS * USERS.length * TIMES * SERVERS} sign-ins, with each code four times, no code is accepted twice by two processes`, async () => {
    const found = await race(ROUNDS, 'none');
    expect(found.flat()).toHaveLength(ROUNDS * USERS.length * TIMES * SERVERS);
    for (const answers of found) {
      expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1);
      expect(answers.filter((answer) => !['ok', 'code-reused', 'conflict'].includes(answer))).toEqual([]);
    }
  }, 600_000);

  it('codes are accepted twice where the store compares nothing', async () => {
    const found = await race(3, 'compares nothing');
    expect(found.some((answers) => answers.filter((answer) => answer === 'ok').length > 1)).toBe(true);
  });
});

function signInOf(userId: string, nowMs: number): Round['signIns'][number] {
  return { userId, code: totp(secretOf(userId), { nowMs }) };
}

async function importDevices(file: string): Promise<void> {
  const database = await openHandle('better-sqlite3', file);
  const sealer = aesGcmSealer({ keys: [KEY] });
  const store = sqliteStore(database);
  const mfa = createMfaService({ issuer: 'Acme', store, sealer, clock: () => START_MS });
  for (const userId of USERS) {
    await mfa.asAdministrator('Ada').importDevice(userId, { name: 'Token', secret: secretOf(userId) });
  }
  database.close();
}

function lastCounterOf(file: string, userId: string): number {
  const record = JSON.parse(withDatabase(file, (database) => recordIn(database, userId)) ?? 'null');
  return record.devices[0].device.lastCounter;
}
