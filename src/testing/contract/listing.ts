import { shown } from './difference.js';
import type { Checks, Row, StoreProbe } from './probe.js';

/** Among them what a listing may take for marks of its own. */
const USER_IDS: readonly string[] = [
  ...Array.from({ length: 40 }, (_, i) => `user-${i}`),
  ...['a:b', 'a%3Ab', 'a%253Ab', '%', '*', 'a*', '?', '[a]', '\\', "'", ' ', 'é', '😀', '0', '9', '~', 'Z', 'a'],
];

/** Fewer than there are users, so that there are several pages. */
const LIMIT = 7;

/** After so many pages a row is removed and another replaced. */
const CHANGED_PAGES = 5;

/** Where the store has a `list`. */
export const listing: Checks = {
  'list, where there is one, of an empty store gives no row': async (probe) => {
    const listed = await everybody(probe);
    if (listed.size > 0) throw new Error(`list gave ${shown([...listed.keys()])} of an empty store`);
  },

  'list, where there is one, gives each user with the row as it was stored': async (probe) => {
    if (!probe.canList) return;
    const rows = await created(probe);
    const listed = await everybody(probe);
    for (const [userId, row] of rows) same(userId, row, listed.get(userId));
    for (const userId of listed.keys()) {
      if (!rows.has(userId)) throw new Error(`list gave ${shown(userId)}, who has no row`);
    }
  },

  'list, where there is one, misses nobody while rows are written, created and removed': async (probe) => {
    if (!probe.canList) return;
    const rows = await created(probe);
    let page = 0;
    const listed = await everybody(probe, async () => {
      if (page < CHANGED_PAGES) {
        const gone = `user-${page}`;
        await probe.stored(gone, rows.get(gone), undefined, 'removing a row between two pages');
        rows.delete(gone);
        const replaced = `user-${39 - page}`;
        const next = probe.row();
        await probe.stored(replaced, rows.get(replaced), next, 'replacing a row between two pages');
        rows.set(replaced, next);
      }
      await probe.created(`new-${page}`);
      page++;
    });
    for (const userId of rows.keys()) {
      if (!listed.has(userId)) throw new Error(`list missed ${shown(userId)}, whose row was there all the time`);
    }
  },
};

async function created(probe: StoreProbe): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const userId of USER_IDS) rows.set(userId, await probe.created(userId));
  return rows;
}

function same(userId: string, row: Row, listed: Row | undefined): void {
  if (listed === undefined) throw new Error(`list missed ${shown(userId)}`);
  const isSame = listed.revision === row.revision && JSON.stringify(listed.record) === JSON.stringify(row.record);
  if (!isSame) throw new Error(`list gave ${shown(userId)} with ${shown(listed)}, not ${shown(row)}`);
}

/** The rows of all pages, the last of each user; after each page something is done. */
async function everybody(probe: StoreProbe, between = async (): Promise<void> => {}): Promise<Map<string, Row>> {
  const listed = new Map<string, Row>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (;;) {
    const page = await probe.list(cursor, LIMIT);
    for (const { userId, ...row } of page.rows) listed.set(userId, row);
    cursor = page.cursor;
    if (cursor === undefined) return listed;
    if (cursors.has(cursor)) throw new Error(`list has no end: the cursor ${shown(cursor)} came twice`);
    cursors.add(cursor);
    await between();
  }
}
