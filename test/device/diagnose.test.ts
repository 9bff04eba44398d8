import { createPolicy, type OtpParameters } from 'lockstep-mfa';
import {
  type AssignDeviceResult,
  assignDevice,
  createDevice,
  type PendingDevice,
  resynchronizeDevice,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, imported, OTHER_SECRET, outcome, SECRET, START_MS, STEP_MS, shown, shownPair } from './fixtures.js';

// Why two codes did not assign a device.

const NOW = { nowMs: START_MS };

function pending(parameters: Partial<OtpParameters> = {}): PendingDevice {
  return createDevice({ serialNumber: 'phone', nowMs: START_MS - 60_000, parameters });
}

function assign(codes: readonly [unknown, unknown], device: PendingDevice = pending()): AssignDeviceResult {
  return assignDevice(device, SECRET, codes, NOW);
}

/** What it says, without the device, which has counted one failure more and is else the same. */
function diagnosis(codes: readonly [unknown, unknown], device: PendingDevice = pending()): object {
  const { device: after, ok, ...said } = assign(codes, device) as AssignDeviceResult & { ok: false };
  expect(ok).toBe(false);
  expect(after).toEqual({ ...device, failures: device.failures + 1 });
  return said;
}

describe('a wrong pair', () => {
  it('of one code twice', () => {
    for (const steps of [0, -20, 20, 21, 5000]) {
      const code = shown(START_MS, steps);
      expect(diagnosis([code, code])).toEqual({ reason: 'codes-identical' });
      expect(diagnosis([code, ` ${code.slice(0, 3)}-${code.slice(3)} `])).toEqual({ reason: 'codes-identical' });
    }
  });

  it('with the newer code first', () => {
    for (const steps of [-20, -1, 0, 1, 20]) {
      const [first, second] = shownPair(START_MS, steps);
      expect(diagnosis([second, first])).toEqual({ reason: 'codes-reversed' });
    }
  });

  it('with a code left out between the two, in either order', () => {
    for (const [one, other] of [
      [-20, 20],
      [-1, 1],
      [0, 2],
      [3, 0],
    ] as const) {
      expect(diagnosis([shown(START_MS, one), shown(START_MS, other)])).toEqual({ reason: 'codes-not-consecutive' });
    }
  });

  it('of a clock that is up to a day off, and says how far', () => {
    for (const steps of [-2880, -121, -21, 21, 120, 2880]) {
      expect(diagnosis(shownPair(START_MS, steps))).toEqual({ reason: 'clock-off', offsetMs: steps * STEP_MS });
    }
    for (const steps of [-20, 20]) expect(assign(shownPair(START_MS, steps)).ok).toBe(true);
    for (const steps of [-2881, 2881]) {
      expect(diagnosis(shownPair(START_MS, steps))).toEqual({ reason: 'code-mismatch' });
    }
  });

  it('of a slow token: ranges are in seconds, not in counters', () => {
    const device = pending({ periodSeconds: 60 });
    for (const steps of [-10, 10]) expect(assign(shownPair(START_MS, steps, device.parameters), device).ok).toBe(true);
    for (const steps of [-1440, -11, 11, 1440]) {
      const codes = shownPair(START_MS, steps, device.parameters);
      expect(diagnosis(codes, device)).toEqual({ reason: 'clock-off', offsetMs: steps * 60_000 });
    }
  });

  it('of another secret, or with one right code only', () => {
    expect(diagnosis(shownPair(START_MS, 0, DEFAULTS, OTHER_SECRET))).toEqual({ reason: 'code-mismatch' });
    const [first, second] = shownPair(START_MS);
    const [, other] = shownPair(START_MS, 0, DEFAULTS, OTHER_SECRET);
    expect(diagnosis([first, other])).toEqual({ reason: 'code-mismatch' });
    expect(diagnosis([other, second])).toEqual({ reason: 'code-mismatch' });
  });

  it('changes nothing where it is malformed, and the field is named', () => {
    const device = pending();
    const [first, second] = shownPair(START_MS);
    for (const typed of ['', '12345', '1234567', 'abcdef', 123_456, null, undefined, {}]) {
      expect(assign([typed, second], device)).toEqual({ ok: false, reason: 'malformed-code', field: 'first', device });
      expect(assign([first, typed], device)).toEqual({ ok: false, reason: 'malformed-code', field: 'second', device });
      expect(assign([typed, typed], device)).toMatchObject({ field: 'first' });
      expect(assign([typed, second], device).device).toBe(device);
    }
  });
});

