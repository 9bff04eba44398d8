import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { expect, it } from 'vitest';
import { bundle, Program } from '../examples/program.js';
import type { Fault } from './processes/broken.js';
import { describeDrivers } from './processes/drivers.js';
import { freshFile, recordIn, withDatabase } from './processes/file.js';
import { lifeOf } from './processes/life.js';

const LIVES = process.env['LOCKSTEP_SLOW'] ? 25 : 4;

/** What is in the record of a user after each answer, where nobody is killed. */
async function undisturbed(userId: string): Promise<{ readonly answers: string[]; readonly records: string[] }> {
  const store = memoryStore();
  const answers: string[] = [];
  const records: string[] = [];
  for await (const answer of lifeOf(userId, store)) {
    answers.push(answer);
    records.push(JSON.stringify((await store.get(userId))?.record));
  }
  return { answers, records };
}

/** Of each user of a server, what it had answered before it was killed. */
type Reports = ReadonlyMap<string, readonly string[]>;

/** Where what is stored is neither what had been answered nor one step on, which may not have been answered yet. */
async function lossesIn(file: string, reports: Reports): Promise<string[]> {
  const losses: string[] = [];
  for (const [userId, reported] of reports) {
    const { answers, records } = await undisturbed(userId);
    expect(reported).toEqual(answers.slice(0, reported.length));
    const stored = withDatabase(file, (database) => recordIn(database, userId));
    const at = stored === undefined ? 0 : records.indexOf(stored) + 1;
    const isLost = (stored !== undefined && at === 0) || at < reported.length || at > reported.length + 1;
    if (isLost) losses.push(`${userId}: ${reported.length} answers, of which ${at} are stored`);
  }
  return losses;
}

describeDrivers((driver, node) => {
  /** Starts a server on the file, and kills it after some answers and a moment. */
  async function kill(file: string, journal: string, name: string, fault: Fault): Promise<Reports> {
    const script = await bundle('test/stores/processes/mortal.ts');
    const server = new Program(node(), [script, driver, file, journal, name, fault]);
    await server.until('ready\n');
    for (let answers = randomInt(100); answers > 0; answers--) await server.until('\n');
    await pause(randomInt(10));
    server.signal('SIGKILL');
    expect(await server.exit).toEqual({ code: null, signal: 'SIGKILL' });

    const reports = new Map<string, string[]>([[`${name}-0`, []]]);
    for (const line of server.output.split('\n').slice(1, -1)) {
      const [userId, answer] = line.split(' ') as [string, string];
      reports.set(userId, [...(reports.get(userId) ?? []), answer]);
    }
    return reports;
  }

  it.each(['WAL', 'DELETE'])(
    `a server that is killed ${LIVES} times loses no attempt, and no counter goes back, with the journal %s`,
    async (journal) => {
      const file = freshFile();
      const all = new Map<string, readonly string[]>();
      for (let life = 0; life < LIVES; life++) {
        const reports = await kill(file, journal, `life${life}`, 'none');
        expect(withDatabase(file, (database) => database.pragma('integrity_check', { simple: true }))).toBe('ok');
        expect(await lossesIn(file, reports)).toEqual([]);
        for (const report of reports) all.set(...report);
      }
      // Nor did a later server's end reach an earlier one's users.
      expect(await lossesIn(file, all)).toEqual([]);
      expect([...all.values()].flat().length).toBeGreaterThan(LIVES);
    },
    600_000,
  );

  it('a server that is killed loses attempts where the store writes behind', async () => {
    const file = freshFile();
    const losses: string[] = [];
    for (let life = 0; life < 4; life++) {
      losses.push(...(await lossesIn(file, await kill(file, 'WAL', `life${life}`, 'writes behind'))));
    }
    expect(losses).not.toEqual([]);
  });
});
