import { type EventType, type Happening, type HistoryEntry, isKnownType, type MfaEvent } from './events.js';

/**
 * Events that the history does not keep: they change nothing that anybody will ask about, or come with every request.
 */
const UNKEPT: readonly EventType[] = ['signed-in', 'code-reused', 'secret-unreadable'];

/**
 * Events that a stranger can cause at will: one line a kind, so that they never push out what the owner needs to see.
 */
const COALESCED: readonly EventType[] = ['device-created', 'sign-in-failed', 'locked', 'guessing-suspected'];

const LINES = 32;
/** `sign-in-failed` has two kinds: with and without an offset. */
const COALESCED_LINES = COALESCED.length + 1;
const DURABLE_LINES = LINES - COALESCED_LINES;

export interface Trace {
  readonly seq: number;
  readonly history: readonly HistoryEntry[];
}

/** Numbers the events and keeps them in the history: the durable trace, should the event itself be lost. */
export function trace(
  { seq, history }: Trace,
  happenings: readonly Happening[],
  userId: string,
  atMs: number,
): Trace & { readonly events: readonly MfaEvent[] } {
  const events = happenings.map((happening, i): MfaEvent => ({ ...happening, userId, atMs, seq: seq + 1 + i }));
  const kept = events.filter(({ type }) => !UNKEPT.includes(type)).reduce(keep, history);
  return { seq: seq + events.length, history: kept, events };
}

/** Makes the events of a decision that writes nothing. They repeat the last number. */
export function traceUnwritten(
  { seq }: Trace,
  happenings: readonly Happening[],
  userId: string,
  atMs: number,
): MfaEvent[] {
  return happenings.map((happening): MfaEvent => ({ ...happening, userId, atMs, seq }));
}

function keep(history: readonly HistoryEntry[], event: MfaEvent): readonly HistoryEntry[] {
  if (!COALESCED.includes(event.type)) {
    const durable = history.filter(({ type }) => !COALESCED.includes(type));
    const oldest = durable.length < DURABLE_LINES ? undefined : durable[0];
    return [...history.filter((line) => line !== oldest), event];
  }
  const before = history.find((line) => kindOf(line) === kindOf(event));
  if (before === undefined) return [...history, event];
  const count = (before.count ?? 1) + 1;
  const firstAtMs = before.firstAtMs ?? before.atMs;
  return [...history.filter((line) => line !== before), { ...event, count, firstAtMs }];
}

/**
 * Leaves out the lines whose type this version does not know. They stay in the record, for the version that wrote them.
 */
export function shownHistory(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return history.filter(({ type }) => isKnownType(type));
}

/** Merges the failures into one line, which hides that some of them were right codes of another time. */
export function withoutDiagnosis(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const failures = history.filter(({ type }) => type === 'sign-in-failed');
  const latest = failures.at(-1);
  if (latest === undefined) return history;
  const count = failures.reduce((sum, line) => sum + (line.count ?? 1), 0);
  const firstAtMs = Math.min(...failures.map((line) => line.firstAtMs ?? line.atMs));
  const { userId, atMs, seq } = latest;
  const merged: HistoryEntry = {
    type: 'sign-in-failed',
    userId,
    atMs,
    seq,
    ...(count > 1 ? { count, firstAtMs } : {}),
  };
  const others = history.filter((line) => line === latest || line.type !== 'sign-in-failed');
  return others.map((line) => (line === latest ? merged : line));
}

function kindOf(event: MfaEvent): string {
  return event.type === 'sign-in-failed' && event.offsetSteps !== undefined ? 'out-of-step' : event.type;
}
