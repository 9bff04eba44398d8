import { type AssignedDevice, createDevice, importDevice, parseDevice, suspendDevice } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { checkDevice } from '../../src/device/device.js';
import { answerOf, BAD_VALUES } from '../support/bad-input.js';
import { at, changedAt, type Path, placesRead, removedAt } from '../support/fields.js';
import { assigned, START_MS } from './fixtures.js';

// `checkDevice` has a quick look at devices before it asks the shape. It must let nothing pass that the shape refuses.

const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const inUse = assigned(pending, START_MS);
const { slackSteps: _, ...withoutSlack } = inUse;
const DEVICES: Readonly<Record<string, object>> = {
  pending,
  'assigned, the kind that the quick look knows': inUse,
  'assigned, the first offset forgotten': { ...withoutSlack, offsets: [1, 0, -1, 2, 0] },
  imported: importDevice({ serialNumber: 'phone', nowMs: START_MS }),
  'imported, its drift known': importDevice({ serialNumber: 'phone', nowMs: START_MS, driftSteps: -3 }),
  'of other parameters': importDevice({
    serialNumber: 'token',
    nowMs: START_MS,
    parameters: { algorithm: 'SHA256', digits: 8, periodSeconds: 60 },
  }),
  suspended: suspendDevice(inUse, { nowMs: START_MS }),
  'with fields of a later version': { ...inUse, later: 1, requires: [] },
};

/** Beside the usual bad values: the ends of every range, and what looks like a good value. */
const VALUES: Readonly<Record<string, unknown>> = {
  ...BAD_VALUES,
  ...Object.fromEntries(
    [0, -0, 1, 2, 5, 6, 7, 8, 9, 30, 60, 86_400, 86_401, 86_460, 86_461, 172_800, 172_801, 2 ** 53 - 1].map(
      (number) => [`the number ${Object.is(number, -0) ? '-0' : number}`, number],
    ),
  ),
  ...Object.fromEntries(
    ['pending', 'assigned', 'suspended', 'removed', 'SHA1', 'SHA256', 'sha1', '1', '6'].map((text) => [
      `the text ${text}`,
      text,
    ]),
  ),
  false: false,
  'a boxed text': new String('phone'),
  'a boxed number': new Number(1),
  'a list of numbers': [0],
  'a list of texts': ['phone'],
  'a list in a list': [[0]],
  'a list with a hole': new Array(2),
  'a list of six': [0, 0, 0, 0, 0, 0],
  'a list to both ends of the range': [86_460, -86_460],
  'a list beyond the range': [86_461],
  'a list beyond the other end': [-86_461],
  'a list of a fraction': [0.5],
  'a list that was changed into an object': { 0: 0, length: 1 },
};

/** The value at a place in other clothes: as a list, a function or an heir with the same fields. */
function disguises(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return {
    'a list with its fields': Object.assign([], value),
    'a function with its fields': Object.assign(() => {}, value),
    'an heir of it': Object.create(value),
  };
}

/** Where the two disagree. */
function disagreements(check: (value: unknown) => void): string[] {
  const found: string[] = [];
  let count = 0;
  const compare = (what: string, value: unknown): void => {
    count++;
    const [quick, whole] = [answerOf(() => check(value)), answerOf(() => parseDevice(value) && undefined)];
    if (quick !== whole) found.push(`${what}: ${quick}, not ${whole}`);
  };
  for (const [name, device] of Object.entries(DEVICES)) {
    compare(name, device);
    for (const [kind, value] of Object.entries({ ...VALUES, ...disguises(device) })) compare(kind, value);
    for (const path of placesRead(parseDevice, device)) {
      const place = `${name}: ${path.join('.')}`;
      compare(`${place} missing`, removedAt(device, path));
      for (const [kind, value] of Object.entries({ ...VALUES, ...disguises(at(device, path)) })) {
        compare(`${place} is ${kind}`, changedAt(device, path, value));
      }
    }
  }
  expect(count).toBeGreaterThan(5000);
  return found;
}

describe('checkDevice', () => {
  it('accepts and refuses what parseDevice does, with the same code', () => {
    expect(disagreements(checkDevice)).toEqual([]);
  });

  const names = (paths: readonly Path[]): string[] => paths.map((path) => path.join('.')).sort();
  const looked = placesRead(checkDevice, inUse);

  it('looks at every field that the shape has, also in its quick look', () => {
    expect(names(looked)).toEqual(expect.arrayContaining(names(placesRead(parseDevice, inUse))));
    // Not by asking the shape after all, which would read the status twice.
    const read: PropertyKey[] = [];
    checkDevice(new Proxy(inUse, { get: (device, name) => read.push(name) && device[name as keyof AssignedDevice] }));
    expect(read.filter((name) => name === 'status')).toHaveLength(1);
  });

  it.each(names(looked))('would be caught if it did not look at %s', (name) => {
    const path = name.split('.');
    const careless = (value: unknown): void => {
      const plain = typeof value === 'object' && value !== null && (value as AssignedDevice).status === 'assigned';
      checkDevice(plain && hasParent(value, path) ? restored(value, path) : value);
    };
    expect(disagreements(careless)).not.toEqual([]);
  });
});

function hasParent(value: unknown, path: Path): boolean {
  const [name, ...rest] = path;
  if (typeof value !== 'object' || value === null) return false;
  return name === undefined || rest.length === 0 || hasParent(at(value, [name]), rest);
}

/** As a quick look would see it that takes the field for granted. */
function restored(value: object, path: Path): unknown {
  const good = at(inUse, path);
  return good === undefined ? removedAt(value, path) : changedAt(value, path, good);
}
