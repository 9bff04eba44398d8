import type { MfaStore } from '../../service/ports.js';

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
export function memoryStore(): MfaStore {
  // As text, so that nobody outside holds a part of it.
  const rows = new Map<string, { readonly revision: string; readonly json: string }>();

  return {
    async get(userId) {
      const row = rows.get(userId);
      return row && { revision: row.revision, record: JSON.parse(row.json) };
    },

    // Atomic because it awaits nothing.
    async compareAndSet(userId, expectedRevision, next) {
      if (rows.get(userId)?.revision !== expectedRevision) return 'conflict';
      if (next === undefined) rows.delete(userId);
      else rows.set(userId, { revision: next.revision, json: JSON.stringify(next.record) });
      return 'stored';
    },
  };
}
