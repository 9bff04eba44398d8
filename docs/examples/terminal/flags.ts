import { parseArgs } from 'node:util';
import type { Algorithm, Digits } from 'lockstep-mfa';
import { qrTerminal } from 'lockstep-mfa/qr';
import { begin, type Enrollment } from './server.js';

export const HELP = `Enrolls an authenticator app with two codes, and lets it sign in. All in memory, without a network.

  npm run start:terminal            with your phone
  npm run start:terminal -- --demo  without one: a virtual phone types, and nobody has to wait

  --issuer <name>         shown by the app (Lockstep)
  --account <name>        shown by the app (you@example.com)
  --algorithm <name>      SHA1, SHA256 or SHA512 (SHA1); some apps ignore it, as you will be told
  --digits <number>       6, 7 or 8 (6); likewise
  --period <seconds>      1 to 300 (30); likewise
  --help

Ctrl-C or the end of input ends it. Answers can be piped in, one a line.`;

export interface Flags {
  readonly help: boolean;
  readonly demo: boolean;
  readonly enrollment: Enrollment;
}

/** @throws Error with a message for the person */
export function parseFlags(args: readonly string[]): Flags {
  const { help, demo, issuer, account, algorithm, digits, period } = parse(args);
  const enrollment: Enrollment = {
    issuer,
    account,
    parameters: {
      algorithm: oneOf(ALGORITHMS, '--algorithm', algorithm.toUpperCase()),
      digits: Number(oneOf(DIGITS, '--digits', digits)) as Digits,
      periodSeconds: Number(oneOf(PERIODS, '--period', period, 'a whole number from 1 to 300')),
    },
  };
  // The library knows best which names a key URI cannot hold, and how much a QR code can.
  qrTerminal(begin(enrollment, Date.now()).keyUri);
  return { help, demo, enrollment };
}

const ALGORITHMS: readonly Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];
const DIGITS = ['6', '7', '8'];
/** Two codes have to fit into the quarter of an hour that an enrollment lives. */
const PERIODS = Array.from({ length: 300 }, (_, index) => String(index + 1));

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        issuer: { type: 'string', default: 'Lockstep' },
        account: { type: 'string', default: 'you@example.com' },
        algorithm: { type: 'string', default: 'SHA1' },
        digits: { type: 'string', default: '6' },
        period: { type: 'string', default: '30' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // The first of its sentences says what is wrong, the others advise programmers.
    throw error instanceof Error ? new Error(error.message.split(/\.\s/)[0]) : error;
  }
}

function oneOf<T extends string>(
  allowed: readonly T[],
  flag: string,
  value: string,
  words = `one of ${allowed.join(', ')}`,
): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Error(`${flag} must be ${words}, not '${value}'`);
  return found;
}
