// Compiled, never run: what a file beside this one claims of types, the compiler proves.

/** Exactly the same type: neither `any` nor a wider or narrower one passes. */
export type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `is<Equals<A, B>>()` does not compile unless they are. */
export function is<_T extends true>(): void {}

/** Of a `switch` that has handled all there is. */
export function never(value: never): never {
  return value;
}

is<Equals<'a' | 'b', 'b' | 'a'>>();
// @ts-expect-error narrower
is<Equals<'a' | 'b', 'a'>>();
// @ts-expect-error wider
is<Equals<string, 'a'>>();
// @ts-expect-error any is no type
// biome-ignore lint/suspicious/noExplicitAny: what has to be told apart from a type
is<Equals<any, 'a'>>();
// @ts-expect-error may be undefined
is<Equals<{ a: 1 }, { a?: 1 }>>();
// @ts-expect-error may be written
is<Equals<{ a: 1 }, { readonly a: 1 }>>();
// @ts-expect-error not all is handled
export const rest = (value: 'a' | 'b'): string => (value === 'a' ? 'a' : never(value));
