import { hotp, parseSecret } from 'lockstep-mfa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations } from './checker.js';
import { CLIENTS, type ClientName, type Connection } from './clients.js';
import { type Entry, PARAMETERS, REACH, START_MS } from './load.js';
import { enrol, recordsOf } from './people.js';
import { Worker } from './processes.js';
import { describeOn, freshPlace, SLOW, URLS } from './servers.js';

const PROCESSES = 4;
const ROUNDS = SLOW ? 1000 : 50;
const LOAD_MS = SLOW ? 60_000 : 3000;
const PEOPLE = SLOW ? 1000 : 20;
const NAMES: readonly ClientName[] = ['pg Pool', 'node-redis', ...(SLOW ? (['postgres', 'ioredis'] as const) : [])];

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

    /** Runs a load on new users, and tells what contradicts. */
    const contradictions = async (people: number, spoilt: boolean): Promise<{ found: string[]; log: Entry[] }> => {
      await connection.drop();
      await connection.prepare();
      const persons = await enrol(connection.store, people);
      const before = await recordsOf(connection.store, persons);
      const workers = await start(spoilt);
      const startedAtMs = Date.now();
      const untilMs = startedAtMs + LOAD_MS;
      await Promise.all(workers.map((worker) => worker.load({ people: persons, startedAtMs, untilMs, parallel: 4 })));
      const after = await recordsOf(connection.store, persons);
      const log = workers.flatMap((worker) => worker.log);
      expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
      await Promise.all(workers.map((worker) => worker.kill()));
      return { found: violations({ people: persons, before, log, after, whole: true }), log };
    };

    it(`with one code of one user: exactly one signs in, ${ROUNDS} times`, async () => {
      await connection.drop();
      await connection.prepare();
      const [person] = await enrol(connection.store, 1);
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
      const { found, log } = await contradictions(PEOPLE, false);
      expect(found).toEqual([]);
      const acts = new Set(log.filter(({ answer }) => answer === 'ok').map(({ act }) => act));
      // The rarer acts come with time, which a busy machine may not give.
      expect([...acts]).toEqual(expect.arrayContaining(['sign-in']));
      const answers = new Set(log.map(({ answer }) => answer));
      expect(answers).toContain('code-mismatch');
    });

    it('without compare-and-set: it shows', async () => {
      expect((await contradictions(2, true)).found).not.toEqual([]);
    });
  });
}

it('a run stays within the counters whose codes are distinct', () => {
  expect((LOAD_MS * 60) / 30_000).toBeLessThan(2 * REACH - 2);
});
