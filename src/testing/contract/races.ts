import { ALICE, type Checks, type Row, type StoreProbe } from './probe.js';

const WRITERS = 100;
const ROUNDS = 10;

/** Many writes at once. */
export const races: Checks = {
  'of 100 parallel creations exactly one is stored': async (probe) => {
    for (let round = 0; round < ROUNDS; round++) {
      await oneWins(probe, `user-${round}`, undefined, () => probe.row());
    }
  },

  'of 100 parallel replacements exactly one is stored': async (probe) => {
    let row: Row | undefined = await probe.created(ALICE);
    for (let round = 0; round < ROUNDS; round++) row = await oneWins(probe, ALICE, row, () => probe.row());
  },

  'of 100 parallel removals and replacements exactly one is stored': async (probe) => {
    for (let round = 0; round < ROUNDS; round++) {
      const userId = `user-${round}`;
      const row = await probe.created(userId);
      await oneWins(probe, userId, row, (index) => (index % 2 === round % 2 ? undefined : probe.row()));
    }
  },

  'users do not hinder each other': async (probe) => {
    const userIds = Array.from({ length: WRITERS }, (_, index) => `user-${index}`);
    const rows = await Promise.all(userIds.map(async (userId) => [userId, await probe.created(userId)] as const));
    for (const [userId, row] of rows) await probe.holds(userId, row, 'after 100 users were created at once');
  },

  'a reader beside a writer sees a whole row': async (probe) => {
    let row = await probe.created(ALICE);
    for (let round = 0; round < 5 * ROUNDS; round++) {
      const next = probe.row();
      const reads = Array.from({ length: 5 }, () => probe.get(ALICE));
      await probe.stored(ALICE, row, next, 'replacing a row at its revision');
      for (const read of await Promise.all(reads)) {
        const record = read?.record as { readonly revision?: unknown } | undefined;
        if (record?.revision !== read?.revision) {
          throw new Error('a read beside a write has the revision of one row and the record of another');
        }
        if (read?.revision !== row.revision && read?.revision !== next.revision) {
          throw new Error('a read beside a write is neither the row before nor the row after');
        }
      }
      row = next;
    }
  },
};

/** Lets a hundred writers expect the same row. */
async function oneWins(
  probe: StoreProbe,
  userId: string,
  expected: Row | undefined,
  nextOf: (index: number) => Row | undefined,
): Promise<Row | undefined> {
  const nexts = Array.from({ length: WRITERS }, (_, index) => nextOf(index));
  const written = await Promise.all(nexts.map((next) => probe.write(userId, expected?.revision, next)));
  const winners = nexts.filter((_, index) => written[index] === 'stored');
  if (winners.length === 0) {
    const row = await probe.get(userId);
    if (nexts.some((next) => next?.revision === row?.revision)) {
      throw new Error(
        "0 of 100 parallel writers that expected the same row were told 'stored', and the row of one of them is: look where the client says how many rows it wrote",
      );
    }
  }
  if (winners.length !== 1) {
    throw new Error(
      `${winners.length} of 100 parallel writers that expected the same row were told 'stored': one must`,
    );
  }
  await probe.holds(userId, winners[0], 'after 100 parallel writers');
  return winners[0];
}
