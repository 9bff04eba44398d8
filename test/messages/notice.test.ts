import type { MfaEvent } from 'lockstep-mfa';
import { type Advice, audienceOf, english, noticeFor, noticeWith } from 'lockstep-mfa/messages';
import { describe, expect, it } from 'vitest';
import { ADA, AT_MS, EVENT_TYPES, EVENTS, FIREFOX, PHONE, TABLET } from './events.js';
import { BROKEN, CATALOGUES, englishWordsIn, LANGUAGES, plain, SENTENCES } from './languages.js';

const CONTACT = 'security@zzz.zz';
const unlocked = { type: 'unlocked', userId: 'user-1', atMs: AT_MS, seq: 7 } as const;

describe.each(LANGUAGES)('a mail in %s', (locale) => {
  const { advice } = CATALOGUES[locale]!;

  it('says what happened, when, what to do, and whom to ask', () => {
    for (const event of EVENTS) {
      const { subject, text } = noticeFor(event, { locale, contact: CONTACT });
      expect(subject).not.toMatch(BROKEN);
      expect(subject).not.toMatch(/[.。\n]/u);
      expect(subject.length).toBeLessThan(70);
      const [happened, at, what, whom, ...rest] = plain(text).split('\n\n');
      expect(happened).toMatch(SENTENCES[locale]!);
      expect(at).toMatch(/2026.*UTC/u);
      expect(Object.values(advice)).toContain(what);
      expect(whom).toContain(CONTACT);
      expect(rest).toEqual([]);
      expect(noticeFor(event, { locale }).text).toBe(text.split('\n\n').slice(0, 3).join('\n\n'));
    }
  });

  it('has a subject without a name that somebody chose', () => {
    for (const event of EVENTS) {
      for (const name of [PHONE, TABLET, ADA, FIREFOX])
        expect(noticeFor(event, { locale }).subject).not.toContain(name);
    }
  });

  it('holds no English, and is not the English one', () => {
    if (locale === 'en') return expect(englishWordsIn(noticeFor(unlocked).text, 'de').length).toBeGreaterThan(3);
    for (const event of EVENTS) {
      const { subject, text } = noticeFor(event, { locale, contact: CONTACT });
      expect(englishWordsIn(`${subject}\n${text}`, locale), text).toEqual([]);
      expect(subject).not.toBe(noticeFor(event).subject);
    }
  });

  it('gives advice that differs from what happened', () => {
    const texts = Object.values(advice);
    expect(new Set(texts).size).toBe(texts.length);
    for (const each of texts) expect(each).toMatch(SENTENCES[locale]!);
  });
});

function adviceIn(event: object): Advice | undefined {
  const { text } = noticeFor({ userId: 'user-1', atMs: AT_MS, seq: 7, ...event } as MfaEvent);
  return (Object.keys(english.advice) as Advice[]).find((advice) => text.includes(english.advice[advice]));
}

describe('the advice', () => {
  const phone = { serialNumber: 'A1', name: PHONE };

  it('is to ask what an administrator did, whatever it was', () => {
    for (const event of EVENTS) if ('administrator' in event) expect(adviceIn(event)).toBe('ifNotAsked');
    expect(adviceIn({ type: 'unlocked', administrator: undefined })).toBe('ifNotYou');
  });

  it('is to change the password where somebody typed wrong codes behind it', () => {
    for (const type of [
      'sign-in-failed',
      'locked',
      'recovery-code-failed',
      'reset-code-failed',
      'guessing-suspected',
    ]) {
      expect(adviceIn({ type })).toBe('ifGuessed');
    }
  });

  it('is to look at devices where something was changed, and to do nothing where the server is at fault', () => {
    for (const type of ['device-assigned', 'device-removed', 'device-resynchronized']) {
      expect(adviceIn({ type, ...phone })).toBe('ifNotYou');
    }
    expect(adviceIn({ type: 'reset-begun', untilMs: AT_MS })).toBe('ifNotAsked');
    expect(adviceIn({ type: 'secret-unreadable', ...phone })).toBe('ourFault');
  });
});

describe('the time of a mail', () => {
  it('is in the zone that was asked for', () => {
    expect(noticeFor(unlocked, { locale: 'de', timeZone: 'Europe/Berlin' }).text).toContain(
      'Zeitpunkt: 2. Jan. 2026, 04:04 MEZ',
    );
    expect(noticeWith(english, unlocked, { locale: 'en-GB' }).text).toContain('When: 2 Jan 2026, 03:04 UTC');
  });
});

describe('who hears of an event', () => {
  it('is the owner by mail, of whatever changes who gets in', () => {
    const mailed = EVENT_TYPES.filter((type) => audienceOf(type).includes('mail'));
    expect(mailed).toEqual(
      expect.arrayContaining([
        'device-assigned',
        'device-imported',
        'device-removed',
        'device-reinstated',
        'recovery-codes-confirmed',
        'recovered',
        'reset-begun',
        'browser-trusted',
      ]),
    );
    for (const type of ['signed-in', 'trusted-browser-used', 'sign-in-failed', 'secret-unreadable'] as const) {
      expect(mailed).not.toContain(type);
    }
    for (const type of mailed) expect(audienceOf(type)).toContain('activity');
  });

  it('is somebody, of every event; and nobody, of a type that this version does not know', () => {
    for (const type of EVENT_TYPES) expect(audienceOf(type).length).toBeGreaterThan(0);
    expect(audienceOf('later' as never)).toEqual([]);
    expect(audienceOf('constructor' as never)).toEqual([]);
  });
});

describe('bad input of a mail', () => {
  it('is named', () => {
    expect(() => noticeFor(unlocked, { contac: 'a' } as never)).toThrow(
      'unknown option "contac"; did you mean "contact"?',
    );
    expect(() => noticeFor(unlocked, { contact: '' })).toThrow('contact must be a text');
    expect(() => noticeFor(unlocked, { contact: 7 as never })).toThrow('contact must be a text');
    expect(() => noticeFor(unlocked, { timeZone: '' })).toThrow('timeZone must be a time zone of the IANA database');
    expect(() => noticeFor(unlocked, null as never)).toThrow('options must be an object');
    expect(() => noticeFor(undefined as never)).toThrow('event must be an object');
    expect(() => noticeWith(undefined as never, unlocked)).toThrow('catalogue must be an object');
    expect(() => noticeWith(english, unlocked, null as never)).toThrow('options must be an object');
    expect(() => noticeFor({ ...unlocked, type: 'later' } as never)).toThrow('catalogue has no events["later"]');
  });
});
