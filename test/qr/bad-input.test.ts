import { MfaError } from 'lockstep-mfa';
import { type QrOptions, qrDataUrl, qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';
import { keyUriWith } from './key-uris.js';

const SECRET = '7YMWKCWCENMAMGYUZCNFEIWTKKAMI6ZY';
const keyUri = keyUriWith('Acme');

const TEXTS: readonly (readonly [what: string, text: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['0', 0],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a bigint', 1n],
  ['a boolean', true],
  ['a symbol', Symbol(SECRET)],
  ['an object', { keyUri }],
  ['an array of it', [keyUri]],
  ['a String object', new String(keyUri)],
  ['a URL', new URL(keyUri)],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => keyUri],
  ['nothing', ''],
  ['a space', ' '],
  ['a bare secret', SECRET],
  ['another scheme', `https://example.com/?secret=${SECRET}`],
  ['a migration', 'otpauth-migration://offline?data=7YMWKCWC'],
  ['a space before it', ` ${keyUri}`],
  ['a space in it', `otpauth://totp/Acme Co:alice?secret=${SECRET}`],
  ['a line break after it', `${keyUri}\n`],
  ['a zero byte', `${keyUri}\0`],
  ['a letter that is not encoded', `otpauth://totp/Ünï:alice?secret=${SECRET}`],
  ['an emoji that is not encoded', `${keyUri}🔐`],
  ['the first half of a surrogate pair', `${keyUri}\ud83d`],
  ['the second half of a surrogate pair', `otpauth://totp/\udd10?secret=${SECRET}`],
  ['2,954 characters', keyUri.padEnd(2954, 'A')],
  ['1 MB', keyUri.padEnd(1_000_000, 'A')],
  ['1 MB of something else', SECRET.repeat(31_250)],
  ['1 MB of white space', ' '.repeat(1_000_000)],
];

const OPTIONS: readonly (readonly [what: string, options: unknown])[] = [
  ['null', null],
  ['a number', 8],
  ['a text', '8'],
  ...[0, -8, 1, 3, 4.5, 65, 1e9, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '8', null, 8n, [8], {}].map(
    (modulePixels) => [`modulePixels ${String(modulePixels)}`, { modulePixels }] as const,
  ),
];

/** Refuses anything but the typed error, and a message that tells more than the rule. */
function expectRefusal(draw: () => unknown, argument: string): void {
  const error = thrown(draw);
  expect(error.code).toBe('invalid-argument');
  expect(error.message).toMatch(new RegExp(`^${argument} must `));
  expect(error.message).not.toContain(SECRET.slice(0, 4));
  expect(error.message.length).toBeLessThan(120);
}

describe.each(Object.entries({ qrSvg, qrPng, qrDataUrl, qrTerminal }))('%s', (_, draw) => {
  it.each(TEXTS)('refuses as text: %s', (_, text) => {
    expectRefusal(() => draw(text as string), 'keyUri');
  });

  it('says where a character has no place', () => {
    expect(thrown(() => draw('otpauth://totp/Acme Co:alice')).message).toContain('position 19');
  });
});

describe.each(Object.entries({ qrSvg, qrPng, qrDataUrl }))('%s', (_, draw) => {
  it.each(OPTIONS)('refuses as options: %s', (what, options) => {
    expectRefusal(
      () => draw(keyUri, options as QrOptions),
      what.startsWith('modulePixels') ? 'modulePixels' : 'options',
    );
  });
});

describe('a wrong refusal is caught', () => {
  const failWith = (error: Error) => (): never => {
    throw error;
  };
  it.each([
    ['an answer', () => 'drawn', 'it answered'],
    ['an error of the engine', failWith(new TypeError('keyUri must be a string')), TypeError],
    ['another code', failWith(new MfaError('malformed-secret', 'keyUri must be right')), 'invalid-argument'],
    ['an echo', failWith(new MfaError('invalid-argument', `keyUri must not be ${keyUri}`)), 'not to contain'],
  ])('%s', (_, draw, complaint) => {
    expect(() => expectRefusal(draw, 'keyUri')).toThrow(complaint);
  });
});
