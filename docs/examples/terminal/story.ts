import type { VirtualAuthenticator } from 'lockstep-mfa/testing';

/** One answer of the virtual phone, and what happens before it. */
export interface Line {
  readonly aside: string;
  readonly types: string;
}

/** What a day with an authenticator brings: haste, a thief, a clock that is off. One line for each question. */
export function* story(phone: VirtualAuthenticator): Generator<Line, void> {
  const code = (): string => phone.code();
  /** Waits until the code changes. */
  const next = (): string => phone.codes()[1];

  yield { aside: 'The virtual phone has scanned the QR code, and shows its first code.', types: code() };
  yield { aside: 'In haste, it types the same code again.', types: code() };

  yield { aside: 'Once more.', types: code() };
  yield { aside: 'This time it waits for the next code.', types: next() };

  yield { aside: 'Somebody has looked on.', types: 'a' };
  yield { aside: 'The phone waits until its code is a new one.', types: 'w' };
  yield { aside: 'It types that.', types: code() };

  phone.offsetMs = 25 * 60_000;
  yield { aside: 'Its battery dies. When it comes back, its clock is 25 minutes ahead.', types: code() };
  yield { aside: 'As advised:', types: 'r' };
  yield { aside: 'The code that it shows,', types: code() };
  yield { aside: 'and the one that follows it.', types: next() };

  yield { aside: 'From now on its codes are right.', types: next() };
  yield { aside: 'And what does the server hold?', types: 'l' };
  yield { aside: 'That was all.', types: 'q' };
}
