import { setTimeout as sleep } from 'node:timers/promises';
import { hotp, parseSecret } from 'lockstep-mfa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations } from './checker.js';
import { CLIENTS, type ClientName, type Connection } from './clients.js';
import { cuttingProxy } from './cutting-proxy.js';
import { type Entry, PARAMETERS, SPEED, START_MS } from './load.js';
import { enroll, recordsOf, serviceAt } from './people.js';
import {
  describeWith,
  PASSWORD,
  type PrivateServer,
  privateMariaDb,
  privatePostgres,
  privateRedis,
} from './private-servers.js';
import { Worker } from './processes.js';
import { freshPlace, type Server, SLOW } from './servers.js';

const PROCESSES = 4;
const KILLS = SLOW ? 8 : 3;
const BETWEEN_MS = 800;
const PEOPLE = 20;
/** Acts that have to have been done, or the test shows nothing. */
const ENOUGH = 20;
const CODE_ACTS: readonly Entry['act'][] = ['sign-in', 'resync'];
/** Longer than a busy machine needs for anything here. */
const PATIENCE_MS = 60_000;

/** Waits for it, in vain where it takes too long. */
async function until(happened: () => boolean): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!happened() && Date.now() < endMs) await sleep(50);
}

const MAKERS: Readonly<Record<Server, () => Promise<PrivateServer>>> = {
  PostgreSQL: privatePostgres,
  Redis: () => privateRedis(),
  MariaDB: privateMariaDb,
};
const NAMES: readonly ClientName[] = [
  'pg Pool',
  'node-redis',
  'mysql2',
  ...(SLOW ? (['postgres', 'ioredis', 'mariadb'] as const) : []),
];

for (const client of NAMES) {
  describeWith(CLIENTS[client].server, `four processes at work, over ${client}`, () => {
    let server: PrivateServer;
    const running = new Set<Worker>();
    beforeAll(async () => {
      server = await MAKERS[CLIENTS[client].server]();
      await server.start();
    }, 120_000);
    afterAll(async () => {
      await Promise.all([...running].map((worker) => worker.kill()));
      await server.remove();
    });

    const connect = (place: string): Promise<Connection> => CLIENTS[client].open(server.url, place);

    /** Lets four processes work while `disturb` goes on, and checks what they were answered against what is stored. */
    const survive = async (
      disturb: (respawn: () => Promise<void>) => Promise<void>,
      url: string = server.url,
    ): Promise<void> => {
      const place = freshPlace();
      const first = await connect(place);
      await first.prepare();
      const people = await enroll(first.store, PEOPLE);
      const before = await recordsOf(first.store, people);
      await first.close();

      const startedAtMs = Date.now();
      const load = { people, startedAtMs, parallel: 2 };
      const all: Worker[] = [];
      const spawnOne = async (): Promise<void> => {
        const worker = await Worker.start({ client, url, place });
        running.add(worker);
        all.push(worker);
        void worker.load(load);
      };
      await Promise.all(Array.from({ length: PROCESSES }, spawnOne));
      await disturb(async () => {
        const [victim] = running;
        await victim?.kill();
        running.delete(victim as Worker);
        await spawnOne();
      });
      const done = (): Entry[] => all.flatMap((worker) => worker.log).filter(({ answer }) => answer === 'ok');
      await until(() => done().length > ENOUGH);
      await Promise.all([...running].map((worker) => worker.kill()));
      running.clear();

      const last = await connect(place);
      const after = await recordsOf(last.store, people);
      const log = all.flatMap((worker) => worker.log);
      const answered = done();
      expect(answered.length).toBeGreaterThan(ENOUGH);
      expect(violations({ people, before, log, after, whole: false })).toEqual([]);
      expect(log.filter(({ answer }) => answer === 'raw-error')).toEqual([]);

      // What was used up stays used up.
      const mfa = serviceAt(last.store, START_MS + (Date.now() - startedAtMs) * SPEED);
      for (const { userId, act, on } of answered) {
        if (act !== 'recovery') continue;
        expect(await mfa.signInWithRecoveryCode(userId, { recoveryCode: on })).toEqual({
          ok: false,
          reason: 'recovery-code-reused',
        });
      }
      for (const { userId, secret } of people) {
        const accepted = answered.filter((entry) => entry.userId === userId && CODE_ACTS.includes(entry.act));
        if (accepted.length === 0) continue;
        const newest = Math.max(...accepted.map(({ on }) => on as number));
        const thatTime = serviceAt(last.store, newest * 30_000);
        await thatTime.asAdministrator('Ada').unlock(userId);
        expect(await thatTime.signIn(userId, { code: hotp(parseSecret(secret), newest, PARAMETERS) })).toMatchObject({
          ok: false,
          reason: 'code-reused',
        });
      }
      await last.drop();
      await last.close();

      const errors = all.flatMap((worker) => worker.errors).join('\n');
      for (const secret of [PASSWORD, ...people.map((person) => person.secret)]) expect(errors).not.toContain(secret);
    };

    it('processes are killed: nothing that was answered is lost', async () => {
      await survive(async (respawn) => {
        for (let kills = 0; kills < KILLS; kills++) {
          await sleep(BETWEEN_MS);
          await respawn();
        }
      });
    });

    it('the server is killed: nothing that was answered is lost', async () => {
      let failed = 0;
      await survive(async () => {
        for (let kills = 0; kills < KILLS; kills++) {
          await sleep(BETWEEN_MS);
          await server.kill();
          await sleep(200);
          await server.start();
        }
        await sleep(BETWEEN_MS);
        failed = [...running].reduce((sum, worker) => sum + worker.errors.length, 0);
      });
      // Otherwise nothing was in the middle.
      if (client !== 'node-redis' && client !== 'ioredis') expect(failed).toBeGreaterThan(0);
    });

    it('connections are cut in requests and in answers: nothing that was answered is lost', async () => {
      const proxy = await cuttingProxy(server.url);
      try {
        await survive(async () => {
          for (let cuts = 0; cuts < KILLS; cuts++) {
            for (const where of ['request', 'answer'] as const) {
              const before = proxy.cuts[where];
              proxy.cutAll(where);
              await until(() => proxy.cuts[where] >= before + PROCESSES);
              await sleep(BETWEEN_MS / 4);
            }
          }
        }, proxy.url);
        for (const count of Object.values(proxy.cuts)) expect(count).toBeGreaterThanOrEqual(KILLS * PROCESSES);
      } finally {
        proxy.close();
      }
    });
  });
}
