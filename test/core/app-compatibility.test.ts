import { readFileSync } from 'node:fs';
import { type AppVerdict, appCompatibility, formatKeyUri, inspectKeyUri, parseSecret } from 'lockstep-mfa/core';
import { describe, expect, it } from 'vitest';
import { APP_REPORTS } from '../../src/core/app-reports.js';

interface Gathered {
  readonly app: string;
  readonly algorithm: Readonly<Record<'SHA256' | 'SHA512', string>>;
  readonly digits: Readonly<Record<'8', string>>;
  readonly periodOtherThan30: string;
  readonly whenUnsupported: string;
  readonly notes: string;
  readonly sources: readonly string[];
}
const { apps } = JSON.parse(readFileSync(new URL('../data/authenticator-apps.json', import.meta.url), 'utf8')) as {
  readonly apps: readonly Gathered[];
};

const named = (app: string): string => app.replaceAll('"', '');
/** Gathered sources have remarks behind the address. */
const isIn = (addresses: readonly string[], source: string): boolean =>
  addresses.some((one) => one.startsWith(source.split(' ')[0]!.replace(/:$/, '')));
const rowsOf = (app: string) => APP_REPORTS.filter((row) => row.app === named(app));
const verdictOf = (options: Parameters<typeof appCompatibility>[0], app: string, platform = ''): AppVerdict => {
  const row = appCompatibility(options).find((one) => one.app === app && one.platform.includes(platform));
  if (row === undefined) throw new Error(`no row of ${app}`);
  return row.verdict;
};

describe('the table', () => {
  it('has each app and platform that was gathered, with each source', () => {
    // One app was gathered in one row, and behaves otherwise on each of its platforms.
    expect(APP_REPORTS).toHaveLength(apps.length + 1);
    for (const { app, sources } of apps) {
      const rows = rowsOf(app);
      expect(rows.length, app).toBeGreaterThan(0);
      for (const source of sources) {
        const address = source.split(' ')[0]!.replace(/:$/, '');
        expect(
          rows.some((row) => row.sources.some((one) => one.startsWith(address))),
          source,
        ).toBe(true);
      }
    }
  });

  it('has a source in every row, and the year of the newest that has a date', () => {
    for (const { app, asOf, sources } of APP_REPORTS) {
      expect(sources.length, app).toBeGreaterThan(0);
      for (const source of sources) expect(source).toMatch(/^https?:\/\/\S+$/);
      if (asOf !== undefined) expect([2021, 2022, 2023, 2024, 2025, 2026]).toContain(asOf);
    }
    expect(APP_REPORTS.filter(({ asOf }) => asOf === undefined).map(({ app }) => app)).toEqual([
      'FreeOTP+',
      'KeePassXC',
    ]);
  });

  /** What a gathered word allows in the table. A conflict may stand in the notes. */
  const ALLOWED: readonly (readonly [word: RegExp, support: readonly (string | undefined)[]])[] = [
    [/^yes|^1-9 digits/, ['yes', 'conflict']],
    [/^no|^reported lost/, ['no', 'ignores', 'conflict']],
    [/^conflict/, ['conflict']],
    [/^unknown/, [undefined]],
    [/^iOS yes, Android no/, ['yes', 'ignores']],
  ];

  it('says what was gathered', () => {
    for (const { app, algorithm, digits, periodOtherThan30, notes, sources } of apps) {
      const rows = rowsOf(app).filter((row) => sources.every((source) => isIn(row.sources, source)));
      expect(rows.length, app).toBeGreaterThan(0);
      const words = [
        ['SHA256', algorithm.SHA256],
        ['SHA512', algorithm.SHA512],
        ['digits8', digits['8']],
        ['period', periodOtherThan30],
      ] as const;
      for (const [value, word] of words) {
        const [, allowed = []] = ALLOWED.find(([pattern]) => pattern.test(word)) ?? [];
        expect(allowed.length, `${app} ${word}`).toBeGreaterThan(0);
        for (const row of rows) {
          expect(allowed, `${app} ${value}`).toContain(row.support[value]);
          if (row.support[value] === 'conflict' && !word.startsWith('conflict')) expect(notes).toMatch(/CONFLICT/);
        }
      }
    }
  });

  it('says that a parameter is ignored only where a report says so', () => {
    for (const row of APP_REPORTS.filter(({ support }) => Object.values(support).includes('ignores'))) {
      const { whenUnsupported, notes } = apps.find(({ app }) => named(app) === row.app)!;
      expect(`${whenUnsupported} ${notes}`, row.app).toMatch(/silently|ignore|last 6/i);
    }
  });
});

