import fc from 'fast-check';
import { createPolicy, type OtpParameters, type Policy, type PolicyOptions } from 'lockstep-mfa';
import {
  adoptDevice,
  assignDevice,
  createDevice,
  createDevicePolicy,
  type DevicePolicyOptions,
  importDevice,
  resynchronizeDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { wrongAnswers } from '../support/bad-input.js';
import { thrown } from '../support/thrown.js';
import { imported, SECRET, START_MS, shown, shownPair } from './fixtures.js';

const MINUTE_MS = 60_000;

const DEFAULT_OPTIONS: Required<PolicyOptions> = {
  window: { behind: 1, ahead: 1 },
  assignRangeSeconds: 600,
  resynchronizeRangeSeconds: 3600,
  pendingLifeMs: 15 * MINUTE_MS,
  pendingFailures: 20,
  maxPendingDevices: 3,
  maxDevices: 8,
  lastDeviceRemovable: true,
  proofLifeMs: 15 * MINUTE_MS,
  freeFailures: 4,
  firstWaitMs: 30_000,
  longestWaitMs: 60 * MINUTE_MS,
  maxStrikes: 100,
  suspectStrikes: 25,
  recoveryCodes: 10,
  trustedBrowserLifeMs: 30 * 1440 * MINUTE_MS,
  resetCodeLifeMs: 1440 * MINUTE_MS,
  recoveryMethods: ['email', 'phone'],
};

/** Least and greatest value, and what else has to be set for it. */
const RANGES: Record<string, readonly [min: number, max: number, beside?: PolicyOptions]> = {
  assignRangeSeconds: [30, 86_400],
  resynchronizeRangeSeconds: [30, 86_400],
  pendingLifeMs: [MINUTE_MS, 1440 * MINUTE_MS],
  pendingFailures: [1, 100],
  maxPendingDevices: [1, 100],
  maxDevices: [1, 100],
  proofLifeMs: [1, 43_200 * MINUTE_MS],
  freeFailures: [0, 99],
  firstWaitMs: [1000, 1440 * MINUTE_MS, { longestWaitMs: 43_200 * MINUTE_MS }],
  longestWaitMs: [1000, 43_200 * MINUTE_MS, { firstWaitMs: 1000 }],
  // Above 100 it is not out of range, but risky.
  maxStrikes: [1, 100, { suspectStrikes: 1 }],
  suspectStrikes: [1, 100],
  recoveryCodes: [1, 100],
  trustedBrowserLifeMs: [0, 400 * 1440 * MINUTE_MS],
  resetCodeLifeMs: [MINUTE_MS, 30 * 1440 * MINUTE_MS],
};

function refusal(make: () => unknown): { code: string; message: string } {
  const { code, message } = thrown(make);
  return { code, message };
}
const invalid = (overrides: unknown) => refusal(() => createPolicy(overrides as PolicyOptions));

describe('createPolicy', () => {
  it('answers every bad value with an error of its own', () => {
    const fine = ['undefined', 'an empty list', 'an empty object', 'an object without a prototype', 'a date'];
    expect(wrongAnswers(createPolicy, [{}], { path: [0], answer: 'invalid-argument', fine })).toEqual([]);
  });

  it('gives every default, and is frozen through and through', () => {
    for (const policy of [createPolicy(), createPolicy({}), createPolicy({ maxDevices: undefined } as never)]) {
      expect(policy).toEqual(DEFAULT_OPTIONS);
      for (const part of [policy, policy.window, policy.recoveryMethods]) expect(part).toSatisfy(Object.isFrozen);
    }
  });

  it('copies what it is given', () => {
    const window = { behind: 0, ahead: 2 };
    const recoveryMethods = ['in person'];
    const policy = createPolicy({ window, recoveryMethods });
    window.behind = 1000;
    recoveryMethods.length = 0;
    expect(policy).toEqual({ ...DEFAULT_OPTIONS, window: { behind: 0, ahead: 2 }, recoveryMethods: ['in person'] });
  });

  it('overrides one option without touching another', () => {
    for (const [name, [min, max, beside]] of Object.entries(RANGES)) {
      for (const value of [min, max]) {
        const changed = { ...beside, [name]: value };
        expect(createPolicy(changed)).toEqual({ ...DEFAULT_OPTIONS, ...changed });
      }
    }
    expect(createPolicy({ lastDeviceRemovable: false }).lastDeviceRemovable).toBe(false);
  });

  it('the table of ranges leaves out no number', () => {
    const numbers = Object.entries(DEFAULT_OPTIONS).filter(([, value]) => typeof value === 'number');
    expect(Object.keys(RANGES).sort()).toEqual(numbers.map(([name]) => name).sort());
  });

  it.each(Object.entries(RANGES))('refuses %s out of range or of a wrong type', (name, [min, max, beside]) => {
    const tooMuch = name === 'maxStrikes' ? Number.MAX_SAFE_INTEGER + 1 : max + 1;
    for (const value of [min - 1, tooMuch, min + 0.5, Number.NaN, Infinity, String(min), null, [], {}, true, 1n]) {
      const { code, message } = invalid({ ...beside, [name]: value });
      if (name === 'suspectStrikes' && value === max + 1) expect(message).toContain('must not be over maxStrikes');
      else expect(message).toMatch(new RegExp(`^${name} must be a whole number from \\d+ to \\d+$`));
      expect(code).toBe('invalid-argument');
    }
  });

  it.each([
    [{ maxDevice: 5 }, /^unknown option "maxDevice"; did you mean "maxDevices"\?$/],
    [{ Window: {} }, /^unknown option "Window"; did you mean "window"\?$/],
    [{ lenient: true }, /^unknown option "lenient"; the names are window, .*, recoveryMethods$/],
    [null, /policy must be an object/],
    ['strict', /policy must be an object/],
    [{ window: null }, /window must be an object/],
    [{ window: 1 }, /window must be an object/],
    [{ window: { behind: 1 } }, /window\.ahead must be a whole number/],
    [{ window: { behind: -1, ahead: 1 } }, /window\.behind must be a whole number/],
    [{ window: { behind: 1001, ahead: 1 } }, /window\.behind must be a whole number/],
    [{ window: { behind: 1, ahead: 0.5 } }, /window\.ahead must be a whole number/],
    [{ lastDeviceRemovable: 'no' }, /lastDeviceRemovable must be true or false/],
    [{ lastDeviceRemovable: null }, /lastDeviceRemovable must be true or false/],
    [{ recoveryMethods: [] }, /recoveryMethods must be a list/],
    [{ recoveryMethods: 'email' }, /recoveryMethods must be a list/],
    [{ recoveryMethods: ['email', ''] }, /recoveryMethods must hold texts/],
    [{ recoveryMethods: ['email', 7] }, /recoveryMethods must hold texts/],
    [{ firstWaitMs: 60_001, longestWaitMs: 60_000 }, /firstWaitMs must not be over longestWaitMs/],
    [{ maxStrikes: 24 }, /suspectStrikes must not be over maxStrikes/],
  ])('refuses %j', (overrides, words) => {
    const { code, message } = invalid(overrides);
    expect(code).toBe('invalid-argument');
    expect(message).toMatch(words);
  });

  it('never lets an unknown name through', () => {
    const known = new Set(Object.keys(DEFAULT_OPTIONS));
    fc.assert(
      fc.property(
        fc.string().filter((name) => !known.has(name)),
        fc.anything(),
        (name, value) => {
          // Not `{ [name]: value }`, which would take __proto__ for the prototype.
          const overrides = Object.defineProperty({}, name, { value, enumerable: true });
          expect(invalid(overrides).code).toBe('invalid-argument');
        },
      ),
    );
  });
});

describe('a risky policy is refused with the numbers', () => {
  it('for one guess in a wide window', () => {
    expect(createPolicy({ window: { behind: 5, ahead: 4 } }).window).toEqual({ behind: 5, ahead: 4 });
    expect(refusal(() => createPolicy({ window: { behind: 5, ahead: 5 } }))).toEqual({
      code: 'risky-policy',
      message:
        'window: 11 counters accept one guess in 90909: a chance of 0.0000110, and 0.00001 is the most that is allowed',
    });
  });

  it('for all guesses until the lock', () => {
    expect(createPolicy({ maxStrikes: 100 }).maxStrikes).toBe(100);
    expect(refusal(() => createPolicy({ maxStrikes: 101 }))).toEqual({
      code: 'risky-policy',
      message:
        'maxStrikes: 101 let a guesser in before the lock: a chance of 0.00505, and 0.005 is the most that is allowed',
    });
    expect(refusal(() => createPolicy({ maxStrikes: Number.MAX_SAFE_INTEGER })).code).toBe('risky-policy');
  });

  it('for a hundred pairs, where a short period makes many positions of a range', () => {
    const day = createPolicy({ resynchronizeRangeSeconds: 86_400 });
    const make = (policy: Policy, parameters: Partial<OtpParameters>) => {
      const options = { serialNumber: 'phone', nowMs: START_MS, policy, parameters };
      expect(refusal(() => createDevice(options))).toEqual(refusal(() => importDevice(options)));
      return refusal(() => createDevice(options));
    };
    expect(make(day, { periodSeconds: 15 })).toEqual({
      code: 'risky-policy',
      message:
        'a range of 11641 positions of 15 s accepts one of a hundred guessed pairs: a chance of 0.00000116, and 0.000001 is the most that is allowed',
    });
    // The wider of the two ranges counts.
    const assigning = createPolicy({ assignRangeSeconds: 86_400, resynchronizeRangeSeconds: 30 });
    expect(make(assigning, { periodSeconds: 15 })).toEqual(make(day, { periodSeconds: 15 }));
    for (const parameters of [{}, { periodSeconds: 18 }, { periodSeconds: 15, digits: 7 as const }]) {
      expect(createDevice({ serialNumber: 'phone', nowMs: START_MS, policy: day, parameters }).status).toBe('pending');
    }
    // With the default ranges every period is safe.
    const parameters = { periodSeconds: 1 };
    expect(createDevice({ serialNumber: 'phone', nowMs: START_MS, parameters }).parameters.periodSeconds).toBe(1);
  });
});

describe('createDevicePolicy', () => {
  const { window, assignRangeSeconds, resynchronizeRangeSeconds, pendingLifeMs, pendingFailures } = DEFAULT_OPTIONS;
  const defaults = { window, assignRangeSeconds, resynchronizeRangeSeconds, pendingLifeMs, pendingFailures };
  const names = Object.keys(defaults);

  it('gives the defaults of createPolicy, those that a device needs, and is frozen', () => {
    for (const policy of [
      createDevicePolicy(),
      createDevicePolicy({}),
      createDevicePolicy({ window: undefined } as never),
    ]) {
      expect(policy).toEqual(defaults);
      for (const part of [policy, policy.window]) expect(part).toSatisfy(Object.isFrozen);
    }
  });

  it('copies what it is given', () => {
    const own = { behind: 0, ahead: 2 };
    const policy = createDevicePolicy({ window: own });
    own.behind = 1000;
    expect(policy).toEqual({ ...defaults, window: { behind: 0, ahead: 2 } });
  });

  it('overrides, and refuses what is out of range or risky, in the words of createPolicy', () => {
    for (const name of names.filter((name) => name in RANGES)) {
      const [min, max] = RANGES[name]!;
      for (const value of [min, max]) {
        expect(createDevicePolicy({ [name]: value })).toEqual({ ...defaults, [name]: value });
      }
      for (const value of [min - 1, max + 1, min + 0.5, null, String(min)]) {
        const make = { [name]: value } as PolicyOptions;
        expect(refusal(() => createDevicePolicy(make))).toEqual(invalid(make));
      }
    }
    const risky = { window: { behind: 5, ahead: 5 } };
    expect(refusal(() => createDevicePolicy(risky)).code).toBe('risky-policy');
    expect(refusal(() => createDevicePolicy(risky))).toEqual(invalid(risky));
  });

  it('knows no option of the service', () => {
    for (const name of Object.keys(DEFAULT_OPTIONS).filter((name) => !names.includes(name))) {
      const { code, message } = refusal(() => createDevicePolicy({ [name]: 1 }));
      expect(code).toBe('invalid-argument');
      expect(message).toMatch(new RegExp(`^unknown option "${name}"; `));
    }
  });
});

describe('the option policy of a device function', () => {
  const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS });
  const nowMs = START_MS;
  /** Every function that takes a policy, with codes that are right now. */
  const calls: Record<string, (policy: DevicePolicyOptions) => { readonly status: string } | { readonly ok: boolean }> =
    {
      createDevice: (policy) => createDevice({ serialNumber: 'phone', nowMs, policy }),
      importDevice: (policy) => importDevice({ serialNumber: 'phone', nowMs, policy }),
      adoptDevice: (policy) => adoptDevice(SECRET, shownPair(nowMs), { serialNumber: 'phone', nowMs, policy }),
      assignDevice: (policy) => assignDevice(pending, SECRET, shownPair(nowMs), { nowMs, policy }),
      verifyCode: (policy) => verifyCode(imported(), SECRET, shown(nowMs), { nowMs, policy }),
      resynchronizeDevice: (policy) => resynchronizeDevice(imported(), SECRET, shownPair(nowMs), { nowMs, policy }),
    };
  const narrow = { window: { behind: 0, ahead: 0 } };
  /** The same policy in every way to write it. */
  const ways: Record<string, DevicePolicyOptions> = {
    'made by createDevicePolicy': createDevicePolicy(narrow),
    'made by createPolicy': createPolicy(narrow),
    'a literal': narrow,
    'a copy': { ...createDevicePolicy(narrow) },
    'read from JSON': JSON.parse(JSON.stringify(createDevicePolicy(narrow))),
    'an heir': Object.create(createDevicePolicy(narrow)),
  };

  it.each(Object.entries(ways))('%s is taken, and counts', (_, policy) => {
    for (const call of Object.values(calls)) expect(call(policy)).not.toHaveProperty('ok', false);
    const code = (steps: number) => verifyCode(imported(), SECRET, shown(nowMs, steps), { nowMs, policy }).ok;
    expect([-1, 0, 1].map(code)).toEqual([false, true, false]);
    const { pendingLifeMs } = createDevicePolicy();
    expect(createDevice({ serialNumber: 'phone', nowMs, policy }).expiresAtMs).toBe(nowMs + pendingLifeMs);
  });

  it.each<[policy: unknown, code: string, message: RegExp]>([
    [{ windw: {} }, 'invalid-argument', /^unknown option "windw"; did you mean "window"\?$/],
    [{ maxDevices: 8 }, 'invalid-argument', /^unknown option "maxDevices"; the names are window, /],
    [{ pendingFailures: 0 }, 'invalid-argument', /^pendingFailures must be a whole number from 1 to 100$/],
    [{ window: { behind: 1 } }, 'invalid-argument', /^window\.ahead must be a whole number/],
    [{ window: { behind: 5, ahead: 5 } }, 'risky-policy', /^window: 11 counters accept one guess in 90909/],
    [null, 'invalid-argument', /^policy must be an object$/],
    ['strict', 'invalid-argument', /^policy must be an object$/],
    [
      Object.create(createDevicePolicy(), { pendingFailures: { value: 0, enumerable: true } }),
      'invalid-argument',
      /^pend/,
    ],
  ])('%j is refused at its use, by every function', (policy, code, message) => {
    for (const [name, call] of Object.entries(calls)) {
      const refused = refusal(() => call(policy as DevicePolicyOptions));
      expect(refused.code, name).toBe(code);
      expect(refused.message, name).toMatch(message);
    }
  });

  it('is checked at each use: a literal that was changed is refused the next time', () => {
    const policy = { pendingFailures: 5 };
    expect(verifyCode(imported(), SECRET, shown(nowMs), { nowMs, policy }).ok).toBe(true);
    policy.pendingFailures = 0;
    expect(refusal(() => verifyCode(imported(), SECRET, shown(nowMs), { nowMs, policy })).code).toBe(
      'invalid-argument',
    );
  });
});
