import { describe, expect, it } from 'vitest';
import {
  counting,
  exactly,
  type Fault,
  hex,
  isJsonObject,
  list,
  object,
  oneOf,
  optional,
  readStored,
  type Shape,
  text,
  variant,
  whole,
} from '../../src/core/shape.js';
import { thrown } from '../support/thrown.js';

interface Point {
  readonly x: number;
  readonly y?: number;
}
const POINT = object<Point>({ x: whole(-5, 5), y: optional(counting) });

type Figure =
  | { readonly kind: 'dot'; readonly at: Point }
  | { readonly kind: 'line'; readonly points: readonly Point[] };
const DOT = object<Extract<Figure, { kind: 'dot' }>>({ kind: oneOf({ dot: true }), at: POINT });
const LINE = object<Extract<Figure, { kind: 'line' }>>({ kind: oneOf({ line: true }), points: list(POINT, 2) });
const FIGURE = variant<Figure, 'kind'>('kind', { dot: DOT, line: LINE });
const ANY_FIGURE = variant<Figure, 'kind'>(
  'kind',
  { dot: DOT, line: LINE },
  object<{ kind: string }>({ kind: text }) as Shape<unknown> as Shape<Figure>,
);

const NEVER = [undefined, null, Number.NaN, 1n, Symbol('x'), () => 1];
const NO_LIST = [...NEVER, '', 'ab', 0, true, {}, { length: 0 }, new Uint8Array(1)];
const NO_OBJECT = [...NEVER, '', 'ab', 0, true, [], [1]];

/** Each shape: good values; and bad ones under what is said of them. */
const SHAPES: Readonly<
  Record<
    string,
    [
      shape: (value: unknown) => Fault | undefined,
      good: readonly unknown[],
      bad: Readonly<Record<string, readonly unknown[]>>,
    ]
  >
> = {
  text: [text, ['a', ' ', '\0'], { ' must be a text that is not empty': [...NEVER, '', 0, true, [], ['a'], {}] }],
  counting: [
    counting,
    [0, 1, Number.MAX_SAFE_INTEGER],
    { ' must be a whole number': [...NEVER, -1, 0.5, 2 ** 53, Infinity, '1', true, [], [1], {}] },
  ],
  whole: [
    whole(-2, 3),
    [-2, 0, -0, 3],
    { ' must be a whole number from -2 to 3': [...NEVER, -3, 4, 1.5, Infinity, '1', true, [], [1], {}] },
  ],
  hex: [
    hex(4),
    ['0000', '9abf'],
    {
      ' must be 4 lower-case hexadecimal digits': [
        ...NEVER,
        ...['', '000', '00000', 'ABCD', '000g', '000\n', '00０0', 1234, ['0000'], {}],
      ],
    },
  ],
  oneOf: [
    oneOf({ red: true, green: true }),
    ['red', 'green'],
    { ' must be red or green': [...NEVER, '', 'Red', 'toString', '__proto__', 'constructor', 0, ['red'], {}] },
  ],
  'exactly a number': [exactly(1), [1], { ' must be 1': [...NEVER, 0, 2, '1', true, [1]] }],
  'exactly true': [exactly(true), [true], { ' must be true': [...NEVER, false, 1, 'true', {}] }],
  list: [
    list(counting, 2),
    [[], [0], [0, 1]],
    {
      ' must be a list': NO_LIST,
      ' must not be longer than 2': [
        [0, 1, 2],
        ['x', 'y', 'z'],
      ],
      '[0] must be a whole number': [[-1], ['0', -1], new Array(1)],
      '[1] must be a whole number': [[0, -1]],
    },
  ],
  'a list of lists': [
    list(list(counting)),
    [[], [[]], [[0], [1, 2]]],
    { '[1][2] must be a whole number': [[[], [0, 1, '2']]] },
  ],
  object: [
    POINT,
    [{ x: 1 }, { x: 1, y: 2 }, { x: 1, y: undefined }, { x: 1, z: 'unknown' }, Object.create({ x: 1 })],
    {
      ' must be an object': NO_OBJECT,
      '.x is missing': [{}, { y: 1 }, { x: undefined }, new Date(0), { X: 1 }],
      '.x must be a whole number from -5 to 5': [{ x: null }, { x: 6 }, { x: '1', y: -1 }],
      '.y must be a whole number': [
        { x: 1, y: -1 },
        { x: 1, y: null },
      ],
    },
  ],
  variant: [
    FIGURE,
    [
      { kind: 'dot', at: { x: 0 } },
      { kind: 'line', points: [] },
      { kind: 'line', points: [{ x: 0 }, { x: 1 }], later: 1 },
    ],
    {
      ' must be an object': [...NEVER.filter((value) => typeof value !== 'function'), 'dot', 0, true],
      '.kind must be dot or line': [
        {},
        [],
        { kind: 'circle' },
        { kind: null },
        { kind: ['dot'] },
        { kind: 'toString' },
      ],
      '.at is missing': [{ kind: 'dot' }],
      '.at.x must be a whole number from -5 to 5': [{ kind: 'dot', at: { x: 9 } }],
      '.points[1].x is missing': [{ kind: 'line', points: [{ x: 0 }, {}] }],
      '.points must not be longer than 2': [{ kind: 'line', points: [{}, {}, {}] }],
    },
  ],
  'a variant of a later version': [
    ANY_FIGURE,
    [{ kind: 'dot', at: { x: 0 } }, { kind: 'circle' }, { kind: 'toString', radius: -1 }],
    {
      '.kind is missing': [{}],
      '.kind must be a text that is not empty': [{ kind: '' }, { kind: 1 }, { kind: null }, { kind: ['circle'] }],
      '.at is missing': [{ kind: 'dot' }],
    },
  ],
};

