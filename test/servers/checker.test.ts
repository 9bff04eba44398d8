import { setTimeout as sleep } from 'node:timers/promises';
import type { MfaStore } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { beforeAll, describe, expect, it } from 'vitest';
import type { UserDevice, UserRecord } from '../../src/user/record.js';
import { type Run, violations } from './checker.js';
import { type Entry, load, type Person } from './load.js';
import { missingOutcomes } from './outcomes.js';
import { enroll, recordsOf } from './people.js';

/** A sound run with all outcomes in it, which the tests then falsify. */
async function soundRun(): Promise<Run> {
  const store = memoryStore();
  const people = await enroll(store, 5);
  const before = await recordsOf(store, people);
  const log: Entry[] = [];
  const tell = (entry: Entry): void => {
    log.push(entry);
  };
  // As slow as a server, so that the log stays short.
  const slowStore: MfaStore = {
    get: (userId) => sleep(5).then(() => store.get(userId)),
    compareAndSet: (...write) => store.compareAndSet(...write),
  };
  let stopped = false;
  const over = load(slowStore, { people, startedAtMs: Date.now(), parallel: 4 }, tell, () => stopped);
  while (missingOutcomes(log).length > 0) await sleep(100);
  stopped = true;
  await over;
  return { people, before, log, after: await recordsOf(store, people), whole: true };
}

/** The same run with other entries. */
const withLog = (run: Run, change: (entry: Entry) => Entry[]): Run => ({ ...run, log: run.log.flatMap(change) });

/** The same run with another record stored in the end. */
function withRecord(run: Run, userId: string, change: (record: UserRecord) => UserRecord): Run {
  return { ...run, after: new Map([...run.after, [userId, change(run.after.get(userId) as UserRecord)]]) };
}

function withDevice(run: Run, { userId, serialNumber }: Person, change: (entry: UserDevice) => UserDevice[]): Run {
  return withRecord(run, userId, (record) => ({
    ...record,
    devices: record.devices.flatMap((entry) => (entry.device.serialNumber === serialNumber ? change(entry) : [entry])),
  }));
}

