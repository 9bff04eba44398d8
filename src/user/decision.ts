import type { Context } from './context.js';
import type { Happening, MfaEvent } from './events.js';
import { isQuiet, trace, traceUnwritten } from './history.js';
import type { UserRecord } from './record.js';

/** The next record, the answer as the service gives it, and what to emit. The same record back: nothing to store. */
export interface Decision<A> {
  readonly record: UserRecord;
  readonly answer: A;
  readonly events: readonly MfaEvent[];
}

/** Leaves the record as it is. */
export function unchanged<A>(record: UserRecord, answer: A): Decision<A> {
  return { record, answer, events: [] };
}

/** Leaves the record as it is. The events are emitted and not stored, so they reuse the last `seq`. */
export function unwritten<A>(
  record: UserRecord,
  answer: A,
  context: Context,
  ...happenings: readonly Happening[]
): Decision<A> {
  return { record, answer, events: traceUnwritten(record, happenings, context.userId, context.nowMs) };
}

/**
 * Answers what changes nothing else. It can be sent again and again, so its event is written and emitted once a minute.
 */
export function quietly<A>(
  record: UserRecord,
  answer: A,
  context: Context,
  happening: Happening,
  ...others: readonly Happening[]
): Decision<A> {
  if (isQuiet(record, happening, context.nowMs)) return unchanged(record, answer);
  return changed(record, answer, context, ...others, happening);
}

/** Changes the record, and says so in its history. */
export function changed<A>(
  next: UserRecord,
  answer: A,
  context: Context,
  ...happenings: readonly Happening[]
): Decision<A> {
  const { events, seq, history } = trace(next, happenings, context.userId, context.nowMs);
  return { record: { ...next, seq, history }, answer, events };
}
