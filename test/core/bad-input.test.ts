import * as core from 'lockstep-mfa/core';
import {
  appCompatibility,
  counterAt,
  falseAcceptProbability,
  formatKeyUri,
  formatSecret,
  formatSetupKey,
  generateSecret,
  hotp,
  inspectKeyUri,
  intervalAt,
  isMfaError,
  MfaError,
  matchCode,
  matchPair,
  parseKeyUri,
  parseSecret,
  secretFromBytes,
  totp,
  verifyTotp,
  wipeSecret,
} from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { decodeBase32 } from '../../src/core/base32.js';
import { answerOf, type Place, wrongAnswers } from '../support/bad-input.js';

const SECRET = parseSecret('GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG');
const [FIRST, SECOND] = [hotp(SECRET, 0), hotp(SECRET, 1)];

/** Objects without a field, which leave everything at its default. */
const EMPTY = ['an empty list', 'an empty object', 'an object without a prototype', 'a date'];

function refused(...path: readonly (string | number)[]): Place {
  return { path, answer: 'invalid-argument' };
}
function optional(...path: readonly (string | number)[]): Place {
  return { path, answer: 'invalid-argument', fine: ['undefined'] };
}
const hotpParameters = (...path: readonly (string | number)[]): Place[] => [
  optional(...path, 'algorithm'),
  optional(...path, 'digits'),
];
const timeAt = (at: number): Place[] => [refused(at), refused(at, 'nowMs'), optional(at, 'periodSeconds')];
const WINDOW: Place[] = [optional(2, 'window'), refused(2, 'window', 'behind'), refused(2, 'window', 'ahead')];
const MATCHING: Place[] = [
  refused(0),
  refused(2),
  refused(2, 'counter'),
  optional(2, 'lastCounter'),
  ...WINDOW,
  ...hotpParameters(2),
];
const matching = { counter: 1, window: { behind: 1, ahead: 1 } };

