import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type MatchOptions, type MatchResult, matchCode, matchPair, secretFromBytes } from 'lockstep-mfa/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { counters, isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

// Six digits meet once in a million. Here the HMAC has a few values only, so that windows are full of equal codes, and
// it notes for which counters it was asked.

const MAX = Number.MAX_SAFE_INTEGER;
const VALUES = 4;
const { asked, app } = vi.hoisted(() => ({
  asked: [] as number[],
  app: {
    shows(counter: number): number {
      const mixed = Math.imul(((counter % 2 ** 32) | 0) ^ 0x5bd1e995, 0x9e3779b1);
      return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 13) % 4;
    },
  },
}));
const shown = (counter: number): number => app.shows(counter);
vi.mock('../../src/core/hmac/hmac.js', () => ({
  prepareKey: () => [],
  truncatedHmac: () => (_key: unknown, counter: number) => {
    asked.push(counter);
    return app.shows(counter);
  },
}));
beforeEach(() => {
  asked.length = 0;
});

const SECRET = secretFromBytes(Uint8Array.of(1));
const typed = (value: number): string => String(value).padStart(6, '0');

type Codes = readonly number[];
type Options = Required<Omit<MatchOptions, 'algorithm' | 'digits' | 'lastCounter'>> & { readonly lastCounter?: number };
/** Answers one code, or two. */
type Matcher = (codes: Codes, options: Options) => MatchResult;

const library: Matcher = (codes, options) =>
  codes.length === 1
    ? matchCode(SECRET, typed(codes[0]!), options)
    : matchPair(SECRET, [typed(codes[0]!), typed(codes[1]!)], options);

/** What the documentation says, word by word: the counters whose codes are those, the last of them in the window. */
const model =
  ({ prefer = nearestThenNewest, spent = anySpent, matches = allMatch } = {}): Matcher =>
  (codes, { counter, window: { behind, ahead }, lastCounter }) => {
    const found: number[] = [];
    const last = Math.min(MAX, counter + ahead);
    for (let c = Math.max(codes.length - 1, counter - behind); c <= last; c++) if (matches(codes, c)) found.push(c);
    const unused = found.filter((c) => lastCounter === undefined || !spent(c, codes.length, lastCounter));
    if (unused.length > 0) return { ok: true, counter: unused.sort((a, b) => prefer(a, b, counter))[0]! };
    return { ok: false, reason: found.length > 0 ? 'code-reused' : 'code-mismatch' };
  };
function nearestThenNewest(a: number, b: number, expected: number): number {
  return Math.abs(a - expected) - Math.abs(b - expected) || b - a;
}
/** The last of `length` counters is c: all have to be above the last one used. */
function anySpent(c: number, length: number, lastCounter: number): boolean {
  return c - length + 1 <= lastCounter;
}
function allMatch(codes: Codes, c: number): boolean {
  return codes.every((code, i) => shown(c - codes.length + 1 + i) === code);
}

const near = (counter: number): fc.Arbitrary<number> =>
  fc.integer({ min: -15, max: 15 }).map((offset) => Math.max(0, Math.min(MAX, counter + offset)));
const options = (): fc.Arbitrary<Options> =>
  fc
    .oneof(
      counters(),
      fc.nat(12),
      fc.nat(12).map((n) => MAX - n),
    )
    .chain((counter) =>
      fc.record(
        {
          counter: fc.constant(counter),
          window: fc.record({ behind: fc.nat(12), ahead: fc.nat(12) }),
          lastCounter: fc.oneof(near(counter), near(counter), counters(), fc.constantFrom(0, MAX)),
        },
        { requiredKeys: ['counter', 'window'] },
      ),
    );
const codes = (length: number): fc.Arbitrary<Codes> =>
  fc.array(fc.nat(VALUES), { minLength: length, maxLength: length }); // VALUES itself is never shown

describe.each([
  ['matchCode', 1],
  ['matchPair', 2],
])('%s', (_, length) => {
  const agrees = (matcher: Matcher) =>
    fc.property(codes(length), options(), (typed, options) =>
      isDeepStrictEqual(matcher(typed, options), model()(typed, options)),
    );

  it('answers as the model, over windows full of equal codes and at both ends of the counters', () => {
    fc.assert(agrees(library), { numRuns: 10_000 });
  });

  const widened = (by: Options['window']): Matcher => {
    return (codes, { window, ...rest }) =>
      library(codes, { ...rest, window: { behind: window.behind + by.behind, ahead: window.ahead + by.ahead } });
  };
  it.each<[string, Matcher]>([
    ['looks one too far back', widened({ behind: 1, ahead: 0 })],
    ['looks one too far ahead', widened({ behind: 0, ahead: 1 })],
    ['is one counter off', (codes, o) => library(codes, { ...o, counter: Math.max(0, o.counter - 1) })],
    [
      'takes the last used counter again',
      (codes, { lastCounter, ...o }) => library(codes, lastCounter ? { ...o, lastCounter: lastCounter - 1 } : o),
    ],
    ['takes what is used', (codes, { lastCounter, ...o }) => library(codes, o)],
    ['refuses only the last used counter', model({ spent: (c, _, lastCounter) => c === lastCounter })],
    ['takes the oldest', model({ prefer: (a, b) => a - b })],
    ['takes the newest', model({ prefer: (a, b) => b - a })],
    [
      'takes the older of two equally near',
      model({ prefer: (a, b, expected) => Math.abs(a - expected) - Math.abs(b - expected) || a - b }),
    ],
  ])('would be caught if it %s', (_, matcher) => {
    expect(isCaught(agrees(matcher))).toBe(true);
  });

  const fixedWork = (matcher: Matcher) =>
    fc.property(codes(length), options(), (typed, options) => {
      asked.length = 0;
      matcher(typed, options);
      const { counter, window } = options;
      const last = Math.min(MAX, counter + window.ahead);
      const first = Math.max(length - 1, counter - window.behind); // of the last code typed
      const each = first > last ? [] : Array.from({ length: last - first + length }, (_, i) => first - length + 1 + i);
      return isDeepStrictEqual(asked, each);
    });

  it(`computes each counter once, wherever and whether it matches: n ${length > 1 ? '+ 1 ' : ''}HMACs`, () => {
    fc.assert(fixedWork(library), { numRuns: 5000 });
  });

  it('would be caught leaving early, skipping what is used, or looking again', () => {
    const early: Matcher = (codes, options) => {
      for (let ahead = 0; ahead <= options.window.ahead; ahead++) {
        const result = library(codes, { ...options, window: { ...options.window, ahead } });
        if (result.ok) return result;
      }
      return { ok: false, reason: 'code-mismatch' };
    };
    const skipping: Matcher = (codes, options) => {
      const used = options.counter - (options.lastCounter ?? 0) - 1;
      const behind = Math.max(0, Math.min(options.window.behind, used));
      return library(codes, { ...options, window: { ...options.window, behind } });
    };
    const again: Matcher = (codes, options) => {
      const result = library(codes, options);
      return result.ok ? library(codes, options) : result;
    };
    for (const matcher of [early, skipping, again]) expect(isCaught(fixedWork(matcher))).toBe(true);
  });
});

