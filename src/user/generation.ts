import type { Context } from './context.js';
import { toHex } from './hash.js';
import { EMPTY_RECORD, type UserRecord } from './record.js';

/** Makes a record with a generation of its own: a proof of a record that was deleted, or lost, is none of the next. */
export function newRecord({ random }: Pick<Context, 'random'>): UserRecord {
  return { ...EMPTY_RECORD, generation: numberOf(random('generation of a new record', 6)) };
}

/** Voids all proofs. Drawn, not counted up: after a restored backup a count would make an old proof valid again. */
export function withNewGeneration(record: UserRecord, { random }: Context): UserRecord {
  return { ...record, generation: numberOf(random('generation', 6)) };
}

function numberOf(bytes: Uint8Array): number {
  return Number.parseInt(toHex(bytes), 16);
}
