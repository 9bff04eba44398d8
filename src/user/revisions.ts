/** How many revisions before its row's own a record lists, in their order. */
export const REVISIONS_KEPT = 8;

/**
 * The first 64 bits tell eight revisions apart, and half the list matters: with whole ones the record of a device in use
 * passes the 2 kB from which PostgreSQL stores a row in pieces.
 */
const CHARACTERS_KEPT = 16;

export function shortened(revision: string): string {
  return revision.slice(0, CHARACTERS_KEPT);
}

/** A write that was asked for: `expected` is undefined where no row was expected. */
export interface Write {
  readonly revision: string;
  readonly expected: string | undefined;
}

/** What a row says of its own writes. */
export interface Lineage {
  readonly revision: string;
  /** The beginnings of those before, the newest last. */
  readonly revisions: readonly string[];
}

/**
 * What became of a write, by a row that was read after it. Equal state would prove nothing: a sign-in that finds its
 * counter used was not necessarily the one that used it.
 *
 * - `landed`: its revision is the row's, or one before it.
 * - `overtaken`: it has not landed and never will, for another write took the place after the revision it expected.
 * - `possible`: what it expected is what was read. The same may be written again: at most one of the two can land.
 * - `unknown`: the read was stale, or more than eight writes came in between.
 */
export type Fate = 'landed' | 'overtaken' | 'possible' | 'unknown';

export function fateOf({ revision, expected }: Write, row: Lineage | undefined): Fate {
  if (row === undefined) return expected === undefined ? 'possible' : 'unknown';
  const { revisions } = row;
  if (row.revision === revision || revisions.includes(shortened(revision))) return 'landed';
  if (row.revision === expected) return 'possible';
  // Of a list that is shorter, the first write made the row.
  const isPast = expected === undefined ? revisions.length < REVISIONS_KEPT : revisions.includes(shortened(expected));
  return isPast ? 'overtaken' : 'unknown';
}

/** The list of the row that follows this one; of none, the empty list. */
export function revisionsAfter(row: Lineage | undefined): readonly string[] {
  return row === undefined ? [] : [...row.revisions, shortened(row.revision)].slice(-REVISIONS_KEPT);
}
