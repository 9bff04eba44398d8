import { describe, expect, it } from 'vitest';
import { followPair, type Stage } from '../../../docs/examples/wizard/browser/pair.js';

const SIX_DIGITS = { digits: 6, periodSeconds: 30 };
const EMPTY = { first: '', second: '' };

/** What is said at each step, of somebody who types. */
function stagesOf(
  steps: readonly (readonly [seconds: number, first: string, second: string])[],
  before: { readonly first: string; readonly second: string } = EMPTY,
): Stage[] {
  const follow = followPair(before, SIX_DIGITS);
  return steps.map(([seconds, first, second]) => follow({ first, second, nowMs: seconds * 1000 }));
}

describe('the advice for two codes', () => {
  it('waits with the person until the period turned, and says so until the second code stands there', () => {
    const stages = stagesOf([
      [5, '', ''],
      [10, '12345', ''],
      [11, '123456', ''],
      [29, '123456', ''],
      [30, '123456', ''],
      [35, '123456', '65432'],
      [36, '123456', '654321'],
    ]);
    expect(stages).toEqual(['countdown', 'countdown', 'wait', 'wait', 'turned', 'turned', 'countdown']);
  });

  it.each(['123 456', ' 123-456', '\u200e123456', '١٢٣٤٥٦'])('takes %s for a whole code', (first) => {
    expect(stagesOf([[1, first, '']])).toEqual(['wait']);
  });

  it('begins anew when the first code is typed anew', () => {
    const stages = stagesOf([
      [1, '123456', ''],
      [31, '123456', ''],
      [32, '12345', ''],
      [33, '123457', ''],
      [60, '123457', ''],
    ]);
    expect(stages).toEqual(['wait', 'turned', 'countdown', 'wait', 'turned']);
  });

  it('tells that the first code was typed again, in whatever groups', () => {
    const stages = stagesOf([
      [1, '123456', ''],
      [2, '123456', '123 456'],
      [3, '123456', ''],
    ]);
    expect(stages).toEqual(['wait', 'same', 'wait']);
  });

  it('has none for codes that stood there when the page came: nobody knows when they were typed', () => {
    const before = { first: '123456', second: '123456' };
    const stages = stagesOf(
      [
        [1, '123456', '123456'],
        [31, '123456', '123456'],
        [32, '123456', ''],
        [33, '123456', '123456'],
        [34, '999999', ''],
      ],
      before,
    );
    expect(stages).toEqual(['countdown', 'countdown', 'countdown', 'countdown', 'wait']);
  });
});
