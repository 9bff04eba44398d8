import fc from 'fast-check';
import { messageFor, preferredLocales } from 'lockstep-mfa/messages';
import { describe, expect, it } from 'vitest';

describe('an Accept-Language header', () => {
  it.each<[string | null | undefined, string[]]>([
    ['de', ['de']],
    ['de-AT,de;q=0.9,en;q=0.8', ['de-AT', 'de', 'en']],
    ['en;q=0.5, de-AT, de;q=0.9, *;q=0.1', ['de-AT', 'de', 'en']],
    ['fr ; Q=0.3 , ja;q=1.000', ['ja', 'fr']],
    ['en;q=0.8,fr;q=0.8', ['en', 'fr']],
    ['de;q=0,en', ['en']],
    ['de;q=no,en', ['en']],
    ['de;level=1;q=0.1,en;q=0.2', ['en', 'de']],
    ['*', []],
    [';q=1,,en', ['en']],
    ['', []],
    [undefined, []],
    [null, []],
  ])('%j is %j', (header, tags) => {
    expect(preferredLocales(header)).toEqual(tags);
  });

  it('may be as long as it likes', () => {
    const tags = preferredLocales(Array.from({ length: 10_000 }, (_, n) => `de;q=0.${n}`).join(','));
    expect(tags.length).toBeLessThanOrEqual(20);
  });

  it('may hold anything: there is a message all the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9;=.,*_-]*$/)),
        (header) => {
          const locale = preferredLocales(header);
          expect(messageFor({ ok: false, reason: 'locked', lockedUntilMs: 1000 }, { nowMs: 0, locale })).toMatch(/1/u);
          expect(messageFor({ ok: false, reason: 'conflict' }, { nowMs: 0, locale: header })).not.toBe('');
        },
      ),
    );
  });
});
