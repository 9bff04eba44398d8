import { describe, expect, it } from 'vitest';
import { suggestion } from '../../src/core/spelling.js';

const KNOWN = ['nowMs', 'periodSeconds', 'algorithm', 'digits', 'window', 'lastCounter', 'pendingLifeMs'];

describe('the suggestion for an unknown name', () => {
  it.each([
    ['windw', 'window'], // a letter lost
    ['windoww', 'window'], // added
    ['windiw', 'window'], // replaced
    ['wnidow', 'window'], // two that changed places
    ['digit', 'digits'],
    ['DIGITS', 'digits'],
    ['Window', 'window'],
    ['period', 'periodSeconds'], // a beginning of the name
    ['nowMsec', 'nowMs'], // the name is a beginning
    ['now', 'nowMs'],
    ['lastcounter', 'lastCounter'],
    ['pendingLife', 'pendingLifeMs'],
  ])('%s is the known name %s', (name, known) => {
    expect(suggestion(name, KNOWN)).toBe(`did you mean "${known}"?`);
  });

  it.each(['', 'x', 'secret', 'wndw1x', 'counter', 'pe', 'toString', '__proto__'])('%j is none of them', (name) => {
    expect(suggestion(name, KNOWN)).toBe(`the names are ${KNOWN.join(', ')}`);
  });

  it('is the first known name that is near', () => {
    expect(suggestion('keys', ['key', 'keyz'])).toBe('did you mean "key"?');
    expect(suggestion('keys', ['keyz', 'key'])).toBe('did you mean "keyz"?');
  });

  it('counts letters that are inserted, deleted or replaced: two are near, three are not', () => {
    const isNear = (name: string, known: string): boolean => suggestion(name, [known]).startsWith('did you mean');
    for (const [name, known] of [
      ['xbcdey', 'abcdef'],
      ['cdef', 'abcdef'],
      ['abxycdef', 'abcdef'],
      ['acbdef', 'abcdef'],
      ['ab', ''],
      ['', 'ab'],
    ] as const) {
      expect(isNear(name, known), `${name} ${known}`).toBe(true);
    }
    for (const [name, known] of [
      ['xbcdyz', 'abcdef'],
      ['def', 'abcdef'],
      ['xaxbxcdef', 'abcdef'],
    ] as const) {
      expect(isNear(name, known), `${name} ${known}`).toBe(false);
    }
  });
});
