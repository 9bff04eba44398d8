import { parseArgs } from 'node:util';

export const DEFAULT_PORT = 8080;

export const HELP: string = `A web application with the MFA wizard: register, set up an authenticator app, sign in, recover.

  npm start                        everything in memory, forgotten at the end
  npm start -- --database acme.db  kept in a file; the key of its secrets lies beside it, in acme.db.key
  npm start -- --port 3000         the next free port where it is taken (${DEFAULT_PORT}, or the variable PORT)
  npm start -- --help

It listens on this machine alone. Ctrl-C ends it.`;

export interface Flags {
  readonly help: boolean;
  readonly port: number;
  /** Absent: in memory. */
  readonly database?: string | undefined;
}

/** @throws Error with a message for the person */
export function parseFlags(args: readonly string[], { PORT }: { readonly PORT?: string | undefined }): Flags {
  const { help, port = PORT, database } = parse(args);
  return { help, port: parsePort(port === undefined || port === '' ? String(DEFAULT_PORT) : port), database };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string' },
        database: { type: 'string' },
      },
    }).values;
  } catch (error) {
    // The first of its sentences says what is wrong, the others advise programmers.
    throw error instanceof Error ? new Error(error.message.split(/\.\s/)[0]) : error;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new Error(`the port must be a number from 0 to 65535, not '${text}'`);
  return port;
}
