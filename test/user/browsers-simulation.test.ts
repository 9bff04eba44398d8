import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, outcome, USER, World, wrongCodes, yes } from '../service/world.js';
import { insideMarkers } from '../support/tables.js';
import {
  Account,
  alone,
  BUDGET_5,
  COMMON_CLEARED,
  COMMON_STRIKE,
  flood,
  keptOut,
  LIBRARY,
  NONE_KNOWN,
  NOT_ROTATED,
  RESET,
  RESET_NOT_ROTATED,
  stealthyTries,
  stolenTries,
  unknownBeside,
} from './browsers-simulation.js';
import { browserTables } from './browsers-table.js';
import { chanceOf, DAY_MS, seeded } from './guessing.js';

const DAILY = { signInsADay: 1, years: 5 };

describe('an owner beside somebody who has the password and minds no lock', () => {
  it('is kept out for good where no browser is known, and whatever an administrator unlocks', () => {
    expect(keptOut(NONE_KNOWN, DAILY)).toBe(1);
    expect(keptOut(NONE_KNOWN, { ...DAILY, unlockedAfterMs: DAY_MS })).toBe(1);
  });

  it.each([1 / 7, 1, 10])('is never kept out of a known browser, at %d sign-ins a day', (signInsADay) => {
    expect(keptOut(LIBRARY, { signInsADay, years: 2 })).toBe(0);
    expect(keptOut(LIBRARY, { signInsADay, years: 2, typos: 0.1 })).toBe(0);
  });

  it('is kept out by nothing but seven mistyped codes in a row', () => {
    expect(keptOut(LIBRARY, { ...DAILY, typos: 0.3 })).toBeLessThan(0.001);
  });

  it('would be kept out after all by a budget of five', () => {
    expect(keptOut(BUDGET_5, { ...DAILY, typos: 0.3 })).toBeGreaterThan(0.2);
  });
});

describe('somebody who has the password, no token, and never locks', () => {
  it('gets a hundred tries, however often the owner signs in from a known browser', () => {
    expect([1 / 7, 1, 10].map((signInsADay) => stealthyTries(LIBRARY, signInsADay))).toEqual([100, 100, 100]);
    expect(stealthyTries(NONE_KNOWN, 1)).toBe(465);
    expect(stealthyTries(NONE_KNOWN, 10)).toBe(3750);
  });

  it('would get as many as without known browsers, if a known sign-in took a common strike away', () => {
    expect([COMMON_STRIKE, COMMON_CLEARED].map((rules) => stealthyTries(rules, 1))).toEqual([465, 465]);
  });

  it('gets one more for each sign-in from a browser that nobody knows', () => {
    const tries = stealthyTries(LIBRARY, 1, 0.1);
    expect(tries).toBeGreaterThan(120);
    expect(tries).toBeLessThan(160);
  });
});

describe('a stolen token', () => {
  it('is good for twenty tries, and one for the sign-in of the owner that it lives through', () => {
    expect([1 / 7, 1, 10].map((signInsADay) => stolenTries(LIBRARY, signInsADay, 1))).toEqual([21, 21, 21]);
    expect(stolenTries(LIBRARY, 1, 12)).toBe(12 * 21);
  });

  it('that is read anew each time gives one try for each sign-in of the owner', () => {
    expect(stolenTries(LIBRARY, 1, 'always')).toBe(19 + 364);
  });

  it('would be good for a whole year if it stayed the same', () => {
    expect(stolenTries(NOT_ROTATED, 1, 1)).toBe(19 + 364);
  });

  it('would be good for thousands if a right code cleared the strikes and made no new one', () => {
    expect(stolenTries(RESET_NOT_ROTATED, 1, 1)).toBe(19 * 365);
    expect(chanceOf(stolenTries(RESET_NOT_ROTATED, 10, 1), 3)).toBeGreaterThan(0.18);
    expect(stolenTries(RESET, 1, 1)).toBe(19 + 20);
  });
});

describe('a flood', () => {
  it('of made-up tokens is looked at no more than one without, and every browser stays known', () => {
    const { evaluated, ...rest } = flood(20_000);
    expect(rest).toEqual({ requests: 20_000, known: 10, signsIn: true });
    expect(evaluated).toBeLessThan(40);
  });

  it('of the owner alone pushes a browser out: ten private windows a day, and not three', () => {
    expect([3, 10].map((windows) => unknownBeside(windows, 100))).toEqual([0, 1]);
  });
});

describe('an owner alone', () => {
  const scene = { signInsADay: 1, years: 20, typos: 0.3 };

  it('who mistypes three codes of ten never waits, and keeps the browser; also where answers are lost', () => {
    for (const lost of [0, 0.1, 0.5]) {
      expect(alone(LIBRARY, { ...scene, lost })).toEqual({ forgotten: 0, waited: 0, alarms: 0, locks: 0 });
    }
  });

  it('would lose it twice a year with a budget of five: the simulation notices', () => {
    expect(alone(BUDGET_5, scene).forgotten).toBeGreaterThan(1);
  });

  it('waits now and then where no browser is known', () => {
    expect(alone(NONE_KNOWN, scene).waited).toBeGreaterThan(0);
  });
});

describe('the simulation', () => {
  it('answers as the service itself does, through the same walk', async () => {
    const world = new World();
    const { phone } = await world.enroll();
    const [wrong] = wrongCodes(1, phone);
    const random = seeded(17);
    const account = new Account(LIBRARY);
    // For each of two browsers the token of the simulation and that of the service.
    const browsers: [string | undefined, string | undefined][] = [
      [undefined, undefined],
      [undefined, undefined],
    ];
    const seen = new Set<string>();
    for (let i = 0; i < 600; i++) {
      world.wait(Math.floor(30_000 + random() * 10 * MINUTE_MS));
      const browser = browsers[Math.floor(random() * 2)]!;
      // Now wrong codes prevail, now right ones.
      const isRight = random() < (i % 100 < 50 ? 0.1 : 0.9);
      const here = random() < 0.5;
      const [token, browserToken] = here ? browser : [];
      const simulated = account.attempt(world.nowMs, isRight, token);
      const code = isRight ? phone.code() : wrong;
      const answer = await world.mfa.signIn(USER, { code, browserToken, remember: true });
      expect(outcome(answer), `${i}`).toBe({ ok: 'ok', wrong: 'code-mismatch', locked: 'locked' }[simulated.answer]);
      seen.add(`${outcome(answer)} ${token === undefined ? 'unknown' : 'with a token'}`);
      if (here && answer.ok) {
        browser[0] = simulated.browserToken ?? browser[0];
        browser[1] = answer.browserToken ?? browser[1];
      }
      const { throttle, browsers: known = [] } = await world.record();
      expect(throttle).toEqual(account.record.throttle);
      const strikes = account.record.browsers?.map((entry) => entry.strikes) ?? [];
      expect(known.map((entry) => entry.strikes)).toEqual(strikes);
      if (throttle.locked === true) {
        yes(await world.desk.unlock(USER));
        account.unlock();
      }
    }
    expect(account.forgotten).toBeGreaterThan(0);
    expect([...seen].sort()).toEqual([
      'code-mismatch unknown',
      'code-mismatch with a token',
      'locked unknown',
      'locked with a token',
      'ok unknown',
      'ok with a token',
    ]);
  });
});

describe('the tables of known browsers in docs/guessing.md', () => {
  it('are those of the simulation', () => {
    const page = readFileSync(new URL('../../docs/guessing.md', import.meta.url), 'utf8');
    expect(insideMarkers(page, 'browsers')).toBe(browserTables());
  });
});
