import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/user/names.js';
import { anyText, isCaught } from '../support/arbitraries.js';

describe('a name', () => {
  it.each([
    ['Phone', 'Phone'],
    ['  my \t phone ', 'my phone'],
    ['my\u00a0phone', 'my phone'],
    ['a\ufeffb', 'a b'],
    ['Te\u0301le\u0301phone', 'Téléphone'],
    ['📱', '📱'],
    ['👩‍💻 laptop', '👩‍💻 laptop'],
    ['نامه‌ای', 'نامه‌ای'],
    ['a', 'a'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['🙂'.repeat(64), '🙂'.repeat(64)],
    [`  ${'x'.repeat(64)}  `, 'x'.repeat(64)],
    ["<script>alert('x')</script>", "<script>alert('x')</script>"],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
  ])('%j is %j', (typed, name) => {
    expect(parseName(typed)).toBe(name);
  });

  it.each([
    [''],
    [' '],
    ['\n'],
    ['\u200b'],
    ['x'.repeat(65)],
    ['🙂'.repeat(65)],
    ['x'.repeat(1_000_000)],
    ['a\u0000b'],
    ['a\u001bb'],
    ['a\u0085b'],
    ['a\u202eb'],
    ['a\u2066b'],
    ['a\u00adb'],
    ['a\ud800b'],
    ['a\udc00'],
    ['\ue000'],
    ['\uffff'],
    ['\u{e0041}'],
    [undefined],
    [null],
    [5],
    [true],
    [{}],
    [['phone']],
    [new String('phone')],
  ])('%j is malformed', (typed) => {
    expect(parseName(typed)).toBe(undefined);
  });

  function property(parse: (typed: unknown) => string | undefined): fc.IProperty<[string]> {
    return fc.property(anyText(), (typed) => {
      const name = parse(typed);
      if (name === undefined) return;
      expect(parse(name)).toBe(name);
      expect([...name].length).toBeGreaterThan(0);
      expect([...name].length).toBeLessThanOrEqual(64);
      expect(name).toBe(name.trim().normalize('NFC'));
      expect(name).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    });
  }

  it('of any text is itself a name, once', () => {
    fc.assert(property(parseName), { numRuns: 2000 });
  });

  it('that is cut to its length would be caught', () => {
    expect(isCaught(property((typed) => String(typed).slice(0, 64)))).toBe(true);
  });
});