/** Every function: good arguments, and the places where bad ones can come in. */
const FUNCTIONS: Record<string, [call: (...args: never[]) => unknown, args: readonly unknown[], places: Place[]]> = {
  hotp: [
    hotp,
    [SECRET, 0, {}],
    [
      refused(0),
      refused(1),
      { path: [2], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      ...hotpParameters(2),
    ],
  ],
  totp: [totp, [SECRET, { nowMs: 0 }], [refused(0), ...timeAt(1), ...hotpParameters(1)]],
  counterAt: [counterAt, [{ nowMs: 0 }], timeAt(0)],
  intervalAt: [intervalAt, [{ nowMs: 0 }], timeAt(0)],
  matchCode: [matchCode, [SECRET, SECOND, matching], [{ path: [1], answer: 'malformed-code' }, ...MATCHING]],
  matchPair: [
    matchPair,
    [SECRET, [FIRST, SECOND], matching],
    [refused(1), { path: [1, 0], answer: 'malformed-code' }, { path: [1, 1], answer: 'malformed-code' }, ...MATCHING],
  ],
  verifyTotp: [
    verifyTotp,
    [SECRET, FIRST, { nowMs: 0, window: { behind: 1, ahead: 1 } }],
    [
      refused(0),
      { path: [1], answer: 'malformed-code' },
      ...timeAt(2),
      optional(2, 'lastCounter'),
      ...WINDOW,
      ...hotpParameters(2),
    ],
  ],
  formatKeyUri: [
    formatKeyUri,
    [{ issuer: 'Acme', account: 'alice', secret: SECRET, parameters: {} }],
    [
      refused(0),
      {
        path: [0, 'issuer'],
        answer: 'invalid-argument',
        fine: ['undefined', 'a word', 'the other half'],
      },
      { path: [0, 'account'], answer: 'invalid-argument', fine: ['a word', 'the other half'] },
      optional(0, 'image'),
      optional(0, 'type'),
      refused(0, 'secret'),
      { path: [0, 'parameters'], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      ...hotpParameters(0, 'parameters'),
      optional(0, 'parameters', 'periodSeconds'),
    ],
  ],
  appCompatibility: [
    appCompatibility,
    [{}],
    [
      { path: [0], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      optional(0, 'type'),
      { path: [0, 'spelling'], answer: 'invalid-argument', fine: ['undefined', 'an empty list'] },
      optional(0, 'periodSeconds'),
      ...hotpParameters(0),
    ],
  ],
  inspectKeyUri: [
    inspectKeyUri,
    ['otpauth://totp/a?secret=GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG'],
    [{ path: [0], answer: 'not-a-key-uri' }],
  ],
  parseKeyUri: [
    parseKeyUri,
    ['otpauth://totp/a?secret=GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG'],
    [{ path: [0], answer: 'not-a-key-uri' }],
  ],
  parseSecret: [
    parseSecret,
    ['GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG', {}],
    [
      {
        path: [0],
        answer: (bad) => (typeof bad === 'string' ? 'malformed-secret' : 'invalid-argument'),
        fine: ['a word'],
      },
      { path: [1], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      optional(1, 'encoding'),
    ],
  ],
  secretFromBytes: [secretFromBytes, [new Uint8Array(1)], [refused(0)]],
  generateSecret: [
    generateSecret,
    [{}],
    [
      { path: [0], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
      optional(0, 'bytes'),
      optional(0, 'random'),
    ],
  ],
  formatSecret: [
    formatSecret,
    [SECRET, {}],
    [refused(0), { path: [1], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] }, optional(1, 'encoding')],
  ],
  formatSetupKey: [formatSetupKey, [SECRET], [refused(0)]],
  wipeSecret: [wipeSecret, [secretFromBytes(new Uint8Array(1))], [refused(0)]],
  falseAcceptProbability: [
    falseAcceptProbability,
    [{ digits: 6, positions: 3 }],
    [refused(0), refused(0, 'digits'), refused(0, 'positions'), optional(0, 'codes')],
  ],
  isMfaError: [isMfaError, [new MfaError('invalid-argument', '')], [{ path: [0], answer: 'ok' }]],
};

describe('bad input', () => {
  it('is tried on every public function', () => {
    const functions = Object.entries(core).filter(([, value]) => typeof value === 'function' && value !== MfaError);
    expect(Object.keys(FUNCTIONS).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it.each(Object.entries(FUNCTIONS))('%s gives a typed answer', (_, [call, args, places]) => {
    expect(answerOf(() => call(...(args as never[])))).toBe('ok');
    expect(places.flatMap((place) => wrongAnswers(call, args, place))).toEqual([]);
  });

  it('an error that reading an option throws is not ours, and passes', () => {
    const options = {
      get counter(): number {
        throw new RangeError('the caller’s own');
      },
    };
    expect(() => matchCode(SECRET, '123456', options)).toThrow(RangeError);
  });

  const refuse = (message: string): never => {
    throw new MfaError('invalid-argument', message);
  };
  it.each<[string, (value: string) => unknown, string]>([
    ['throws an error of the engine', (value) => value.trim(), 'a raw error: TypeError'],
    ['repeats its input', (value) => refuse(`not a code: ${value}`), 'a word at 0: a message that repeats its input'],
    ['repeats a megabyte', (value) => refuse(`not a code: ${String(value)}`), 'an endless message'],
    ['takes it', () => undefined, 'NaN at 0: ok, not invalid-argument'],
    ['takes it and says nothing', (value) => ({ ok: false, value }), 'NaN at 0: undefined, not invalid-argument'],
    ['refuses for another reason', () => ({ ok: false, reason: 'other' }), 'NaN at 0: other, not invalid-argument'],
    ['refuses what is fine', () => refuse(''), 'undefined at 0: invalid-argument, not ok'],
  ])('would be caught where a function %s', (_, call, found) => {
    const answers = wrongAnswers(call, ['good'], optional(0));
    expect(answers.some((answer) => answer.includes(found))).toBe(true);
  });
});

// A reader whose work grows with the square of the text would take minutes here and run into the runner's time limit.
describe('millions of characters are read in one go', () => {
  const TEXT = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
  const repeat = (text: string, length: number): string => text.repeat(length / text.length);

  it.each<[string, string, string]>([
    ['', ' ', 'x'],
    ['otpauth://', 'x', ''],
    ['otpauth://totp/', ':', `?secret=${TEXT}`],
    ['otpauth://totp/', '%3A', `?secret=${TEXT}&issuer=A`],
    ['otpauth://totp/', '%3Fsecret', ''],
    ['otpauth://totp/A:', ' ', `b?secret=${TEXT}`],
    ['otpauth://totp/a?', '&', `secret=${TEXT}`],
    ['otpauth://totp/a?', '=', `&secret=${TEXT}`],
    ['otpauth://totp/a?', 'x&', `secret=${TEXT}`],
    ['otpauth://totp/a?secret=', 'A', '1'],
    [`otpauth://totp/a?secret=${TEXT}&period=`, '3', ''],
    [`otpauth://totp/a?secret=${TEXT}&algorithm=`, 'SHA', ''],
    [`otpauth://hotp/a?secret=${TEXT}&counter=`, '0', ''],
    [`otpauth://totp/a?secret=${TEXT}`, ' ', 'x'],
  ])('key URI: %j and %j again and again, %j', (before, again, after) => {
    expect(parseKeyUri(before + repeat(again, 2 ** 21) + after)).toHaveProperty('ok');
  });

  it.each(['AAAAA ', '=', ' ', '\u200b', '\u{e0020}'])('base32: %j', (again) => {
    const text = repeat(again, 2 ** 20);
    expect(decodeBase32(`AAAAAAAA${text}${again === '=' ? '' : 'AAAAAAAA'}`).length).toBeGreaterThanOrEqual(5);
  });

  it.each(['A', ' ', '\u200b', 'é', '\ud83d'])('a secret in any encoding: %j', (again) => {
    for (const encoding of ['base32', 'base32-lenient', 'hex', 'base64', 'utf8'] as const) {
      const call = () => parseSecret(repeat(again, 2 ** 22), { encoding });
      expect(answerOf(call)).toBe('malformed-secret');
    }
  });

  it.each(['1', '1 ', ' ', '\u200b', '\u{e0020}', '１', '😀', '\ud83d'])('code: %j', (again) => {
    const result = matchCode(SECRET, repeat(again, 2 ** 22), { counter: 0 });
    expect(result).toEqual({ ok: false, reason: 'malformed-code' });
  });

  it.each(['a', 'é', '😀', "'"])('name: %j', (again) => {
    const account = repeat(again, 2 ** 20);
    expect(answerOf(() => formatKeyUri({ account, secret: SECRET }))).toBe('invalid-argument');
    const spaces = `${' '.repeat(account.length)}a${'\u202e'.repeat(account.length)}`;
    expect(formatKeyUri({ account: spaces, secret: SECRET })).toContain('totp/a?');
  });
});
