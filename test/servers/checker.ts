import type { UserRecord } from '../../src/user/record.js';
import type { Entry, Person } from './load.js';

export interface Run {
  readonly people: readonly Person[];
  readonly before: ReadonlyMap<string, UserRecord>;
  readonly log: readonly Entry[];
  readonly after: ReadonlyMap<string, UserRecord>;
  /** Every answer is in the log. Otherwise processes or servers were killed, and more may have been done than was answered. */
  readonly whole: boolean;
}

/** All that the answers and what is stored contradict each other in. */
export function violations({ people, before, log, after, whole }: Run): string[] {
  const found: string[] = [];
  const byUser = new Map<string, Entry[]>();
  for (const { userId } of people) byUser.set(userId, []);
  for (const entry of log) byUser.get(entry.userId)?.push(entry);
  for (const { userId, serialNumber } of people) {
    const entries = byUser.get(userId) ?? [];
    const record = after.get(userId) as UserRecord;
    const start = before.get(userId) as UserRecord;
    const say = (what: string): void => {
      found.push(`${userId}: ${what}`);
    };
    const ok = (...acts: Entry['act'][]): Entry[] =>
      entries.filter(({ act, answer }) => acts.includes(act) && answer === 'ok');

    // No counter twice: a pair uses up two.
    const counters = [
      ...ok('sign-in').map(({ on }) => on as number),
      ...ok('resync').flatMap(({ on }) => [(on as number) - 1, on as number]),
    ];
    for (const counter of repeated(counters)) say(`counter ${counter} was accepted twice`);
    const device = record.devices.find((entry) => entry.device.serialNumber === serialNumber)?.device;
    if (device?.status !== 'assigned') say('the device is lost');
    else if (counters.length > 0) {
      const newest = Math.max(...counters);
      if (whole ? device.lastCounter !== newest : device.lastCounter < newest) {
        say(`the floor is ${device.lastCounter}, and ${newest} was accepted`);
      }
    }

    // What was refused as used stays refused.
    for (const { act, on, answer } of entries) {
      if (act !== 'sign-in' || answer !== 'code-reused') continue;
      if (device?.status === 'assigned' && device.lastCounter < (on as number)) {
        say(`counter ${on} was refused as used, and is not`);
      }
    }

    // No write lost: each has a number of its own, and none is left out.
    const written = entries.flatMap(({ events }) => events).sort((a, b) => a.seq - b.seq);
    const numbers = written.map(({ seq }) => seq);
    for (const seq of repeated(numbers)) say(`two writes have the number ${seq}`);
    if (numbers.some((seq) => seq > record.seq)) say('a later write is lost');
    if (whole && numbers.length !== record.seq - start.seq) {
      say(`${record.seq - start.seq} writes are stored, ${numbers.length} were reported`);
    }

    // No failure lost.
    const failures = entries.filter(({ answer }) => answer === 'code-mismatch');
    const counted = written.filter(({ type }) => type === 'sign-in-failed');
    if (failures.length !== counted.length) say(`${failures.length} failures answered, ${counted.length} counted`);
    for (const { act, answer } of entries)
      if (act.startsWith('wrong') && answer === 'ok') say('a wrong code was right');
    if (whole) {
      let throttle = { failures: start.throttle.failures, strikes: start.throttle.strikes };
      for (const { type } of written) {
        if (type === 'sign-in-failed') throttle = { failures: throttle.failures + 1, strikes: throttle.strikes + 1 };
        if (type === 'signed-in') throttle = { failures: 0, strikes: Math.max(0, throttle.strikes - 1) };
        if (type === 'recovery-code-used') throttle = { failures: 0, strikes: 0 };
      }
      const { failures: inARow, strikes } = record.throttle;
      if (inARow !== throttle.failures || strikes !== throttle.strikes) {
        say(`${inARow} in a row and ${strikes} strikes, not ${throttle.failures} and ${throttle.strikes}`);
      }
    }

    // No recovery code lost, and none twice.
    const recovered = ok('recovery').map(({ on }) => on);
    for (const code of repeated(recovered)) say(`recovery code ${code} was accepted twice`);
    const used = record.recovery?.used.length ?? 0;
    if (whole ? used !== recovered.length : used < recovered.length) {
      say(`${used} recovery codes are used up, ${recovered.length} were accepted`);
    }
    if (used + (record.recovery?.unused.length ?? 0) !== 10) say('recovery codes are lost');

    // No device lost.
    const stored = new Set(record.devices.map((entry) => entry.device.serialNumber));
    const gone = new Set(entries.filter(({ act }) => act === 'remove').map(({ on }) => on));
    for (const { on } of ok('import')) if (!gone.has(on) && !stored.has(on as string)) say(`device ${on} is lost`);
    for (const { on } of ok('remove')) if (stored.has(on as string)) say(`device ${on} came back`);
    if (whole && stored.size !== 1 + ok('import').length - ok('remove').length) say('there is a device too many');
  }
  return found;
}

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
