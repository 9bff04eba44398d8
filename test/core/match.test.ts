import { type HotpParameters, hotp, type MatchOptions, matchCode, matchPair, parseSecret } from 'lockstep-mfa/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { codeSource, parseTypedPair } from '../../src/core/match.js';
import { ALGORITHMS, DIGITS } from '../support/arbitraries.js';
import { itCase } from '../support/cases.js';
import { thrown } from '../support/thrown.js';

/** Counters that an HMAC was computed of. */
const { computed } = vi.hoisted(() => ({ computed: [] as number[] }));
vi.mock('../../src/core/hmac/hmac.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/core/hmac/hmac.js')>();
  const truncatedHmac: typeof original.truncatedHmac = (algorithm) => {
    const compute = original.truncatedHmac(algorithm);
    return (key, counter) => {
      computed.push(counter);
      return compute(key, counter);
    };
  };
  return { ...original, truncatedHmac };
});
afterEach(() => {
  computed.length = 0;
});

const SECRET = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
const COUNTER = 56_666_666;

describe('matchCode', () => {
  it('finds the code of every algorithm and length, at each counter of the window', () => {
    for (const algorithm of ALGORITHMS) {
      for (const digits of DIGITS) {
        const parameters = { algorithm, digits };
        for (const offset of [-1, 0, 1]) {
          const code = hotp(SECRET, COUNTER + offset, parameters);
          expect(matchCode(SECRET, code, { counter: COUNTER, ...parameters })).toEqual({
            ok: true,
            counter: COUNTER + offset,
          });
        }
      }
    }
  });

  itCase<{ secret: string; steps: { login: string; time: number }[] }, { lastSteps: [number, number] }>(
    'f06',
    'another counter with the same digits is another code',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const code = input.steps[0]!.login;
      const [earlier, later] = expected.lastSteps;
      expect(matchCode(secret, code, { counter: earlier })).toEqual({ ok: true, counter: earlier });
      expect(matchCode(secret, code, { counter: later })).toEqual({ ok: true, counter: later });
      expect(matchCode(secret, code, { counter: later, lastCounter: earlier })).toEqual({ ok: true, counter: later });
      expect(matchCode(secret, code, { counter: earlier, lastCounter: earlier })).toEqual({ ok: true, counter: later });
      expect(matchCode(secret, code, { counter: later, lastCounter: later })).toEqual({
        ok: false,
        reason: 'code-reused',
      });
    },
  );

  itCase('f13', 'every counter is computed, whatever was typed', () => {
    const window = { behind: 5, ahead: 3 };
    const counters = Array.from({ length: 9 }, (_, i) => COUNTER - 5 + i);
    const codes = counters.map((counter) => hotp(SECRET, counter));
    for (const code of [...codes, '000000', '999999', hotp(SECRET, COUNTER + 4)]) {
      for (const lastCounter of [0, COUNTER - 3, COUNTER + 3, COUNTER + 100]) {
        computed.length = 0;
        matchCode(SECRET, code, { counter: COUNTER, window, lastCounter });
        expect(computed).toEqual(counters);
      }
    }
  });

  it('computes nothing for a malformed code', () => {
    expect(matchCode(SECRET, '12345', { counter: COUNTER })).toEqual({ ok: false, reason: 'malformed-code' });
    expect(computed).toEqual([]);
  });
});

