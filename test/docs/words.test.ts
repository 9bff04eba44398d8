import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from '../support/tree.js';

/** Names that the API had before its second edition, and the other spelling of enroll. */
const GONE = /deactivat|plaintextSecrets|AnswerOf|[tT]ypedKey|recoveryProofs|\b[Ee]nrol(s|ment|ments)?\b/;

/** This file names them, and the cases are other people's words. */
const EXCEPT = ['test/docs/words.test.ts', 'test/data/cases.json', 'test/data/cases-2.json'];

const FILES: readonly string[] = [
  'README.md',
  'package.json',
  ...['src', 'test', 'bench', 'docs'].flatMap((folder) =>
    filesBelow(`${ROOT}${folder}`).map((file) => `${folder}/${file}`),
  ),
].filter((file) => !EXCEPT.includes(file) && !file.includes('node_modules/'));

function linesWithGoneWords(text: string): string[] {
  return text.split('\n').filter((line) => GONE.test(line));
}

describe('a word that the second edition gave up', () => {
  it('stands in no file', () => {
    expect(FILES.length).toBeGreaterThan(300);
    const found = FILES.filter((file) => linesWithGoneWords(readFileSync(`${ROOT}${file}`, 'utf8')).length > 0);
    expect(found).toEqual([]);
  });

  it.each(['deactivateDevice', 'an enrolment', 'she enrols', 'typedKey', 'recoveryProofs'])('is caught: %s', (text) => {
    expect(linesWithGoneWords(`one line\n${text}\n`)).toEqual([text]);
  });

  it('is not caught in the words that took its place', () => {
    expect(
      linesWithGoneWords('removeDevice, an enrollment, she enrolls, enrolled, setupKey, DeactivateMFADevice'),
    ).toEqual([]);
  });
});
