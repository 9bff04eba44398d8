import { randomBytes } from 'node:crypto';
import { format, inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
  type Algorithm,
  formatKeyUri,
  formatSecret,
  formatSetupKey,
  generateSecret,
  hotp,
  matchCode,
  matchPair,
  parseSecret,
  type RandomBytes,
  type Secret,
  secretFromBytes,
  totp,
  wipeSecret,
} from 'lockstep-mfa/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { preparedKey } from '../../src/core/secret.js';
import { ALGORITHMS, isCaught } from '../support/arbitraries.js';
import { thrown } from '../support/thrown.js';

const TEXT = 'GKYZBNDOUYNKRDFSBSAFQPO2GBBSDIAG';
const BYTES = Uint8Array.from(Buffer.from('32b190b46ea61aa88cb20c80583dda304321a006', 'hex'));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('generateSecret', () => {
  it('makes 20 bytes (RFC 4226 R6, CVE-2024-8796), or 16 to 64 on request', () => {
    expect(generateSecret().byteLength).toBe(20);
    for (let bytes = 16; bytes <= 64; bytes++) {
      expect(generateSecret({ bytes }).byteLength).toBe(bytes);
      expect(parseSecret(formatSecret(generateSecret({ bytes }))).byteLength).toBe(bytes);
    }
  });

  it('reads crypto.getRandomValues, all of it', () => {
    const getRandomValues = vi.fn((array: Uint8Array) => {
      array.set(BYTES.subarray(0, array.length));
      return array;
    });
    vi.stubGlobal('crypto', { getRandomValues });
    expect(formatSecret(generateSecret())).toBe(TEXT);
    expect(getRandomValues).toHaveBeenCalledOnce();
  });

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 1000 }, () => formatSecret(generateSecret()))).size).toBe(1000);
  });

  it('takes exactly the bytes of another source', () => {
    const random = vi.fn<RandomBytes>((length) => BYTES.slice(0, length));
    expect(formatSecret(generateSecret({ random }))).toBe(TEXT);
    expect(random.mock.calls).toEqual([[20]]);
  });

  it('keeps its secret when the source uses its memory again', () => {
    const memory = Buffer.from(BYTES);
    const secret = generateSecret({ random: () => memory });
    memory.fill(0);
    expect(formatSecret(secret)).toBe(TEXT);
    memory.set(BYTES);
    wipeSecret(generateSecret({ random: () => memory }));
    expect(Buffer.compare(memory, BYTES)).toBe(0);
  });

  it('takes Buffers, as randomBytes returns them', () => {
    expect(generateSecret({ random: randomBytes }).byteLength).toBe(20);
  });

  it.each<[string, unknown]>([
    ['too few bytes', (length: number) => new Uint8Array(length - 1)],
    ['too many bytes', (length: number) => new Uint8Array(length + 1)],
    ['nothing', () => undefined],
    ['numbers', (length: number) => Array(length).fill(7)],
    ['wider numbers', (length: number) => new Uint16Array(length)],
    ['a promise', async (length: number) => new Uint8Array(length)],
    ['a text', (length: number) => 'A'.repeat(length)],
    ['what only inherits from Uint8Array', () => Object.create(Uint8Array.prototype)],
  ])('refuses a source of %s', (_, random) => {
    expect(thrown(() => generateSecret({ random: random as RandomBytes })).code).toBe('invalid-argument');
  });

  it('refuses a source of equal bytes: it is none', () => {
    for (const byte of [0, 7, 0xff]) {
      const random: RandomBytes = (length) => new Uint8Array(length).fill(byte);
      const { code, message } = thrown(() => generateSecret({ random }));
      expect({ code, message }).toEqual({
        code: 'invalid-argument',
        message: 'random returned equal bytes: it is no source of random bytes',
      });
    }
    const nearly: RandomBytes = (length) => Uint8Array.from({ length }, (_, i) => (i === length - 1 ? 1 : 0));
    expect(generateSecret({ random: nearly }).byteLength).toBe(20);
  });

  it.each([
    ['no crypto', undefined],
    ['a crypto without getRandomValues', {}],
  ])('names the option random where the runtime has %s', (_, crypto) => {
    vi.stubGlobal('crypto', crypto);
    const { code, message } = thrown(() => generateSecret());
    expect(code).toBe('invalid-argument');
    expect(message).toBe('random is needed: this runtime has no crypto.getRandomValues');
    expect(generateSecret({ random: (length) => BYTES.slice(0, length) }).byteLength).toBe(20);
  });

  it('lets an error of the source pass', () => {
    const random = (): never => {
      throw new Error('no entropy');
    };
    expect(() => generateSecret({ random })).toThrow('no entropy');
  });

  it.each([15, 65, 0, -20, 20.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d bytes', (bytes) => {
    expect(thrown(() => generateSecret({ bytes })).code).toBe('invalid-argument');
  });
});

