import { readFileSync } from 'node:fs';

/** One published failure of another system, with the values that show it. */
export interface Case<Input, Expected> {
  readonly id: string;
  readonly group: string;
  readonly input: Input;
  readonly expected: Expected;
}

export const cases: readonly Case<unknown, unknown>[] = JSON.parse(
  readFileSync(new URL('../data/cases.json', import.meta.url), 'utf8'),
);

export function caseOf<Input, Expected>(id: string): Case<Input, Expected> {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found as Case<Input, Expected>;
}
