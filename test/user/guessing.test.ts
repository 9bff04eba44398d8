import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcome, USER, World, wrongCodes } from '../service/world.js';
import { insideMarkers } from '../support/tables.js';
import {
  chanceOf,
  DAY_MS,
  DAYS,
  guessesOver,
  guessesWithin,
  honestYears,
  ownerTimes,
  positionsAfterPair,
  positionsOfDevice,
  RULES,
  START_MS,
  timesOfAlarmAndLock,
  triesAYear,
  wideYear,
} from './guessing.js';
import { guessingTables, WIDE } from './guessing-table.js';

const [RIGHT, OFF] = [positionsOfDevice(0), positionsOfDevice(9)];

describe('a guesser beside an owner', () => {
  it('gets a hundred tries, and one for each sign-in', () => {
    for (const signInsADay of [0, 1, 3, 10]) {
      for (const positions of [RIGHT, OFF, 8 * OFF]) {
        expect(triesAYear({ signInsADay, positions })).toBe(100 + signInsADay * DAYS);
      }
    }
  });

  it('has 0.14 % a year beside one sign-in a day, and 1.1 % beside ten', () => {
    expect(RIGHT).toBe(3);
    expect(OFF).toBe(6);
    expect(chanceOf(triesAYear({ signInsADay: 1, positions: RIGHT }), RIGHT)).toBeCloseTo(0.0014, 4);
    expect(chanceOf(triesAYear({ signInsADay: 10, positions: RIGHT }), RIGHT)).toBeCloseTo(0.011, 3);
  });

  it('would have many times as many under other rules', () => {
    for (const [name, rule] of Object.entries(RULES)) {
      const [daily, often] = [1, 10].map((signInsADay) => triesAYear({ signInsADay, positions: RIGHT, rule }));
      if (name.includes('this library')) continue;
      expect(daily, name).toBeGreaterThan(3000);
      expect(often, name).toBeGreaterThan(30_000);
    }
  });

  it('pays for the counters that a guess can hit', () => {
    const tries = triesAYear({ signInsADay: 0, positions: 2000 });
    expect(tries).toBe(3);
    expect(chanceOf(tries, 2000)).toBeLessThan(0.006);
    for (const positions of [1, 3, 49, 50, 51, 500]) {
      expect(chanceOf(triesAYear({ signInsADay: 0, positions }), positions)).toBeLessThanOrEqual(0.006);
    }
  });

  it('gives the alarm within a day, and is locked within four, without sign-ins between', () => {
    const { alarmMs, lockMs } = timesOfAlarmAndLock(RIGHT);
    expect(alarmMs).toBeLessThan(DAY_MS);
    expect(lockMs).toBeLessThan(4 * DAY_MS);
  });

  it('gets no more from the service itself, over a quarter of a year of the same owner', async () => {
    const world = new World();
    world.nowMs = START_MS - 30_000;
    const { phone } = await world.enroll();
    const quarter = ownerTimes(1).filter((ms) => ms < START_MS + 91 * DAY_MS);
    let tries = 0;
    for (const ownerMs of quarter) {
      for (;;) {
        const { status, ...lock } = await world.mfa.describeUser(USER);
        if (status === 'locked' && 'lockedUntilMs' in lock) world.nowMs = lock.lockedUntilMs;
        const { strikes } = (await world.record()).throttle;
        if (world.nowMs >= ownerMs || strikes === 99) break;
        const [code] = wrongCodes(1, phone);
        expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-mismatch');
        tries++;
      }
      world.nowMs = Math.max(world.nowMs, ownerMs);
      expect(outcome(await world.mfa.signIn(USER, { code: phone.code() }))).toBe('ok');
      // The next code, should the owner come again at once.
      world.wait();
    }
    expect(quarter.length).toBeGreaterThan(60);
    // The one that would lock is left.
    expect(tries).toBe(99 + quarter.length - 1);
  });
});

