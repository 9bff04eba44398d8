import { invalid } from '../core/check.js';

/** A name that needs no quoting: it goes into the SQL text, where no parameter can stand. */
export function checkedTableName(table: unknown): string {
  if (typeof table !== 'string' || !/^[a-z_][a-z0-9_]{0,62}$/.test(table)) {
    throw invalid('table must be 1 to 63 lower-case letters, digits and underscores, and not begin with a digit');
  }
  return table;
}
