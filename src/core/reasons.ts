/** The reasons to refuse a typed code. */
export type CodeReason = 'malformed-code' | 'code-mismatch' | 'code-reused';

/** The details that some reasons of the code functions carry. */
export interface CodeReasonDetails {
  /** Present where two codes were typed: the one to mark in the form. */
  'malformed-code': { readonly field?: 'first' | 'second' };
}

/**
 * `{ ok: false, reason, … }`: a union that narrows by `reason`, each with its details from D. A layer above adds
 * reasons and details of its own.
 */
export type RefusalOf<D, R extends string> = R extends keyof D
  ? { readonly ok: false; readonly reason: R } & D[R]
  : { readonly ok: false; readonly reason: R };

/** The refusal of a function that looks at codes alone. */
export type CodeRefusal<R extends CodeReason = CodeReason> = RefusalOf<CodeReasonDetails, R>;
