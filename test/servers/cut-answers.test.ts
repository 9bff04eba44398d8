import {
  createMfaService,
  isMfaError,
  type MfaEvent,
  type MfaService,
  type MfaStore,
  plaintextSealer,
} from 'lockstep-mfa';
import { type FixedClock, fixedClock, type VirtualAuthenticator, virtualAuthenticator } from 'lockstep-mfa/testing';
import { expect, it } from 'vitest';
import { parseRecord } from '../../src/user/record.js';
import { REVISIONS_KEPT, shortened } from '../../src/user/revisions.js';
import { CLIENTS, type ClientName, type Connection } from './clients.js';
import { cuttingProxy } from './cutting-proxy.js';
import { START_MS } from './load.js';
import { describeOn, freshPlace, URLS } from './servers.js';

const PEOPLE = 300;
const AT_ONCE = 12;
const ONE_IN = 10;
/** Of one step, before the person gives up; a step fails once in some ten times. */
const PATIENCE = 12;

/** One call of the service: what it asked of the store, and what it answered. */
interface Heard {
  readonly userId: string;
  /** The revisions that it tried to write. */
  readonly tried: string[];
  /** Those of which the store said that they are stored. */
  readonly stored: string[];
  /** Whether the last thing it asked for was a read that failed: then nobody can know. */
  isBlind: boolean;
  readonly events: MfaEvent[];
  answer: 'ok' | 'refused' | 'failed';
}

/** The store as one call sees it. */
function watched(store: MfaStore, heard: Heard): MfaStore {
  return {
    async get(userId) {
      heard.isBlind = true;
      const row = await store.get(userId);
      heard.isBlind = false;
      return row;
    },
    async compareAndSet(userId, expectedRevision, next) {
      const { revision } = next as { readonly revision: string };
      heard.tried.push(revision);
      const answer = await store.compareAndSet(userId, expectedRevision, next);
      if (answer === 'stored') heard.stored.push(revision);
      return answer;
    },
  };
}

type Answer = { readonly ok: boolean; readonly reason?: string };

/** Does it again after an error, as people do; gives the answer that came in the end. */
async function untilAnswered<A extends Answer>(
  userId: string,
  store: MfaStore,
  clock: FixedClock,
  log: Heard[],
  step: (mfa: MfaService) => Promise<A>,
): Promise<A> {
  for (let tries = 0; ; tries++) {
    const heard: Heard = { userId, tried: [], stored: [], isBlind: false, events: [], answer: 'failed' };
    log.push(heard);
    const mfa = createMfaService({
      issuer: 'Acme',
      store: watched(store, heard),
      sealer: plaintextSealer(),
      clock,
      onEvent: (event) => {
        heard.events.push(event);
      },
    });
    try {
      const answer = await step(mfa);
      heard.answer = answer.ok ? 'ok' : 'refused';
      return answer;
    } catch (error) {
      if (!isMfaError(error) || error.code !== 'store-failed' || tries === PATIENCE) throw error;
    }
  }
}

/** What somebody does who gets an authenticator app, and gives up nowhere. */
async function enrollOver(store: MfaStore, userId: string, log: Heard[]): Promise<void> {
  const clock = fixedClock(START_MS);
  const ask = <A extends Answer>(step: (mfa: MfaService) => Promise<A>): Promise<A> =>
    untilAnswered(userId, store, clock, log, step);
  let names = 0;
  const created = await ask((mfa) => mfa.createDevice(userId, { name: `Phone ${names++}`, account: 'alice' }));
  if (!created.ok) throw new Error(created.reason);
  const phone: VirtualAuthenticator = virtualAuthenticator(created.keyUri, { clock });
  const codes = phone.codes();
  const assigned = await ask((mfa) => mfa.assignDevice(userId, { enrollment: created.enrollment, codes }));
  // It landed, and its answer could not be read; the codes are used up, and the next one signs in.
  let proof = assigned.ok ? assigned.proof : undefined;
  if (!assigned.ok && assigned.reason !== 'already-assigned') throw new Error(assigned.reason);
  while (proof === undefined) {
    clock.advanceMs(30_000);
    const signedIn = await ask((mfa) => mfa.signIn(userId, { code: phone.code() }));
    if (signedIn.ok) proof = signedIn.proof;
    else if (signedIn.reason !== 'code-reused') throw new Error(signedIn.reason);
  }
  const made = await ask((mfa) => mfa.createRecoveryCodes(userId, { proof }));
  if (!made.ok) throw new Error(made.reason);
  const [recoveryCode] = made.recoveryCodes;
  const confirmed = await ask((mfa) => mfa.confirmRecoveryCodes(userId, { recoveryCode, proof }));
  // Confirmed before by the call whose answer could not be read: its own proof is void by now.
  if (!confirmed.ok && confirmed.reason !== 'mfa-required') throw new Error(confirmed.reason);
}

