import type { RandomBytes, Reason, Refusal, Secret } from '../core/index.js';
import type { Policy } from '../device/index.js';
import type { Happening, MfaEvent } from './events.js';
import { trace, traceUnwritten } from './history.js';
import type { RecordV1 } from './record.js';

/** What the shell brings along: time, policy, opened secrets, random bytes. */
export interface Context {
  readonly userId: string;
  readonly issuer: string;
  readonly nowMs: number;
  readonly policy: Policy;
  /** By serial number; a device whose secret does not open is absent. */
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly random: RandomBytes;
  /** Why the secret of a device did not open, by serial number. */
  readonly unopened: ReadonlyMap<string, unknown>;
}

/** What is known before any secret is opened or sealed. */
export type Circumstances = Pick<Context, 'userId' | 'policy' | 'nowMs'>;

/** Yes with T, or a refusal. */
export type Outcome<T, R extends Reason> = ({ readonly ok: true } & T) | Refusal<R>;

/** The next record, the answer as the service gives it, and what to tell. The same record back: nothing to store. */
export interface Decision<A> {
  readonly record: RecordV1;
  readonly answer: A;
  readonly events: readonly MfaEvent[];
}

/** Nothing changes. What is told all the same wrote nothing. */
export function unchanged<A>(
  record: RecordV1,
  answer: A,
  context?: Context,
  ...happenings: readonly Happening[]
): Decision<A> {
  const events = context === undefined ? [] : traceUnwritten(record, happenings, context.userId, context.nowMs);
  return { record, answer, events };
}

/** The record changes, and says so in its history. */
export function changed<A>(
  next: RecordV1,
  answer: A,
  context: Context,
  ...happenings: readonly Happening[]
): Decision<A> {
  const { events, seq, history } = trace(next, happenings, context.userId, context.nowMs);
  return { record: { ...next, seq, history }, answer, events };
}
