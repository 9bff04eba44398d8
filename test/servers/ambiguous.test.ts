import { inspect } from 'node:util';
import { type MfaError, parseSecret, totp } from 'lockstep-mfa';
import { postgresStore } from 'lockstep-mfa/stores/postgres';
import pg from 'pg';
import { expect, it } from 'vitest';
import { rejected } from '../support/thrown.js';
import { CLIENTS, type ClientName } from './clients.js';
import { cuttingProxy } from './cutting-proxy.js';
import { type Person, START_MS } from './load.js';
import { enroll, serviceAt } from './people.js';
import { describeOn, freshPlace, URLS } from './servers.js';

async function typedFailure(call: Promise<unknown>, person: Person): Promise<MfaError> {
  const error = await rejected(call);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(person.secret);
  return error;
}

const NOW_MS = START_MS + 30_000;
const codeOf = ({ secret }: Person): string => totp(parseSecret(secret), { nowMs: NOW_MS });

const NAMES: readonly ClientName[] = ['pg Pool', 'postgres', 'node-redis', 'ioredis', 'mysql2', 'mariadb'];

for (const client of NAMES) {
  await describeOn(CLIENTS[client].server, `the answer to a write is lost, over ${client}`, () => {
    it('the service finds its write: it answers success with its event, and the code is used up', async () => {
      const url = URLS[CLIENTS[client].server];
      const proxy = await cuttingProxy(url);
      const place = freshPlace();
      const direct = await CLIENTS[client].open(url, place);
      try {
        await direct.prepare();
        const [person] = (await enroll(direct.store, 1)) as [Person];
        const connection = await CLIENTS[client].open(proxy.url, place);
        const events: string[] = [];
        const mfa = serviceAt(connection.store, NOW_MS, ({ type }) => events.push(type));
        const code = codeOf(person);
        await mfa.describeUser(person.userId);

        proxy.cutAnswerToWrite();
        expect(await mfa.signIn(person.userId, { code })).toMatchObject({ ok: true });
        expect(events).toEqual(['signed-in']);
        expect(proxy.cuts).toEqual({ request: 0, answer: 1 });

        for (const store of [connection.store, direct.store]) {
          expect(await serviceAt(store, NOW_MS).signIn(person.userId, { code })).toMatchObject({
            ok: false,
            reason: 'code-reused',
          });
        }
        await connection.close();
      } finally {
        await direct.drop();
        await direct.close();
        proxy.close();
      }
    });
  });
}

await describeOn('PostgreSQL', 'a write that waits longer than the client', () => {
  it('is a typed error, and lands at most once', async () => {
    const place = freshPlace();
    const direct = await CLIENTS['pg Pool'].open(URLS.PostgreSQL, place);
    const hasty = new pg.Pool({ connectionString: URLS.PostgreSQL, query_timeout: 500 });
    const blocker = new pg.Client({ connectionString: URLS.PostgreSQL });
    try {
      await direct.prepare();
      const [person] = (await enroll(direct.store, 1)) as [Person];
      const code = codeOf(person);
      await blocker.connect();
      await blocker.query('BEGIN');
      await blocker.query(`SELECT 1 FROM "${place}" FOR UPDATE`);
      const mfa = serviceAt(postgresStore(hasty, { table: place }), NOW_MS);
      expect(await typedFailure(mfa.signIn(person.userId, { code }), person)).toMatchObject({ code: 'store-failed' });
      await blocker.query('COMMIT');
      // Whether the statement that nobody waited for lands before or after: one of the two used the code up.
      await serviceAt(direct.store, NOW_MS).signIn(person.userId, { code });
      const again = await serviceAt(direct.store, NOW_MS).signIn(person.userId, { code });
      expect(again).toMatchObject({ ok: false, reason: 'code-reused' });
    } finally {
      await blocker.end();
      await hasty.end();
      await direct.drop();
      await direct.close();
    }
  });
});