describe('secretFromBytes', () => {
  it('copies', () => {
    const bytes = Buffer.from(BYTES);
    const secret = secretFromBytes(bytes);
    bytes.fill(0);
    expect(formatSecret(secret)).toBe(TEXT);
  });

  it('does not wipe what it was made from', () => {
    const bytes = BYTES.slice();
    wipeSecret(secretFromBytes(bytes));
    expect(bytes).toEqual(BYTES);
  });

  it('takes part of a buffer', () => {
    const memory = Uint8Array.from([9, ...BYTES, 9]);
    expect(formatSecret(secretFromBytes(memory.subarray(1, 21)))).toBe(TEXT);
  });

  it('takes bytes of another realm, as test runners have one', () => {
    const bytes: Uint8Array = runInNewContext(`Uint8Array.of(${BYTES})`);
    expect(bytes).not.toBeInstanceOf(Uint8Array);
    expect(formatSecret(secretFromBytes(bytes))).toBe(TEXT);
  });
});

describe('secretFromBytes refuses', () => {
  it.each<[string, unknown]>([
    ['no bytes', new Uint8Array(0)],
    ['bytes that were moved elsewhere', moved()],
    ['wider numbers', new Uint16Array(20)],
    ['a buffer', new ArrayBuffer(20)],
    ['a view', new DataView(new ArrayBuffer(20))],
    ['numbers', [...BYTES]],
    ['base32', TEXT],
    ['what only inherits from Uint8Array', Object.create(Uint8Array.prototype)],
    ['bytes behind a proxy', new Proxy(BYTES, {})],
  ])('%s', (_, bytes) => {
    expect(thrown(() => secretFromBytes(bytes as Uint8Array)).code).toBe('invalid-argument');
  });

  function moved(): Uint8Array {
    const bytes = BYTES.slice();
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  }
});

describe('formatSecret and formatSetupKey', () => {
  type SetupKey = (secret: Secret) => string;
  const groupsOfFour = (setupKey: SetupKey) =>
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70, size: 'max' }), (bytes) => {
      const secret = secretFromBytes(bytes);
      const text = setupKey(secret);
      return (
        /^(?:[A-Z2-7]{4} )*[A-Z2-7]{1,4}$/.test(text) &&
        text.replaceAll(' ', '') === formatSecret(secret) &&
        formatSecret(parseSecret(text)) === formatSecret(secret)
      );
    });

  it('are one text, once in groups of four', () => fc.assert(groupsOfFour(formatSetupKey)));

  it('would be caught ending in a space, or grouping by five', () => {
    expect(isCaught(groupsOfFour((secret) => formatSecret(secret).replace(/.{4}/g, '$& ')))).toBe(true);
    expect(isCaught(groupsOfFour((secret) => formatSecret(secret).replace(/.{5}(?=.)/g, '$& ')))).toBe(true);
  });
});

