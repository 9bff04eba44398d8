import type { MfaStore } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/user/events.js';
import type { UserRecord } from '../../src/user/record.js';
import { outcome } from '../service/world.js';
import { at, changedAt, type Path, removedAt } from '../support/fields.js';
import { rejected } from '../support/thrown.js';
import { TestServer, type TestServerOptions, USER } from './test-server.js';
import { everyVerb, staleSealer, type Verb } from './verbs.js';

// Servers of two versions stand beside each other while one is replaced by the other, and a version is taken back: the
// older one must not lose what the newer one wrote.

const { verbs, nowMs } = await everyVerb();
const table = [...verbs];
const writing = table.filter(([, verb]) => verb.writes);

/** What a verb may make anew or drop as a whole: the fields inside go with it. */
const MADE_ANEW: Readonly<Record<string, readonly string[]>> = {
  createRecoveryCodes: ['nextRecovery'],
  revokeProofs: ['nextRecovery'],
  recoverAccount: ['recovery', 'nextRecovery'],
  resetUser: ['recovery', 'nextRecovery'],
};
function madeAnew({ method, confirms, anew }: Verb): readonly string[] {
  // The set that comes into force is the next one as it stood.
  return [...anew, ...(confirms ? ['nextRecovery'] : (MADE_ANEW[method] ?? []))];
}
/** Whether an object is of a device or a browser that goes. */
function goesWith(name: string, { removes, forgets }: Verb): boolean {
  const [of = ''] = name.split(' ');
  return removes.includes(of) || forgets.includes(of);
}

/** Objects of a record to which a later version may add a field, each under a name that says which object it is. */
function places({
  devices,
  recovery,
  nextRecovery,
  reset,
  browsers,
  removedSerialNumbers,
  history,
}: UserRecord): Map<string, Path> {
  const found = new Map<string, Path>([
    ['record', []],
    ['throttle', ['throttle']],
  ]);
  if (recovery !== undefined) found.set('recovery', ['recovery']);
  if (nextRecovery !== undefined) found.set('nextRecovery', ['nextRecovery']);
  if (reset !== undefined) found.set('reset', ['reset']);
  browsers?.forEach(({ id, trust }, i) => {
    found.set(`${id} browser`, ['browsers', i]);
    if (trust !== undefined) found.set(`${id} trust`, ['browsers', i, 'trust']);
  });
  removedSerialNumbers?.forEach(({ hash }, i) => {
    found.set(`${hash} removed`, ['removedSerialNumbers', i]);
  });
  devices.forEach(({ device: { serialNumber } }, i) => {
    found.set(`${serialNumber} entry`, ['devices', i]);
    found.set(`${serialNumber} device`, ['devices', i, 'device']);
    found.set(`${serialNumber} parameters`, ['devices', i, 'device', 'parameters']);
  });
  history.forEach(({ type, seq }, i) => {
    found.set(`history ${type} ${seq}`, ['history', i]);
  });
  return found;
}

const LATER = 'ofALaterVersion';
const UNKNOWN_LINE = { type: 'passkey-added', userId: USER, atMs: nowMs, seq: 1, passkey: ['of', 'a', 'kind'] };

/** The record as a later version could have written it: another field in each object, a line of another type. */
function laterRecord(record: UserRecord): UserRecord {
  let later: unknown = record;
  for (const [name, path] of places(record)) later = changedAt(later, [...path, LATER], { in: name });
  if (record.requires === undefined) later = changedAt(later, ['requires'], []);
  for (const i of record.devices.keys()) later = changedAt(later, ['devices', i, 'device', 'requires'], []);
  const { history, ...rest } = later as UserRecord;
  return { ...rest, history: [UNKNOWN_LINE as never, ...history] };
}

/** Names of the objects in which the field is no more, or was put elsewhere. */
function lostFields(before: UserRecord, after: UserRecord, verb: Verb): string[] {
  const now = places(after);
  const anew = madeAnew(verb);
  const lost: string[] = [];
  for (const name of places(before).keys()) {
    if (name.includes(UNKNOWN_LINE.type)) continue;
    const path = now.get(name);
    if (path === undefined) {
      const line = before.history.find(({ type, seq }) => name === `history ${type} ${seq}`);
      const isJoined = line !== undefined && (joins(line, after.history) || isOfRemoved(line, verb));
      if (!isJoined && !goesWith(name, verb) && !anew.includes(name)) lost.push(`${name} is gone`);
    } else {
      const field = at(after, [...path, LATER]) as { readonly in?: string } | undefined;
      const isNew = anew.includes(name) && field === undefined;
      const source = verb.confirms && name === 'recovery' ? 'nextRecovery' : name;
      if (field?.in !== source && !isNew) lost.push(name);
      const required = path.length === 0 || path.at(-1) === 'device';
      const requires = JSON.stringify(at(after, [...path, 'requires']) ?? 'absent');
      if (required && requires !== JSON.stringify(path.length === 0 ? requiresAfter(before, after) : [])) {
        lost.push(`${name}: requires`);
      }
    }
  }
  const line = after.history.find(({ type }) => (type as string) === UNKNOWN_LINE.type);
  if (JSON.stringify(line) !== JSON.stringify(UNKNOWN_LINE)) lost.push('the line of another type');
  return lost;
}

