import { intervalAt } from 'lockstep-mfa/core';

/** How long a code is still shown. */
export interface Countdown {
  /** Whole seconds, the one that has begun among them: from the period down to 1. */
  readonly seconds: number;
  /** Of the whole period, above 0 up to 1. */
  readonly share: number;
}

export function countdown(nowMs: number, periodSeconds: number): Countdown {
  const { leftMs } = intervalAt({ nowMs, periodSeconds });
  return { seconds: Math.ceil(leftMs / 1000), share: leftMs / (periodSeconds * 1000) };
}