describe('matchPair', () => {
  const agrees = (matcher: Matcher) =>
    fc.property(codes(2), options(), (typed, options) =>
      isDeepStrictEqual(matcher(typed, options), model()(typed, options)),
    );

  it.each<[string, Matcher]>([
    ['asks only of the second counter that it is unused', model({ spent: (c, _, lastCounter) => c <= lastCounter })],
    ['searches the two apart', model({ matches: ([, second], c) => shown(c) === second })],
    [
      'takes them in either order',
      model({ matches: (codes, c) => allMatch(codes, c) || allMatch([...codes].reverse(), c) }),
    ],
    [
      'takes codes two apart',
      model({
        matches: ([first, second], c) => shown(c) === second && (shown(c - 1) === first || shown(c - 2) === first),
      }),
    ],
  ])('would be caught if it %s', (_, matcher) => {
    expect(isCaught(agrees(matcher))).toBe(true);
  });
});

describe('the ends', () => {
  const all = (counter: number, rest: Partial<MatchOptions> = {}): MatchResult[] =>
    Array.from({ length: VALUES }, (_, value) => matchCode(SECRET, typed(value), { counter, ...rest }));

  it('no counter is below 0', () => {
    expect(all(0).filter(({ ok }) => ok)).toHaveLength(new Set([shown(0), shown(1)]).size);
    expect(asked.slice(0, 2)).toEqual([0, 1]);
    asked.length = 0;
    expect(matchPair(SECRET, [typed(0), typed(0)], { counter: 0, window: { behind: 5, ahead: 0 } }).ok).toBe(false);
    expect(asked).toEqual([]);
  });

  it('no counter is above 2^53-1', () => {
    all(MAX);
    expect(asked.slice(0, 2)).toEqual([MAX - 1, MAX]);
    expect(matchCode(SECRET, typed(shown(MAX)), { counter: MAX })).toEqual({ ok: true, counter: MAX });
    const last = [typed(shown(MAX - 1)), typed(shown(MAX))] as const;
    expect(matchPair(SECRET, last, { counter: MAX })).toEqual({ ok: true, counter: MAX });
  });

  it('a last counter of 2^53-1 leaves nothing, one of 0 leaves 1', () => {
    const used = all(5, { lastCounter: MAX }).map((result) => (result.ok ? 'ok' : result.reason));
    expect(used).not.toContain('ok');
    expect(used).toContain('code-reused');
    expect(matchCode(SECRET, typed(shown(1)), { counter: 1, window: { behind: 0, ahead: 0 }, lastCounter: 0 })).toEqual(
      {
        ok: true,
        counter: 1,
      },
    );
  });

  it('100,000 counters each way are searched, and no more', () => {
    const window = { behind: 100_000, ahead: 100_000 };
    expect(matchCode(SECRET, typed(VALUES), { counter: 2 ** 40, window })).toEqual({
      ok: false,
      reason: 'code-mismatch',
    });
    expect(asked).toHaveLength(200_001);
    for (const window of [
      { behind: 100_001, ahead: 0 },
      { behind: 0, ahead: 100_001 },
    ]) {
      expect(thrown(() => matchCode(SECRET, '000000', { counter: 0, window })).message).toContain('100000');
    }
  });

  it.each([
    ['behind', 2 ** 40 - 100_000, { behind: 100_000, ahead: 0 }, undefined],
    ['ahead', 2 ** 40 + 100_000, { behind: 0, ahead: 100_000 }, 2 ** 40 + 99_999],
  ])('a match 100,000 counters %s is found', (_, farthest, window, lastCounter) => {
    const shows = vi.spyOn(app, 'shows').mockImplementation((counter) => (counter === farthest ? 0 : 1));
    const options = { counter: 2 ** 40, window, ...(lastCounter !== undefined && { lastCounter }) };
    expect(matchCode(SECRET, typed(0), options)).toEqual({ ok: true, counter: farthest });
    shows.mockRestore();
  });
});
