import fc from 'fast-check';
import type { OtpParameters } from 'lockstep-mfa';
import {
  createDevice,
  type Device,
  driftSteps,
  importDevice,
  parseDevice,
  reinstateDevice,
  resynchronizeDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { checkDevice } from '../../src/device/device.js';
import { answerOf } from '../support/bad-input.js';
import { thrown } from '../support/thrown.js';
import { assigned, imported, SECRET, START_MS, STEP_MS, shown, shownPair, stored } from './fixtures.js';

const PARAMETERS: OtpParameters = { algorithm: 'SHA512', digits: 8, periodSeconds: 60 };

/** A device in every state that it can be stored in. */
function everyState(): Record<string, Device> {
  const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
  const first = assigned(pending, START_MS + STEP_MS);
  let used = first;
  for (let i = 1; i <= 5; i++) {
    const nowMs = START_MS + 10 * i * STEP_MS;
    const result = verifyCode(used, SECRET, shown(nowMs), { nowMs });
    if (!result.ok) throw new Error(result.reason);
    used = result.device;
  }
  const laterMs = START_MS + 100 * STEP_MS;
  const resynchronized = resynchronizeDevice(used, SECRET, shownPair(laterMs, 40), { nowMs: laterMs });
  const suspended = suspendDevice(first, { nowMs: laterMs });
  return {
    pending,
    'pending after a wrong pair': { ...pending, failures: 1 },
    'assigned in step': first,
    'assigned, the first offset forgotten': used,
    resynchronized: resynchronized.device,
    imported: importDevice({ serialNumber: 'token', nowMs: START_MS, parameters: PARAMETERS }),
    suspended,
    reinstated: reinstateDevice(suspended),
  };
}
const STATES = everyState();
const states = fc.constantFrom(...Object.values(STATES));

/** `ok` where a record is read, or the code of the error. */
function reading(record: unknown): string {
  return answerOf(() => expect(parseDevice(record)).toBe(record));
}

describe('parseDevice', () => {
  it.each(Object.entries(STATES))('reads what JSON makes of a device: %s', (_, device) => {
    expect(parseDevice(stored(device))).toEqual(device);
  });

  it('holds no secret in any state', () => {
    const names = [
      'algorithm',
      'assignedAtMs',
      'assumedFrom',
      'createdAtMs',
      'digits',
      'expiresAtMs',
      'failures',
      'lastCounter',
    ];
    names.push('lastUsedAtMs', 'offsets', 'parameters', 'periodSeconds', 'serialNumber', 'slackSteps', 'status');
    names.push('suspendedAtMs', 'version');
    const seen = new Set<string>();
    JSON.stringify(Object.values(STATES), (name, value) => {
      if (!/^\d*$/.test(name)) seen.add(name);
      return value;
    });
    expect([...seen].sort()).toEqual(names);
  });

  it.each(Object.entries(STATES))('refuses each field missing: %s', (_, device) => {
    for (const name of Object.keys(device)) {
      // The one is absent once the first offset has left the list, the other once a code was accepted.
      if (name === 'slackSteps' || name === 'assumedFrom') continue;
      const { [name as 'version']: _, ...rest } = device;
      expect(reading(rest), name).toBe('corrupt-record');
    }
    for (const name of Object.keys(device.parameters)) {
      const { [name as 'digits']: _, ...parameters } = device.parameters;
      expect(reading({ ...device, parameters }), name).toBe('corrupt-record');
    }
  });

  it('refuses what is no object', () => {
    for (const value of [undefined, null, 'device', 7, true, 1n, Symbol('device'), [], {}, () => STATES]) {
      expect(reading(value)).toBe('corrupt-record');
    }
  });

  it('tells a later version from a wrong one', () => {
    const device = STATES['pending'] as Device;
    expect(reading({ ...device, version: 2 })).toBe('unsupported-record-version');
    expect(reading({ ...device, version: 99 })).toBe('unsupported-record-version');
    for (const version of [0, -1, 1.5, '1', '2', null, undefined, Number.NaN]) {
      expect(reading({ ...device, version })).toBe('corrupt-record');
    }
  });

  it.each([
    { slackSteps: 4, offsets: [] },
    { slackSteps: 172_801 },
    { slackSteps: -1 },
    { offsets: [0, 0, 0, 0, 0, 0] },
    { offsets: [86_461] },
    { offsets: [-86_461] },
    { assumedFrom: -1 },
    { assumedFrom: 2 ** 53 },
    { assumedFrom: null },
    { offsets: [0.5] },
    { offsets: {} },
    { lastCounter: -1 },
    { lastCounter: 2 ** 53 },
    { serialNumber: '' },
    { status: 'removed' },
    { parameters: { algorithm: 'SHA1', digits: 9, periodSeconds: 30 } },
    { parameters: [] },
    { requires: {} },
    { requires: 'phones' },
    { requires: [''] },
  ])('refuses %j', (wrong) => {
    expect(reading({ ...STATES['assigned in step'], ...wrong })).toBe('corrupt-record');
  });

  it.each([
    { offsets: [86_460, -86_460, 86_400, -86_400, 0] },
    { slackSteps: 172_800 },
    { slackSteps: 0 },
    { lastCounter: 2 ** 53 - 1 },
    { lastCounter: 0 },
    { assumedFrom: 2 ** 53 - 1 },
    { assumedFrom: 0 },
    { lastUsedAtMs: 2 ** 53 - 1 },
    { parameters: { algorithm: 'SHA1', digits: 8, periodSeconds: 86_400 } },
    { parameters: { algorithm: 'SHA1', digits: 6, periodSeconds: 1 } },
    { serialNumber: 'x' },
  ])('reads what stands at its very end: %j', (last) => {
    for (const device of [STATES['assigned in step'], STATES['suspended']]) {
      expect(reading({ ...device, ...last })).toBe('ok');
      expect(answerOf(() => checkDevice({ ...device, ...last }))).toBe('ok');
    }
  });

  it('a device whose offsets stand at their very end goes on', () => {
    for (const offset of [86_460, -86_460, 86_400, -86_400]) {
      const device = { ...imported(), offsets: [offset] };
      const nowMs = START_MS + 500 * STEP_MS;
      expect(verifyCode(device, SECRET, shown(nowMs), { nowMs }).ok).toBe(true);
      expect(verifyCode(device, SECRET, shown(nowMs, 3), { nowMs }).ok).toBe(false);
      expect(driftSteps(device)).toBe(offset);
      expect(resynchronizeDevice(device, SECRET, shownPair(nowMs, 7), { nowMs })).toMatchObject({
        ok: true,
        device: { offsets: [7] },
      });
    }
  });

  it('keeps a field that it does not know', () => {
    for (const device of Object.values(STATES)) {
      expect(reading({ ...device, later: { of: ['any', 'kind'] } })).toBe('ok');
      expect(reading({ ...device, parameters: { ...device.parameters, counter: 0 } })).toBe('ok');
      expect(reading({ ...device, requires: [] })).toBe('ok');
    }
  });

  it('refuses a device that requires what this version does not know, whatever else stands in it', () => {
    const device = STATES['suspended'] as Device;
    for (const record of [{ ...device, requires: ['phones'] }, { requires: ['phones'] }]) {
      const { code, message } = thrown(() => parseDevice(record));
      expect(code).toBe('unsupported-record-version');
      expect(message).toBe('this device needs a later version of the library, for "phones"');
    }
    const { message } = thrown(() => parseDevice({ ...device, requires: ['x'.repeat(10_000)] }));
    expect(message.length).toBeLessThan(120);
  });

  it('names the field and the rule, and tells nothing of what it held', () => {
    const held = 'JBSWY3DPEHPK3PXP';
    const device = STATES['suspended'] as Device;
    for (const name of [...Object.keys(device), ...Object.keys(device.parameters)]) {
      if (name === 'serialNumber') continue;
      const within = name in device.parameters;
      const parameters = { ...device.parameters, [name]: held };
      const record = within ? { ...device, parameters } : { ...device, [name]: held };
      const { message } = thrown(() => parseDevice(record));
      expect(message).toMatch(new RegExp(`^corrupt device: ${within ? 'parameters.' : ''}${name} must be `));
      expect(message).not.toContain(held);
    }
    expect(thrown(() => parseDevice(held)).message).toBe('corrupt device: it must be an object');
  });
});

// What each field may be, said a second time: a mutated device is read exactly where the table says so.

type Rule = (value: unknown) => boolean;
const whole =
  (min: number, max = Number.MAX_SAFE_INTEGER): Rule =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
const oneOf =
  (...values: unknown[]): Rule =>
  (value) =>
    values.includes(value);

const BASE_RULES: Record<string, Rule> = {
  version: oneOf(1),
  status: oneOf('pending', 'assigned', 'suspended'),
  serialNumber: (value) => typeof value === 'string' && value !== '',
  parameters: (value) => {
    const rules: Record<string, Rule> = {
      algorithm: oneOf('SHA1', 'SHA256', 'SHA512'),
      digits: whole(6, 8),
      periodSeconds: whole(1, 86_400),
    };
    return obeys(value, rules);
  },
  createdAtMs: whole(0),
  requires: (value) => value === undefined || (Array.isArray(value) && value.length === 0),
};
const USED_RULES: Record<string, Rule> = {
  assignedAtMs: whole(0),
  lastUsedAtMs: whole(0),
  lastCounter: whole(0),
  offsets: (value) => Array.isArray(value) && value.length <= 5 && value.every(whole(-86_460, 86_460)),
  assumedFrom: (value) => value === undefined || whole(0)(value),
};
const RULES: Record<string, Record<string, Rule>> = {
  pending: { ...BASE_RULES, expiresAtMs: whole(0), failures: whole(0) },
  assigned: { ...BASE_RULES, ...USED_RULES },
  suspended: { ...BASE_RULES, ...USED_RULES, suspendedAtMs: whole(0) },
};

/** These fields, each by its rule; others are of a later version. */
function obeys(value: unknown, rules: Record<string, Rule>): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const record = value as Record<string, unknown>;
  return Object.entries(rules).every(([name, rule]) => rule(record[name]));
}

