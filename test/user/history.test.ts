import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DETAILS, type Happening, type HistoryEntry } from '../../src/user/events.js';
import { type Trace, trace, traceUnwritten, withoutDiagnosis } from '../../src/user/history.js';
import { isCaught } from '../support/arbitraries.js';
import { KEPT_TYPES } from './full-record.js';

const NOW_MS = 1_700_000_000_000;
const EMPTY: Trace = { seq: 0, history: [] };

/** Of each detail, a value that its shape takes. */
const VALUES: readonly unknown[] = ['name', 7, ['email']];

/** An event of each type, as it comes, with just the details that it must have. */
const ALL: readonly Happening[] = Object.entries(DETAILS).map(([type, fields]) => {
  const details = Object.entries(fields).flatMap(([name, field]) => {
    if (typeof field !== 'function') return [];
    return [[name, VALUES.find((value) => field(value) === undefined)]];
  });
  return { type, ...Object.fromEntries(details) } as Happening;
});
const OUT_OF_STEP: Happening = { type: 'sign-in-failed', serialNumber: 'phone', offsetSteps: 40 };
const of = (type: string): Happening => ALL.find((happening) => happening.type === type)!;

/** What anybody past the first factor can cause as often as they like. */
const CHEAP = ['device-created', 'sign-in-failed', 'locked', 'guessing-suspected'];

function play(happenings: readonly Happening[], keep = trace): Trace {
  return happenings.reduce<Trace>((before, happening, i) => keep(before, [happening], 'user-1', NOW_MS + i), EMPTY);
}

describe('numbers', () => {
  it('run on over all written events, those too that are not kept', () => {
    const { events, seq, history } = trace({ seq: 41, history: [] }, ALL, 'user-1', NOW_MS);
    expect(events.map((event) => event.seq)).toEqual(ALL.map((_, i) => 42 + i));
    expect(seq).toBe(41 + ALL.length);
    expect(history.map(({ type }) => type).sort()).toEqual([...KEPT_TYPES].sort());
    for (const event of events) expect(event).toMatchObject({ userId: 'user-1', atMs: NOW_MS });
  });

  it('of what wrote nothing repeat the one before', () => {
    const events = traceUnwritten({ seq: 41, history: [] }, [of('code-reused'), of('secret-unreadable')], 'u', NOW_MS);
    expect(events.map(({ seq }) => seq)).toEqual([41, 41]);
  });

  it('show a lost event as a gap, and the history still has it', () => {
    const told = [of('device-assigned'), of('signed-in'), of('device-suspended'), of('device-reinstated')];
    let state = EMPTY;
    const heard: HistoryEntry[] = [];
    for (const happening of told) {
      const { events, ...next } = trace(state, [happening], 'u', NOW_MS);
      state = next;
      if (happening.type !== 'device-suspended') heard.push(...events);
    }
    const numbers = heard.map(({ seq }) => seq);
    expect(numbers).toEqual([1, 2, 4]);
    const lost = state.history.filter(({ seq }) => !numbers.includes(seq));
    expect(lost.map(({ type }) => type)).toEqual(['device-suspended']);
  });
});

describe('what others than an administrator see', () => {
  it('is one line of failures, in the place of the last, of which none shows that it was a right code', () => {
    const failed = of('sign-in-failed');
    const { history } = play([
      of('unlocked'),
      OUT_OF_STEP,
      failed,
      of('unlocked'),
      failed,
      OUT_OF_STEP,
      of('unlocked'),
    ]);
    const line = {
      type: 'sign-in-failed',
      userId: 'user-1',
      atMs: NOW_MS + 5,
      seq: 6,
      count: 4,
      firstAtMs: NOW_MS + 1,
    };
    const unlocked = history.filter(({ type }) => type === 'unlocked');
    expect(withoutDiagnosis(history)).toEqual([unlocked[0], unlocked[1], line, unlocked[2]]);
  });

  it('is one failure as it was, and a history without any as it is', () => {
    const { history } = play([of('unlocked'), OUT_OF_STEP]);
    const line = { type: 'sign-in-failed', userId: 'user-1', atMs: NOW_MS + 1, seq: 2 };
    expect(withoutDiagnosis(history)).toEqual([history[0], line]);
    expect(withoutDiagnosis(history.slice(0, 1))).toEqual(history.slice(0, 1));
  });
});

describe('lines', () => {
  it('of failures of one kind are one, with count, first and last', () => {
    const { history } = play([
      of('sign-in-failed'),
      OUT_OF_STEP,
      of('sign-in-failed'),
      of('unlocked'),
      of('sign-in-failed'),
    ]);
    expect(history).toEqual([
      { ...OUT_OF_STEP, userId: 'user-1', atMs: NOW_MS + 1, seq: 2 },
      { ...of('unlocked'), userId: 'user-1', atMs: NOW_MS + 3, seq: 4 },
      { ...of('sign-in-failed'), userId: 'user-1', atMs: NOW_MS + 4, seq: 5, count: 3, firstAtMs: NOW_MS },
    ]);
  });

  it('are at most 32: the oldest that is no failure goes', () => {
    const cheap = [...CHEAP.map(of), OUT_OF_STEP];
    const durable = Array.from({ length: 40 }, (_, i): Happening => ({ type: 'unlocked', administrator: `a${i}` }));
    const { history } = play([...cheap, ...durable]);
    expect(history).toHaveLength(32);
    const left = history.flatMap((line) => (line.type === 'unlocked' ? [line.administrator] : []));
    expect(left).toEqual(durable.slice(-27).map((line) => 'administrator' in line && line.administrator));
    for (const type of CHEAP) expect(history.map((line) => line.type)).toContain(type);
  });

  const happenings = fc.array(fc.constantFrom(...ALL, OUT_OF_STEP, ...CHEAP.map(of), ...CHEAP.map(of)), {
    maxLength: 120,
    size: 'max',
  });

  function property(keep: typeof trace): fc.IProperty<[Happening[]]> {
    return fc.property(happenings, (all) => {
      const { history, seq } = play(all, keep);
      expect(seq).toBe(all.length);
      expect(history.length).toBeLessThanOrEqual(32);
      const numbers = history.map((line) => line.seq);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      // The last 27 of what the owner has to see, whatever else came between.
      const durable = all.filter(({ type }) => KEPT_TYPES.includes(type) && !CHEAP.includes(type)).slice(-27);
      const kept = history.filter(({ type }) => !CHEAP.includes(type));
      expect(kept.map(({ type }) => type)).toEqual(durable.map(({ type }) => type));
      for (const type of CHEAP) {
        const lines = history.filter((line) => line.type === type);
        const count = lines.reduce((sum, line) => sum + (line.count ?? 1), 0);
        expect(count).toBe(all.filter((happening) => happening.type === type).length);
      }
    });
  }

  it('of failures never push out the others, and none is lost from the count', () => {
    fc.assert(property(trace));
  });

  it('a plain list of the last 32 would be caught', () => {
    const plain: typeof trace = (before, added, userId, atMs) => {
      const { events, seq } = trace({ ...before, history: [] }, added, userId, atMs);
      const kept = events.filter(({ type }) => KEPT_TYPES.includes(type));
      return { events, seq, history: [...before.history, ...kept].slice(-32) };
    };
    expect(isCaught(property(plain))).toBe(true);
  });
});