/** ioredis with its defaults sends a command again whose answer it did not hear. */
const NAMES: readonly ClientName[] = ['ioredis', 'pg Pool', 'mysql2'];

for (const name of NAMES) {
  await describeOn(CLIENTS[name].server, `a network that cuts one answer in ${ONE_IN}, over ${name}`, () => {
    it(`${PEOPLE} enrollments leave no user unreadable, and no write that landed without its answer and events`, async () => {
      const url = URLS[CLIENTS[name].server];
      const place = freshPlace();
      const direct = await CLIENTS[name].open(url, place);
      const proxy = await cuttingProxy(url);
      // Each its own: on one connection many answers come as one.
      const connections = await Promise.all(
        Array.from({ length: AT_ONCE }, () => CLIENTS[name].open(proxy.url, place)),
      );
      try {
        await direct.prepare();
        await Promise.all(connections.map(({ store }) => store.get('nobody')));
        proxy.cutOneAnswerIn(ONE_IN);
        const log: Heard[] = [];
        const userIds = Array.from({ length: PEOPLE }, (_, i) => `user-${i}`);
        let next = 0;
        const loop = async ({ store }: Connection): Promise<void> => {
          while (next < PEOPLE) await enrollOver(store, userIds[next++] as string, log);
        };
        await Promise.all(connections.map(loop));
        proxy.cutOneAnswerIn(0);
        expect(proxy.cuts.answer).toBeGreaterThan(PEOPLE / ONE_IN);

        let found = 0;
        let blind = 0;
        for (const userId of userIds) {
          const row = await direct.store.get(userId);
          const record = parseRecord(row?.record);
          expect(record.devices.filter(({ device }) => device.status === 'assigned')).toHaveLength(1);
          expect(record).toMatchObject({ recovery: { unused: { length: 10 } } });
          // Of a shorter list the first write made the row, so that the list tells of each write whether it landed.
          expect(record.revisions.length).toBeLessThan(REVISIONS_KEPT);
          const landed = [...record.revisions, shortened(row?.revision ?? '')];

          const calls = log.filter((heard) => heard.userId === userId);
          const numbers: number[] = [];
          for (const { tried, stored, isBlind, events, answer } of calls) {
            const own = tried.filter((revision) => landed.includes(shortened(revision)));
            expect(own.length).toBeLessThanOrEqual(1);
            if (own.length === 1 && isBlind) {
              expect(answer).toBe('failed');
              blind++;
              continue;
            }
            expect(events.length > 0).toBe(own.length === 1);
            if (own.length === 0) continue;
            // A used code is refused, and that is written.
            expect(answer).toBe(events.at(-1)?.type === 'code-reused' ? 'refused' : 'ok');
            if (stored.length === 0) found++;
            numbers.push(...events.map(({ seq }) => seq));
          }
          expect(new Set(numbers).size).toBe(numbers.length);
          if (!calls.some(({ isBlind }) => isBlind)) {
            expect(numbers).toEqual(Array.from({ length: record.seq }, (_, i) => i + 1));
          }
        }
        // Writes whose answer was lost or was a conflict with themselves, and which were found.
        expect(found).toBeGreaterThan(PEOPLE / ONE_IN / 2);
        console.log(`${name}: ${log.length} calls, ${proxy.cuts.answer} cut answers, ${found} found, ${blind} unknown`);
      } finally {
        await Promise.all(connections.map((connection) => connection.close()));
        await direct.drop();
        await direct.close();
        proxy.close();
      }
    });
  });
}