function isDevice(value: unknown): boolean {
  const record = value as Record<string, unknown>;
  const rules = RULES[record['status'] as string];
  if (rules === undefined) return false;
  if (record['status'] === 'pending' || !Object.hasOwn(record, 'slackSteps')) return obeys(record, rules);
  const slack: Rule = (steps) => whole(0, 172_800)(steps) && (record['offsets'] as unknown[]).length > 0;
  return obeys(record, { ...rules, slackSteps: slack });
}

const FIELD_NAMES = [
  ...new Set(Object.values(RULES).flatMap((rules) => Object.keys(rules))),
  'slackSteps',
  'secret',
  '__proto__',
];
const values = fc.oneof(
  fc.jsonValue(),
  fc.integer({ min: -2, max: 10 }),
  fc.constantFrom(
    -86_461,
    86_460,
    86_461,
    30,
    172_800,
    172_801,
    2 ** 53,
    1.5,
    'pending',
    'assigned',
    'suspended',
    'SHA1',
    'sha1',
    '',
  ),
  fc.array(fc.integer({ min: -86_462, max: 86_462 }), { maxLength: 7 }),
);
type Mutation = (record: Record<string, unknown>) => void;
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.constantFrom(...FIELD_NAMES), values).map(
    ([name, value]): Mutation =>
      (record) => {
        Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
      },
  ),
  fc.constantFrom(...FIELD_NAMES).map(
    (name): Mutation =>
      (record) => {
        delete record[name];
      },
  ),
  fc.tuple(fc.constantFrom(...FIELD_NAMES), fc.constantFrom(...FIELD_NAMES)).map(
    ([one, other]): Mutation =>
      (record) => {
        const value = record[one];
        record[one] = record[other];
        record[other] = value;
      },
  ),
  fc.tuple(fc.constantFrom('algorithm', 'digits', 'periodSeconds', 'period'), values).map(
    ([name, value]): Mutation =>
      (record) => {
        record['parameters'] = { ...(record['parameters'] as object), [name]: value };
      },
  ),
  values.map(
    (value): Mutation =>
      (record) => {
        record['offsets'] = [...[record['offsets'] ?? []].flat(), value];
      },
  ),
);

