import { invalid } from '../core/check.js';

/** A name that needs no quoting: it goes into the SQL text, where no parameter can stand. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const RULE = '1 to 63 lower-case letters, digits and underscores, and not begin with a digit';

/** Quoted, for it may be a word of SQL. */
export function quotedTableName(table: unknown): string {
  if (typeof table !== 'string' || !NAME.test(table)) throw invalid(`table must be ${RULE}`);
  return `"${table}"`;
}

/**
 * `table`, or `schema.table`.
 *
 * @param mark - that names are quoted with
 */
export function quotedTablePath(table: unknown, mark = '"'): string {
  const names = typeof table === 'string' ? table.split('.') : [];
  if (names.length < 1 || names.length > 2 || !names.every((name) => NAME.test(name))) {
    throw invalid(`table must be ${RULE}; a schema may stand before it, with a dot`);
  }
  return names.map((name) => mark + name + mark).join('.');
}
