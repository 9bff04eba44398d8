import { describe, expect, it } from 'vitest';
import { MfaError } from '../../src/errors.js';
import { parseRecord } from '../../src/user/record.js';
import { answerOf } from '../support/bad-input.js';
import { at, changedAt, type Path, pathsOf, removedAt } from '../support/fields.js';
import { thrown } from '../support/thrown.js';
import { fullRecords, KEPT_TYPES } from './full-record.js';

const records = await fullRecords();

/** What may be absent, by the last name of its path. */
const OPTIONAL = [
  ...['recovery', 'nextRecovery', 'recovering', 'suspected', 'failedAtMs', 'waitMs', 'locked'],
  ...['requires', 'reset', 'expired', 'browsers', 'previousHash', 'label', 'trust'],
  ...['retiredUntilMs', 'removedSerialNumbers', 'enrollmentHash', 'chosenSerialNumber', 'slackSteps', 'assumedFrom'],
  ...['count', 'firstAtMs', 'administrator', 'lockedUntilMs', 'offsetSteps'],
];
/** Whole numbers that may be below zero. */
const SIGNED = ['offset', 'offsets', 'driftSteps', 'offsetSteps'];

type Kind = 'text' | 'number' | 'true' | 'list' | 'object';
function kindOf(value: unknown): Kind {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return value === true ? 'true' : 'object';
}
const OF_EACH_KIND: Readonly<Record<Kind | 'null', unknown>> = {
  text: '1',
  number: 1,
  true: true,
  list: [],
  object: {},
  null: null,
};

function isListItem(path: Path): boolean {
  return /^\d+$/.test(String(path.at(-1)));
}
function nameOf(path: Path): string {
  return String(isListItem(path) ? path.at(-2) : path.at(-1));
}

interface Mutation {
  readonly what: string;
  readonly json: unknown;
  /** Where the message has to say that it is wrong. */
  readonly place: Path;
}

function* missing(record: unknown): Generator<Mutation> {
  for (const path of pathsOf(record).slice(1)) {
    // `serialNumber` stands in a failure only where it is known which device it was.
    const inFailure = nameOf(path) === 'serialNumber' && 'offsetSteps' in (at(record, path.slice(0, -1)) as object);
    if (isListItem(path) || OPTIONAL.includes(nameOf(path)) || inFailure) continue;
    yield { what: `missing ${path.join('.')}`, json: removedAt(record, path), place: path };
  }
}

function* wrong(record: unknown): Generator<Mutation> {
  for (const path of pathsOf(record)) {
    const value = at(record, path);
    const kind = kindOf(value);
    const others = Object.entries(OF_EACH_KIND).flatMap(([other, example]) => (other === kind ? [] : [example]));
    const below = SIGNED.includes(nameOf(path)) ? [] : [-1];
    const above = nameOf(path) === 'version' ? [] : [2 ** 53];
    const numbers = [0.5, Number.NaN, ...below, ...above];
    const ofKind: Readonly<Record<Kind, readonly unknown[]>> = {
      text: [''],
      number: numbers,
      true: [false],
      list: [],
      object: [],
    };
    for (const bad of [...others, ...ofKind[kind]]) {
      yield {
        what: `${path.join('.')} is ${JSON.stringify(bad)}`,
        json: path.length === 0 ? bad : changedAt(record, path, bad),
        place: path,
      };
    }
  }
}

function* swapped(record: unknown): Generator<Mutation> {
  for (const path of pathsOf(record)) {
    const value = at(record, path);
    if (kindOf(value) !== 'object') continue;
    const names = Object.keys(value as object);
    for (const a of names) {
      for (const b of names) {
        const [first, second] = [at(value, [a]), at(value, [b])];
        if (a >= b || kindOf(first) === kindOf(second)) continue;
        const json = changedAt(changedAt(record, [...path, a], second), [...path, b], first);
        yield { what: `${path.join('.')}: ${a} and ${b} swapped`, json, place: path };
      }
    }
  }
}

/** `devices[0].device.status` */
function written(place: Path): string {
  return place
    .map((name) => (/^\d+$/.test(String(name)) ? `[${name}]` : `.${name}`))
    .join('')
    .replace(/^\./, '');
}

/** The mutations that a reader takes for records, or refuses without saying where they are. */
function overlooked(mutations: (record: unknown) => Iterable<Mutation>, read: (json: unknown) => unknown): string[] {
  const found: string[] = [];
  let count = 0;
  for (const record of records) {
    for (const { what, json, place } of mutations(record)) {
      count++;
      const code = answerOf(() => read(json));
      if (code !== 'corrupt-record') found.push(`${what}: ${code}`);
      else {
        const { message } = thrown(() => read(json));
        if (!message.startsWith(`corrupt record: ${written(place)}`)) found.push(`${what}: ${message}`);
      }
    }
  }
  expect(count).toBeGreaterThan(30);
  return found;
}

