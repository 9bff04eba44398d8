import { MfaError } from '../errors.js';

/** What the engine or its driver named the fault: an SQLSTATE, `ECONNREFUSED`. */
export function driverCode(thrown: unknown): string | undefined {
  const { code } = Object(thrown) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** Redis repeats the arguments of a command that it does not know: where that is AUTH, the password. */
const ECHOED_ARGUMENTS = /, with args beginning with:.*$/s;

/** mariadb puts the statement and its parameters behind the message of its error: a record, with what is sealed in it. */
const STATEMENT = /\nsql: .*$/s;

/**
 * The error of a store whose driver failed; its cause has the driver's name, code and message, and nothing else. Drivers
 * hang on their errors what logs then print: ioredis the arguments of the command, so a password or a record, `pg` the
 * row that a constraint refused.
 */
export function driverFailed(engine: string, thrown: unknown): MfaError {
  const { name, message } = Object(thrown) as { readonly name?: unknown; readonly message?: unknown };
  const code = driverCode(thrown);
  const text = typeof message === 'string' ? message.replace(ECHOED_ARGUMENTS, '').replace(STATEMENT, '') : '';
  const cause = new Error(text || (code ?? 'no message'));
  if (typeof name === 'string') cause.name = name;
  return new MfaError('store-failed', `${engine} or its client failed: see cause`, {
    cause: code === undefined ? cause : Object.assign(cause, { code }),
  });
}