describe('an app that ignores parameters', () => {
  const unusual: readonly OtpParameters[] = [
    { algorithm: 'SHA256', digits: 8, periodSeconds: 60 },
    { algorithm: 'SHA512', digits: 7, periodSeconds: 15 },
    { algorithm: 'SHA1', digits: 8, periodSeconds: 60 },
    { algorithm: 'SHA256', digits: 6, periodSeconds: 45 },
    { algorithm: 'SHA512', digits: 7, periodSeconds: 30 },
    { algorithm: 'SHA256', digits: 6, periodSeconds: 30 },
  ];
  const names = ['algorithm', 'digits', 'periodSeconds'] as const;
  /** Every device, and every way to ignore something of it. */
  const scenes = unusual.flatMap((parameters) => {
    const own = names.filter((name) => parameters[name] !== DEFAULTS[name]);
    return Array.from({ length: 2 ** own.length - 1 }, (_, i) => {
      const ignored = own.filter((_, bit) => (i + 1) & (1 << bit));
      const app = Object.fromEntries(
        names.map((name) => [name, (ignored.includes(name) ? DEFAULTS : parameters)[name]]),
      ) as unknown as OtpParameters;
      const name = `${ignored.join(', ')} of ${Object.values(parameters).join(' ')}`;
      return { name, parameters, ignored, app };
    });
  });

  it.each(scenes)('$name', ({ parameters, ignored, app }) => {
    const device = pending(parameters);
    for (const steps of [-3, 0, 3]) {
      expect(diagnosis(shownPair(START_MS, steps, app), device)).toEqual({
        reason: 'parameters-ignored',
        ignored,
      });
      expect(assign(shownPair(START_MS, steps, parameters), device).ok).toBe(true);
    }
  });

  it('is not answered for codes that no ignored parameter explains', () => {
    const device = pending({ algorithm: 'SHA256', digits: 8, periodSeconds: 60 });
    const { parameters } = device;
    expect(diagnosis(shownPair(START_MS, 0, parameters, OTHER_SECRET), device)).toEqual({ reason: 'code-mismatch' });
    // Six digits of another secret are eight digits too few, and nothing more.
    const codes = shownPair(START_MS, 0, DEFAULTS, OTHER_SECRET);
    expect(assign(codes, device)).toEqual({ ok: false, reason: 'malformed-code', field: 'first', device });
    // An app that asks for more than the device has ignores nothing.
    const plain = pending();
    expect(diagnosis(shownPair(START_MS, 0, { ...DEFAULTS, algorithm: 'SHA256' }), plain)).toEqual({
      reason: 'code-mismatch',
    });
    expect(assign(shownPair(START_MS, 0, { ...DEFAULTS, digits: 8 }), plain)).toMatchObject({
      reason: 'malformed-code',
    });
  });
});

describe('a sign-in that is refused answers no diagnosis', () => {
  const device = imported();
  const [first, second] = shownPair(START_MS);
  const far = shownPair(START_MS, 1000);

  it('by resynchronizing', () => {
    const wrong: [string, string][] = [[first, first], [second, first], [shown(START_MS, -3), second], [...far]];
    for (const codes of wrong) {
      const answer = resynchronizeDevice(device, SECRET, codes, NOW);
      expect(answer).toEqual({ ok: false, reason: 'code-mismatch', device });
      expect(answer.device).toBe(device);
    }
    const sha256 = imported({ ...DEFAULTS, algorithm: 'SHA256' });
    expect(outcome(resynchronizeDevice(sha256, SECRET, [first, second], NOW))).toBe('code-mismatch');
  });

  it('by signing in', () => {
    expect(verifyCode(device, SECRET, far[0], NOW)).toEqual({ ok: false, reason: 'code-mismatch', device });
  });
});

describe('the twentieth wrong pair', () => {
  const wrong = shownPair(START_MS, 0, DEFAULTS, OTHER_SECRET);
  const right = shownPair(START_MS);

  it('ends the enrollment, also for right codes', () => {
    let device = pending();
    for (let n = 1; n < 20; n++) {
      const result = assign(wrong, device);
      expect(outcome(result)).toBe('code-mismatch');
      device = result.device as PendingDevice;
      expect(device.failures).toBe(n);
    }
    expect(assign(right, device).ok, 'the nineteenth does not').toBe(true);
    // A malformed code is no guess.
    expect(assign(['', ''], device).device).toBe(device);
    const last = assign(wrong, device);
    expect(last).toEqual({ ok: false, reason: 'enrollment-expired', device: { ...device, failures: 20 } });
    const ended = last.device as PendingDevice;
    for (const codes of [right, wrong, ['', ''] as const]) {
      expect(assign(codes, ended)).toEqual({ ok: false, reason: 'enrollment-expired', device: ended });
      expect(assign(codes, ended).device).toBe(ended);
    }
  });

  it('is the policy’s, also one that came later', () => {
    const policy = createPolicy({ pendingFailures: 1 });
    const first = assignDevice(pending(), SECRET, wrong, { ...NOW, policy });
    expect(outcome(first)).toBe('enrollment-expired');
    const [, half] = wrong;
    const device = assign([right[0], half]).device as PendingDevice;
    expect(outcome(assignDevice(device, SECRET, right, { ...NOW, policy }))).toBe('enrollment-expired');
    expect(outcome(assign(right, device))).toBe('ok');
  });

  it('counts ignored parameters too, or they would be a way to guess on', () => {
    const parameters = { ...DEFAULTS, digits: 8 as const };
    const device = { ...pending(parameters), failures: 19 };
    expect(outcome(assign(shownPair(START_MS, 0, DEFAULTS), device))).toBe('enrollment-expired');
  });
});
