import { inspect } from 'node:util';
import { MfaError, type MfaErrorCode } from 'lockstep-mfa/core';

/** The {@link MfaError} that a call throws. Fails where it answers; throws every other error on. */
export function thrown(call: () => unknown): MfaError {
  let answer: unknown;
  try {
    answer = call();
  } catch (error) {
    if (error instanceof MfaError) return error;
    throw error;
  }
  throw new Error(`it answered ${inspect(answer, { maxStringLength: 200 })}`);
}

/** The same of a promise that rejects. */
export async function rejected(call: Promise<unknown>): Promise<MfaError> {
  const settled = await call.then(
    (answer) => () => answer,
    (error: unknown) => () => {
      throw error;
    },
  );
  return thrown(settled);
}

/** The codes with which many calls reject at once. */
export async function rejectedCodes(calls: readonly Promise<unknown>[]): Promise<MfaErrorCode[]> {
  return (await Promise.all(calls.map(rejected))).map(({ code }) => code);
}