describe('matchPair', () => {
  const pair = (counter: number, parameters: Partial<HotpParameters> = {}) =>
    [hotp(SECRET, counter - 1, parameters), hotp(SECRET, counter, parameters)] as const;

  it('finds the codes of every algorithm and length, the second of them in the window', () => {
    for (const algorithm of ALGORITHMS) {
      for (const digits of DIGITS) {
        const parameters = { algorithm, digits };
        const options = { counter: COUNTER, ...parameters };
        for (const offset of [-1, 0, 1]) {
          const codes = pair(COUNTER + offset, parameters);
          expect(matchPair(SECRET, codes, options)).toEqual({ ok: true, counter: COUNTER + offset });
        }
        for (const offset of [-2, 2]) {
          const codes = pair(COUNTER + offset, parameters);
          expect(matchPair(SECRET, codes, options)).toEqual({ ok: false, reason: 'code-mismatch' });
        }
      }
    }
  });

  it('wants them consecutive, in their order, and both right', () => {
    const [first, second] = pair(COUNTER);
    const third = hotp(SECRET, COUNTER + 1);
    for (const codes of [
      [second, first],
      [first, first],
      [second, second],
      [first, third],
      ['000000', second],
      [first, '000000'],
    ] as const) {
      expect(matchPair(SECRET, codes, { counter: COUNTER })).toEqual({ ok: false, reason: 'code-mismatch' });
    }
    expect(matchPair(SECRET, [second, third], { counter: COUNTER })).toEqual({ ok: true, counter: COUNTER + 1 });
  });

  itCase<{ secret: string; code1: string }, { steps: [number, number] }>(
    'e02',
    'two neighbours that show the same digits are a pair',
    (input, expected) => {
      const codes = [input.code1, input.code1] as const;
      const [, counter] = expected.steps;
      expect(matchPair(parseSecret(input.secret), codes, { counter })).toEqual({ ok: true, counter });
    },
  );

  itCase<
    { secret: string; time: number; codes2: [string, string] },
    { codes2: { lastStep: number }; falseMatchAt: number }
  >('e18', 'a code that occurs twice in the range does not mislead', (input, expected) => {
    const secret = parseSecret(input.secret);
    const counter = expected.falseMatchAt;
    const window = { behind: 1000, ahead: 1000 };
    expect(matchCode(secret, input.codes2[0], { counter, window })).toEqual({ ok: true, counter });
    expect(matchPair(secret, input.codes2, { counter, window })).toEqual({
      ok: true,
      counter: expected.codes2.lastStep,
    });
  });

  it('is used as soon as its first code is', () => {
    const codes = pair(COUNTER);
    const answer = (lastCounter: number) => matchPair(SECRET, codes, { counter: COUNTER, lastCounter });
    expect(answer(COUNTER - 2)).toEqual({ ok: true, counter: COUNTER });
    expect(answer(COUNTER - 1)).toEqual({ ok: false, reason: 'code-reused' });
    expect(answer(COUNTER)).toEqual({ ok: false, reason: 'code-reused' });
  });

  it('computes n + 1 codes for n positions, whatever was typed', () => {
    const window = { behind: 5, ahead: 3 };
    const counters = Array.from({ length: 10 }, (_, i) => COUNTER - 6 + i);
    const pairs = counters.slice(1).map((counter) => pair(counter));
    for (const codes of [...pairs, ['000000', '999999'], [pairs[0]![0], '000000'], pair(COUNTER + 4)] as const) {
      for (const lastCounter of [0, COUNTER - 3, COUNTER + 3, COUNTER + 100]) {
        computed.length = 0;
        matchPair(SECRET, codes as [string, string], { counter: COUNTER, window, lastCounter });
        expect(computed).toEqual(counters);
      }
    }
  });

  it.each<[unknown, unknown, 'first' | 'second']>([
    ['12345', '123456', 'first'],
    ['123456', '12345', 'second'],
    ['', '', 'first'],
    [undefined, '123456', 'first'],
    ['123456', 123456, 'second'],
  ])('names the malformed one of %j and %j', (first, second, field) => {
    expect(matchPair(SECRET, [first, second], { counter: COUNTER })).toEqual({
      ok: false,
      reason: 'malformed-code',
      field,
    });
    expect(computed).toEqual([]);
  });

  it.each([
    [[]],
    [['123456']],
    [['123456', '123457', '123458']],
    ['12'],
    ['123456'],
    [{ 0: '123456', 1: '123457', length: 2 }],
    [undefined],
    [null],
  ])('refuses %j in place of two codes', (codes) => {
    const call = () => matchPair(SECRET, codes as unknown as [string, string], { counter: COUNTER });
    expect(thrown(call)).toMatchObject({ code: 'invalid-argument', message: 'codes must be a list of two' });
    const parse = () => parseTypedPair(codes as unknown as [string, string], 6);
    expect(thrown(parse).message).toBe('codes must be a list of two');
  });
});

describe('options', () => {
  it.each<[string, object]>([
    ['no counter', {}],
    ['a negative counter', { counter: -1 }],
    ['a counter past 2^53-1', { counter: 2 ** 53 }],
    ['a fraction of a counter', { counter: 1.5 }],
    ['a counter as text', { counter: '1' }],
    ['a negative last counter', { counter: 1, lastCounter: -1 }],
    ['no last counter but null', { counter: 1, lastCounter: null }],
    ['a window as number', { counter: 1, window: 1 }],
    ['no window but null', { counter: 1, window: null }],
    ['half a window', { counter: 1, window: { behind: 1 } }],
    ['the other half', { counter: 1, window: { ahead: 1 } }],
    ['a negative window', { counter: 1, window: { behind: -1, ahead: 1 } }],
    ['an unknown algorithm', { counter: 1, algorithm: 'MD5' }],
    ['no algorithm but null', { counter: 1, algorithm: null }],
    ['5 digits', { counter: 1, digits: 5 }],
    ['9 digits', { counter: 1, digits: 9 }],
  ])('%s is the program’s mistake, also beside a malformed code', (_, options) => {
    for (const code of ['123456', '', undefined]) {
      expect(thrown(() => matchCode(SECRET, code, options as MatchOptions)).code).toBe('invalid-argument');
      const codes = [code, code] as const;
      expect(thrown(() => matchPair(SECRET, codes, options as MatchOptions)).code).toBe('invalid-argument');
    }
  });

  it('are SHA1, 6 digits, one counter each way, and nothing used, where they are left out', () => {
    for (const offset of [-1, 0, 1]) {
      const code = hotp(SECRET, 1 + offset);
      expect(matchCode(SECRET, code, { counter: 1 })).toEqual({ ok: true, counter: 1 + offset });
    }
    expect(codeSource(SECRET, 'SHA1', 6).lastCounter).toBe(-1);
    expect(matchCode(SECRET, hotp(SECRET, 0), { counter: 0, lastCounter: 0 })).toEqual({
      ok: false,
      reason: 'code-reused',
    });
  });
});
