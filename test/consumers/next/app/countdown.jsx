'use client';

import { intervalAt } from 'lockstep-mfa/core';

export function Countdown() {
  return <p>interval of {intervalAt({ nowMs: 1_700_000_000_000 }).endMs}</p>;
}
