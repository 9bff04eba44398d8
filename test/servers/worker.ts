import { inspect } from 'node:util';
import { createMfaService, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { CLIENTS, type ClientName } from './clients.js';
import { type Entry, type Load, load } from './load.js';

/** What a test sends to a process of its own. */
export type Order =
  | { readonly kind: 'sign-in'; readonly userId: string; readonly code: string; readonly nowMs: number }
  | { readonly kind: 'load'; readonly load: Load }
  /** Ends the load, after the answers that it waits for. */
  | { readonly kind: 'stop' };

/** A server process of an application: it connects, says that it is ready, and does what it is sent. */
const [client, url, place, spoilt] = process.argv.slice(2) as [ClientName, string, string, string?];
const { store: sound } = await CLIENTS[client].open(url, place);

/** Breaks the contract: the last writer wins. */
const careless: MfaStore = {
  get: (userId) => sound.get(userId),
  async compareAndSet(userId, _expectedRevision, next) {
    return sound.compareAndSet(userId, (await sound.get(userId))?.revision, next);
  },
};
const store = spoilt === 'spoilt' ? careless : sound;

let stopped = false;
process.on('disconnect', () => process.exit());
process.on('message', async (order: Order) => {
  if (order.kind === 'sign-in') {
    const { userId, code, nowMs } = order;
    const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock: () => nowMs });
    const answer = await mfa
      .signIn(userId, { code })
      .catch((error: unknown) => ({ ok: false, reason: inspect(error) }));
    process.send?.({ kind: 'answer', answer: answer.ok ? 'ok' : (answer as { reason: string }).reason });
  } else if (order.kind === 'stop') {
    stopped = true;
  } else {
    const tell = (entry: Entry, error?: unknown): void => {
      process.send?.({ kind: 'entry', entry, ...(error === undefined ? {} : { error: inspect(error, { depth: 9 }) }) });
    };
    await load(store, order.load, tell, () => stopped);
    process.send?.({ kind: 'done' });
  }
});
process.send?.({ kind: 'ready' });
