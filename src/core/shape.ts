import { MfaError } from '../errors.js';
import { MAX_COUNTER } from './check.js';

// Shapes state once for each type what stored JSON may hold. `Fields` ties a shape to its interface: a field that is
// added to one and not to the other does not compile. The functions that make them are marked, so that bundlers leave out
// the shapes of what is not used.

/**
 * A text that says where a value is wrong and by which rule: ` must be a whole number`, `.name must be …`. Never the
 * value.
 */
export type Fault = string;

/** Checks a stored value: undefined where it is a T, else what is wrong with it. */
export type Shape<T> = ((value: unknown) => Fault | undefined) & { readonly of?: (value: T) => T };

/** A field that may be absent. */
export interface Optional<T> {
  readonly optional: Shape<T>;
}

export type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? Optional<Required<T>[K]> : Shape<T[K]>;
};

/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

/** Not empty. */
export const text: Shape<string> = (value) =>
  typeof value === 'string' && value !== '' ? undefined : ' must be a text that is not empty';

/* @__NO_SIDE_EFFECTS__ */
export function whole(min: number, max: number): Shape<number> {
  const fault =
    max === Number.MAX_SAFE_INTEGER && min === 0
      ? ' must be a whole number'
      : ` must be a whole number from ${min} to ${max}`;
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : fault;
}

export const counting: Shape<number> = whole(0, MAX_COUNTER);

/** Lower-case hexadecimal. */
/* @__NO_SIDE_EFFECTS__ */
export function hex(length: number): Shape<string> {
  const fault = ` must be ${length} lower-case hexadecimal digits`;
  return (value) =>
    typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value) ? undefined : fault;
}

/** Takes the values as the keys of a record, so that the compiler misses none. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<T extends string>(values: { readonly [V in T]: true }): Shape<T> {
  const fault = ` must be ${Object.keys(values).join(' or ')}`;
  return (value) => (typeof value === 'string' && Object.hasOwn(values, value) ? undefined : fault);
}

/* @__NO_SIDE_EFFECTS__ */
export function exactly<T extends number | boolean>(expected: T): Shape<T> {
  return (value) => (value === expected ? undefined : ` must be ${expected}`);
}

/* @__NO_SIDE_EFFECTS__ */
export function list<T>(shape: Shape<T>, longest: number = Number.MAX_SAFE_INTEGER): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return ' must be a list';
    if (value.length > longest) return ` must not be longer than ${longest}`;
    for (let i = 0; i < value.length; i++) {
      const fault = shape(value[i]);
      if (fault !== undefined) return `[${i}]${fault}`;
    }
    return undefined;
  };
}

/** Whether a value is an object as JSON has it: no list, and no function that has the fields. */
export function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with these fields. Any other field is of a later version, and is kept. */
/* @__NO_SIDE_EFFECTS__ */
export function object<T>(fields: Fields<T>): Shape<T> {
  const checks = Object.entries(fields as Readonly<Record<string, Shape<never> | Optional<never>>>).map(
    ([name, field]) => {
      return typeof field === 'function'
        ? { name, shape: field, needed: true }
        : { name, shape: field.optional, needed: false };
    },
  );
  return (value) => {
    if (!isJsonObject(value)) return ' must be an object';
    for (const { name, shape, needed } of checks) {
      const field = (value as Readonly<Record<string, unknown>>)[name];
      if (field === undefined) {
        if (needed) return `.${name} is missing`;
        continue;
      }
      const fault = shape(field);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    return undefined;
  };
}

/** The shape that the text under `key` names; `otherwise` for all that names none. */
/* @__NO_SIDE_EFFECTS__ */
export function variant<T, K extends keyof T & string>(
  key: K,
  shapes: { readonly [V in T[K] & string]: Shape<Extract<T, Readonly<Record<K, V>>>> },
  otherwise?: Shape<T>,
): Shape<T> {
  const byName = new Map<unknown, Shape<never>>(Object.entries(shapes));
  const fault = `.${key} must be ${[...byName.keys()].join(' or ')}`;
  return (value) => {
    if (typeof value !== 'object' || value === null) return ' must be an object';
    const name = (value as Readonly<Record<string, unknown>>)[key];
    const shape = byName.get(name) ?? otherwise;
    return shape === undefined ? fault : shape(value);
  };
}

/**
 * Reads a stored value.
 *
 * @param what - `device`, `record`
 * @param known - what it may require of its reader
 * @throws MfaError `corrupt-record`, with where and the rule; `unsupported-record-version`: of a later version, or it
 *   `requires` what this version does not know
 */
export function readStored<T>(value: unknown, shape: Shape<T>, what: string, known: readonly string[] = []): T {
  checkVersion(value, what, known);
  const fault = shape(value);
  if (fault !== undefined) throw corrupt(what, fault);
  return value as T;
}

/**
 * Runs before the fields are checked, because a later version has other fields. `requires` names what a reader has to
 * know before it may change the object.
 */
export function checkVersion(value: unknown, what: string, known: readonly string[] = []): void {
  const { version, requires } = Object(value) as { readonly version?: unknown; readonly requires?: unknown };
  if (Number.isSafeInteger(version) && (version as number) > 1) throw unsupported(what, 'its version');
  if (requires === undefined) return;
  const fault = list(text)(requires);
  if (fault !== undefined) throw corrupt(what, `.requires${fault}`);
  const unknown = (requires as readonly string[]).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unsupported(what, JSON.stringify(unknown.slice(0, 40)));
}

export function corrupt(what: string, fault: Fault): MfaError {
  return new MfaError(
    'corrupt-record',
    `corrupt ${what}: ${fault.startsWith(' ') ? `it${fault}` : fault.replace(/^\./, '')}`,
  );
}

function unsupported(what: string, why: string): MfaError {
  return new MfaError('unsupported-record-version', `this ${what} needs a later version of the library, for ${why}`);
}
