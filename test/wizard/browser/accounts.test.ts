import { formatKeyUri, generateSecret, secretFromBytes } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import {
  type Account,
  codeOf,
  nameOf,
  readAccount,
  readAccounts,
  readSetupKey,
  withAccount,
  withoutAccount,
  writeAccounts,
} from '../../../docs/examples/wizard/browser/authenticator/accounts.js';

const SECRET = secretFromBytes(new TextEncoder().encode('12345678901234567890'));

function accountOf(keyUri: string): Account {
  const reading = readAccount(keyUri);
  if (!reading.ok) throw new Error(reading.text);
  return reading.account;
}

function newAccount(account: string): Account {
  return accountOf(formatKeyUri({ issuer: 'Acme', account, secret: generateSecret() }));
}

describe('an account on the virtual phone', () => {
  it('shows the codes of RFC 6238 appendix B, in groups', () => {
    const eight = accountOf(formatKeyUri({ account: 'alice', secret: SECRET, parameters: { digits: 8 } }));
    expect(codeOf(eight, 59_000)).toBe('9428 7082');
    expect(codeOf(eight, 20_000_000_000_000)).toBe('6535 3130');
    const six = accountOf(formatKeyUri({ account: 'alice', secret: SECRET }));
    expect(codeOf(six, 59_000)).toBe('287 082');
  });

  it('is named as its QR code says', () => {
    expect(nameOf(newAccount('alice@example.com'))).toBe('Acme, alice@example.com');
    expect(nameOf(accountOf(formatKeyUri({ account: 'alice', secret: SECRET })))).toBe('alice');
  });

  it.each([
    ['https://example.com/', /something else/],
    ['', /something else/],
    ['otpauth://hotp/alice?secret=JBSWY3DPEHPK3PXP&counter=0', /kind of code/],
    ['otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP&algorithm=MD5', /kind of code/],
    ['otpauth://totp/alice?secret=JBSWY3DPEHPK3PX1', /damaged/],
    ['otpauth://totp/alice', /damaged/],
  ])('is not made of %j', (text, words) => {
    const reading = readAccount(text);
    expect(reading.ok ? '' : reading.text).toMatch(words);
  });
});

describe('a setup key', () => {
  it('is read as it stands on the page, and as a whole address', () => {
    const typed = readSetupKey('gezd gnbv gy3t qojq gezd gnbv gy3t qojq', 'Mine: at work');
    expect(typed.ok && codeOf(typed.account, 59_000)).toBe('287 082');
    expect(typed.ok && nameOf(typed.account)).toBe('Mine  at work');
    const address = readSetupKey(` ${formatKeyUri({ account: 'alice', secret: SECRET })}`, '');
    expect(address.ok && nameOf(address.account)).toBe('alice');
    const nameless = readSetupKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', ' ');
    expect(nameless.ok && nameOf(nameless.account)).toBe('Without a name');
  });

  it.each(['', 'ABC1', 'A'])('is refused in words, without echo: %j', (key) => {
    const reading = readSetupKey(key, 'alice');
    expect(reading.ok ? '' : reading.text).toMatch(/Compare it with the page/);
  });
});

describe('the accounts of the virtual phone', () => {
  it('are kept, the newest first', () => {
    const [one, two] = [newAccount('one'), newAccount('two')];
    const accounts = withAccount(withAccount([], one), two);
    expect(readAccounts(writeAccounts(accounts)).map(nameOf)).toEqual(['Acme, two', 'Acme, one']);
    expect(withoutAccount(accounts, two).map(nameOf)).toEqual(['Acme, one']);
  });

  it('hold a secret once, under its newest name', () => {
    const first = accountOf(formatKeyUri({ account: 'before', secret: SECRET }));
    const second = accountOf(formatKeyUri({ account: 'after', secret: SECRET }));
    expect(withAccount([first], second).map(nameOf)).toEqual(['after']);
  });

  it.each([[null], ['{'], ['{}'], ['["otpauth://totp/alice", 7, null]']])('are none where %j is stored', (stored) => {
    expect(readAccounts(stored)).toEqual([]);
  });
});