/** What the record required stays; the name of the reset comes and goes with it, and with it the list that held nothing else. */
function requiresAfter(before: UserRecord, after: UserRecord): readonly string[] | 'absent' {
  if (after.reset !== undefined) return ['reset'];
  return before.reset === undefined ? [] : 'absent';
}

/** Whether a later line of the same device and kind stands for it as well: lines are joined to one, which is new. */
function joins(line: HistoryEntry, history: readonly HistoryEntry[]): boolean {
  const kind = (one: HistoryEntry): string => {
    const { serialNumber, administrator } = one as { serialNumber?: string; administrator?: string };
    // Set-ups are one line for all devices, and so are the removals of those that were there for less than a day.
    const isOfMany = one.type === 'device-created' || one.type === 'device-removed';
    return JSON.stringify([one.type, isOfMany ? '' : serialNumber, one.type === 'device-removed' ? '' : administrator]);
  };
  return history.some((one) => one.seq > line.seq && (one.count ?? 1) > 1 && kind(one) === kind(line));
}

/** Whether it is of a device that the verb removes, of which one line is left. */
function isOfRemoved(line: HistoryEntry, { method, removes }: Verb): boolean {
  const { serialNumber = '' } = line as { serialNumber?: string };
  return method === 'removeDevice' && line.type !== 'device-created' && removes.includes(serialNumber);
}

/** Runs a verb on a record; what stands in the row afterwards. */
async function run(verb: Verb, record: unknown, options: TestServerOptions = {}): Promise<UserRecord> {
  const server = new TestServer({ startMs: nowMs, seed: 7, ...options });
  await server.put(record);
  expect(outcome(await verb.act(server.mfa, server.desk))).toBe(verb.outcome);
  return (await server.record()) as UserRecord;
}

describe('the verbs that are tried here', () => {
  it('are all of the service, the user’s and the administrator’s', () => {
    const { mfa, desk } = new TestServer();
    // deleteUser reads no record, and users decides nothing.
    for (const [by, methods, others] of [
      ['user', mfa, ['asAdministrator', 'deleteUser', 'users']],
      ['administrator', desk, ['deleteUser']],
    ] as const) {
      const tried = table.filter(([, verb]) => verb.by === by).map(([, { method }]) => method);
      expect([...new Set([...tried, ...others])].sort()).toEqual(Object.keys(methods).sort());
    }
  });

  it('begin with records that have every object', () => {
    const names = writing.map(([, { from }]) => [...places(from).keys()]);
    for (const name of ['recovery', 'nextRecovery', 'browser', 'trust']) {
      const having = names.filter((each) => each.some((one) => one.split(' ').at(-1) === name));
      expect(having.length, name).toBeGreaterThan(10);
    }
    expect(names.filter((each) => each.includes('reset')).length).toBeGreaterThan(5);
    expect(names.filter((each) => each.filter((name) => name.endsWith(' removed')).length > 1).length).toBeGreaterThan(
      10,
    );
    for (const each of names) expect(each.length).toBeGreaterThan(5);
  });

  it.each(writing)('%s writes', async (_, verb) => {
    const after = await run(verb, verb.from, { sealer: staleSealer() });
    expect(after).not.toEqual(verb.from);
    const serials = (record: UserRecord) => record.devices.map(({ device }) => device.serialNumber);
    const gone = serials(verb.from).filter((serial) => !serials(after).includes(serial));
    expect(gone).toEqual(verb.removes);
    const ids = ({ browsers = [] }: UserRecord) => browsers.map(({ id }) => id);
    expect(ids(verb.from).filter((id) => !ids(after).includes(id))).toEqual(verb.forgets);
  });
});

describe('a field that this version does not know', () => {
  it.each(writing)('stands where it stood after %s', async (_, verb) => {
    const before = laterRecord(verb.from);
    expect(lostFields(before, await run(verb, before), verb)).toEqual([]);
  });

  it.each(writing)('stands where it stood after %s that seals anew', async (_, verb) => {
    const before = laterRecord(verb.from);
    expect(lostFields(before, await run(verb, before, { sealer: staleSealer() }), verb)).toEqual([]);
  });

  it.each(writing)('would be missed in every object that %s rebuilt without it', async (_, verb) => {
    const before = laterRecord(verb.from);
    const kept = [...places(before)].filter(([name]) => {
      return !goesWith(name, verb) && !madeAnew(verb).includes(name) && !name.startsWith('history');
    });
    expect(kept.length).toBeGreaterThan(1);
    for (const [name] of kept) {
      for (const field of [LATER, 'requires']) {
        const rebuilding = storeThatDrops(field, name);
        const after = await run(verb, before, { store: rebuilding.store, sealer: staleSealer() });
        const wanted = field === LATER ? name : `${name}: requires`;
        if (rebuilding.dropped()) expect(lostFields(before, after, verb)).toContain(wanted);
        else expect(field).toBe('requires');
      }
    }
  });
});

