import { intervalAt } from 'lockstep-mfa/core';

/** How long a code is still shown. */
export interface Countdown {
  /** Whole seconds, the one that has begun among them: from the period down to 1. */
  readonly seconds: number;
  /** The same of the whole period, above 0 up to 1: a ring moves once a second, which disturbs nobody. */
  readonly share: number;
}

export function countdown(nowMs: number, periodSeconds: number): Countdown {
  const seconds = Math.ceil(intervalAt({ nowMs, periodSeconds }).leftMs / 1000);
  return { seconds, share: seconds / periodSeconds };
}
