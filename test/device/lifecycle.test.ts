import { createPolicy, formatSetupKey, type OtpParameters, parseKeyUri, totp } from 'lockstep-mfa';
import {
  type AssignedDevice,
  assignDevice,
  createDevice,
  type Device,
  driftSteps,
  importDevice,
  type PendingDevice,
  reinstateDevice,
  removeDevice,
  resynchronizeDevice,
  type SuspendedDevice,
  showDevice,
  suspendDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { thrown } from '../support/thrown.js';
import { assigned, counterAt, DEFAULTS, outcome, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

const NOW = { nowMs: START_MS };
const LATER = { nowMs: START_MS + 10 * STEP_MS };
const LIFE_MS = 15 * 60_000;
const NAMES = { issuer: 'Acme', account: 'alice@example.com' };

const pending = createDevice({ serialNumber: 'phone', ...NOW });
const device = assigned(pending, START_MS + STEP_MS);
const suspended = suspendDevice(device, LATER);

describe('createDevice', () => {
  it('makes a pending device of the default parameters', () => {
    expect(pending).toEqual({
      version: 1,
      status: 'pending',
      serialNumber: 'phone',
      parameters: DEFAULTS,
      createdAtMs: START_MS,
      expiresAtMs: START_MS + LIFE_MS,
      failures: 0,
    });
  });

  it('takes parameters and the policy’s life', () => {
    const policy = createPolicy({ pendingLifeMs: 60_000 });
    const parameters: Partial<OtpParameters> = { digits: 8 };
    expect(createDevice({ serialNumber: 'token', ...NOW, policy, parameters })).toMatchObject({
      parameters: { ...DEFAULTS, digits: 8 },
      expiresAtMs: START_MS + 60_000,
    });
  });

  it('refuses a period that is as long as its life, and assigns with a life that is longer by a millisecond', () => {
    const nowMs = START_MS;
    for (const [periodSeconds, pendingLifeMs] of [
      [900, LIFE_MS],
      [3600, 3_600_000],
      [60, 60_000],
    ] as const) {
      const parameters = { periodSeconds };
      const create = (lifeMs: number) => {
        const policy = createPolicy({ pendingLifeMs: lifeMs });
        return createDevice({ serialNumber: 'token', nowMs, parameters, policy });
      };
      const { code, message } = thrown(() => create(pendingLifeMs));
      expect(code).toBe('invalid-argument');
      expect(message).toContain('pendingLifeMs');
      const token = create(pendingLifeMs + 1);
      // The person waits a whole period for the second code, as whoever begins when the first is new does.
      const later = nowMs + periodSeconds * 1000;
      const codes = [totp(SECRET, { periodSeconds, nowMs }), totp(SECRET, { periodSeconds, nowMs: later })] as const;
      expect(outcome(assignDevice(token, SECRET, codes, { nowMs: later }))).toBe('ok');
    }
    const parameters = { periodSeconds: 900 };
    expect(thrown(() => createDevice({ serialNumber: 'token', nowMs, parameters })).code).toBe('invalid-argument');
    expect(createDevice({ serialNumber: 'token', nowMs, parameters: { periodSeconds: 899 } }).status).toBe('pending');
  });
});

describe('a pending device', () => {
  const assignAt = (nowMs: number): string => outcome(assignDevice(pending, SECRET, shownPair(nowMs), { nowMs }));

  it('lives fifteen minutes, to the millisecond', () => {
    expect(assignAt(START_MS)).toBe('ok');
    expect(assignAt(START_MS + LIFE_MS - 1)).toBe('ok');
    expect(assignAt(START_MS + LIFE_MS)).toBe('enrollment-expired');
    expect(assignAt(START_MS + 100 * LIFE_MS)).toBe('enrollment-expired');
  });

  it('expires also when it was made in the future', () => {
    expect(assignAt(START_MS - LIFE_MS + 1)).toBe('ok');
    expect(assignAt(START_MS - LIFE_MS)).toBe('enrollment-expired');
    expect(assignAt(START_MS - 100 * LIFE_MS)).toBe('enrollment-expired');
  });

  it('comes back unchanged when it has expired', () => {
    const { nowMs } = { nowMs: START_MS + LIFE_MS };
    expect(assignDevice(pending, SECRET, shownPair(nowMs), { nowMs }).device).toBe(pending);
    expect(assignDevice(pending, SECRET, ['', 'typo'], { nowMs }).device).toBe(pending);
  });

  it('is shown as often as asked, always the same, with its own parameters', () => {
    const parameters: OtpParameters = { algorithm: 'SHA256', digits: 8, periodSeconds: 60 };
    const token = createDevice({ serialNumber: 'token', ...NOW, parameters });
    const first = showDevice(token, SECRET, NAMES);
    expect(showDevice(token, SECRET, NAMES)).toEqual(first);
    expect(first.setupKey).toBe(formatSetupKey(SECRET));
    const read = parseKeyUri(first.keyUri);
    if (!read.ok) return expect.unreachable();
    expect(read.keyUri).toMatchObject({ ...NAMES, parameters });
    expect(formatSetupKey(read.keyUri.secret)).toBe(first.setupKey);
  });
});

describe('assignDevice', () => {
  it('makes an assigned device that knows its floor, its offset and its slack', () => {
    expect(device).toEqual({
      version: 1,
      status: 'assigned',
      serialNumber: 'phone',
      parameters: DEFAULTS,
      createdAtMs: START_MS,
      assignedAtMs: START_MS + STEP_MS,
      lastUsedAtMs: START_MS + STEP_MS,
      lastCounter: counterAt(START_MS) + 1,
      offsets: [0],
      slackSteps: 1,
    });
  });

  it.each([
    [0, 0],
    [1, 1],
    [STEP_MS, 1],
    [STEP_MS + 1, 2],
    [LIFE_MS - STEP_MS, 29],
    [LIFE_MS - 1, 30],
    [-1, 30],
  ])('after %i ms the slack is %i', (ageMs, slackSteps) => {
    const made = createDevice({ serialNumber: 'phone', nowMs: START_MS - ageMs });
    expect(assigned(made, START_MS).slackSteps).toBe(slackSteps);
  });

  it('never gives more slack than the range from end to end', () => {
    const policy = createPolicy({ pendingLifeMs: 86_400_000 });
    const made = createDevice({ serialNumber: 'phone', nowMs: START_MS - 80_000_000, policy });
    expect(assigned(made, START_MS).slackSteps).toBe(40);
  });

  it('twice gives already-assigned, with the device as it is', () => {
    for (const used of [device, suspended]) {
      for (const codes of [shownPair(START_MS + STEP_MS), shownPair(LATER.nowMs), ['typo', '']] as const) {
        const result = assignDevice(used, SECRET, codes as [string, string], LATER);
        expect(result).toEqual({ ok: false, reason: 'already-assigned', device: used });
        expect(result.device).toBe(used);
      }
    }
  });
});

describe('importDevice', () => {
  it('takes over an assigned device of which no clock is known', () => {
    const taken = importDevice({ serialNumber: 'token', ...NOW, parameters: { periodSeconds: 60 } });
    expect(taken).toEqual({
      version: 1,
      status: 'assigned',
      serialNumber: 'token',
      parameters: { ...DEFAULTS, periodSeconds: 60 },
      createdAtMs: START_MS,
      assignedAtMs: START_MS,
      lastUsedAtMs: START_MS,
      lastCounter: Math.floor(START_MS / 60_000),
      offsets: [],
    });
    expect(driftSteps(taken)).toBe(0);
  });

  it('never accepts a code that may have been used there', () => {
    const taken = importDevice({ serialNumber: 'phone', ...NOW });
    for (const steps of [-1, 0]) {
      expect(outcome(verifyCode(taken, SECRET, shown(START_MS, steps), NOW))).toBe('code-reused');
    }
    expect(outcome(verifyCode(taken, SECRET, shown(START_MS, 1), NOW))).toBe('ok');
  });
});

describe('a device that is suspended', () => {
  it('signs nobody in, and keeps its state', () => {
    expect(suspended).toEqual({ ...device, status: 'suspended', suspendedAtMs: LATER.nowMs });
    const code = shown(LATER.nowMs);
    for (const typed of [code, 'typo', undefined]) {
      const result = verifyCode(suspended, SECRET, typed, LATER);
      expect(result).toEqual({ ok: false, reason: 'suspended', device: suspended });
      expect(result.device).toBe(suspended);
    }
    const pair = resynchronizeDevice(suspended, SECRET, shownPair(LATER.nowMs), LATER);
    expect(pair).toEqual({ ok: false, reason: 'suspended', device: suspended });
  });

  it('has its replay floor and its drift when it is reinstated', () => {
    const back = reinstateDevice(suspended);
    expect(back).toEqual(device);
    const used = shown(START_MS + STEP_MS);
    expect(outcome(verifyCode(back, SECRET, used, { nowMs: START_MS + STEP_MS }))).toBe('code-reused');
    expect(outcome(verifyCode(back, SECRET, shown(LATER.nowMs), LATER))).toBe('ok');
  });
});

describe('removeDevice', () => {
  it('leaves a dated line, in whatever state the device was', () => {
    const line = { status: 'removed', serialNumber: 'phone', createdAtMs: START_MS, removedAtMs: LATER.nowMs };
    expect(removeDevice(pending, LATER)).toEqual(line);
    expect(removeDevice(device, LATER)).toEqual({ ...line, assignedAtMs: device.assignedAtMs });
    expect(removeDevice(suspended, LATER)).toEqual({ ...line, assignedAtMs: device.assignedAtMs });
  });
});

describe('a function that is handed a device of another state', () => {
  const gone = removeDevice(device, LATER) as unknown as Device;
  const all: Record<string, Device> = { pending, assigned: device, suspended, removed: gone };
  const codes = shownPair(LATER.nowMs);

  /** For each state an answer, or the code of an error. The types refuse the latter; a program may come without types. */
  const calls: Record<string, [call: (device: Device) => unknown, answers: Record<string, string>]> = {
    assignDevice: [
      (one) => outcome(assignDevice(one, SECRET, codes, LATER)),
      { pending: 'ok', assigned: 'already-assigned', suspended: 'already-assigned', removed: 'corrupt-record' },
    ],
    verifyCode: [
      (one) => outcome(verifyCode(one, SECRET, codes[1], LATER)),
      { pending: 'not-assigned', assigned: 'ok', suspended: 'suspended', removed: 'corrupt-record' },
    ],
    resynchronizeDevice: [
      (one) => outcome(resynchronizeDevice(one, SECRET, codes, LATER)),
      { pending: 'not-assigned', assigned: 'ok', suspended: 'suspended', removed: 'corrupt-record' },
    ],
    showDevice: [
      (one) => Object.keys(showDevice(one as PendingDevice, SECRET, NAMES)).join(),
      {
        pending: 'keyUri,setupKey',
        assigned: 'invalid-argument',
        suspended: 'invalid-argument',
        removed: 'corrupt-record',
      },
    ],
    suspendDevice: [
      (one) => suspendDevice(one as AssignedDevice, LATER).status,
      {
        pending: 'invalid-argument',
        assigned: 'suspended',
        suspended: 'invalid-argument',
        removed: 'corrupt-record',
      },
    ],
    reinstateDevice: [
      (one) => reinstateDevice(one as SuspendedDevice).status,
      {
        pending: 'invalid-argument',
        assigned: 'invalid-argument',
        suspended: 'assigned',
        removed: 'corrupt-record',
      },
    ],
    removeDevice: [
      (one) => removeDevice(one, LATER).status,
      { pending: 'removed', assigned: 'removed', suspended: 'removed', removed: 'corrupt-record' },
    ],
    driftSteps: [
      (one) => String(driftSteps(one as AssignedDevice)),
      { pending: 'invalid-argument', assigned: '0', suspended: '0', removed: 'corrupt-record' },
    ],
  };

  it.each(Object.entries(calls))('%s', (_, [call, answers]) => {
    for (const [state, one] of Object.entries(all)) {
      const before = structuredClone(one);
      const answer = /^(invalid|corrupt)-/.test(answers[state]!) ? thrown(() => call(one)).code : call(one);
      expect(answer, state).toBe(answers[state]);
      expect(one, 'the device handed in is never changed').toEqual(before);
    }
  });
});
