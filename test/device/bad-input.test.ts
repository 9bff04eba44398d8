import { formatSecret, formatSetupKey, type Secret, secretFromBytes, wipeSecret } from 'lockstep-mfa';
import {
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  driftSteps,
  importDevice,
  parseDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  showDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import * as device from '../../src/device/index.js';
import { answerOf, type Place, wrongAnswers } from '../support/bad-input.js';
import { thrown } from '../support/thrown.js';
import { assigned, imported, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
const used = assigned(pending, START_MS);
const suspended = suspendDevice(used, { nowMs: START_MS });
const nowMs = START_MS + 5 * STEP_MS;
const policy = createDevicePolicy();
const names = { issuer: 'Acme', account: 'alice@example.com' };

/** Objects without a field, which leave everything at its default. */
const EMPTY = ['an empty list', 'an empty object', 'an object without a prototype', 'a date'];
const DEVICE: Place = { path: [0], answer: 'corrupt-record' };
const secretAt = (at: number): Place => ({ path: [at], answer: 'invalid-argument' });
/** The options of a device function, at an argument. */
function optionsAt(at: number): Place[] {
  return [
    { path: [at], answer: 'invalid-argument' },
    { path: [at, 'nowMs'], answer: 'invalid-argument' },
    { path: [at, 'policy'], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
  ];
}
const TIMES: Place[] = [
  { path: [1], answer: 'invalid-argument' },
  { path: [1, 'nowMs'], answer: 'invalid-argument' },
];
/** The options of a function that makes a device, at an argument. */
function newDeviceAt(at: number): Place[] {
  return [
    ...optionsAt(at),
    { path: [at, 'serialNumber'], answer: 'invalid-argument', fine: ['a space', 'a word'] },
    { path: [at, 'parameters'], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] },
    { path: [at, 'parameters', 'algorithm'], answer: 'invalid-argument', fine: ['undefined'] },
    { path: [at, 'parameters', 'digits'], answer: 'invalid-argument', fine: ['undefined'] },
    { path: [at, 'parameters', 'periodSeconds'], answer: 'invalid-argument', fine: ['undefined'] },
  ];
}
/** Plain options of a policy, by the way to them. */
function policyAt(...path: readonly (string | number)[]): Place[] {
  const numbers = ['assignRangeSeconds', 'resynchronizeRangeSeconds', 'pendingLifeMs', 'pendingFailures'];
  return [
    ...['window', ...numbers].map((name): Place => {
      return { path: [...path, name], answer: 'invalid-argument', fine: ['undefined'] };
    }),
    { path: [...path, 'window', 'behind'], answer: 'invalid-argument' },
    { path: [...path, 'window', 'ahead'], answer: 'invalid-argument' },
  ];
}
/** Two codes, at an argument. */
function codesAt(at: number): Place[] {
  return [
    { path: [at], answer: 'invalid-argument' },
    { path: [at, 0], answer: 'malformed-code' },
    { path: [at, 1], answer: 'malformed-code' },
  ];
}
const literal = { window: { behind: 1, ahead: 1 } };
const newDevice = { serialNumber: 'phone', nowMs, policy, parameters: { digits: 6 } };

/** Every function: good arguments, and the places where bad ones can come in. */
const FUNCTIONS: Record<string, [call: (...args: never[]) => unknown, args: readonly unknown[], places: Place[]]> = {
  createDevicePolicy: [
    createDevicePolicy,
    [literal],
    [{ path: [0], answer: 'invalid-argument', fine: ['undefined', ...EMPTY] }, ...policyAt(0)],
  ],
  createDevice: [createDevice, [newDevice], newDeviceAt(0)],
  importDevice: [importDevice, [newDevice], newDeviceAt(0)],
  adoptDevice: [adoptDevice, [SECRET, shownPair(nowMs), newDevice], [secretAt(0), ...codesAt(1), ...newDeviceAt(2)]],
  parseDevice: [parseDevice, [used], [DEVICE]],
  showDevice: [
    showDevice,
    [pending, SECRET, names],
    [
      DEVICE,
      secretAt(1),
      { path: [2], answer: 'invalid-argument' },
      { path: [2, 'issuer'], answer: 'invalid-argument', fine: ['a word', 'the other half'] },
      { path: [2, 'account'], answer: 'invalid-argument', fine: ['a word', 'the other half'] },
      { path: [2, 'image'], answer: 'invalid-argument', fine: ['undefined'] },
    ],
  ],
  assignDevice: [
    assignDevice,
    [pending, SECRET, shownPair(nowMs), { nowMs, policy }],
    [DEVICE, secretAt(1), ...codesAt(2), ...optionsAt(3)],
  ],
  verifyCode: [
    verifyCode,
    [used, SECRET, shown(nowMs), { nowMs, policy: literal }],
    [DEVICE, secretAt(1), { path: [2], answer: 'malformed-code' }, ...optionsAt(3), ...policyAt(3, 'policy')],
  ],
  resynchronizeDevice: [
    resynchronizeDevice,
    [used, SECRET, shownPair(nowMs), { nowMs, policy }],
    [DEVICE, secretAt(1), ...codesAt(2), ...optionsAt(3)],
  ],
  suspendDevice: [suspendDevice, [used, { nowMs }], [DEVICE, ...TIMES]],
  reinstateDevice: [reinstateDevice, [suspended], [DEVICE]],
  removeDevice: [removeDevice, [used, { nowMs }], [DEVICE, ...TIMES]],
  driftSteps: [driftSteps, [used], [DEVICE]],
};

describe('bad input', () => {
  it('is tried on every public function', () => {
    const functions = Object.entries(device).filter(([, value]) => typeof value === 'function');
    expect(Object.keys(FUNCTIONS).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it.each(Object.entries(FUNCTIONS))('%s gives a typed answer', (_, [call, args, places]) => {
    expect(answerOf(() => call(...(args as never[])))).toBe('ok');
    expect(places.flatMap((place) => wrongAnswers(call, args, place))).toEqual([]);
  });

  it('codes are two, no more and no fewer', () => {
    const [first, second] = shownPair(nowMs);
    for (const codes of [[], [first], [first, second, second], 'ab', { 0: first, 1: second, length: 2 }]) {
      for (const call of [
        () => assignDevice(pending, SECRET, codes as never, { nowMs }),
        () => resynchronizeDevice(used, SECRET, codes as never, { nowMs }),
        () => adoptDevice(SECRET, codes as never, { serialNumber: 'token', nowMs }),
      ]) {
        expect(thrown(call).code).toBe('invalid-argument');
      }
    }
  });

  it('a serial number has at most 256 characters', () => {
    const create = (serialNumber: string) => createDevice({ serialNumber, nowMs }).serialNumber;
    expect(create('x'.repeat(256))).toHaveLength(256);
    expect(thrown(() => create('x'.repeat(257))).code).toBe('invalid-argument');
  });

  it('a colon in the issuer is refused, for apps split the label there; one in the account is written', () => {
    expect(thrown(() => showDevice(pending, SECRET, { ...names, issuer: 'a:b' })).code).toBe('invalid-argument');
    expect(showDevice(pending, SECRET, { ...names, account: 'a:b' }).keyUri).toContain(':a%3Ab?');
  });
});

describe('times', () => {
  const calls: Record<string, (nowMs: number) => unknown> = {
    createDevice: (nowMs) => createDevice({ serialNumber: 'phone', nowMs }),
    importDevice: (nowMs) => importDevice({ serialNumber: 'phone', nowMs }),
    adoptDevice: (nowMs) => adoptDevice(SECRET, shownPair(START_MS), { serialNumber: 'phone', nowMs }),
    assignDevice: (nowMs) => assignDevice(pending, SECRET, shownPair(START_MS), { nowMs }),
    verifyCode: (nowMs) => verifyCode(used, SECRET, shown(START_MS), { nowMs }),
    resynchronizeDevice: (nowMs) => resynchronizeDevice(used, SECRET, shownPair(START_MS), { nowMs }),
    suspendDevice: (nowMs) => suspendDevice(used, { nowMs }),
    removeDevice: (nowMs) => removeDevice(used, { nowMs }),
  };
  it.each(Object.entries(calls))('%s takes neither seconds nor microseconds for milliseconds', (_, call) => {
    for (const good of [1e11, START_MS, 1e14 - 1]) expect(answerOf(() => call(good))).not.toBe('invalid-argument');
    for (const seconds of [0, 1_700_000_000, 1e11 - 1]) {
      expect(thrown(() => call(seconds)).message).toMatch(/^nowMs is before 1973: it looks like seconds/);
    }
    for (const microseconds of [1e14, START_MS * 1000]) {
      expect(thrown(() => call(microseconds)).message).toMatch(/^nowMs is after the year 5000: it looks like micro/);
    }
  });
});

describe('secrets', () => {
  const withSecret: Record<string, (secret: Secret) => unknown> = {
    showDevice: (secret) => showDevice(pending, secret, names),
    assignDevice: (secret) => assignDevice(pending, secret, shownPair(nowMs), { nowMs }),
    verifyCode: (secret) => verifyCode(used, secret, shown(nowMs), { nowMs }),
    resynchronizeDevice: (secret) => resynchronizeDevice(used, secret, shownPair(nowMs), { nowMs }),
    adoptDevice: (secret) => adoptDevice(secret, shownPair(nowMs), { serialNumber: 'phone', nowMs }),
  };

  it.each(Object.entries(withSecret))('%s refuses a wiped one, and what only looks like one', (_, call) => {
    const wiped = secretFromBytes(new Uint8Array(20));
    wipeSecret(wiped);
    expect(answerOf(() => call(wiped))).toBe('wiped-secret');
    const alike = [
      formatSecret(SECRET),
      new Uint8Array(20),
      { ...SECRET },
      Object.create(SECRET),
      Object.create(Object.getPrototypeOf(SECRET)),
      structuredClone(SECRET),
      JSON.parse(JSON.stringify(SECRET)),
    ];
    for (const secret of alike) expect(answerOf(() => call(secret as Secret), secret)).toBe('invalid-argument');
  });

  it('stand in no message and in no state, and neither do codes', () => {
    const codes = shownPair(nowMs);
    const hidden = [formatSecret(SECRET), formatSetupKey(SECRET), ...codes];
    const messages = [
      () => verifyCode(used, SECRET, codes[1], { nowMs: 1 }),
      () => verifyCode({ ...used, lastCounter: codes[0] } as never, SECRET, codes[1], { nowMs }),
      () => verifyCode(used, formatSecret(SECRET) as never, codes[1], { nowMs }),
      () => verifyCode(formatSecret(SECRET) as never, SECRET, codes[1], { nowMs }),
      () => verifyCode(used, SECRET, codes[1], codes as never),
      () => assignDevice(pending, SECRET, codes.join() as never, { nowMs }),
      () => createDevice({ serialNumber: 'phone', nowMs, parameters: { algorithm: formatSecret(SECRET) as never } }),
      () => createDevicePolicy({ window: formatSecret(SECRET) } as never),
      () => createDevicePolicy({ option: codes[0] } as never),
      () => parseDevice({ ...used, serialNumber: '', [formatSecret(SECRET)]: codes[0] }),
      () => parseDevice({ ...used, status: codes[0] }),
    ].map((call) => thrown(call).message);
    const states = [
      assignDevice(pending, SECRET, codes, { nowMs }),
      verifyCode(imported(), SECRET, codes[1], { nowMs }),
      resynchronizeDevice(imported(), SECRET, codes, { nowMs }),
      verifyCode(used, SECRET, `${codes[1]}9`, { nowMs }),
    ].map((result) => JSON.stringify(result));
    for (const text of [...messages, ...states]) {
      for (const secret of hidden) expect(text).not.toContain(secret);
    }
  });
});
