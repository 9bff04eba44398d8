import { parseSecret } from 'lockstep-mfa/core';
import { expect, it } from 'vitest';
import { codeSource } from '../../src/core/match.js';
import { isUsed, NO_MATCH, positionOf, searchCode } from '../../src/core/search.js';

const secret = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
const COUNTER = 56_666_666;
const CODE = 580_559;

it.each([-2, -1, 0, 1, 2])('a match tells its position: %d', (position) => {
  const match = searchCode(codeSource(secret, 'SHA1', 6), CODE, COUNTER - position, -2, 2);
  expect(positionOf(match)).toBe(position); // 0, not -0
  expect(isUsed(match)).toBe(false);
  const used = searchCode(codeSource(secret, 'SHA1', 6, COUNTER), CODE, COUNTER - position, -2, 2);
  expect(positionOf(used)).toBe(position);
  expect(isUsed(used)).toBe(true);
});

it('no match is not a used one', () => {
  expect(searchCode(codeSource(secret, 'SHA1', 6), CODE, COUNTER - 3, -2, 2)).toBe(NO_MATCH);
  expect(isUsed(NO_MATCH)).toBe(false);
});