describe('a device that was changed anywhere', () => {
  const changed = fc
    .tuple(states, fc.array(mutations, { minLength: 1, maxLength: 2 }))
    .map(([device, all]): Record<string, unknown> => {
      const record: Record<string, unknown> = stored(device) as never;
      for (const mutate of all) mutate(record);
      return JSON.parse(JSON.stringify(record));
    });

  it('is read where each field is as it may be, and is refused elsewhere', () => {
    let read = 0;
    fc.assert(
      fc.property(changed, (record) => {
        const outcome = reading(record);
        if (outcome === 'ok') read++;
        else expect(['corrupt-record', 'unsupported-record-version']).toContain(outcome);
        expect(outcome === 'ok').toBe(isDevice(record));
        expect(answerOf(() => checkDevice(record))).toBe(outcome);
      }),
      { numRuns: 3000 },
    );
    expect(read, 'some changes are harmless').toBeGreaterThan(100);
    expect(read, 'most are not').toBeLessThan(2000);
  });

  it('is caught where a rule is left out', () => {
    const good: Record<string, unknown> = { ...STATES['pending'], ...STATES['suspended'] };
    for (const name of ['serialNumber', 'failures', 'offsets', 'parameters', 'lastCounter']) {
      const careless = (record: Record<string, unknown>): boolean =>
        isDevice(record) || isDevice({ ...record, [name]: good[name] });
      const property = fc.property(changed, (record) => (reading(record) === 'ok') === careless(record));
      expect(fc.check(property, { numRuns: 3000, endOnFailure: true }).failed, name).toBe(true);
    }
  });
});
