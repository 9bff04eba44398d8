import { createMfaService, formatKeyUri, type MfaStore, plaintextSealer, type RandomBytes } from 'lockstep-mfa';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';
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
  const phone = virtualAuthenticator(formatKeyUri({ issuer: 'Acme', account: userId, secret }), { clock });
  const wrong = phone.wrongCode();
  const input = { name: 'Token', serialNumber: 'token', secret };
  yield answerOf(await mfa.asAdministrator('Ada').importDevice(userId, input));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    clock.advanceMs(STEP_MS);
    const right = attempt % 3 === 0;
    const code = right ? phone.code() : wrong;
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