describe('a guesser who minds no lock', () => {
  it('keeps the owner out by codes: 58 guesses in 48 hours, and the lock that stays after 89 hours', () => {
    expect(guessesWithin(2 * DAY_MS, RIGHT)).toBe(58);
    expect(guessesWithin(365 * DAY_MS, RIGHT)).toBe(100);
    expect(Math.round(timesOfAlarmAndLock(RIGHT).lockMs / 3_600_000)).toBe(89);
  });

  it('gets a hundred guesses for each recovery code that lifts the lock: a thousand for ten', () => {
    expect([1, 2, 10].map((codes) => guessesOver(codes, RIGHT))).toEqual([100, 200, 1000]);
    expect(chanceOf(1000, RIGHT)).toBeCloseTo(0.003, 4);
  });

  it('keeps the owner out of the service itself: in 48 hours no moment is left for a right code', async () => {
    const world = new World();
    const { phone } = await world.enroll();
    const beganMs = world.nowMs;
    let guesses = 0;
    const answers = new Set<string>();
    while (world.nowMs < beganMs + 2 * DAY_MS) {
      const [code] = wrongCodes(1, phone);
      expect(outcome(await world.mfa.signIn(USER, { code }))).toBe('code-mismatch');
      guesses++;
      const described = await world.mfa.describeUser(USER);
      if (described.status !== 'locked') continue;
      // The owner comes in the middle of the wait, and once more in its last millisecond.
      const untilMs = described.lockedUntilMs!;
      for (const nowMs of [Math.floor((world.nowMs + untilMs) / 2), untilMs - 1]) {
        if (nowMs > world.nowMs) world.nowMs = nowMs;
        answers.add(outcome(await world.mfa.signIn(USER, { code: phone.code() })));
      }
      world.nowMs = untilMs;
    }
    expect(guesses).toBe(58);
    expect([...answers]).toEqual(['locked']);
  });
});

describe('a wide range after two codes', () => {
  it('is 38 counters until the first sign-in, 10 until the fifth, 6 then', () => {
    expect(positionsAfterPair(6)).toEqual([38, 10, 10, 10, 10, 6, 6]);
  });

  // The numbers of the simulation by which the rule was chosen.
  it.each([
    ['nothing', 0.0028, 0.022, 0],
    ['the device is resynchronized once, and used a minute later', 0.0033, 0.023, 5],
    ['once, and used at the next sign-in', 0.0048, 0.023, 58],
    ['every month, and used a minute later', 0.0066, 0.026, 71],
    ['a second device is resynchronized, and never used', 0.0092, 0.052, 137],
    ['**a second device is assigned within 15 minutes, and never used**', 0.0083, 0.046, 137],
    ['the same, if its wide range had no end', 0.013, 0.086, 300],
  ])('gives a guesser in a year of which: %s', (name, daily, often, wideGuesses) => {
    const year = wideYear({ ...WIDE[name]!, signInsADay: 1 });
    expect(year.chance.toPrecision(2)).toBe(daily.toPrecision(2));
    expect(year.wideGuesses).toBe(wideGuesses);
    expect(wideYear({ ...WIDE[name]!, signInsADay: 10 }).chance.toPrecision(2)).toBe(often.toPrecision(2));
  });
});

describe('an owner alone', () => {
  it('who mistypes three codes of ten is never locked, nor suspected, in two thousand years', () => {
    const { signIns, waited, alarms, locks } = honestYears(2000, 1, 0.3, RIGHT);
    expect(signIns).toBe(2000 * DAYS);
    expect([alarms, locks]).toEqual([0, 0]);
    expect(waited / signIns).toBeLessThan(0.003);
    expect(waited).toBeGreaterThan(0);
  });

  it('who mistypes most of them is: the simulation notices', () => {
    const { alarms, locks } = honestYears(10, 1, 0.6, RIGHT);
    expect(alarms).toBeGreaterThan(0);
    expect(locks).toBeGreaterThan(0);
  });
});

describe('the tables of docs/guessing.md', () => {
  it('are those of the simulation', () => {
    const page = readFileSync(new URL('../../docs/guessing.md', import.meta.url), 'utf8');
    expect(insideMarkers(page)).toBe(guessingTables());
  });
});
