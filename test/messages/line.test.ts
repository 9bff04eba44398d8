import type { HistoryEntry } from 'lockstep-mfa';
import { english, french, lineFor, lineWith } from 'lockstep-mfa/messages';
import { describe, expect, it } from 'vitest';
import { ADA, AT_MS, EVENT_TYPES, EVENTS, FIREFOX, PHONE, TABLET } from './events.js';
import { BROKEN, CATALOGUES, englishWordsIn, LANGUAGES, plain, SENTENCES } from './languages.js';

const sentence = (event: HistoryEntry, locale: string): string => plain(lineFor(event, { locale, time: false }));
const entry = (details: object): HistoryEntry =>
  ({ userId: 'user-1', atMs: AT_MS, seq: 7, ...details }) as HistoryEntry;

describe.each(LANGUAGES)('a line in %s', (locale) => {
  it('is made of whole sentences, for every event and detail', () => {
    expect(new Set(EVENTS.map(({ type }) => type)).size).toBe(EVENT_TYPES.length);
    for (const event of EVENTS) {
      expect(sentence(event, locale)).toMatch(SENTENCES[locale]!);
      expect(sentence(event, locale)).not.toMatch(BROKEN);
      expect(lineFor(event, { locale })).not.toMatch(/\n/u);
    }
  });

  it('holds no English, and is not the English one', () => {
    for (const event of EVENTS) {
      const text = sentence(event, locale);
      if (locale === 'en') continue;
      expect(englishWordsIn(text, locale), text).toEqual([]);
      expect(text).not.toBe(sentence(event, 'en'));
    }
    expect(EVENTS.filter((event) => englishWordsIn(sentence(event, 'en'), locale).length > 0).length).toBeGreaterThan(
      50,
    );
  });

  it('names who did it, to which device or browser, each in quotes and isolated from the text round it', () => {
    const [open, close] = CATALOGUES[locale]!.quotes;
    for (const event of EVENTS) {
      const text = lineFor(event, { locale, time: false });
      const names = [
        ...(event.type !== 'sign-in-failed' && 'name' in event ? [PHONE] : []),
        ...('previousName' in event ? [TABLET] : []),
        ...('administrator' in event ? [ADA] : []),
        ...('label' in event ? [FIREFOX] : []),
      ];
      for (const name of names) expect(text).toContain(`${open}\u2068${name}\u2069${close}`);
      expect(text.split('\u2068').length - 1).toBe(names.length);
    }
  });

  it('tells an event from one of an administrator', () => {
    for (const event of EVENTS) {
      if (!('administrator' in event)) continue;
      const { administrator, ...own } = event;
      expect(administrator).toBe(ADA);
      expect(sentence(own as HistoryEntry, locale)).not.toBe(sentence(event, locale));
    }
  });

  it('leaves out how far a wrong code was out of step, and on which device', () => {
    const plainly = sentence(entry({ type: 'sign-in-failed' }), locale);
    expect(sentence(entry({ type: 'sign-in-failed', serialNumber: 'A1', offsetSteps: 40 }), locale)).toBe(plainly);
  });
});

