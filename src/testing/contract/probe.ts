import type { ListedPage, MfaStore, StoredRow } from '../../service/ports.js';
import { differenceOf, shown } from './difference.js';

/** Each by its name: the rule that it checks. */
export type Checks = Readonly<Record<string, (probe: StoreProbe) => Promise<void>>>;

export type Row = StoredRow;

export const ALICE = 'alice';
export const BOB = 'bob';

/** A store, and what is asked of it. What it does otherwise is thrown as an error that says so. */
export class StoreProbe {
  readonly #store: MfaStore;
  #rows = 0;

  constructor(store: MfaStore) {
    this.#store = store;
  }

  /** A row that was never there before: its revision is new, and its record tells it from all others. */
  row(details: object = {}): Row {
    const number = this.#rows++;
    const revision = `ab${number.toString(16).padStart(30, '0')}`;
    return { revision, record: { version: 1, revision, ...details } };
  }

  async get(userId: string): Promise<StoredRow | undefined> {
    const row = await this.#store.get(userId);
    if (row === null) throw new Error('get returned null where there is no row: it must return undefined');
    return row;
  }

  get canList(): boolean {
    return this.#store.list !== undefined;
  }

  /** Of a store that cannot list, the empty page. */
  async list(cursor: string | undefined, limit: number): Promise<ListedPage> {
    const page: unknown = (await this.#store.list?.({ cursor, limit })) ?? { rows: [] };
    const { rows, cursor: next } = Object(page) as { readonly rows?: unknown; readonly cursor?: unknown };
    if (!Array.isArray(rows)) throw new Error(`list returned ${shown(page)}: it must return { rows, cursor? }`);
    if (next !== undefined && typeof next !== 'string') {
      throw new Error(`list returned the cursor ${shown(next)}: it must be a text, or absent at the end`);
    }
    return page as ListedPage;
  }

  async write(userId: string, expected: string | undefined, next: Row | undefined): Promise<'stored' | 'conflict'> {
    const written: unknown = await this.#store.compareAndSet(userId, expected, next);
    if (written !== 'stored' && written !== 'conflict') {
      throw new Error(`compareAndSet returned ${shown(written)}: it must return 'stored' or 'conflict'`);
    }
    return written;
  }

  async stored(userId: string, expected: Row | undefined, next: Row | undefined, doing: string): Promise<void> {
    const written = await this.write(userId, expected?.revision, next);
    if (written !== 'conflict') return;
    const now = await this.get(userId);
    if (expected !== next && now?.revision === next?.revision) {
      throw new Error(
        `${doing} was a conflict, and stored all the same: look where the client says how many rows it wrote`,
      );
    }
    throw new Error(`${doing} was a conflict, though the row was as expected`);
  }

  async conflict(userId: string, expected: string | undefined, next: Row | undefined, doing: string): Promise<void> {
    const written = await this.write(userId, expected, next);
    if (written === 'stored') throw new Error(`${doing} was 'stored': it must be a conflict`);
  }

  async created(userId: string, details?: object): Promise<Row> {
    const row = this.row(details);
    await this.stored(userId, undefined, row, `creating the row of ${shown(userId)}`);
    return row;
  }

  /** What is there now is this row, whole. */
  async holds(userId: string, expected: Row | undefined, when: string): Promise<void> {
    const row = await this.get(userId);
    const difference =
      expected === undefined || row === undefined
        ? differenceOf(expected, row, 'the row')
        : (differenceOf(expected.revision, row.revision, 'its revision') ??
          differenceOf(expected.record, row.record, 'its record'));
    if (difference !== undefined) throw new Error(`${when}, the user ${shown(userId)} was read: ${difference}`);
  }
}