describe('appCompatibility', () => {
  it('finds everybody fine with the defaults', () => {
    expect(new Set(appCompatibility().map(({ verdict }) => verdict))).toEqual(new Set(['fine']));
    expect(appCompatibility({ algorithm: 'SHA1', digits: 6, periodSeconds: 30, type: 'totp' })).toEqual(
      appCompatibility(),
    );
  });

  it('tells who ignores, who does not, and where reports are in conflict', () => {
    expect(verdictOf({ periodSeconds: 60 }, 'Google Authenticator', 'from version 6')).toBe('wrong-codes');
    expect(verdictOf({ algorithm: 'SHA256' }, 'Google Authenticator', 'from version 6')).toBe('fine');
    expect(verdictOf({ algorithm: 'SHA256' }, 'Google Authenticator', 'version 5 and before')).toBe('wrong-codes');
    expect(verdictOf({ algorithm: 'SHA256' }, '1Password')).toBe('conflicting');
    expect(verdictOf({ digits: 8 }, 'Okta Verify')).toBe('unsupported');
    expect(verdictOf({ digits: 8 }, 'Duo Mobile')).toBe('unknown');
    expect(verdictOf({ digits: 7 }, 'Proton Authenticator')).toBe('fine');
    expect(verdictOf({ type: 'hotp' }, 'Microsoft Authenticator')).toBe('wrong-codes');
    expect(verdictOf({ type: 'hotp', periodSeconds: 60 }, 'Aegis')).toBe('fine');
    expect(verdictOf({ spelling: ['padded-secret'] }, 'Google Authenticator', 'iOS')).toBe('refused');
    expect(verdictOf({ spelling: ['algorithm-spelling'] }, '1Password')).toBe('refused');
    expect(verdictOf({ spelling: ['padded-secret'] }, '1Password')).toBe('fine');
  });

  it('takes the worst of several, and says which it is about', () => {
    const row = appCompatibility({ algorithm: 'SHA256', digits: 8, periodSeconds: 60 }).find(
      ({ app }) => app === 'Authy (Twilio)',
    );
    expect(row).toMatchObject({ verdict: 'wrong-codes', because: ['algorithm', 'periodSeconds'], asOf: 2025 });
  });
});

describe('inspectKeyUri', () => {
  const SECRET = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';

  it('finds nothing in what formatKeyUri writes', () => {
    const read = inspectKeyUri(formatKeyUri({ issuer: 'Acme', account: 'alice', secret: parseSecret(SECRET) }));
    expect(read).toMatchObject({ ok: true, warnings: [], explanations: [] });
    expect(read.ok && read.apps.every(({ verdict }) => verdict === 'fine')).toBe(true);
  });

  it('explains each warning, and which apps would show other codes or refuse', () => {
    const read = inspectKeyUri(`otpauth://totp/Acme:a?secret=${SECRET}%3D%3D&issuer=Acme&algorithm=sha256&step=60`);
    if (!read.ok) return expect.unreachable();
    expect(read.explanations.map(({ warning }) => warning)).toEqual(read.warnings);
    expect(read.warnings).toEqual(['non-canonical-secret', 'unusual-algorithm', 'may-show-other-codes']);
    const verdicts = Object.fromEntries(
      read.apps.map(({ app, platform, verdict }) => [`${app}, ${platform}`, verdict]),
    );
    expect(verdicts['Google Authenticator, iOS']).toBe('refused');
    expect(verdicts['Duo Mobile, Android, iOS']).toBe('wrong-codes');
    expect(verdicts['Bitwarden, all']).toBe('fine');
  });

  it('explains a counter as such', () => {
    const read = inspectKeyUri(`otpauth://hotp/a?secret=${SECRET}&counter=0`);
    expect(read.ok && read.apps.find(({ app }) => app === 'Microsoft Authenticator')).toMatchObject({
      verdict: 'wrong-codes',
      because: ['type'],
    });
  });

  it.each([
    ['otpauth-migration://offline?data=CAE', 'google-export', /Scan the QR code that the site shows/],
    [`steam://${SECRET}`, 'steam-codes', /Steam's own app/],
    [`otpauth://totp/a?sercet=${SECRET}`, 'missing-secret', /misspelt/],
    [7, 'not-a-key-uri', /otpauth/],
  ])('says of %s where to go', (text, reason, words) => {
    const read = inspectKeyUri(text);
    expect(read).toMatchObject({ ok: false, reason, text: expect.stringMatching(words) });
    expect(JSON.stringify(read)).not.toContain(SECRET);
  });
});
