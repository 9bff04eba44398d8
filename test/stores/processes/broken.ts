import type { MfaStore } from 'lockstep-mfa';

export type Fault = 'none' | 'compares nothing' | 'writes behind';

/** A store with a fault, to see that the tests notice it. */
export function spoil(store: MfaStore, fault: Fault): MfaStore {
  if (fault === 'compares nothing') return comparingNothing(store);
  return fault === 'writes behind' ? writingBehind(store) : store;
}

function comparingNothing(store: MfaStore): MfaStore {
  return {
    get: (userId) => store.get(userId),
    async compareAndSet(userId, _, next) {
      for (;;) {
        const row = await store.get(userId);
        if ((await store.compareAndSet(userId, row?.revision, next)) === 'stored') return 'stored';
      }
    },
  };
}

/** Says that a row is stored, and stores it with the next ones. */
function writingBehind(store: MfaStore): MfaStore {
  const AT_ONCE = 25;
  type Write = Parameters<MfaStore['compareAndSet']>;
  const cache = new Map<string, Write[2]>();
  let waiting: Write[] = [];
  return {
    get: async (userId) => cache.get(userId) ?? store.get(userId),
    async compareAndSet(...write) {
      cache.set(write[0], write[2]);
      waiting.push(write);
      if (waiting.length === AT_ONCE) {
        for (const due of waiting) await store.compareAndSet(...due);
        waiting = [];
      }
      return 'stored';
    },
  };
}
