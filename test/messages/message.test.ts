import fc from 'fast-check';
import type { Refusal } from 'lockstep-mfa';
import { english, german, type MessageOptions, messageFor, messageWith } from 'lockstep-mfa/messages';
import { describe, expect, it } from 'vitest';
import { NOW_MS, REFUSALS } from '../examples/refusals.js';
import { BROKEN, CATALOGUES, englishWordsIn, LANGUAGES, SENTENCES } from './languages.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

function say(refusal: Refusal, options: Partial<MessageOptions> = {}): string {
  return messageFor(refusal, { nowMs: NOW_MS, ...options });
}

/** The refusal with its times so long after now; undefined where it has none. */
function after(refusal: Refusal, ms: number): Refusal | undefined {
  const atMs = NOW_MS + ms;
  if (refusal.reason === 'locked') return { ...refusal, lockedUntilMs: atMs };
  if (refusal.reason === 'code-mismatch') return { ...refusal, lock: { untilMs: atMs } };
  if (refusal.reason === 'code-reused') return { ...refusal, usableAtMs: atMs };
  if (refusal.reason === 'clock-off') return { ...refusal, offsetMs: ms };
  return undefined;
}

const TIMES_MS = [
  -1,
  0,
  1,
  SECOND_MS,
  2 * SECOND_MS,
  5 * SECOND_MS,
  30_001,
  119_999,
  2 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  72 * HOUR_MS,
];
const ALL: readonly Refusal[] = [
  ...REFUSALS,
  ...REFUSALS.flatMap((refusal) => TIMES_MS.flatMap((ms) => after(refusal, ms) ?? [])),
];

describe.each(LANGUAGES)('a message in %s', (locale) => {
  it('is made of whole sentences, for every reason and detail', () => {
    for (const refusal of ALL) {
      for (const codes of [1, 2] as const) {
        const text = say(refusal, { locale, codes });
        expect(text).toMatch(SENTENCES[locale]!);
        expect(text).not.toMatch(BROKEN);
        expect(text.length).toBeLessThan(260);
      }
    }
  });

  it('holds no English, and is not the English one', () => {
    if (locale === 'en') return expect(englishWordsIn(say(REFUSALS[0]!), 'de').length).toBeGreaterThan(0);
    for (const refusal of ALL) {
      for (const codes of [1, 2] as const) {
        const text = say(refusal, { locale, codes });
        expect(englishWordsIn(text, locale), text).toEqual([]);
        expect(text).not.toBe(say(refusal, { locale: 'en', codes }));
      }
    }
  });

  it('tells the reasons and their details apart', () => {
    // A code used twice within its period: whether the time is there makes no difference.
    const apart = REFUSALS.filter(
      (refusal) => refusal.reason !== 'code-reused' || refusal.usableAtMs !== NOW_MS + 12_345,
    );
    expect(apart.length).toBe(REFUSALS.length - 1);
    expect(new Set(apart.map((refusal) => say(refusal, { locale }))).size).toBe(apart.length);
  });

  it('never says 0, whatever the time', () => {
    for (const refusal of ALL) expect(say(refusal, { locale })).not.toMatch(/(?<![\d:])0(?![\d:])/u);
  });
});

