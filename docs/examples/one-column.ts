// The least there is: a `last_counter` column beside an existing verification, to refuse a code's second use.
import { counterAt, matchCode, parseSecret } from 'lockstep-mfa/core';

export interface Row {
  readonly secret: string;
  readonly lastCounter: number;
}

/**
 * Let the person in only if the row changed, so that of two requests with one code one wins:
 * `UPDATE … SET last_counter = $2 WHERE user_id = $1 AND last_counter < $2`
 */
export function verify(row: Row, code: unknown, nowMs: number): { readonly ok: boolean; readonly lastCounter: number } {
  const { secret, lastCounter } = row;
  const match = matchCode(parseSecret(secret), code, { counter: counterAt({ nowMs }), lastCounter });
  return match.ok ? { ok: true, lastCounter: match.counter } : { ok: false, lastCounter };
}
