import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcome, USER, World, wrongCodes } from '../service/world.js';
import { insideMarkers } from '../support/tables.js';
import {
  chanceOf,
  DAY_MS,
  DAYS,
  honestYears,
  ownerTimes,
  positionsOfDevice,
  RULES,
  START_MS,
  timesOfAlarmAndLock,
  triesAYear,
} from './guessing.js';
import { guessingTables } from './guessing-table.js';

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
