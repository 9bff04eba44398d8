import { describe, expect, it } from 'vitest';
import { HELP, parseFlags } from '../../../docs/examples/terminal/flags.js';

describe('the flags', () => {
  it('have defaults that every app knows', () => {
    expect(parseFlags([])).toEqual({
      help: false,
      demo: false,
      enrollment: {
        issuer: 'Lockstep',
        account: 'you@example.com',
        parameters: { algorithm: 'SHA1', digits: 6, periodSeconds: 30 },
      },
    });
  });

  it('are read', () => {
    const args = '--demo --help --issuer Acme --account=alice --algorithm sha256 --digits 8 --period 60'.split(' ');
    expect(parseFlags(args)).toEqual({
      help: true,
      demo: true,
      enrollment: {
        issuer: 'Acme',
        account: 'alice',
        parameters: { algorithm: 'SHA256', digits: 8, periodSeconds: 60 },
      },
    });
  });

  it.each([
    ['--algorithm MD5', "--algorithm must be one of SHA1, SHA256, SHA512, not 'MD5'"],
    ['--digits 9', "--digits must be one of 6, 7, 8, not '9'"],
    ['--digits six', "--digits must be one of 6, 7, 8, not 'six'"],
    ['--period 0', "--period must be a whole number from 1 to 300, not '0'"],
    ['--period 301', "--period must be a whole number from 1 to 300, not '301'"],
    ['--period 1e2', "--period must be a whole number from 1 to 300, not '1e2'"],
    ['--period 30s', "--period must be a whole number from 1 to 300, not '30s'"],
    ['--period', "Option '--period <value>' argument missing"],
    ['--issuer a:b', 'issuer must not hold a colon: apps split the label there'],
    ['--account=', 'account must be a text that is not empty: white space and controls do not count'],
    [`--account ${'x'.repeat(3000)}`, 'account must not be longer than 256 characters'],
    ['--colour', "Unknown option '--colour'"],
    ['enroll', "Unexpected argument 'enroll'"],
  ])('are refused in one sentence: %s', (args, message) => {
    let thrown: unknown;
    try {
      parseFlags(args.split(' '));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toHaveProperty('message', message);
  });

  it('all stand in the help, with their defaults', () => {
    const { issuer, account, parameters } = parseFlags([]).enrollment;
    const shown: Record<string, unknown> = { issuer, account, algorithm: parameters.algorithm };
    Object.assign(shown, { digits: parameters.digits, period: parameters.periodSeconds });
    for (const [flag, fallback] of Object.entries(shown)) {
      expect(HELP.split('\n').find((line) => line.includes(`--${flag} `))).toContain(`(${fallback})`);
    }
    expect(HELP).toContain('npm run start:terminal -- --demo');
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