/** The words with which each language sends a person to the next code. */
const NEXT_CODE: Readonly<Record<string, RegExp>> = {
  en: /wait for the next/iu,
  de: /warten Sie auf den nächsten/iu,
  fr: /attendez le (code )?suivant/iu,
  es: /espere al siguiente/iu,
  pt: /espere o próximo/iu,
  ja: /次のコードが表示/u,
};
const TRY_LATER: Readonly<Record<string, RegExp>> = {
  en: /try again in /iu,
  de: /versuchen Sie es in .* noch einmal/iu,
  fr: /réessayez dans /iu,
  es: /intentarlo dentro de /iu,
  pt: /novamente em /iu,
  ja: /後(（| \()?.*にもう一度/u,
};
const ASK_SOMEBODY: Readonly<Record<string, RegExp>> = {
  en: /administrator/u,
  de: /Administrator/u,
  fr: /administrateur/u,
  es: /administrador/u,
  pt: /administrador/u,
  ja: /管理者/u,
};

describe.each(LANGUAGES)('what to do, in %s,', (locale) => {
  const ordersIn = (text: string): string[] =>
    Object.entries({ next: NEXT_CODE, later: TRY_LATER, ask: ASK_SOMEBODY }).flatMap(([order, words]) =>
      words[locale]!.test(text) ? [order] : [],
    );
  const orders = (refusal: Refusal, options: Partial<MessageOptions> = {}): string[] =>
    ordersIn(say(refusal, { locale, ...options }));

  it.each([1, 2] as const)('is one thing, with %i codes', (codes) => {
    for (const refusal of ALL) expect(orders(refusal, { codes }).length).toBeLessThan(2);
    const untilMs = NOW_MS + 30_000;
    expect(orders({ ok: false, reason: 'code-mismatch', lock: { untilMs } }, { codes })).toEqual(['later']);
    expect(orders({ ok: false, reason: 'code-mismatch', lock: {} }, { codes })).toEqual(['ask']);
    expect(orders({ ok: false, reason: 'locked', lockedUntilMs: untilMs }, { codes })).toEqual(['later']);
    expect(orders({ ok: false, reason: 'locked' }, { codes })).toEqual(['ask']);
  });

  it('is to wait for the next code, after one wrong code that locks nothing', () => {
    expect(orders({ ok: false, reason: 'code-mismatch' })).toEqual(['next']);
  });

  it('would be seen to be two things', () => {
    const lock = say({ ok: false, reason: 'locked', lockedUntilMs: NOW_MS + 30_000 }, { locale });
    expect(ordersIn(`${say({ ok: false, reason: 'code-mismatch' }, { locale })} ${lock}`)).toEqual(['next', 'later']);
  });

  it.each([1, 2] as const)('is to wait for the next code, where one of %i was used within its period', (codes) => {
    const used = { ok: false, reason: 'code-reused' } as const;
    expect(orders(used, { codes })).toEqual(['next']);
    for (const ms of [0, 1, 12_345, 30_000]) {
      expect(orders({ ...used, usableAtMs: NOW_MS + ms }, { codes })).toEqual(['next']);
    }
    expect(orders({ ...used, usableAtMs: NOW_MS + 30_001 }, { codes })).toEqual(['later']);
    expect(orders({ ...used, usableAtMs: NOW_MS + 60_000 }, { codes, periodSeconds: 60 })).toEqual(['next']);
    expect(orders({ ...used, usableAtMs: NOW_MS + 60_001 }, { codes, periodSeconds: 60 })).toEqual(['later']);
  });

  it('speaks of two codes where two were asked for', () => {
    for (const reason of ['code-mismatch', 'code-reused'] as const) {
      expect(say({ ok: false, reason }, { locale, codes: 2 })).not.toBe(say({ ok: false, reason }, { locale }));
    }
  });
});

describe('a wait', () => {
  const locked = (ms: number, options: Partial<MessageOptions> = {}): string =>
    say({ ok: false, reason: 'locked', lockedUntilMs: NOW_MS + ms }, options);

  it.each([
    [-5, 'in 1 second.'],
    [1, 'in 1 second.'],
    [1000, 'in 1 second.'],
    [1001, 'in 2 seconds.'],
    [5000, 'in 5 seconds.'],
    [119_999, 'in 120 seconds.'],
    [120_000, 'in 2 minutes.'],
    [120_001, 'in 3 minutes.'],
    [600_000, 'in 10 minutes.'],
    [7_199_999, 'in 120 minutes.'],
    [7_200_000, 'in 2 hours (Jan 2, 2026, 5:05 AM UTC).'],
    [259_200_000, 'in 3 days (Jan 5, 2026, 3:05 AM UTC).'],
  ])('of %i ms is rounded up: %s', (ms, words) => {
    expect(locked(ms).replace(/\u202f/gu, ' ')).toContain(words);
    const inLock = say({ ok: false, reason: 'code-mismatch', lock: { untilMs: NOW_MS + ms } });
    expect(inLock.replace(/\u202f/gu, ' ')).toContain(words);
  });

  it.each([
    ['en', 'in 1 second', 'in 2 seconds', 'in 5 minutes'],
    ['de', 'in 1 Sekunde', 'in 2 Sekunden', 'in 5 Minuten'],
    ['fr', 'dans 1 seconde', 'dans 2 secondes', 'dans 5 minutes'],
    ['es', 'dentro de 1 segundo', 'dentro de 2 segundos', 'dentro de 5 minutos'],
    ['pt', 'em 1 segundo', 'em 2 segundos', 'em 5 minutos'],
    ['ja', '1秒後', '2秒後', '5分後'],
  ])('has the plural of %s', (locale, one, two, five) => {
    expect(locked(1000, { locale })).toMatch(new RegExp(`${one}(\\.|に| noch)`, 'u'));
    expect(locked(2000, { locale })).toContain(two);
    expect(locked(300_000, { locale })).toContain(five);
  });

  it('names its end in the time zone, in the way of the region', () => {
    const timeZone = 'Europe/Berlin';
    expect(locked(7_200_000, { locale: 'de', timeZone })).toContain('(2. Jan. 2026, 06:05 MEZ)');
    expect(locked(7_200_000, { locale: 'en-GB', timeZone: 'Europe/London' })).toContain('(2 Jan 2026, 05:05 GMT)');
    expect(locked(7_200_000, { locale: 'ja', timeZone: 'Asia/Tokyo' })).toContain('14:05 JST');
  });

  it('is never shorter than the truth, in any unit', () => {
    const UNITS_MS: Readonly<Record<string, number>> = {
      second: 1000,
      minute: 60_000,
      hour: 3_600_000,
      day: 86_400_000,
    };
    const told = (ms: number): number => {
      const [, count, unit] = /in (\d+) (second|minute|hour|day)s?[ .]/u.exec(locked(ms)) as unknown as string[];
      return Number(count) * UNITS_MS[unit!]!;
    };
    const waits = fc.integer({ min: 1, max: 30 * 86_400_000 });
    fc.assert(fc.property(waits, (ms) => told(ms) >= ms && told(ms) < 1.5 * ms + 1000));
    // A wait that is told a second less is caught.
    expect(fc.check(fc.property(waits, (ms) => told(ms) - 1000 >= ms)).failed).toBe(true);
  });
});

describe('a distance in time', () => {
  it.each([
    [-1_500_000, 'These codes are 25 minutes old.'],
    [1_500_000, 'These codes are 25 minutes ahead.'],
    [-1, 'These codes are 1 second old.'],
    [-1_500_001, 'These codes are 26 minutes old.'],
    [10_800_000, 'These codes are 3 hours ahead.'],
    [-259_200_000, 'These codes are 3 days old.'],
  ])('of %i ms is: %s', (offsetMs, words) => {
    expect(say({ ok: false, reason: 'clock-off', offsetMs })).toContain(words);
  });
});

describe('the language', () => {
  const refusal = { ok: false, reason: 'last-device' } as const;
  const of = (locale: MessageOptions['locale']): string | undefined =>
    LANGUAGES.find((language) => say(refusal, { locale }) === CATALOGUES[language]!.reasons['last-device']);

  it.each<[MessageOptions['locale'], string]>([
    [undefined, 'en'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE_ch', 'de'],
    ['pt-BR', 'pt'],
    ['pt-PT', 'pt'],
    ['es-419', 'es'],
    ['fr-CA-x-private', 'fr'],
    ['ja-JP-u-ca-japanese', 'ja'],
    ['nl', 'en'],
    ['zh-Hant-TW', 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['<script>', 'en'],
    ['constructor', 'en'],
    [[], 'en'],
    [['nl', 'zh', 'fr', 'de'], 'fr'],
    [['*', 'es'], 'es'],
    [[undefined, 7, 'es'] as unknown as string[], 'es'],
    [7 as unknown as string, 'en'],
  ])('of %j is %s', (locale, language) => {
    expect(of(locale)).toBe(language);
  });

  it.each(['de-abcdefgh-abcdefgh', 'de-a', 'de-1', 'de-xx-yy-zz', 'de_', 'de-u-nu-arab', 'de-DE-DE'])(
    'is German for the odd tag %s, with German numbers and times',
    (locale) => {
      const lockedUntilMs = NOW_MS + 7_200_000;
      const text = say({ ok: false, reason: 'locked', lockedUntilMs }, { locale });
      expect(text).toContain('in 2 Stunden (2. Jan. 2026, 05:05 UTC)');
    },
  );
});

describe('a catalogue of your own', () => {
  const formal = {
    ...english,
    reasons: { ...english.reasons, conflict: 'Kindly try once more.', locked: () => 'Closed.' },
  };

  it('is taken as it is, and its other words stay', () => {
    const nowMs = NOW_MS;
    expect(say({ ok: false, reason: 'conflict' }, { catalogue: formal })).toBe('Kindly try once more.');
    expect(say({ ok: false, reason: 'locked' }, { catalogue: formal, locale: 'de' })).toBe('Closed.');
    const other = { ok: false, reason: 'suspended' } as const;
    expect(messageWith(formal, other, { nowMs })).toBe(messageWith(english, other, { nowMs }));
    expect(messageWith(german, other, { nowMs, locale: 'en' })).toBe(say(other, { locale: 'de' }));
  });

  it('that misses a reason is named in the error', () => {
    const { conflict, ...reasons } = english.reasons;
    const catalogue = { ...english, reasons } as unknown as typeof english;
    expect(conflict).toBeDefined();
    expect(() => say({ ok: false, reason: 'conflict' }, { catalogue })).toThrow('catalogue has no reasons["conflict"]');
  });
});

describe('bad input of a message', () => {
  const refusal = { ok: false, reason: 'conflict' } as const;
  const wrong = (options: object) => () => messageFor(refusal, options as MessageOptions);

  it.each<[object, string]>([
    [{}, 'nowMs must be a whole number'],
    [{ nowMs: 1.5 }, 'nowMs must be a whole number'],
    [{ nowMs: 0, local: 'de' }, 'unknown option "local"; did you mean "locale"?'],
    [{ nowMs: 0, codes: 3 }, 'codes must be 1 or 2'],
    [{ nowMs: 0, periodSeconds: 0 }, 'periodSeconds must be a whole number'],
    [{ nowMs: 0, timeZone: 'Berlin' }, 'timeZone must be a time zone of the IANA database'],
    [{ nowMs: 0, catalogue: 'english' }, 'catalogue must be an object'],
  ])('%j is named', (options, words) => {
    expect(wrong(options)).toThrow(words);
    expect(wrong(options)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('is named where nothing, or no object, is handed over', () => {
    expect(() => messageFor(refusal, undefined as never)).toThrow('options must be an object');
    expect(() => messageFor(undefined as never, { nowMs: 0 })).toThrow('refusal must be an object');
    expect(() => messageWith(undefined as never, refusal, { nowMs: 0 })).toThrow('catalogue must be an object');
    expect(() => messageWith(english, refusal, undefined as never)).toThrow('options must be an object');
  });
});