describe('counts', () => {
  it.each([
    ['en', ' (2 times).', ' (5 times).', ' (1,000 times).'],
    ['de', ' (2-mal).', ' (5-mal).', ' (1.000-mal).'],
    ['fr', ' (2 fois).', ' (5 fois).', ' (1\u202f000 fois).'],
    ['es', ' (2 veces).', ' (5 veces).', ' (1000 veces).'],
    ['pt', ' (2 vezes).', ' (5 vezes).', ' (1.000 vezes).'],
    ['ja', '（2回）。', '（5回）。', '（1,000回）。'],
  ])('of events stand before the full stop in %s', (locale, two, five, thousand) => {
    const failed = (count: number): string => sentence(entry({ type: 'sign-in-failed', count }), locale);
    expect(failed(1)).toBe(sentence(entry({ type: 'sign-in-failed' }), locale));
    expect(failed(2)).toBe(failed(1).replace(/[.。]$/u, two));
    expect(failed(5)).toBe(failed(1).replace(/[.。]$/u, five));
    expect(failed(1000)).toBe(failed(1).replace(/[.。]$/u, thousand));
  });

  it.each([
    ['en', 'none is left', '1 is left', '2 are left', '5 are left'],
    ['de', 'keiner ist mehr übrig', '1 ist noch übrig', '2 sind noch übrig', '5 sind noch übrig'],
    ['fr', 'il n’en reste plus', 'il en reste 1', 'il en reste 2', 'il en reste 5'],
    ['es', 'no queda ninguno', 'queda 1', 'quedan 2', 'quedan 5'],
    ['pt', 'não resta nenhum', 'resta 1', 'restam 2', 'restam 5'],
    ['ja', '残りは0個', '残りは1個', '残りは2個', '残りは5個'],
  ])('of recovery codes have their plural in %s', (locale, ...words) => {
    const left = [0, 1, 2, 5].map((recoveryCodesLeft) =>
      sentence(entry({ type: 'recovery-code-used', recoveryCodesLeft }), locale),
    );
    expect(left.map((text, at) => text.includes(words[at]!))).toEqual([true, true, true, true]);
  });

  it.each([
    ['en', '2 new devices were removed again', '5 new devices'],
    ['de', '2 neue Geräte wurden wieder entfernt', '5 neue Geräte'],
    ['fr', '2 appareils récents ont été retirés', '5 appareils'],
    ['es', 'Se eliminaron 2 dispositivos recientes', '5 dispositivos'],
    ['pt', '2 dispositivos recentes foram removidos', '5 dispositivos'],
    ['ja', '2台削除されました', '5台'],
  ])('of removed devices count devices, and not how often, in %s', (locale, two, five) => {
    const removed = (count: number): string =>
      sentence(entry({ type: 'device-removed', serialNumber: 'A1', name: PHONE, count }), locale);
    expect(removed(2)).toContain(two);
    expect(removed(5)).toContain(five);
    expect(removed(1)).not.toMatch(/1 /u);
    expect(removed(2)).not.toMatch(/[(（]/u);
  });
});

describe('times', () => {
  const begun = entry({ type: 'reset-begun', untilMs: AT_MS + 86_400_000 });

  it('are in UTC, and say so', () => {
    expect(lineFor(entry({ type: 'unlocked' }), { locale: 'en-GB' })).toBe(
      '2 Jan 2026, 03:04 UTC · The lock was lifted.',
    );
    expect(lineFor(begun, { locale: 'en-GB', time: false })).toContain('until 3 Jan 2026, 03:04 UTC.');
  });

  it.each([
    ['en-GB', 'Europe/London', '2 Jan 2026, 03:04 GMT', '3 Jan 2026, 03:04 GMT'],
    ['de', 'Europe/Berlin', '2. Jan. 2026, 04:04 MEZ', '3. Jan. 2026, 04:04 MEZ'],
    ['ja', 'Asia/Tokyo', '2026年1月2日 12:04 JST', '2026年1月3日 12:04 JST'],
    ['pt-BR', 'America/Sao_Paulo', '2 de jan. de 2026, 00:04 BRT', '3 de jan. de 2026, 00:04 BRT'],
    ['es', 'Europe/Madrid', '2 ene 2026, 4:04 CET', '3 ene 2026, 4:04 CET'],
  ])('in %s of %s are in that zone, and name it', (locale, timeZone, at, until) => {
    const line = lineFor(begun, { locale, timeZone });
    expect(line.startsWith(`${at} · `)).toBe(true);
    expect(line).toContain(until);
  });

  it('of a lock are rounded up to a minute: before it nothing is taken', () => {
    const locked = (lockedUntilMs: number): string =>
      lineFor(entry({ type: 'locked', lockedUntilMs }), { locale: 'en-GB', time: false });
    expect(locked(AT_MS + 1)).toContain('until 2 Jan 2026, 03:05 UTC');
    expect(locked(Date.UTC(2026, 0, 2, 3, 5))).toContain('until 2 Jan 2026, 03:05 UTC');
    expect(locked(Date.UTC(2026, 0, 2, 3, 5) + 1)).toContain('until 2 Jan 2026, 03:06 UTC');
  });
});

describe('a name that somebody chose', () => {
  const named = (name: string): string =>
    lineFor(entry({ type: 'device-assigned', serialNumber: 'A1', name }), { time: false });

  it.each([
    ['turns what follows', 'a\u202eb', 'ab'],
    ['ends its isolate', 'a\u2069\u2069b', 'ab'],
    ['opens another', '\u2066a\u2067', 'a'],
    ['has marks', '\u200fa\u200e\u061c', 'a'],
    ['breaks the line', 'a\r\nSubject: b', 'a Subject: b'],
    ['breaks it otherwise', 'a\u2028b\u2029c\u0085d', 'a b c d'],
    ['is of Hebrew letters', 'הטלפון', 'הטלפון'],
    ['looks like a pattern', '$& # $1', '$& # $1'],
  ])('and that %s stands alone', (_, name, shown) => {
    expect(named(name)).toBe(`“\u2068${shown}\u2069” was set up.`);
  });

  it('stays as it is beside a count', () => {
    const line = lineFor(entry({ type: 'code-reused', serialNumber: 'A1', name: '$& #.', count: 2 }), { time: false });
    expect(plain(line)).toBe('A code of “$& #.” that was used already was typed again (2 times).');
  });
});

describe('a catalogue of your own', () => {
  const catalogue = {
    ...english,
    events: { ...english.events, unlocked: { subject: 'Open', line: 'Opened.' } },
  };

  it('is taken as it is, and its other words stay', () => {
    expect(lineFor(entry({ type: 'unlocked' }), { catalogue, time: false })).toBe('Opened.');
    expect(lineWith(catalogue, entry({ type: 'recovered' }))).toBe(lineWith(english, entry({ type: 'recovered' })));
    expect(lineWith(french, entry({ type: 'recovered' }))).toBe(
      lineFor(entry({ type: 'recovered' }), { locale: 'fr' }),
    );
  });

  it('that misses an event is named in the error', () => {
    const { unlocked, ...events } = english.events;
    expect(unlocked).toBeDefined();
    expect(() => lineWith({ ...english, events } as typeof english, entry({ type: 'unlocked' }))).toThrow(
      'catalogue has no events["unlocked"]',
    );
  });
});

describe('bad input of a line', () => {
  const event = entry({ type: 'unlocked' });

  it('is named', () => {
    expect(() => lineFor(event, { locales: 'de' } as never)).toThrow(
      'unknown option "locales"; did you mean "locale"?',
    );
    expect(() => lineFor(event, { timeZone: 'Mars' })).toThrow('timeZone must be a time zone of the IANA database');
    expect(() => lineFor(event, null as never)).toThrow('options must be an object');
    expect(() => lineFor(undefined as never)).toThrow('event must be an object');
    expect(() => lineWith(undefined as never, event)).toThrow('catalogue must be an object');
    expect(() => lineWith(english, event, null as never)).toThrow('options must be an object');
  });
});