describe('the records that are mutated here', () => {
  it('are records, in the store and back', () => {
    for (const record of records) expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('hold every field, every status and every kind of line', () => {
    const names = new Set(records.flatMap((record) => pathsOf(record).map(nameOf)));
    for (const name of OPTIONAL) expect(names, name).toContain(name);
    const statuses = records.flatMap(({ devices }) => devices.map(({ device }) => device.status));
    expect(new Set(statuses)).toEqual(new Set(['pending', 'assigned', 'suspended']));
    const types = records.flatMap(({ history }) => history.map(({ type }) => type));
    expect([...new Set(types)].sort()).toEqual([...KEPT_TYPES].sort());
  });
});

describe('a record is refused', () => {
  it.each([
    ['a field missing', missing],
    ['a field wrong', wrong],
    ['two fields of different kinds swapped', swapped],
  ] as const)('with %s, anywhere', (_, mutations) => {
    expect(overlooked(mutations, parseRecord)).toEqual([]);
  });

  it('but not by a laxer reader, which is caught', () => {
    const laxer: readonly [mutations: (record: unknown) => Iterable<Mutation>, read: (json: unknown) => unknown][] = [
      [missing, (json) => parseRecord({ throttle: { failures: 0, strikes: 0 }, ...(json as object) })],
      [wrong, (json) => parseRecord({ ...(json as object), generation: 0 })],
      [swapped, (json) => parseRecord({ ...(json as object), history: [] })],
      [missing, (json) => parseRecord({ revisions: [], ...(json as object) })],
      [
        wrong,
        (json) => {
          if (answerOf(() => parseRecord(json)) !== 'ok') throw new MfaError('corrupt-record', 'corrupt record');
        },
      ],
    ];
    for (const [mutations, read] of laxer) expect(overlooked(mutations, read)).not.toEqual([]);
  });

  it('where a hash is cut, too long, in capitals or not hexadecimal', () => {
    const [record] = records;
    const hashes = pathsOf(record).filter((path) =>
      ['salt', 'unused', 'used', 'enrollmentHash', 'hash', 'previousHash', 'id'].includes(nameOf(path)),
    );
    const texts = hashes.filter((path) => typeof at(record, path) === 'string');
    expect(texts.length).toBeGreaterThan(10);
    for (const path of texts) {
      const hash = at(record, path) as string;
      const notHex = [hash.replace(/^./, 'g'), hash.replace(/.$/, 'g'), hash.replace(/.$/, '\n'), `${hash.slice(1)} `];
      for (const bad of [hash.slice(1), `${hash}0`, hash.toUpperCase().replace(/^./, 'A'), ...notHex]) {
        expect(thrown(() => parseRecord(changedAt(record, path, bad)))).toMatchObject({
          code: 'corrupt-record',
          message: `corrupt record: ${written(path)} must be ${hash.length} lower-case hexadecimal digits`,
        });
      }
    }
  });

  it('where it lists more than eight revisions', () => {
    const revisions = Array.from({ length: 9 }, (_, i) => `revision ${i}`);
    const json = { ...records[0], revisions: revisions.slice(1) };
    expect(parseRecord(json)).toBe(json);
    const message = 'corrupt record: revisions must not be longer than 8';
    expect(thrown(() => parseRecord({ ...json, revisions }))).toMatchObject({ code: 'corrupt-record', message });
  });

  it('where the type of a line is no text, were it one that reads as one', () => {
    for (const record of records) {
      for (const [i, { type }] of record.history.entries()) {
        for (const bad of [[type], { toString: () => type }, new String(type), [['of-later']]]) {
          const json = changedAt(record, ['history', i, 'type'], bad);
          const { code, message } = thrown(() => parseRecord(json));
          expect([code, message.split(' must')[0]]).toEqual(['corrupt-record', `corrupt record: history[${i}].type`]);
        }
      }
    }
  });

  it('where a removed serial number is that of no kind of import', () => {
    const path = ['removedSerialNumbers', 0, 'imported'];
    for (const bad of ['', 'codes', 'with-codes ', ['with-codes'], null]) {
      const { message } = thrown(() => parseRecord(changedAt(records[0], path, bad)));
      expect(message).toBe('corrupt record: removedSerialNumbers[0].imported must be with-codes or without-codes');
    }
  });

  it('where two devices have one serial number', () => {
    const record = records[0]!;
    const twice = { ...record, devices: [...record.devices, record.devices[0]!] };
    expect(thrown(() => parseRecord(twice))).toMatchObject({
      code: 'corrupt-record',
      message: 'corrupt record: devices: two have one serialNumber',
    });
  });

  it.each([undefined, null, 0, '', 'a record', [], {}, [{}], JSON.stringify({ version: 1 })])(
    'where it is %j',
    (json) => {
      expect(thrown(() => parseRecord(json)).code).toBe('corrupt-record');
    },
  );

  it('without a word of what it holds', () => {
    const record = changedAt(records[0], ['devices', '0', 'sealedSecret'], ['the secret']);
    expect(thrown(() => parseRecord(record)).message).toBe(
      'corrupt record: devices[0].sealedSecret must be a text that is not empty',
    );
  });
});

describe('what a later version added to a record', () => {
  const places = (record: unknown) => pathsOf(record).filter((path) => kindOf(at(record, path)) === 'object');

  it('is kept, wherever it stands', () => {
    let count = 0;
    for (const record of records) {
      for (const path of places(record)) {
        for (const value of ['x', 1, null, [], {}]) {
          count++;
          const json = changedAt(record, [...path, 'later'], value);
          expect(parseRecord(json), path.join('.')).toBe(json);
          expect(at(json, [...path, 'later'])).toBe(value);
        }
      }
    }
    expect(count).toBeGreaterThan(200);
  });

  it('may be a line of the history of another type, which has what every line has', () => {
    const { history } = records[0]!;
    const line = { type: 'passkey-added', userId: 'user-1', atMs: 1, seq: 1, passkey: { of: 'any kind' } };
    const json = { ...records[0], history: [line, ...history] };
    expect(parseRecord(json)).toBe(json);
    for (const name of ['userId', 'atMs', 'seq']) {
      const { [name as 'seq']: _, ...rest } = line;
      const { code, message } = thrown(() => parseRecord({ ...records[0], history: [...history, rest] }));
      expect(code).toBe('corrupt-record');
      expect(message).toBe(`corrupt record: history[${history.length}].${name} is missing`);
    }
  });

  it('is no value of a field that this version knows', () => {
    const statuses = ['paused', 'removed', 'Assigned'];
    const algorithms = ['SHA3', 'sha1', 'SHA-1'];
    for (const record of records) {
      for (const i of record.devices.keys()) {
        for (const [name, values] of Object.entries({ status: statuses, 'parameters.algorithm': algorithms })) {
          for (const value of values) {
            const path = ['devices', i, 'device', ...name.split('.')];
            const { code, message } = thrown(() => parseRecord(changedAt(record, path, value)));
            expect(code).toBe('corrupt-record');
            expect(message).toMatch(`corrupt record: devices[${i}].device.${name} must be `);
          }
        }
      }
    }
  });

  it('is refused where the record or a device requires it', () => {
    const needs = (record: unknown) => {
      const { code, message } = thrown(() => parseRecord(record));
      return { code, message };
    };
    const code = 'unsupported-record-version';
    const [record] = records;
    const message = 'this record needs a later version of the library, for "passkeys"';
    expect(needs({ ...record, requires: ['passkeys'] })).toEqual({ code, message });
    expect(needs({ requires: ['passkeys'], devices: 'elsewhere' })).toEqual({ code, message });
    expect(needs({ ...record, requires: ['reset', 'passkeys'] })).toEqual({ code, message });
    // What a record may require is no name for a device.
    const inDevice = changedAt(record, ['devices', 0, 'device', 'requires'], ['reset']);
    expect(needs(inDevice).code).toBe(code);
    for (const i of record!.devices.keys()) {
      const device = changedAt(record, ['devices', i, 'device', 'requires'], ['drift']);
      expect(needs(device)).toEqual({ code, message: 'this device needs a later version of the library, for "drift"' });
    }
    const empty = { ...record, requires: [] };
    expect(parseRecord(empty)).toBe(empty);
  });

  it.each([null, 'passkeys', {}, [1], [''], [['passkeys']]])('is no requires of %j', (requires) => {
    const code = 'corrupt-record';
    expect(thrown(() => parseRecord({ ...records[0], requires })).code).toBe(code);
    expect(thrown(() => parseRecord(changedAt(records[0], ['devices', 0, 'device', 'requires'], requires))).code).toBe(
      code,
    );
  });
});

describe('the version of a record', () => {
  it('of a later library is refused as such, whatever else has changed in it', () => {
    for (const later of [
      { ...records[0], version: 2 },
      { version: 2 },
      { ...records[0], version: 3, devices: 'elsewhere', tags: [] },
    ]) {
      expect(thrown(() => parseRecord(later)).code).toBe('unsupported-record-version');
    }
    const later = changedAt(records[0], ['devices', '0', 'device', 'version'], 2);
    expect(thrown(() => parseRecord(later)).code).toBe('unsupported-record-version');
  });

  it.each([undefined, 0, -1, 1.5, '1', '2', null, true])('%j is corrupt', (version) => {
    expect(thrown(() => parseRecord({ ...records[0], version })).code).toBe('corrupt-record');
  });
});
