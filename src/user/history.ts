import { type EventType, type Happening, type HistoryEntry, isKnownType, type MfaEvent } from './events.js';
import type { UserDevice } from './record.js';
import { CLOCK_TOLERANCE_MS } from './throttle.js';

// What the record keeps of its events, so that a stolen session cannot push out what the owner has to see: the line by
// which each device that is there was bound; one line for each of the last removed devices; and of all else one line for
// each device and kind, with a count.

/** Not kept: they change nothing that anybody will ask about, or come with every request. */
const UNKEPT: readonly EventType[] = ['signed-in', 'trusted-browser-used', 'secret-unreadable', 'user-deleted'];
const BINDING: readonly string[] = ['device-assigned', 'device-imported'] satisfies EventType[];

const REMOVED_LINES = 24;
const OTHER_LINES = 32;
const DAY_MS = 86_400_000;
/** How often a failure that changes nothing else is written and emitted, for each kind. */
const QUIET_MS = 60_000;

interface Traced {
  readonly devices: readonly UserDevice[];
  readonly seq: number;
  readonly history: readonly HistoryEntry[];
}

/** Numbers the events and keeps them in the history: the durable trace, should the event itself be lost. */
export function trace(
  { devices, seq, history }: Traced,
  happenings: readonly Happening[],
  userId: string,
  atMs: number,
): { readonly seq: number; readonly history: readonly HistoryEntry[]; readonly events: readonly MfaEvent[] } {
  const events = happenings.map((happening, i): MfaEvent => ({ ...happening, userId, atMs, seq: seq + 1 + i }));
  let kept = history;
  for (const event of events) if (!UNKEPT.includes(event.type)) kept = keep(kept, event);
  // A sign-in adds no line, and has nothing to count.
  return { seq: seq + events.length, history: kept === history ? history : limited(kept, devices), events };
}

/** Makes the events of a decision that writes nothing. They repeat the last number. */
export function traceUnwritten(
  { seq }: Pick<Traced, 'seq'>,
  happenings: readonly Happening[],
  userId: string,
  atMs: number,
): MfaEvent[] {
  return happenings.map((happening): MfaEvent => ({ ...happening, userId, atMs, seq }));
}

/** Whether a failure of this kind was written within the last minute: then another tells nobody anything. */
export function isQuiet({ history }: Traced, happening: Happening, nowMs: number): boolean {
  const kind = kindOf(happening);
  const before = history.findLast((line) => kindOf(line) === kind);
  return before !== undefined && before.atMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs - before.atMs < QUIET_MS;
}

function keep(history: readonly HistoryEntry[], event: MfaEvent): readonly HistoryEntry[] {
  if (event.type === 'device-removed') return keepRemoved(history, event);
  const kind = kindOf(event);
  const before = history.find((line) => kindOf(line) === kind);
  if (before === undefined) return [...history, event];
  const count = (before.count ?? 1) + 1;
  const firstAtMs = before.firstAtMs ?? before.atMs;
  // The name that the owner knew, however often it was changed since.
  const previous = before.type === 'device-renamed' ? { previousName: before.previousName } : {};
  return [...history.filter((line) => line !== before), { ...event, ...previous, count, firstAtMs } as HistoryEntry];
}

/**
 * The last line of a removed device, from its binding on. Those that were there for less than a day share one, which alone
 * has a count.
 */
function keepRemoved(history: readonly HistoryEntry[], event: MfaEvent<'device-removed'>): readonly HistoryEntry[] {
  const bound = history.find((line) => isBinding(line) && serialNumberOf(line) === event.serialNumber);
  // Lines that stand for other devices as well stay.
  const others = history.filter((line) => isOfMany(line) || serialNumberOf(line) !== event.serialNumber);
  if (bound !== undefined && Math.abs(event.atMs - bound.atMs) >= DAY_MS) {
    return [...others, { ...event, firstAtMs: bound.atMs }];
  }
  const before = others.find(isShortLived);
  const count = (before?.count ?? 0) + 1;
  const firstAtMs = before?.firstAtMs ?? bound?.atMs ?? event.atMs;
  return [...others.filter((line) => line !== before), { ...event, count, firstAtMs }];
}

function limited(history: readonly HistoryEntry[], devices: readonly UserDevice[]): readonly HistoryEntry[] {
  const there = new Set(devices.map(({ device }) => device.serialNumber));
  const isKept = (line: HistoryEntry): boolean => isBinding(line) && there.has(serialNumberOf(line) as string);
  const removed = history.filter((line) => line.type === 'device-removed' && !isShortLived(line));
  const gone = new Set(removed.slice(0, Math.max(0, removed.length - REMOVED_LINES)));
  const others = history.filter((line) => line.type !== 'device-removed' && !isKept(line));
  // What stands for the whole user is one line a kind, and stays. Of other types nobody knows how many there are.
  const ofDevices = others.filter(
    (line) => serialNumberOf(line) !== undefined || 'administrator' in line || !isKnownType(line.type),
  );
  for (const line of ofDevices.slice(0, Math.max(0, others.length - OTHER_LINES))) gone.add(line);
  return gone.size === 0 ? history : history.filter((line) => !gone.has(line));
}

function isBinding({ type }: HistoryEntry): boolean {
  return BINDING.includes(type);
}

function isShortLived({ type, count }: HistoryEntry): boolean {
  return type === 'device-removed' && count !== undefined;
}

/** One line for all devices that were begun, or for all that were there for less than a day. */
function isOfMany(line: HistoryEntry): boolean {
  return line.type === 'device-created' || isShortLived(line);
}

function serialNumberOf(line: object): string | undefined {
  return 'serialNumber' in line ? (line.serialNumber as string) : undefined;
}

/** Lines of one kind are one. Set-ups that are begun are one kind for all devices: anybody may begin any number. */
function kindOf(happening: Happening): string {
  const serialNumber = happening.type === 'device-created' ? undefined : serialNumberOf(happening);
  const administrator = 'administrator' in happening ? happening.administrator : undefined;
  return JSON.stringify([happening.type, serialNumber, administrator]);
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
  const counted = count > 1 ? { count, firstAtMs } : {};
  const merged: HistoryEntry = { type: 'sign-in-failed', userId, atMs, seq, ...counted };
  const others = history.filter((line) => line === latest || line.type !== 'sign-in-failed');
  return others.map((line) => (line === latest ? merged : line));
}
