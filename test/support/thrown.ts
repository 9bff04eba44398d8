import { MfaError } from 'lockstep-mfa/core';

/** The {@link MfaError} that a call throws; anything else that it does fails. */
export function thrown(call: () => unknown): MfaError {
  try {
    call();
  } catch (error) {
    if (error instanceof MfaError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}