/** A store that writes an object without a field, as a verb would that rebuilt the object of the fields that it knows. */
function storeThatDrops(field: string, name: string): { store: MfaStore; dropped: () => boolean } {
  const store = memoryStore();
  let writes = 0;
  let dropped = false;
  return {
    dropped: () => dropped,
    store: {
      get: (userId) => store.get(userId),
      compareAndSet(userId, expected, next) {
        writes++;
        const record = next?.record as UserRecord;
        const path = places(record).get(name);
        // The first write is the test's own.
        if (writes === 1 || path === undefined || at(record, [...path, field]) === undefined) {
          return store.compareAndSet(userId, expected, next);
        }
        dropped = true;
        return store.compareAndSet(userId, expected, { ...next!, record: removedAt(record, [...path, field]) });
      },
    },
  };
}

describe('a line of the history of a type that this version does not know', () => {
  it('is not shown, and the others are', async () => {
    const verb = verbs.get('user: signIn')!;
    const before = laterRecord(verb.from);
    const server = new TestServer({ startMs: nowMs });
    await server.put(before);
    for (const describer of [server.mfa, server.desk]) {
      const { history } = await describer.describeUser(USER);
      const types = history.map(({ type }) => type as string);
      expect(types).not.toContain(UNKNOWN_LINE.type);
      expect(types.length).toBeGreaterThan(3);
    }
    const { history } = await server.desk.describeUser(USER);
    expect(history).toEqual(before.history.slice(1));
  });

  it('goes as the others do where there are too many', async () => {
    const verb = verbs.get('user: signInWithRecoveryCode')!;
    const lines = Array.from({ length: 32 }, (_, i) => ({ ...UNKNOWN_LINE, seq: i + 1 }));
    const after = await run(verb, { ...verb.from, history: lines });
    expect(after.history.length).toBeLessThanOrEqual(32);
    expect(after.history.at(-1)?.type).toBe('recovery-code-used');
    expect(after.history.slice(0, -1)).toEqual(lines.slice(-after.history.length + 1));
  });
});

describe('a record that this version must not touch', () => {
  const needed = { requires: ['passkeys'] };
  /** Changes of the record, or of the device of an entry, and the code with which every verb throws. */
  const CHANGES: Readonly<Record<string, readonly [(record: UserRecord) => unknown, string]>> = {
    'that requires something': [(record) => ({ ...record, ...needed }), 'unsupported-record-version'],
    'of version 2': [(record) => ({ ...record, version: 2 }), 'unsupported-record-version'],
    'of version 2 with other fields': [() => ({ version: 2, users: {} }), 'unsupported-record-version'],
    'with a device that requires something': [(record) => inDevice(record, needed), 'unsupported-record-version'],
    'with a device of version 2': [(record) => inDevice(record, { version: 2 }), 'unsupported-record-version'],
    'with a device of another status': [(record) => inDevice(record, { status: 'paused' }), 'corrupt-record'],
    'with a device of another algorithm': [
      (record) =>
        changedAt(record, ['devices', record.devices.length - 1, 'device', 'parameters', 'algorithm'], 'SHA3'),
      'corrupt-record',
    ],
  };
  /** The last device: often one that the verb does not touch. */
  function inDevice(record: UserRecord, fields: object): unknown {
    const i = record.devices.length - 1;
    return changedAt(record, ['devices', i, 'device'], { ...record.devices[i]!.device, ...fields });
  }

  it.each(Object.entries(CHANGES))('%s is refused by every verb, and nothing is written', async (_, [change, code]) => {
    for (const [name, verb] of table) {
      const server = new TestServer({ startMs: nowMs, sealer: staleSealer() });
      await server.put(change(verb.from));
      const before = await server.store.get(USER);
      expect((await rejected(verb.act(server.mfa, server.desk))).code, name).toBe(code);
      expect(await server.store.get(USER), name).toEqual(before);
      expect(server.events, name).toEqual([]);
    }
  });

  it('is deleted with its user', async () => {
    for (const [change] of Object.values(CHANGES)) {
      for (const by of ['mfa', 'desk'] as const) {
        const server = new TestServer({ startMs: nowMs });
        await server.put(change(verbs.get('user: signIn')!.from));
        expect(await server[by].deleteUser(USER)).toEqual({ ok: true });
        expect(await server.store.get(USER)).toBeUndefined();
      }
    }
  });
});
