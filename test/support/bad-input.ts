import { isMfaError } from 'lockstep-mfa/core';

const MEGABYTE = 1_000_000;

/** What JavaScript programs and forms hand over by mistake or by malice. */
export const BAD_VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  'minus one': -1,
  'a fraction': 0.5,
  'past the safe numbers': 2 ** 53,
  'a huge number': 1e308,
  true: true,
  'a bigint': 1n,
  'a symbol': Symbol('bad'),
  'an empty text': '',
  'a space': ' ',
  'a word': 'wrong',
  'a megabyte of letters': 'A'.repeat(MEGABYTE),
  'a megabyte of digits': '1'.repeat(MEGABYTE),
  'a megabyte of spaces': ' '.repeat(MEGABYTE),
  'a megabyte of combining marks': '\u0301'.repeat(MEGABYTE),
  'half a surrogate pair': '\ud83d',
  'the other half': 'a\udd10b',
  'an empty list': [],
  'an empty object': {},
  'an object without a prototype': Object.create(null),
  'an object that is no text': {
    toString(): string {
      throw new TypeError('it is no text');
    },
  },
  'a date': new Date(0),
  'a function': () => 'wrong',
};

/** One argument, or a field of one: what every bad value in its place is answered with. */
export interface Place {
  /** Such as `[1, 'nowMs']`: a field of the second argument. */
  readonly path: readonly (string | number)[];
  /** The code of an error, or the reason of a refusal; where it depends on the value, a function of it. */
  readonly answer: string | ((bad: unknown) => string);
  /** Bad values that are good here. */
  readonly fine?: readonly string[];
}

/** Calls with each bad value in turn, and tells every answer that is not the one expected. */
export function wrongAnswers(
  call: (...args: never[]) => unknown,
  args: readonly unknown[],
  { path, answer, fine = [] }: Place,
): string[] {
  return Object.entries(BAD_VALUES).flatMap(([name, bad]) => {
    const got = answerOf(() => call(...(replaced(args, path, bad) as never[])), bad);
    const refused = typeof answer === 'function' ? answer(bad) : answer;
    const expected = fine.includes(name) ? 'ok' : refused;
    return got === expected ? [] : [`${name} at ${path.join('.')}: ${got}, not ${expected}`];
  });
}

/** `ok`, a reason, or the code of an MfaError whose message is short and does not repeat what it was given. */
export function answerOf(call: () => unknown, given?: unknown): string {
  try {
    const result = call();
    const refused = typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
    return refused ? String((result as { reason?: unknown }).reason) : 'ok';
  } catch (error) {
    if (!isMfaError(error)) return `a raw error: ${String(error)}`;
    if (error.message.length > 500) return 'an endless message';
    const echoes = typeof given === 'string' && given.trim() !== '' && error.message.includes(given);
    return echoes ? 'a message that repeats its input' : error.code;
  }
}

/** The same arguments but for one place; nothing is copied beside the way to it. */
export function replaced(whole: unknown, [name, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (name === undefined) return value;
  const inside = replaced((whole as Record<string | number, unknown>)[name], rest, value);
  if (Array.isArray(whole)) return whole.map((item, i) => (i === name ? inside : item));
  return { ...(whole as object), [name]: inside };
}
