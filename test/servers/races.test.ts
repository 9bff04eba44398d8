import { setTimeout as sleep } from 'node:timers/promises';
import { hotp, parseSecret } from 'lockstep-mfa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations } from './checker.js';
import { CLIENTS, type ClientName, type Connection } from './clients.js';
import { type Entry, LONGEST_MS, PARAMETERS, START_MS } from './load.js';
import { hasLostWrite, missingOutcomes } from './outcomes.js';
import { enroll, recordsOf } from './people.js';
import { Worker } from './processes.js';
import { describeOn, freshPlace, SLOW, URLS } from './servers.js';

const PROCESSES = 4;
const ROUNDS = SLOW ? 1000 : 50;
const LEAST_MS = SLOW ? 60_000 : 3000;
/** A run that has not seen by then what it waits for has failed. */
const MOST_MS = 150_000;
const PEOPLE = SLOW ? 1000 : 20;
const NAMES: readonly ClientName[] = [
  'pg Pool',
  'node-redis',
  'mysql2',
  ...(SLOW ? (['postgres', 'ioredis', 'mariadb'] as const) : []),
];

for (const name of NAMES) {
  const client = CLIENTS[name];
  await describeOn(client.server, `four processes, on ${client.server} over ${name}`, () => {
    const url = URLS[client.server];
    const place = freshPlace();
    let connection: Connection;
    const running: Worker[] = [];
    const start = async (spoilt = false): Promise<Worker[]> => {
      const workers = await Promise.all(
        Array.from({ length: PROCESSES }, () => Worker.start({ client: name, url, place, spoilt })),
      );
      running.push(...workers);
      return workers;
    };
    beforeAll(async () => {
      connection = await client.open(url, place);
      await connection.drop();
      await connection.prepare();
    });
    afterAll(async () => {
      await Promise.all(running.map((worker) => worker.kill()));
      await connection.drop();
      await connection.close();
    });

    /** Runs a load on new users until it has seen enough, however slow the machine, and finds what contradicts. */
    const contradictions = async (
      people: number,
      spoilt: boolean,
      enough: (log: readonly Entry[]) => boolean,
    ): Promise<{ found: string[]; log: Entry[] }> => {
      await connection.drop();
      await connection.prepare();
      const persons = await enroll(connection.store, people);
      const before = await recordsOf(connection.store, persons);
      const workers = await start(spoilt);
      const startedAtMs = Date.now();
      const log = (): Entry[] => workers.flatMap((worker) => worker.log);
      const over = Promise.all(workers.map((worker) => worker.load({ people: persons, startedAtMs, parallel: 4 })));
      do await sleep(100);
      while (Date.now() < startedAtMs + LEAST_MS || (!enough(log()) && Date.now() < startedAtMs + MOST_MS));
      for (const worker of workers) worker.stop();
      await over;
      const after = await recordsOf(connection.store, persons);
      const errors = workers.flatMap((worker) => worker.errors);
      // Where writes are overwritten, a call cannot find out what became of its own.
      expect(spoilt ? errors.filter((error) => !error.includes('could not be found out')) : errors).toEqual([]);
      await Promise.all(workers.map((worker) => worker.kill()));
      return { found: violations({ people: persons, before, log: log(), after, whole: true }), log: log() };
    };

    it(`with one code of one user: exactly one signs in, ${ROUNDS} times`, async () => {
      await connection.drop();
      await connection.prepare();
      const [person] = await enroll(connection.store, 1);
      const { userId, secret } = person!;
      const workers = await start();
      for (let round = 1; round <= ROUNDS; round++) {
        const nowMs = START_MS + round * 30_000;
        const code = hotp(parseSecret(secret), Math.floor(nowMs / 30_000), PARAMETERS);
        const answers = await Promise.all(workers.map((worker) => worker.signIn(userId, code, nowMs)));
        expect(answers.sort()).toEqual(['code-reused', 'code-reused', 'code-reused', 'ok']);
      }
      await Promise.all(workers.map((worker) => worker.kill()));
    });

    it('with many users and all that they do: nothing is lost, and nothing counts twice', async () => {
      const { found, log } = await contradictions(PEOPLE, false, (soFar) => missingOutcomes(soFar).length === 0);
      expect(missingOutcomes(log)).toEqual([]);
      expect(found).toEqual([]);
    });

    it('without compare-and-set: the checker finds what was lost', async () => {
      expect((await contradictions(2, true, hasLostWrite)).found).not.toEqual([]);
    });
  });
}

it('a run stays within the counters whose codes are distinct', () => {
  expect(MOST_MS).toBeLessThan(LONGEST_MS);
});
