import type { ListedRow, ListingStore } from '../../service/ports.js';

/**
 * A store in the memory of one process: for tests, and as the reference of what a store does. A restart forgets all
 * users, and a forgotten one reads as a user without MFA.
 *
 * @example
 * import { createMfaService, plaintextSealer } from 'lockstep-mfa';
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 *
 * const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });
 * console.log((await mfa.describeUser('user-1')).status); // 'none'
 */
export function memoryStore(): ListingStore {
  // As text, so that nobody outside holds a part of it.
  const rows = new Map<string, { readonly revision: string; readonly json: string; readonly number: number }>();
  let made = 0;

  return {
    async get(userId) {
      const row = rows.get(userId);
      return row && { revision: row.revision, record: JSON.parse(row.json) };
    },

    // Atomic because it awaits nothing.
    async compareAndSet(userId, expectedRevision, next) {
      const before = rows.get(userId);
      if (before?.revision !== expectedRevision) return 'conflict';
      if (next === undefined) rows.delete(userId);
      else {
        const number = before?.number ?? made++;
        rows.set(userId, { revision: next.revision, json: JSON.stringify(next.record), number });
      }
      return 'stored';
    },

    // A map keeps the order in which its keys were first set, and so that of the numbers.
    async list({ cursor = '-1', limit }) {
      const page: ListedRow[] = [];
      let last = Number(cursor);
      for (const [userId, { revision, json, number }] of rows) {
        if (number <= last) continue;
        if (page.length === limit) return { rows: page, cursor: String(last) };
        page.push({ userId, revision, record: JSON.parse(json) });
        last = number;
      }
      return { rows: page };
    },
  };
}
