import { inspect } from 'node:util';
import { isMfaError, MfaError, type MfaErrorCode, parseSecret } from 'lockstep-mfa/core';
import { describe, expect, it, vi } from 'vitest';
import { thrown } from './support/thrown.js';

/** Closed: a code that is added or renamed does not compile here. */
const CODES: Readonly<Record<MfaErrorCode, true>> = {
  'invalid-argument': true,
  'malformed-secret': true,
  'wiped-secret': true,
  'risky-policy': true,
  'corrupt-record': true,
  'record-missing': true,
  'unsupported-record-version': true,
  'store-failed': true,
  'sealer-failed': true,
  'event-failed': true,
};

describe('MfaError', () => {
  it('is an Error with a name, a code, a message, a stack and perhaps a cause', () => {
    const cause = new Error('disk full');
    const error = new MfaError('store-failed', 'the store failed', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'MfaError', code: 'store-failed', message: 'the store failed', cause });
    expect(`${error}`).toBe('MfaError: the store failed');
    expect(error.stack).toContain('errors.test.ts');
    expect('cause' in new MfaError('store-failed', 'the store failed')).toBe(false);
  });

  it('shows its code in a log', () => {
    expect(inspect(thrown(() => parseSecret('1')))).toMatch(/malformed secret: .*code: 'malformed-secret'/s);
  });
});

describe('isMfaError', () => {
  it.each(Object.keys(CODES) as MfaErrorCode[])('knows %s', (code) => {
    expect(isMfaError(new MfaError(code, ''))).toBe(true);
  });

  it('knows an error of another copy of the library', async () => {
    vi.resetModules();
    const other = await import('../src/errors.js');
    const error: unknown = new other.MfaError('wiped-secret', '');
    expect(error).not.toBeInstanceOf(MfaError);
    expect(isMfaError(error)).toBe(true);
    expect(other.isMfaError(new MfaError('wiped-secret', ''))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another error', new Error('malformed-secret')],
    ['another error with such a code', Object.assign(new Error(''), { code: 'malformed-secret' })],
    ['another error of that name', Object.assign(new Error(''), { name: 'MfaError' })],
    ['a code that nobody knows', { name: 'MfaError', code: 'ENOENT' }],
    ['a code of the prototype', { name: 'MfaError', code: 'includes' }],
    ['a list of codes', { name: 'MfaError', code: ['malformed-secret'] }],
    ['a refusal', { ok: false, reason: 'malformed-code' }],
    ['a text', 'MfaError: malformed-secret'],
    ['a function', Object.assign(() => {}, { code: 'malformed-secret' })],
    ['nothing', undefined],
    ['null', null],
    ['a symbol', Symbol('MfaError')],
    ['an object without a prototype', Object.create(null)],
  ])('does not take %s for one', (_, value) => {
    expect(isMfaError(value)).toBe(false);
  });
});