describe('the checker of the races', () => {
  let run: Run;
  beforeAll(async () => {
    run = await soundRun();
  }, 120_000);

  const first = (act: Entry['act'], answer = 'ok'): Entry =>
    run.log.find((entry) => entry.act === act && entry.answer === answer) as Entry;
  const personOf = ({ userId }: Entry): Person => run.people.find((person) => person.userId === userId) as Person;
  /** Where only some answers were heard, the same has to show. */
  const bothWays = (tampered: Run): string[][] => [violations(tampered), violations({ ...tampered, whole: false })];

  it('finds nothing in a sound run', () => {
    for (const found of bothWays(run)) expect(found).toEqual([]);
  });

  it('finds a counter that was accepted twice', () => {
    const twice = first('sign-in');
    const tampered = { ...run, log: [...run.log, { ...twice, events: [] }] };
    for (const found of bothWays(tampered)) {
      expect(found).toEqual([`${twice.userId}: counter ${twice.on} was accepted twice`]);
    }
  });

  it('finds a counter of a resynchronization that signed in as well', () => {
    const pair = first('resync');
    const older = (pair.on as number) - 1;
    const tampered = { ...run, log: [...run.log, { ...pair, act: 'sign-in' as const, on: older, events: [] }] };
    for (const found of bothWays(tampered)) {
      expect(found).toEqual([`${pair.userId}: counter ${older} was accepted twice`]);
    }
  });

  it('finds a floor that went back', () => {
    const person = personOf(first('sign-in'));
    const newest = run.after.get(person.userId)!.devices.find((entry) => entry.device.status === 'assigned')!;
    expect(newest.device.serialNumber).toBe(person.serialNumber);
    const tampered = withDevice(run, person, (entry) =>
      entry.device.status === 'assigned' ? [{ ...entry, device: { ...entry.device, lastCounter: 1 } }] : [],
    );
    for (const found of bothWays(tampered)) {
      expect(found).toContainEqual(expect.stringContaining(`${person.userId}: the floor is 1, and `));
    }
  });

  it('finds a used code that is open again', () => {
    const reused = { ...first('sign-in'), on: Number.MAX_SAFE_INTEGER, answer: 'code-reused', events: [] };
    for (const found of bothWays({ ...run, log: [...run.log, reused] })) {
      expect(found).toEqual([`${reused.userId}: counter ${reused.on} was refused as used, and is not`]);
    }
  });

  it('finds a wrong code that was right', () => {
    const wrong = first('wrong', 'code-mismatch');
    const tampered = { ...run, log: [...run.log, { ...wrong, answer: 'ok', events: [] }] };
    for (const found of bothWays(tampered)) expect(found).toEqual([`${wrong.userId}: a wrong code was right`]);
  });

  it('finds a failure that was answered and not counted', () => {
    const failed = first('wrong', 'code-mismatch');
    const tampered = withLog(run, (entry) => (entry === failed ? [{ ...entry, events: [] }] : [entry]));
    for (const found of bothWays(tampered)) {
      expect(found).toContainEqual(expect.stringMatching(`${failed.userId}: \\d+ failures answered, \\d+ counted`));
    }
  });

  it('finds failures that are gone from the throttle', () => {
    const { userId } = first('wrong', 'code-mismatch');
    const change = (record: UserRecord): UserRecord => ({
      ...record,
      throttle: { ...record.throttle, strikes: record.throttle.strikes + 1 },
    });
    expect(violations(withRecord(run, userId, change))).toEqual([
      expect.stringMatching(`${userId}: \\d+ in a row and \\d+ strikes, not `),
    ]);
  });

  it('finds a write that is lost at the end', () => {
    const { userId } = first('sign-in');
    const change = (record: UserRecord): UserRecord => ({ ...record, seq: record.seq - 1 });
    for (const found of bothWays(withRecord(run, userId, change))) {
      expect(found).toContain(`${userId}: a later write is lost`);
    }
  });

  it('finds a write that another one took the place of', () => {
    const otherOf = (of: Entry): Entry | undefined =>
      run.log.find((entry) => entry !== of && entry.userId === of.userId && entry.events.length > 0);
    // Of a user who has done something else: a run may be short.
    const failed = run.log.find(
      (entry) => entry.act === 'wrong' && entry.answer === 'code-mismatch' && otherOf(entry) !== undefined,
    )!;
    const seq = otherOf(failed)!.events[0]!.seq;
    const tampered = withLog(run, (entry) =>
      entry === failed ? [{ ...entry, events: entry.events.map(({ type }) => ({ type, seq })) }] : [entry],
    );
    for (const found of bothWays(tampered)) {
      expect(found).toContain(`${failed.userId}: two writes have the number ${seq}`);
    }
  });

  it('finds a lost device: the one of the beginning, and one that came later', () => {
    const person = personOf(first('sign-in'));
    for (const found of bothWays(withDevice(run, person, () => []))) {
      expect(found).toContain(`${person.userId}: the device is lost`);
    }
    const { userId, on } = first('import');
    const kept = withLog(run, (entry) => (entry.act === 'remove' && entry.on === on ? [] : [entry]));
    const change = (record: UserRecord): UserRecord => ({
      ...record,
      devices: record.devices.filter(({ device }) => device.serialNumber !== on),
    });
    for (const found of bothWays(withRecord(kept, userId, change))) {
      expect(found).toContain(`${userId}: device ${on} is lost`);
    }
  });

  it('finds a device that came back', () => {
    const { userId, on } = first('remove');
    const change = (record: UserRecord): UserRecord => {
      const [entry] = record.devices as readonly [UserDevice];
      return {
        ...record,
        devices: [...record.devices, { ...entry, device: { ...entry.device, serialNumber: String(on) } }],
      };
    };
    for (const found of bothWays(withRecord(run, userId, change))) {
      expect(found).toContain(`${userId}: device ${on} came back`);
    }
  });

  it('finds recovery codes that are lost, open again, or were accepted twice', () => {
    const recovered = first('recovery');
    const { userId } = recovered;
    const lost = (record: UserRecord): UserRecord => ({
      ...record,
      recovery: { ...record.recovery!, used: record.recovery!.used.slice(1) },
    });
    for (const found of bothWays(withRecord(run, userId, lost))) {
      expect(found).toContain(`${userId}: recovery codes are lost`);
    }
    const open = (record: UserRecord): UserRecord => {
      const { salt, used, unused } = record.recovery!;
      return { ...record, recovery: { salt, used: used.slice(1), unused: [...unused, used[0] as string] } };
    };
    for (const found of bothWays(withRecord(run, userId, open))) {
      expect(found).toEqual([expect.stringMatching(`${userId}: \\d+ recovery codes are used up, \\d+ were accepted`)]);
    }
    const again = { ...run, log: [...run.log, { ...recovered, events: [] }] };
    for (const found of bothWays(again)) {
      expect(found).toContain(`${userId}: recovery code ${recovered.on} was accepted twice`);
    }
  });
});
