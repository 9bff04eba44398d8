import { expect, it } from 'vitest';
import { localTime } from '../../../docs/examples/wizard/browser/local-time.js';

const NOW = Date.parse('2026-03-01T00:30:00Z');

it.each([
  ['2026-03-01T00:05:00Z', 'UTC', 'Today, 00:05'],
  ['2026-02-28T23:59:59Z', 'UTC', 'Yesterday, 23:59'],
  ['2026-02-27T23:59:59Z', 'UTC', '27 Feb 2026, 23:59'],
  // Where it is still the evening of the day before.
  ['2026-02-28T23:59:59Z', 'America/New_York', 'Today, 18:59'],
  ['2026-02-28T04:59:59Z', 'America/New_York', 'Yesterday, 23:59'],
  // And where it is a day that is not a whole number of hours away.
  ['2026-02-28T18:14:00Z', 'Asia/Kathmandu', 'Yesterday, 23:59'],
  ['2025-03-01T00:30:00Z', 'UTC', '1 Mar 2025, 00:30'],
])('%s is, in %s, %s', (at, zone, text) => {
  expect(localTime(Date.parse(at), NOW, { timeZone: zone })).toBe(text);
});

it('tells the seconds of what is a moment away', () => {
  expect(localTime(NOW + 30_000, NOW, { seconds: true, timeZone: 'UTC' })).toBe('00:30:30');
});
