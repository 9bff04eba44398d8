import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTaken, parseName, uniqueName } from '../../src/user/names.js';
import type { UserRecord } from '../../src/user/record.js';
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
    // Joiners: Persian, Hindi, Sinhala; families, flags and signs of emoji; a flag with tags.
    ['نامه\u200cای', 'نامه\u200cای'],
    ['क्\u200dष', 'क्\u200dष'],
    ['ශ්\u200dරී', 'ශ්\u200dරී'],
    ['👨\u200d👩\u200d👧\u200d👦', '👨\u200d👩\u200d👧\u200d👦'],
    ['🏳\ufe0f\u200d🌈', '🏳\ufe0f\u200d🌈'],
    ['1\ufe0f\u20e3', '1\ufe0f\u20e3'],
    [
      '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
      '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    ],
    [`${' '.repeat(199)}x`, 'x'],
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
    ['\u{e0001}x'],
    // What counts as a letter or a symbol and shows nothing: alone, or beside letters.
    ['\u2800'],
    ['a\u2800b'],
    ['\u3164'],
    ['a\u3164'],
    ['\u115f'],
    ['\u1160'],
    ['\uffa0'],
    ['\u200c\u200d'],
    ['\ufe0f'],
    ['\u0301'],
    // Longer than anybody types, white space included.
    [`${' '.repeat(200)}x`],
    [`x${' '.repeat(1_000_000)}`],
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

describe('names that are compared', () => {
  function taken(name: string, status = 'assigned'): UserRecord {
    return { devices: [{ name, device: { serialNumber: 'a', status } }] } as never;
  }
  const FLAG = '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}';

  it.each([
    ['Phone', 'pHONE', 'case'],
    ['Straße', 'STRAẞE', 'case, of a letter whose upper case is two'],
    ['Ｐｈｏｎｅ', 'phone', 'width'],
    ['ﬁre', 'FIRE', 'ligatures'],
    ['نامه\u200cای', 'نامهای', 'a joiner'],
    ['क्\u200dष', 'क्ष', 'a joiner'],
    ['👨\u200d👩', '👨👩', 'a joiner'],
    ['❤\ufe0f', '❤', 'how an emoji is shown'],
    [FLAG, '🏴', 'tags'],
    ['Phone', 'Ph\u200done', 'a joiner inside a word'],
    ['é', 'e\u200d\u0301', 'a joiner before an accent'],
    ['É', 'e\u034f\u0301', 'a joiner of graphemes before an accent, and case'],
  ])('%j and %j are one: they differ in %s', (a, b) => {
    expect(isTaken(a, taken(b))).toBe(true);
    expect(isTaken(b, taken(a))).toBe(true);
  });

  it.each([
    ['Phone', 'Phone 2'],
    ['Straße', 'Strasse'],
    ['o', 'ö'],
    ['نامه', 'نامهای'],
    ['👨\u200d👩', '👨\u200d👩\u200d👧'],
    ['my phone', 'myphone'],
  ])('%j and %j are two', (a, b) => {
    expect(isTaken(a, taken(b))).toBe(false);
    expect(isTaken(b, taken(a))).toBe(false);
  });

  it('are those of devices that count', () => {
    expect(['pending', 'assigned', 'suspended'].map((status) => isTaken('x', taken('x', status)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('are told apart by a number that is free', () => {
    const [one] = taken('Phone').devices;
    const record = { devices: [one, { ...one, name: 'PHONE\u200d 2' }] } as never as UserRecord;
    expect(uniqueName('Phone', record)).toBe('Phone 3');
    expect(uniqueName('Tablet', record)).toBe('Tablet');
  });
});
