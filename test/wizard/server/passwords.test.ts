import { describe, expect, it } from 'vitest';
import { createAccounts, parseAccountName } from '../../../docs/examples/wizard/accounts.js';
import { openDatabase } from '../../../docs/examples/wizard/database.js';
import { hashPassword, isAcceptable, isPassword, PASSWORD_COST } from '../../../docs/examples/wizard/passwords.js';
import { CHEAP } from './person.js';

describe('a password', () => {
  it('is kept as scrypt with a salt, at the cost that OWASP asks for', async () => {
    const [one, two] = await Promise.all(['', ''].map(() => hashPassword('correct horse', PASSWORD_COST)));
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await isPassword('correct horse', one as string)).toBe(true);
    expect(await isPassword('correct house', one as string)).toBe(false);
  });

  it('is known at the cost of its day', async () => {
    const hash = await hashPassword('correct horse', { N: 1024, r: 8, p: 1 });
    expect(await isPassword('correct horse', hash)).toBe(true);
  });

  it('is the same however a keyboard composes it', async () => {
    const hash = await hashPassword('caf\u00e9 au lait', CHEAP);
    expect(await isPassword('cafe\u0301 au lait', hash)).toBe(true);
  });

  it('that is too long is wrong, also where it begins with the right one', async () => {
    const longest = 'x'.repeat(256);
    const hash = await hashPassword(longest, CHEAP);
    expect(await isPassword(longest, hash)).toBe(true);
    expect(await isPassword(`${longest}x`, hash)).toBe(false);
  });

  it('has 8 to 256 characters of any kind', () => {
    expect(['1234567', '12345678', '🐎'.repeat(8), '🐎'.repeat(256), 'x'.repeat(257)].map(isAcceptable)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('a name', () => {
  it.each([
    ['Alice', 'alice'],
    [' a.b_c-1 ', 'a.b_c-1'],
    ['', undefined],
    ['a b', undefined],
    ['ålice', undefined],
    ['\u212a', undefined], // the Kelvin sign, which lower case makes a k
    ['x'.repeat(33), undefined],
  ])('%j is read as %j', (typed, name) => {
    expect(parseAccountName(typed)).toBe(name);
  });

  it('costs a guesser the same work whether it is there or not', async () => {
    const database = openDatabase();
    const accounts = createAccounts(database, { N: 2 ** 14, r: 8, p: 2 });
    await accounts.register('somebody', 'correct horse');
    await accounts.checkPassword('warm-up', 'wrong', Date.now());
    const work = async (name: string): Promise<number> => {
      const before = process.cpuUsage();
      for (let n = 0; n < 6; n++) await accounts.checkPassword(name, 'wrong password', Date.now());
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const [known, unknown, malformed] = [await work('somebody'), await work('nobody'), await work('no such name!')];
    expect(unknown / known).toBeGreaterThan(0.6);
    expect(unknown / known).toBeLessThan(1.7);
    expect(malformed / known).toBeGreaterThan(0.6);
    database.close();
  });
});
