import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DETAILS, type Happening, type HistoryEntry } from '../../src/user/events.js';
import { isQuiet, trace, traceUnwritten, withoutDiagnosis } from '../../src/user/history.js';
import { isCaught } from '../support/arbitraries.js';
import { KEPT_TYPES } from './full-record.js';

type Traced = Parameters<typeof trace>[0];

const NOW_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const EMPTY: Traced = { devices: [], seq: 0, history: [] };

/** Of each detail, a value that its shape takes. */
const VALUES: readonly unknown[] = ['name', 7, ['email'], 'request'];

/** An event of each type, as it comes, with just the details that it must have. Each is of a device of its own. */
const ALL: readonly Happening[] = Object.entries(DETAILS).map(([type, fields]) => {
  const details = Object.entries(fields).flatMap(([name, field]) => {
    if (typeof field !== 'function') return [];
    if (name === 'serialNumber') return [[name, `of ${type}`]];
    return [[name, VALUES.find((value) => field(value) === undefined)]];
  });
  return { type, ...Object.fromEntries(details) } as Happening;
});
const OUT_OF_STEP: Happening = { type: 'sign-in-failed', serialNumber: 'phone', offsetSteps: 40 };
const of = (type: string): Happening => ALL.find((happening) => happening.type === type)!;

function onDevice(type: string, serialNumber: string, details: object = {}): Happening {
  return { type, serialNumber, name: serialNumber, ...details } as Happening;
}

/** The devices of a record, by their serial numbers: all that the history looks at. */
function devicesOf(serialNumbers: Iterable<string>): Traced['devices'] {
  return [...serialNumbers].map((serialNumber) => ({ device: { serialNumber } })) as never;
}

function play(happenings: readonly Happening[], before: Traced = EMPTY): Traced {
  let state = before;
  for (const [i, happening] of happenings.entries()) {
    state = { ...state, ...trace(state, [happening], 'user-1', NOW_MS + i) };
  }
  return state;
}

