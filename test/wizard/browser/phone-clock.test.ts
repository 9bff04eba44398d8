import { describe, expect, it } from 'vitest';
import {
  describeError,
  displayOf,
  MOST_SECONDS,
  PRESETS,
  parseSeconds,
} from '../../../docs/examples/wizard/browser/authenticator/phone-clock.js';

describe('the clock of the virtual phone', () => {
  it.each([
    [0, 'right'],
    [-45, '45 s behind'],
    [120, '2 min ahead'],
    [-1200, '20 min behind'],
    [259_200, '3 days ahead'],
    [90_061, '1 day 1 h 1 min 1 s ahead'],
    [-90, '1 min 30 s behind'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(describeError(seconds)).toBe(words);
  });

  it('has buttons that say what they do', () => {
    for (const { seconds, label } of PRESETS) expect(label.toLowerCase()).toBe(describeError(seconds));
  });

  it.each([
    ['0', 0],
    [' 45 ', 45],
    ['+45', 45],
    ['-45', -45],
    // As typesetters and some keyboards write it.
    ['−45', -45],
    [String(MOST_SECONDS), MOST_SECONDS],
    [String(MOST_SECONDS + 1), undefined],
    ['', undefined],
    ['4.5', undefined],
    ['1e3', undefined],
    ['--1', undefined],
    ['soon', undefined],
  ])('reads %j as %s', (typed, seconds) => {
    expect(parseSeconds(typed)).toBe(seconds);
  });

  it('shows a time and a day', () => {
    const shown = displayOf(Date.parse('2026-03-01T23:04:05Z'), 'Asia/Tokyo');
    expect(shown.time).toBe('08:04:05');
    expect(shown.date).toMatch(/^Mon,? 2 Mar$/);
  });
});
