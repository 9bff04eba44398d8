import { checkObject, invalid } from '../../core/check.js';
import type { MfaStore } from '../../service/ports.js';
import { listing } from './listing.js';
import { oneWriter } from './one-writer.js';
import { type Checks, StoreProbe } from './probe.js';
import { races } from './races.js';
import { records } from './records.js';
import { users } from './users.js';

/** One rule of the contract. */
export interface StoreCheck {
  readonly name: string;
  /** Rejects with an error that says what the store did wrong. */
  readonly run: () => Promise<void>;
}

const CHECKS: Checks = { ...oneWriter, ...races, ...users, ...records, ...listing };

/**
 * The contract of a store as named checks, for any test runner. On a store that breaks one of them a code may count
 * twice, a counted failure may be forgotten, or one user's devices may be another's.
 *
 * What no check can see: that a stored row outlives a crash of the database, and that every process reads from the same
 * one, with no replica or cache before it.
 *
 * @param makeStore - makes an empty store, anew for each check
 * @throws MfaError `invalid-argument`, also out of a check whose `makeStore` made no store
 * @example
 * import { test } from 'node:test';
 * import { memoryStore } from 'lockstep-mfa/stores/memory';
 * import { storeContract } from 'lockstep-mfa/testing';
 *
 * for (const { name, run } of storeContract(() => memoryStore())) test(name, run);
 */
export function storeContract(makeStore: () => MfaStore | Promise<MfaStore>): readonly StoreCheck[] {
  if (typeof makeStore !== 'function') throw invalid('makeStore must be a function');
  return Object.entries(CHECKS).map(([name, check]) => ({
    name,
    async run() {
      const store = await makeStore();
      checkObject(store, 'store');
      await check(new StoreProbe(store));
    },
  }));
}
