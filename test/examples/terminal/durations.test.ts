import { describe, expect, it } from 'vitest';
import { duration, seconds } from '../../../docs/examples/terminal/durations.js';

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [1, '1 s'],
    [1000, '1 s'],
    [30_000, '30 s'],
    [-90_000, '90 s'],
    [119_999, '120 s'],
    [120_000, '2 min'],
    [1_500_000, '25 min'],
    [-7_199_999, '120 min'],
    [7_200_000, '2 h'],
    [86_400_000, '24 h'],
  ])('of %i ms is %s', (milliseconds, words) => {
    expect(duration(milliseconds)).toBe(words);
  });

  it('in seconds is never 0 before the time has come', () => {
    expect([0, 1, 999, 1000, 1001].map(seconds)).toEqual(['0 s', '1 s', '1 s', '1 s', '2 s']);
  });
});
