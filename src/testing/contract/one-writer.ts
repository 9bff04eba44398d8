import { ALICE, BOB, type Checks, type Row, type StoreProbe } from './probe.js';

const ROUNDS = 20;

/** One write after the other. */
export const oneWriter: Checks = {
  'a user without a row reads as undefined': async (probe) => {
    await probe.holds(ALICE, undefined, 'in an empty store');
    await probe.created(BOB);
    await probe.holds(ALICE, undefined, 'where only another user has a row');
  },

  'a row is created, and read as it was stored': async (probe) => {
    const row = await probe.created(ALICE);
    await probe.holds(ALICE, row, 'after creating the row');
    await probe.holds(ALICE, row, 'at the second look');
  },

  'creating where there is a row is a conflict, and writes nothing': async (probe) => {
    const row = await probe.created(ALICE);
    await probe.conflict(ALICE, undefined, probe.row(), 'creating where there is a row');
    await probe.holds(ALICE, row, 'after creating where there is a row');
  },

  'a row is replaced at its revision, and read at once': async (probe) => {
    let row = await probe.created(ALICE);
    const other = await probe.created(BOB);
    for (let round = 0; round < ROUNDS; round++) {
      const next = probe.row();
      await probe.stored(ALICE, row, next, 'replacing a row at its revision');
      await probe.holds(ALICE, next, 'after replacing the row');
      row = next;
    }
    await probe.holds(BOB, other, "after replacing another user's row");
  },

  'a row is replaced by an equal record': async (probe) => {
    const row = await probe.created(ALICE);
    const same = { ...probe.row(), record: row.record };
    await probe.stored(ALICE, row, same, 'replacing a row by an equal record');
    await probe.holds(ALICE, same, 'after replacing the row');
  },

  'replacing at any other revision is a conflict, and writes nothing': async (probe) => {
    const [row, others] = await replaced(probe);
    for (const [what, revision] of others) {
      await probe.conflict(ALICE, revision, probe.row(), `replacing at ${what}`);
      await probe.holds(ALICE, row, `after replacing at ${what}`);
    }
  },

  'replacing where there is no row is a conflict, and creates none': async (probe) => {
    const row = await probe.created(ALICE);
    await probe.conflict(BOB, probe.row().revision, probe.row(), 'replacing where there is no row');
    await probe.conflict(BOB, row.revision, probe.row(), "replacing at another user's revision");
    await probe.holds(BOB, undefined, 'after replacing where there is no row');
    await probe.holds(ALICE, row, "after replacing at another user's revision");
  },

  'a row is removed at its revision': async (probe) => {
    const row = await probe.created(ALICE);
    const other = await probe.created(BOB);
    await probe.stored(ALICE, row, undefined, 'removing a row at its revision');
    await probe.holds(ALICE, undefined, 'after removing the row');
    await probe.holds(BOB, other, "after removing another user's row");
  },

  'removing at any other revision is a conflict, and removes nothing': async (probe) => {
    const [row, others] = await replaced(probe);
    for (const [what, revision] of others) {
      await probe.conflict(ALICE, revision, undefined, `removing at ${what}`);
      await probe.holds(ALICE, row, `after removing at ${what}`);
    }
  },

  'removing where there is no row is a conflict, unless none was expected': async (probe) => {
    const row = await probe.created(ALICE);
    await probe.conflict(ALICE, undefined, undefined, 'removing none where there is a row');
    await probe.holds(ALICE, row, 'after removing none');
    await probe.stored(ALICE, row, undefined, 'removing a row at its revision');
    await probe.conflict(ALICE, row.revision, undefined, 'removing a row a second time');
    await probe.stored(ALICE, undefined, undefined, 'removing none where there is none');
    await probe.holds(ALICE, undefined, 'after removing none');
  },

  'a row that was removed and created anew counts at its new revision alone': async (probe) => {
    const old = await probe.created(ALICE);
    await probe.stored(ALICE, old, undefined, 'removing a row at its revision');
    await probe.conflict(ALICE, old.revision, probe.row(), 'replacing a removed row');
    const fresh = await probe.created(ALICE);
    await probe.conflict(ALICE, old.revision, probe.row(), 'replacing at the revision of the removed row');
    await probe.conflict(ALICE, old.revision, undefined, 'removing at the revision of the removed row');
    await probe.holds(ALICE, fresh, 'after the conflicts');
    await probe.stored(ALICE, fresh, probe.row(), 'replacing a row at its revision');
  },
};

/** A row, and revisions that are not its own. */
async function replaced(probe: StoreProbe): Promise<[row: Row, others: readonly [what: string, revision: string][]]> {
  const before = await probe.created(ALICE);
  const row = probe.row();
  await probe.stored(ALICE, before, row, 'replacing a row at its revision');
  const { revision } = row;
  return [
    row,
    [
      ['the revision before', before.revision],
      ['a revision that never was', probe.row().revision],
      ['the beginning of its revision', revision.slice(0, -1)],
      ['its revision and more', `${revision}0`],
      ['its revision and a space', `${revision} `],
      ['its revision in upper case', revision.toUpperCase()],
      ['an empty revision', ''],
    ],
  ];
}
