// The least there is: a `last_counter` column beside an existing verification, to refuse a code's second use.
import { parseSecret, verifyTotp } from 'lockstep-mfa/core';

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
  const match = verifyTotp(parseSecret(secret), code, { nowMs, lastCounter });
  return match.ok ? { ok: true, lastCounter: match.counter } : { ok: false, lastCounter };
}