describe('numbers', () => {
  it('run on over all written events, those too that are not kept', () => {
    const { events, seq, history } = trace({ ...EMPTY, seq: 41 }, ALL, 'user-1', NOW_MS);
    expect(events.map((event) => event.seq)).toEqual(ALL.map((_, i) => 42 + i));
    expect(seq).toBe(41 + ALL.length);
    expect(history.map(({ type }) => type).sort()).toEqual([...KEPT_TYPES].sort());
    for (const event of events) expect(event).toMatchObject({ userId: 'user-1', atMs: NOW_MS });
  });

  it('of what wrote nothing repeat the one before', () => {
    const happenings = [of('code-reused'), of('secret-unreadable')];
    const events = traceUnwritten({ seq: 41 }, happenings, 'u', NOW_MS);
    expect(events.map(({ seq }) => seq)).toEqual([41, 41]);
  });

  it('show a lost event as a gap, and the history still has it', () => {
    const all = ['device-assigned', 'signed-in', 'device-suspended', 'device-reinstated'].map((type) => {
      return onDevice(type, 'phone');
    });
    let state = EMPTY;
    const heard: HistoryEntry[] = [];
    for (const happening of all) {
      const { events, ...next } = trace(state, [happening], 'u', NOW_MS);
      state = { ...state, ...next };
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
    const unlockedBy = (administrator: string): Happening => ({ type: 'unlocked', administrator });
    const all = [unlockedBy('A'), OUT_OF_STEP, failed, unlockedBy('B'), failed, OUT_OF_STEP, unlockedBy('C')];
    const { history } = play(all);
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

describe('a failure that changes nothing else', () => {
  const reused = onDevice('code-reused', 'phone');
  const { history } = play([reused, of('recovery-code-failed')]);
  const quiet = (happening: Happening, nowMs: number): boolean => isQuiet({ ...EMPTY, history }, happening, nowMs);

  it('is quiet for a minute after one of its kind', () => {
    expect([0, 1, 59_999, 60_000].map((ms) => quiet(reused, NOW_MS + ms))).toEqual([true, true, true, false]);
  });

  it('is not quiet after one of another kind: of another device, or another type', () => {
    expect(quiet(onDevice('code-reused', 'tablet'), NOW_MS)).toBe(false);
    expect(quiet(of('recovery-code-failed'), NOW_MS)).toBe(true);
    expect(isQuiet(EMPTY, reused, NOW_MS)).toBe(false);
  });

  it('is not quiet after one that is over 30 s ahead: the clock was wrong then', () => {
    expect(quiet(reused, NOW_MS - 30_000)).toBe(true);
    expect(quiet(reused, NOW_MS - 30_001)).toBe(false);
  });
});

describe('lines', () => {
  it('of one device and kind are one, with count, first and last', () => {
    const failed = of('sign-in-failed');
    const { history } = play([failed, OUT_OF_STEP, failed, of('unlocked'), failed]);
    expect(history).toEqual([
      { ...OUT_OF_STEP, userId: 'user-1', atMs: NOW_MS + 1, seq: 2 },
      { ...of('unlocked'), userId: 'user-1', atMs: NOW_MS + 3, seq: 4 },
      { ...failed, userId: 'user-1', atMs: NOW_MS + 4, seq: 5, count: 3, firstAtMs: NOW_MS },
    ]);
  });

  it('of the user and of each administrator are lines of their own', () => {
    const made = (administrator?: string): Happening => {
      return { type: 'recovery-codes-created', ...(administrator === undefined ? {} : { administrator }) };
    };
    const { history } = play([made(), made('Ada'), made(), made('Ben'), made('Ada')]);
    expect(history).toMatchObject([
      { count: 2, atMs: NOW_MS + 2 },
      { administrator: 'Ben' },
      { administrator: 'Ada', count: 2, firstAtMs: NOW_MS + 1 },
    ]);
  });

  it('of renames keep the first name that the device had', () => {
    const renamed = ['a', 'b', 'c'].map((previousName, i) => {
      return { type: 'device-renamed', serialNumber: 'phone', name: 'bcd'[i], previousName } as Happening;
    });
    const { history } = play(renamed);
    expect(history).toMatchObject([{ name: 'd', previousName: 'a', count: 3, firstAtMs: NOW_MS, atMs: NOW_MS + 2 }]);
  });

  it('of others than bound and removed devices are at most 32: the oldest of a device or an administrator goes', () => {
    const ofNobody = ['sign-in-failed', 'locked', 'guessing-suspected', 'recovered'].map(of);
    const ofDesks = Array.from({ length: 40 }, (_, i): Happening => ({ type: 'unlocked', administrator: `a${i}` }));
    const { history } = play([...ofNobody, ...ofDesks]);
    expect(history).toHaveLength(32);
    expect(history.slice(0, 4).map(({ type }) => type)).toEqual(ofNobody.map(({ type }) => type));
    expect(history.slice(4).map((line) => 'administrator' in line && line.administrator)).toEqual(
      ofDesks.slice(-28).map((line) => 'administrator' in line && line.administrator),
    );
  });

  it('of types that this version does not know go as those of devices do', () => {
    const unknown = Array.from({ length: 40 }, (_, i) => ({ type: 'of-later', userId: 'u', atMs: 1, seq: i + 1 }));
    const { history } = play([of('locked')], { ...EMPTY, seq: 40, history: unknown as never });
    expect(history).toEqual([...unknown.slice(-31), expect.objectContaining({ type: 'locked' })]);
  });
});

describe('the line by which a device was bound', () => {
  const bound = onDevice('device-assigned', 'phone');

  it('stays while the device is there, whatever others do', () => {
    const flood = Array.from({ length: 100 }, (_, i) => onDevice('device-suspended', `other ${i}`));
    const { history } = play([bound, ...flood], { ...EMPTY, devices: devicesOf(['phone']) });
    expect(history).toHaveLength(33);
    expect(history[0]).toEqual({ ...bound, userId: 'user-1', atMs: NOW_MS, seq: 1 });
    // Of a device that is no more it goes as the others.
    expect(play([bound, ...flood]).history).not.toContainEqual(expect.objectContaining({ type: 'device-assigned' }));
  });

  it('and all others of the device become one with its removal, which says when it was bound', () => {
    const ofPhone = ['device-renamed', 'device-suspended', 'device-reinstated', 'code-reused'].map((type) => {
      return onDevice(type, 'phone', type === 'device-renamed' ? { previousName: 'x' } : {});
    });
    const tablet = onDevice('device-suspended', 'tablet');
    const before = play([bound, ...ofPhone, tablet]);
    const removed = onDevice('device-removed', 'phone');
    const { history } = trace(before, [removed], 'user-1', NOW_MS + DAY_MS);
    expect(history).toEqual([
      expect.objectContaining(tablet),
      { ...removed, userId: 'user-1', atMs: NOW_MS + DAY_MS, seq: 7, firstAtMs: NOW_MS },
    ]);
  });
});

describe('removed devices', () => {
  /** Bound and removed, `lifeMs` later. */
  function lives(state: Traced, serialNumber: string, atMs: number, lifeMs: number): Traced {
    const there = { ...state, devices: devicesOf([serialNumber]) };
    const bound = { ...there, ...trace(there, [onDevice('device-imported', serialNumber)], 'u', atMs) };
    const gone = { ...bound, devices: [] };
    return { ...gone, ...trace(gone, [onDevice('device-removed', serialNumber)], 'u', atMs + lifeMs) };
  }

  it('keep a line each, the newest 24', () => {
    let state = EMPTY;
    for (let i = 0; i < 30; i++) state = lives(state, `phone ${i}`, NOW_MS + i, DAY_MS);
    const numbers = state.history.map((line) => 'serialNumber' in line && line.serialNumber);
    expect(numbers).toEqual(Array.from({ length: 24 }, (_, i) => `phone ${i + 6}`));
  });

  it('that were there for less than a day are one line with a count, whatever their serial numbers', () => {
    let state = lives(EMPTY, 'own', NOW_MS, 2 * DAY_MS);
    for (let i = 0; i < 30; i++) state = lives(state, `phone ${i % 3}`, NOW_MS + i, DAY_MS - 1);
    expect(state.history).toMatchObject([
      { type: 'device-removed', serialNumber: 'own' },
      { type: 'device-removed', serialNumber: 'phone 2', count: 30, firstAtMs: NOW_MS },
    ]);
    expect(state.history[0]).not.toHaveProperty('count');
  });

  it('leave the count of those that were there for less than a day, where one of that serial number stayed longer', () => {
    let state = EMPTY;
    for (const lifeMs of [1, 1, 5 * DAY_MS]) state = lives(state, 'phone', NOW_MS, lifeMs);
    expect(state.history).toMatchObject([{ count: 2 }, { firstAtMs: NOW_MS, atMs: NOW_MS + 5 * DAY_MS }]);
    expect(state.history[1]).not.toHaveProperty('count');
  });

  it('leave the line of all set-ups that were begun, though it names the last of them', () => {
    const begun = Array.from({ length: 200 }, (_, i) => onDevice('device-created', `phone ${i}`));
    const { history } = play([...begun, onDevice('device-removed', 'phone 199')]);
    expect(history).toMatchObject([
      { type: 'device-created', count: 200, firstAtMs: NOW_MS },
      { type: 'device-removed', count: 1 },
    ]);
  });
});

// ── whatever happens ──

/** The rules once more, in the plainest way: a list for each kind of line. */
class PlainHistory {
  seq = 0;
  readonly #bound = new Map<string, HistoryEntry>();
  #removed: HistoryEntry[] = [];
  #short: HistoryEntry | undefined;
  readonly #others = new Map<string, HistoryEntry>();

  add(happening: Happening, atMs: number): void {
    const event = { ...happening, userId: 'user-1', atMs, seq: ++this.seq } as HistoryEntry;
    const { serialNumber = '', administrator = '' } = event as { serialNumber?: string; administrator?: string };
    if (['signed-in', 'trusted-browser-used', 'secret-unreadable', 'user-deleted'].includes(event.type)) return;
    if (event.type === 'device-removed') this.#remove(event, serialNumber, atMs);
    else if (event.type === 'device-assigned' || event.type === 'device-imported') {
      this.#bound.set(serialNumber, event);
    } else this.#join(event, serialNumber, administrator);
  }

  #join(event: HistoryEntry, serialNumber: string, administrator: string): void {
    const kind = [event.type, event.type === 'device-created' ? '' : serialNumber, administrator].join('|');
    const before = this.#others.get(kind);
    this.#others.delete(kind);
    this.#others.set(kind, before === undefined ? event : this.#joined(before, event));
    for (const [other, line] of this.#others) {
      if (this.#others.size <= 32) break;
      if ('serialNumber' in line || 'administrator' in line) this.#others.delete(other);
    }
  }

  #joined(before: HistoryEntry, event: HistoryEntry): HistoryEntry {
    const counted = { count: (before.count ?? 1) + 1, firstAtMs: before.firstAtMs ?? before.atMs };
    const name = 'previousName' in before ? { previousName: before.previousName } : {};
    return { ...event, ...counted, ...name } as HistoryEntry;
  }

  #remove(event: HistoryEntry, serialNumber: string, atMs: number): void {
    const bound = this.#bound.get(serialNumber);
    this.#bound.delete(serialNumber);
    for (const [kind, line] of this.#others) {
      if (line.type !== 'device-created' && 'serialNumber' in line && line.serialNumber === serialNumber) {
        this.#others.delete(kind);
      }
    }
    this.#removed = this.#removed.filter((line) => 'serialNumber' in line && line.serialNumber !== serialNumber);
    if (bound !== undefined && atMs - bound.atMs >= DAY_MS) {
      this.#removed = [...this.#removed, { ...event, firstAtMs: bound.atMs }].slice(-24);
      return;
    }
    const { count = 0, firstAtMs = bound?.atMs ?? atMs } = this.#short ?? {};
    this.#short = { ...event, count: count + 1, firstAtMs };
  }

  lines(): HistoryEntry[] {
    const all = [...this.#bound.values(), ...this.#removed, ...this.#others.values()];
    if (this.#short !== undefined) all.push(this.#short);
    return all.sort((a, b) => a.seq - b.seq);
  }
}

const OF_DEVICE = [
  'device-renamed',
  'device-resynchronized',
  'device-suspended',
  'device-reinstated',
  'code-reused',
  'signed-in',
] as const;
const OF_NOBODY = [
  ...(['locked', 'guessing-suspected', 'recovery-code-used', 'recovery-code-failed', 'recovered'] as const),
  ...(['browser-remembered', 'browser-trusted', 'trusted-browser-used'] as const),
  ...(['reset-code-used', 'reset-code-failed', 'reset-expired'] as const),
];
const OF_ACTOR = ['unlocked', 'recovery-codes-created', 'browser-forgotten', 'reset-begun'] as const;

interface Step {
  readonly what: 'begin' | 'bind' | 'remove' | 'device' | 'actor' | 'nobody' | 'failure';
  readonly phone: number;
  readonly administrator: string | undefined;
  readonly which: number;
  readonly waitMs: number;
}

const lives = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      'begin',
      'bind',
      'bind',
      'bind',
      'remove',
      'remove',
      'remove',
      'device',
      'device',
      'actor',
      'nobody',
      'failure',
    ),
    phone: fc.nat(40),
    administrator: fc.constantFrom(undefined, undefined, 'Ada', 'Ben'),
    which: fc.nat(100),
    waitMs: fc.oneof(fc.nat(60_000), fc.nat(3 * DAY_MS)),
  }),
  { maxLength: 400, size: 'max' },
);

/** What a step does to a record that has these devices; undefined where it cannot. */
function happeningOf({ what, phone, administrator, which }: Step, there: Set<string>): Happening | undefined {
  const serialNumber = `phone ${phone}`;
  const by = administrator === undefined ? {} : { administrator };
  const isThere = there.has(serialNumber);
  switch (what) {
    case 'begin':
      return onDevice('device-created', serialNumber, by);
    case 'bind':
      if (isThere) return undefined;
      there.add(serialNumber);
      return onDevice(which % 2 === 0 ? 'device-assigned' : 'device-imported', serialNumber, by);
    case 'remove':
      // A pending device was never bound.
      there.delete(serialNumber);
      return onDevice('device-removed', serialNumber, by);
    case 'device': {
      const type = OF_DEVICE[which % OF_DEVICE.length]!;
      const details = type === 'device-renamed' ? { previousName: `name ${which}`, ...by } : {};
      return isThere ? onDevice(type, serialNumber, details) : undefined;
    }
    case 'actor':
      return { ...of(OF_ACTOR[which % OF_ACTOR.length]!), ...by };
    case 'nobody':
      return of(OF_NOBODY[which % OF_NOBODY.length]!);
    case 'failure':
      return which % 3 === 0 ? { type: 'sign-in-failed', serialNumber, offsetSteps: which } : of('sign-in-failed');
  }
}

describe('whatever happens', () => {
  function property(keep: typeof trace): fc.IProperty<[Step[]]> {
    return fc.property(lives, (steps) => {
      const plain = new PlainHistory();
      const there = new Set<string>();
      let state = EMPTY;
      let nowMs = NOW_MS;
      for (const step of steps) {
        nowMs += step.waitMs;
        const happening = happeningOf(step, there);
        if (happening === undefined) continue;
        plain.add(happening, nowMs);
        const before = { ...state, devices: devicesOf(there) };
        state = { ...before, ...keep(before, [happening], 'user-1', nowMs) };
        expect(state.history.length).toBeLessThanOrEqual(there.size + 24 + 1 + 32);
      }
      expect(state.seq).toBe(plain.seq);
      expect(state.history).toEqual(plain.lines());
    });
  }

  it('the history is that of the plain rules, and bounded', () => {
    fc.assert(property(trace), { numRuns: 300 });
  });

  it.each<[string, typeof trace]>([
    [
      'a plain list of the last 32',
      (before, added, userId, atMs) => {
        const { events, seq } = trace({ ...before, history: [] }, added, userId, atMs);
        const kept = events.filter(({ type }) => KEPT_TYPES.includes(type));
        return { events, seq, history: [...before.history, ...kept].slice(-32) };
      },
    ],
    [
      'one that forgets which devices are there',
      (before, added, userId, atMs) => trace({ ...before, devices: [] }, added, userId, atMs),
    ],
    [
      'one that counts short lives anew with each removal',
      (before, added, userId, atMs) => {
        const history = before.history.filter((line) => line.type !== 'device-removed' || line.count === undefined);
        const isRemoval = added.some(({ type }) => type === 'device-removed');
        return trace(isRemoval ? { ...before, history } : before, added, userId, atMs);
      },
    ],
  ])('%s would be caught', (_, broken) => {
    expect(isCaught(property(broken))).toBe(true);
  });
});
