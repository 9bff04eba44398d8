import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_CASES } from '../support/cases.js';
import { ROOT } from '../support/tree.js';

// Every published failure, by its id: the test that keeps it, or the sentence of the docs that answers it.

/** By id in a test, with the values of the case. */
interface ById {
  readonly testedIn: string;
}
/** By a test of that title, which has its own values. */
interface ByTitle {
  readonly test: string;
  readonly title: string;
}
interface ByDocs {
  readonly page: string;
  readonly sentence: string;
}
type Answer = ById | ByTitle | ByDocs;

const core: ById = { testedIn: 'test/core/cases.test.ts' };
const device: ById = { testedIn: 'test/device/cases.test.ts' };
const match: ById = { testedIn: 'test/core/match.test.ts' };
const service: ById = { testedIn: 'test/service/cases.test.ts' };
const qr: ById = { testedIn: 'test/qr/cases.test.ts' };
const inputs: ById = { testedIn: 'test/cases/inputs.test.ts' };

const all = (ids: string, answer: Answer): Record<string, Answer> =>
  Object.fromEntries(ids.split(' ').map((id) => [id, answer]));

const EXPORTS: ByDocs = {
  page: 'docs/key-uris.md',
  sentence:
    'nothing in it is read, neither its accounts nor its batches, so the person scans the QR code that the site shows',
};
const inTest = (test: string, title: string): ByTitle => ({ test, title });
const inDocs = (page: string, sentence: string): ByDocs => ({ page, sentence });

const ANSWERS: Readonly<Record<string, Answer>> = {
  ...all('a01 a02 a04 a05 a06 a08 a10 a11 a13 a14 a15 a16 a17 a18 a22 a24 a26 a27 a28 a29 a30 a31', core),
  ...all('b01 b03 b04 b05 b06 b08 b09 b10 b11 b13 b14 b15 b16', core),
  ...all('c02 c03 c04 c06 c07 c08 c10', core),
  ...all('d01 d04 d05 d06 d07 d08 d10 d12', core),
  ...all('e01 e02 e03 e05 e16 e18 e19 e20 e23 f06', device),
  ...all('e06 e07 e10 e11 e12 e15 e22 f01 f05 f07 f08 f09 f10 f11 f12', service),
  f13: match,
  ...all('g01 g03 g04 g05 g07 g08', qr),
  ...all('h01 h02 h03 h04 h06 h09', EXPORTS),
  i01: inTest('test/package/contents.test.ts', 'needs no name that only Node has'),
  i04: inTest('test/package/exports.test.ts', 'of %s in CommonJS can be imported by name from ESM'),
  i05: inTest('test/package/exports.test.ts', 'of %s are the same in both formats, in code and in types'),
  i06: inDocs('docs/key-uris.md', 'No HMAC of your own can be handed in, so none can be wired wrongly.'),
  i08: inTest('test/core/secret-encodings.test.ts', 'better-auth keys the HMAC with the UTF-8 of the stored text'),
  ...all('i09 i10', core),
  ...all('j02 j03', inputs),
  j04: inTest(
    'test/core/app-compatibility.test.ts',
    'has a source in every row, and the year of the newest that has a date',
  ),
  j06: core,
  n03: inTest('test/service/events-out.test.ts', 'a handler that fails takes no answer along'),
  n04: inTest('test/service/recovery.test.ts', 'are read however they were typed, each once'),
  n06: inDocs('docs/rules.md', 'takes two consecutive unused codes of a device whose clock is up to an hour off'),
  n07: inDocs('docs/rules.md', '`driftSteps` says how far the device’s clock was off at the old system'),
  n08: inDocs(
    'docs/rules.md',
    'Where the server’s clock was ahead at the import, an administrator’s `resynchronizeDevice` lowers such a floor',
  ),
  n11: inTest('test/service/sealing.test.ts', 'is read from bytes, base64 and base64url, padded or not'),
  n12: inDocs('docs/rules.md', 'a guesser must not close the owner’s way back'),
  n13: inputs,
  n15: inputs,
  n16: inputs,
  n18: inTest('test/package/exports.test.ts', 'refuse the Secret of the other by name, and know its errors'),
  n19: inputs,
  n20: inputs,
  n22: inputs,
  n23: inDocs(
    'docs/rules.md',
    'A match at or below it is `code-reused`, with the time from which the device’s codes count again.',
  ),
  n24: inTest(
    'test/service/failing-sealer.test.ts',
    'seals all of a user anew, pending and suspended devices too, and changes nothing else',
  ),
  // On QuickJS, too, which has neither TextDecoder nor TextEncoder.
  n01: inTest('test/runtimes/suite.ts', 'pictures: SVG, PNG, terminal'),
  ...all('n02 n29', inTest('test/consumers/typescript.test.ts', '$version compiles with $resolution')),
  n17: inTest('test/consumers/projects.test.ts', 'finds no subpath by its name, and each by the path of its file'),
  n25: inDocs('docs/rules.md', 'An id never changes and is never given to somebody else: no e-mail addresses.'),
};

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll("'", '’');

function isAnswered(id: string, answer: Answer, read: (file: string) => string): boolean {
  if ('testedIn' in answer) return new RegExp(`\\(\\s*'${id}',`).test(read(answer.testedIn));
  if ('test' in answer) return flat(read(answer.test)).includes(flat(answer.title));
  return flat(read(answer.page)).includes(flat(answer.sentence));
}

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');

describe('the published failures', () => {
  it('are 120, each answered', () => {
    expect(ALL_CASES).toHaveLength(120);
    const ids = ALL_CASES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(120);
    expect(Object.keys(ANSWERS).sort()).toEqual([...ids].sort());
  });

  it.each(Object.entries(ANSWERS))('%s', (id, answer) => {
    expect(isAnswered(id, answer, read)).toBe(true);
  });

  it('would be caught without their test, title or sentence', () => {
    for (const [id, answer] of Object.entries(ANSWERS)) expect(isAnswered(id, answer, () => `'${id}x'`)).toBe(false);
  });
});
