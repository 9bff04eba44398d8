import { createMfaService, type MfaStore, plaintextSealer, type RandomBytes, totp } from 'lockstep-mfa';
import { fixedClock } from 'lockstep-mfa/testing';
import { secretOf } from './race.js';

/** Wrong and right codes of one user; below the strikes that lock. */
export const ATTEMPTS = 60;
const STEP_MS = 30_000;

/**
 * What one user does, the same each time: gets a device, then types two wrong codes and a right one, again and again.
 *
 * @returns what each was answered with, as soon as it was
 */
export async function* lifeOf(userId: string, store: MfaStore): AsyncGenerator<string, void, void> {
  const clock = fixedClock();
  const random = numbers();
  const mfa = createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer(), clock, random });
  const secret = secretOf(userId);
  const input = { name: 'Token', serialNumber: 'token', secret, administrator: 'Ada' };
  yield answerOf(await mfa.importDevice(userId, input));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    clock.advanceMs(STEP_MS);
    const right = attempt % 3 === 0;
    const code = totp(secret, { nowMs: clock() + (right ? 0 : 1000 * STEP_MS) });
    yield answerOf(await mfa.signIn(userId, { code }));
  }
}

/** Never the same bytes twice, and the same in each life. */
function numbers(): RandomBytes {
  let drawn = 0;
  return (byteLength) => {
    drawn++;
    return Uint8Array.from({ length: byteLength }, (_, index) => drawn >>> (8 * (index % 4)));
  };
}

function answerOf(answer: { readonly ok: true } | { readonly ok: false; readonly reason: string }): string {
  return answer.ok ? 'ok' : answer.reason;
}
