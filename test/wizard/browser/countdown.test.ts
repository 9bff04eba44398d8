import { expect, it } from 'vitest';
import { countdown } from '../../../docs/examples/wizard/browser/countdown.js';

it.each([
  [0, 30, 1],
  [1, 30, 1],
  [29_000, 1, 1 / 30],
  [28_999, 2, 2 / 30],
  [29_999, 1, 1 / 30],
  [30_000, 30, 1],
  [1_700_000_015_500, 25, 25 / 30],
])('at %i ms of a period of 30 s, %i s are left', (nowMs, seconds, share) => {
  expect(countdown(nowMs, 30)).toEqual({ seconds, share });
});

it('takes the period of the device', () => {
  expect(countdown(75_000, 60)).toEqual({ seconds: 45, share: 0.75 });
});