describe('a secret prints nothing of itself', () => {
  const secret = parseSecret(TEXT);
  for (const algorithm of ALGORITHMS) hotp(secret, 0, { algorithm });

  /** In any writing of the bytes, also in part. */
  function reveals(printed: string): boolean {
    const text = printed.toLowerCase();
    const numbers = (text.match(/\d+/g) ?? []).join();
    return (
      ['gkyzbn', '32b190', 'mrgq'].some((writing) => text.includes(writing)) || numbers.includes(`${BYTES.slice(0, 4)}`)
    );
  }

  it.each<[string, (value: unknown) => string]>([
    ['String', String],
    ['a template', (value) => `${value}`],
    ['a sum', (value) => 'secret: '.concat(value as string)],
    ['JSON', (value) => JSON.stringify(value)],
    ['JSON, nested', (value) => JSON.stringify({ device: [{ secret: value }] })],
    ['inspect', (value) => inspect(value)],
    ['inspect, nested', (value) => inspect({ device: { keys: [new Map([['secret', value]])] } }, { depth: 9 })],
    ['inspect as %s', (value) => format('%s', value)],
    ['inspect as %o', (value) => format('%o', value)],
    ['inspect as %O', (value) => format('%O', value)],
    ['inspect as %j', (value) => format('%j', value)],
    ['an error', (value) => inspect(new Error('failed', { cause: { secret: value } }))],
  ])('%s', (_, print) => {
    expect(print(secret)).toContain('[redacted]');
    expect(reveals(print(secret))).toBe(false);
    expect(reveals(print({ toString: () => TEXT, toJSON: () => TEXT, [inspect.custom]: () => TEXT }))).toBe(true);
  });

  it.each<[string, (value: unknown) => string]>([
    ['inspect without its own printing', (value) => inspect(value, { customInspect: false, showHidden: true })],
    ['structuredClone', (value) => inspect(structuredClone(value), { customInspect: false })],
    ['a copy', (value) => inspect({ ...(value as object) })],
    ['its properties', (value) => inspect(Object.getOwnPropertyDescriptors(value as object))],
  ])('%s', (_, print) => {
    expect(reveals(print(secret))).toBe(false);
    expect(reveals(print({ bytes: BYTES }))).toBe(true);
  });

  it('nor does its copy compute', () => {
    for (const copy of [structuredClone(secret), { ...secret }, Object.create(secret), new Proxy(secret, {})]) {
      expect(thrown(() => hotp(copy as Secret, 0)).code).toBe('invalid-argument');
    }
  });

  it('nor does an error of reading one', () => {
    for (const text of [`${TEXT}1`, `${TEXT}A`, `${TEXT}=${TEXT}`, TEXT.replace('U', 'ü')]) {
      const error = thrown(() => parseSecret(text));
      expect(reveals(inspect(error, { depth: 9, showHidden: true }))).toBe(false);
    }
  });
});

describe('wipeSecret', () => {
  const USES: readonly [string, (secret: Secret) => unknown][] = [
    ['hotp', (secret) => hotp(secret, 0)],
    ['totp', (secret) => totp(secret, { nowMs: 0 })],
    ['matchCode', (secret) => matchCode(secret, '123456', { counter: 0 })],
    ['matchPair', (secret) => matchPair(secret, ['123456', '123456'], { counter: 0 })],
    ['formatSecret', formatSecret],
    ['formatSetupKey', formatSetupKey],
    ['formatKeyUri', (secret) => formatKeyUri({ account: 'a', secret })],
    ['wipeSecret', wipeSecret],
  ];

  it.each(USES)('%s throws after it', (_, use) => {
    const secret = parseSecret(TEXT);
    wipeSecret(secret);
    expect(thrown(() => use(secret)).code).toBe('wiped-secret');
  });

  it.each(USES)('%s works before it', (_, use) => {
    expect(() => use(parseSecret(TEXT))).not.toThrow();
  });

  it('throws also for algorithms that were never used', () => {
    const secret = parseSecret(TEXT);
    hotp(secret, 0);
    wipeSecret(secret);
    for (const algorithm of ALGORITHMS) {
      expect(thrown(() => hotp(secret, 0, { algorithm })).code).toBe('wiped-secret');
    }
  });

  it.each<readonly Algorithm[][]>([[[]], [['SHA256']], [[...ALGORITHMS]]])(
    'zeroes the bytes, and the states that were prepared: %j',
    (used) => {
      const fill = vi.spyOn(Uint8Array.prototype, 'fill');
      const secret = parseSecret(TEXT);
      const states = used.map((algorithm) => preparedKey(secret, algorithm));
      for (const state of states) expect([...state].some((word) => word !== 0)).toBe(true);
      fill.mockClear();
      wipeSecret(secret);
      for (const state of states) expect([...state].every((word) => word === 0)).toBe(true);
      expect(fill.mock.contexts).toContainEqual(new Uint8Array(20));
    },
  );

  it('leaves other secrets of the same text alone', () => {
    const kept = parseSecret(TEXT);
    wipeSecret(parseSecret(TEXT));
    expect(formatSecret(kept)).toBe(TEXT);
  });

  it('prints nothing afterwards either', () => {
    const secret = parseSecret(TEXT);
    wipeSecret(secret);
    expect(`${secret}`).toBe('[redacted]');
  });
});

describe('the prepared states', () => {
  it('are made once an algorithm', () => {
    const secret = parseSecret(TEXT);
    for (const algorithm of ALGORITHMS) {
      expect(preparedKey(secret, algorithm)).toBe(preparedKey(secret, algorithm));
    }
  });
});
