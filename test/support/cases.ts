import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** One published failure of another system, with the values that show it. */
export interface Case<Input, Expected> {
  readonly id: string;
  readonly group: string;
  readonly input: Input;
  readonly expected: Expected;
}

type Cases = readonly Case<unknown, unknown>[];

function read(file: string): Cases {
  return JSON.parse(readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8'));
}

const cases = read('cases.json');
export const ALL_CASES: Cases = [...cases, ...read('cases-2.json')];

export function caseOf<Input, Expected>(id: string): Case<Input, Expected> {
  const found = ALL_CASES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found as Case<Input, Expected>;
}

/** Ids that the test file tests. Vitest loads this module anew for each file. */
const tested = new Set<string>();

/** The test of one case, with the values that the case has. */
export function itCase<Input, Expected>(
  id: string,
  title: string,
  test: (input: Input, expected: Expected) => void | Promise<void>,
): void {
  tested.add(id);
  const { input, expected } = caseOf<Input, Expected>(id);
  it(`${id}: ${title}`, () => test(input, expected));
}

/**
 * A test that the file misses no case of some groups. Stands last in the file.
 *
 * @param groups - letters, such as `ef`
 * @param elsewhere - cases that the file leaves out, by the test file that has them, or by the reason
 */
export function itMissesNoCase(groups: string, elsewhere: Readonly<Record<string, string>> = {}): void {
  it(`no case of the groups ${groups} is missing`, () => {
    expect(cases).toHaveLength(99);
    const ids = cases.filter(({ group }) => groups.includes(group)).map(({ id }) => id);
    expect([...tested, ...Object.keys(elsewhere)].sort()).toEqual(ids);
  });

  it.each(Object.entries(elsewhere).filter(([, place]) => place.startsWith('test/')))(
    '%s is tested in %s',
    (id, file) => {
      expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`\\(\\s*'${id}',`));
    },
  );
}