describe.each(Object.entries(SHAPES))('the shape: %s', (_, [shape, good, bad]) => {
  it('accepts a good value', () => {
    for (const value of good) expect(shape(value), JSON.stringify(value)).toBeUndefined();
  });

  it.each(Object.entries(bad))('says of a bad one: %s', (fault, values) => {
    for (const value of values) expect(shape(value)).toBe(fault);
  });
});

describe('isJsonObject', () => {
  it('accepts what JSON writes in braces', () => {
    for (const value of [{}, { a: 1 }, Object.create(null)]) expect(isJsonObject(value)).toBe(true);
    for (const value of NO_OBJECT) expect(isJsonObject(value)).toBe(false);
  });
});

describe('readStored', () => {
  const read = (value: unknown) => readStored(value, POINT, 'point');
  const refusal = (value: unknown) => {
    const { code, message } = thrown(() => read(value));
    return { code, message };
  };

  it('returns the same object, with what it does not know', () => {
    for (const point of [{ x: 1 }, { x: 1, later: {} }, { x: 1, version: 1, requires: [] }]) {
      expect(read(point)).toBe(point);
    }
  });

  it.each<[value: unknown, message: string]>([
    [undefined, 'corrupt point: it must be an object'],
    [null, 'corrupt point: it must be an object'],
    ['x', 'corrupt point: it must be an object'],
    [[], 'corrupt point: it must be an object'],
    [{}, 'corrupt point: x is missing'],
    [{ x: 9 }, 'corrupt point: x must be a whole number from -5 to 5'],
    [{ x: 1, requires: 'phones' }, 'corrupt point: requires must be a list'],
    [{ x: 1, requires: null }, 'corrupt point: requires must be a list'],
    [{ x: 1, requires: [7] }, 'corrupt point: requires[0] must be a text that is not empty'],
    [{ x: 1, requires: ['phones', ''] }, 'corrupt point: requires[1] must be a text that is not empty'],
  ])('says of %j: %s', (value, message) => {
    expect(refusal(value)).toEqual({ code: 'corrupt-record', message });
  });

  it.each([2, 3, Number.MAX_SAFE_INTEGER])(
    'tells version %s from a corrupt value, whatever else stands in it',
    (version) => {
      const message = 'this point needs a later version of the library, for its version';
      for (const value of [{ version }, { version, x: 'elsewhere' }, { version, x: 1, requires: 'phones' }]) {
        expect(refusal(value)).toEqual({ code: 'unsupported-record-version', message });
      }
    },
  );

  it.each([0, -1, 1.5, '2', null, Number.NaN, 2 ** 53, Infinity, [2], true])('%j is no later version', (version) => {
    expect(refusal({ version })).toEqual({ code: 'corrupt-record', message: 'corrupt point: x is missing' });
  });

  it('names the first thing that the value requires, shortened', () => {
    for (const value of [{ requires: ['phones', 'tokens'] }, { x: 1, requires: ['phones'] }]) {
      const message = 'this point needs a later version of the library, for "phones"';
      expect(refusal(value)).toEqual({ code: 'unsupported-record-version', message });
    }
    expect(refusal({ requires: ['x'.repeat(1000)] }).message).toBe(
      `this point needs a later version of the library, for "${'x'.repeat(40)}"`,
    );
  });
});
