import { createPolicy, type OtpParameters, parseSecret, type Secret } from 'lockstep-mfa';
import {
  assignDevice,
  createDevice,
  type Device,
  driftSteps,
  importDevice,
  parseDevice,
  resynchronizeDevice,
  showDevice,
  type VerifyCodeResult,
  verifyCode,
} from 'lockstep-mfa/device';
import { describe, expect } from 'vitest';
import { caseOf, itCase } from '../support/cases.js';
import { thrown } from '../support/thrown.js';
import { assigned, counterAt, DEFAULTS, outcome, shown, shownPair, stored } from './fixtures.js';

// What went wrong elsewhere, at the layer of one device. The cases tell times in seconds.

interface Login {
  readonly login: string;
  readonly time: number;
}
interface Resynchronization {
  readonly resync: readonly [string, string];
  readonly time: number;
}
interface Confirmation {
  readonly confirm: readonly [string, string];
  readonly time: number;
}
type Step = Login | Resynchronization | Confirmation;
interface Sequence {
  readonly secret: string;
  readonly steps: readonly Step[];
}

/** Reasons of the cases, as this library calls them. */
const WORDS: Readonly<Record<string, string>> = {
  ok: 'ok',
  enrolled: 'ok',
  invalid: 'code-mismatch',
  replayed: 'code-reused',
};
const words = (results: readonly string[]): (string | undefined)[] => results.map((result) => WORDS[result]);

/** Each answer in turn; the device goes through the store between two of them. */
function play(first: Device, secret: Secret, steps: readonly Step[]): { outcomes: string[]; device: Device } {
  const outcomes: string[] = [];
  let device = first;
  for (const step of steps) {
    const options = { nowMs: step.time * 1000 };
    const result =
      'login' in step
        ? verifyCode(device, secret, step.login, options)
        : 'resync' in step
          ? resynchronizeDevice(device, secret, step.resync, options)
          : assignDevice(device, secret, step.confirm, options);
    outcomes.push(outcome(result));
    device = parseDevice(stored(result.device));
  }
  return { outcomes, device };
}

/** Assigned by another system, an hour before. */
function importedBefore(seconds: number, parameters?: Partial<OtpParameters>) {
  return importDevice({ serialNumber: 'phone', nowMs: (seconds - 3600) * 1000, ...(parameters && { parameters }) });
}
function pendingBefore(seconds: number, parameters: Partial<OtpParameters> = {}) {
  return createDevice({ serialNumber: 'phone', nowMs: (seconds - 60) * 1000, parameters });
}
function lastCounter(device: Device): number | undefined {
  return device.status === 'pending' ? undefined : device.lastCounter;
}
function drift(device: Device): number {
  if (device.status === 'pending') throw new Error('pending');
  return driftSteps(device);
}

interface Verification {
  readonly secret: string;
  readonly time: number;
  readonly codes: readonly unknown[];
}
function verifyEach({ secret: text, time, codes }: Verification): VerifyCodeResult[] {
  const device = importedBefore(time);
  const secret = parseSecret(text);
  return codes.map((code) => verifyCode(device, secret, code, { nowMs: time * 1000 }));
}

describe('c: typed codes', () => {
  for (const id of ['c02', 'c06', 'c07', 'c08']) {
    itCase<Verification, unknown>(id, 'a text that is no code of six digits is malformed', (input) => {
      const results = verifyEach(input);
      expect(results.map(outcome)).toEqual(results.map(() => 'malformed-code'));
    });
  }

  itCase<{ secret: string; time: number; code: number; config: object }, unknown>(
    'c03',
    'a number is no code, and parameters of the wrong type are refused',
    (input) => {
      const device = importedBefore(input.time);
      const secret = parseSecret(input.secret);
      expect(outcome(verifyCode(device, secret, input.code, { nowMs: input.time * 1000 }))).toBe('malformed-code');
      const { digits, period: periodSeconds } = input.config as { digits: unknown; period: unknown };
      for (const wrong of [{ digits }, { periodSeconds }]) {
        const parameters = wrong as Partial<OtpParameters>;
        expect(thrown(() => importedBefore(input.time, parameters)).code).toBe('invalid-argument');
        const record = { ...device, parameters: { ...DEFAULTS, ...parameters } };
        expect(thrown(() => parseDevice(record)).code).toBe('corrupt-record');
        expect(thrown(() => verifyCode(record, secret, '028523', { nowMs: input.time * 1000 })).code).toBe(
          'corrupt-record',
        );
      }
    },
  );

  itCase<Verification, unknown>('c04', 'separators and invisible characters in a code are skipped', (input) => {
    const results = verifyEach(input);
    expect(results.map(outcome)).toEqual(results.map(() => 'ok'));
  });
});

describe('d: time', () => {
  itCase<{ secret: string; timeSecondsGiven: number }, { rightCodeForSeconds: string; wrongCode: string }>(
    'd01',
    'seconds in place of milliseconds are refused',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const nowMs = input.timeSecondsGiven;
      const device = importedBefore(nowMs / 1000);
      expect(outcome(verifyCode(device, secret, expected.rightCodeForSeconds, { nowMs }))).toBe('ok');
      for (const wrongMs of [nowMs / 1000, nowMs * 1000]) {
        const { code, message } = thrown(() => verifyCode(device, secret, expected.wrongCode, { nowMs: wrongMs }));
        expect(code).toBe('invalid-argument');
        expect(message).toMatch(/nowMs .* looks like (micro)?seconds/);
      }
    },
  );

  itCase<
    { secret: string; serverTime: number; codesAtOffset: Record<string, string> },
    { valid: Record<string, boolean> }
  >('d06', 'the default window accepts the codes of one period each way, and no other', (input, expected) => {
    const secret = parseSecret(input.secret);
    const device = importedBefore(input.serverTime);
    for (const [offset, code] of Object.entries(input.codesAtOffset)) {
      const { ok } = verifyCode(device, secret, code, { nowMs: input.serverTime * 1000 });
      expect(ok, offset).toBe(expected.valid[offset]);
    }
  });

  itCase<{ secret: string; serverTime: number; code: string }, { valid: boolean }>(
    'd08',
    'a window of nothing ahead refuses the next code, and accepts the last',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.serverTime);
      const options = {
        nowMs: input.serverTime * 1000,
        policy: createPolicy({ window: { behind: 1, ahead: 0 } }),
      };
      expect(verifyCode(device, secret, input.code, options).ok).toBe(expected.valid);
      expect(verifyCode(device, secret, shown(options.nowMs, -1, DEFAULTS, secret), options).ok).toBe(true);
    },
  );

  itCase('d06', 'a window that makes guessing easy is refused', () => {
    expect(thrown(() => createPolicy({ window: { behind: 5, ahead: 5 } })).code).toBe('risky-policy');
  });

  itCase<{ secret: string; code: string; readAt: number; serverTimes: number[] }, { defaultPast1: boolean[] }>(
    'd07',
    'the default window absorbs one period of typing',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.readAt);
      const valid = input.serverTimes.map((time) => verifyCode(device, secret, input.code, { nowMs: time * 1000 }).ok);
      expect(valid).toEqual(expected.defaultPast1);
    },
  );

  itCase<
    { enrolled: { period: number; algorithm: 'SHA256'; digits: 8 }; time: number; code: string },
    { valid: boolean; codeUnderDefaults: string }
  >('d10', 'parameters stand in the device, and nowhere else', (input, expected) => {
    const { period: periodSeconds, ...rest } = input.enrolled;
    // The case names no secret of its own: it is that of the whole group.
    const secret = parseSecret(caseOf<{ secret: string }, unknown>('d12').input.secret);
    const device = parseDevice(stored(importedBefore(input.time, { ...rest, periodSeconds })));
    const nowMs = input.time * 1000;
    expect(verifyCode(device, secret, input.code, { nowMs }).ok).toBe(expected.valid);
    expect(verifyCode(device, secret, expected.codeUnderDefaults, { nowMs }).ok).toBe(false);
  });

  itCase<{ secret: string; calls: { time: number; code: string }[] }, { valid: boolean[] }>(
    'd12',
    'a server clock set back makes no used code valid again',
    (input, expected) => {
      const steps = input.calls.map(({ time, code }) => ({ login: code, time }));
      // Imported long before, so that the floor in between is that of the first code.
      const device = importDevice({ serialNumber: 'phone', nowMs: 1_699_900_000_000 });
      const { outcomes } = play(device, parseSecret(input.secret), steps);
      expect(outcomes.map((result) => result === 'ok')).toEqual(expected.valid);
      expect(outcomes).toEqual(['ok', 'code-reused', 'code-reused']);
    },
  );
});

interface ConfirmTwo {
  readonly secret: string;
  readonly time: number;
  readonly code1: string;
  readonly code2: string;
}
function confirmTwo({ secret, time, code1, code2 }: ConfirmTwo) {
  return assignDevice(pendingBefore(time), parseSecret(secret), [code1, code2], { nowMs: time * 1000 });
}

describe('e: two codes, and keeping step', () => {
  itCase<ConfirmTwo, unknown>('e01', 'the same code twice is codes-identical', (input) => {
    expect(confirmTwo(input)).toMatchObject({ ok: false, reason: 'codes-identical' });
  });

  itCase<ConfirmTwo, { steps: number[] }>(
    'e02',
    'neighbouring counters that truly show the same digits assign',
    (input, { steps }) => {
      expect(confirmTwo(input)).toMatchObject({ ok: true, device: { lastCounter: steps[1] } });
    },
  );

  itCase<ConfirmTwo, unknown>('e03', 'the newer code first is codes-reversed', (input) => {
    expect(confirmTwo(input)).toMatchObject({ ok: false, reason: 'codes-reversed' });
  });

  itCase<ConfirmTwo, unknown>(
    'e05',
    'codes typed too late never make a device that is assigned and out of step',
    (input) => {
      const result = confirmTwo(input);
      expect(result).toMatchObject({ ok: false, reason: 'clock-off', offsetMs: -39 * 30_000 });
      expect(result.device.status).toBe('pending');
    },
  );

  itCase<ConfirmTwo, unknown>(
    'e05',
    'codes typed late assign in a wider range, and the next code signs in',
    (input) => {
      const { time, code1, code2 } = input;
      const secret = parseSecret(input.secret);
      const policy = createPolicy({ assignRangeSeconds: 1800 });
      const pending = pendingBefore(time);
      const result = assignDevice(pending, secret, [code1, code2], { nowMs: time * 1000, policy });
      expect(result.ok).toBe(true);
      const nowMs = (time + 30) * 1000;
      const next = shown(nowMs, -39, DEFAULTS, secret);
      expect(outcome(verifyCode(result.device, secret, next, { nowMs, policy }))).toBe('ok');
    },
  );

  itCase<Sequence, { results: string[]; lastStepAfterConfirm: number }>(
    'e06',
    'the codes that assigned are spent',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const pending = pendingBefore(input.steps[0]!.time);
      expect(play(pending, secret, input.steps).outcomes).toEqual(words(expected.results));
      expect(lastCounter(play(pending, secret, input.steps.slice(0, 1)).device)).toBe(expected.lastStepAfterConfirm);
    },
  );

  itCase('e07', 'a wrong code or a reload keeps the same pending device', () => {
    const secret = parseSecret(caseOf<Sequence, unknown>('e06').input.secret);
    const [right] = caseOf<Sequence, unknown>('e06').input.steps as [Confirmation];
    const pending = pendingBefore(right.time);
    const names = { issuer: 'Acme', account: 'alice@example.com' };
    const before = showDevice(pending, secret, names);
    const wrong = assignDevice(pending, secret, ['000000', '000001'], { nowMs: right.time * 1000 });
    expect(outcome(wrong)).toBe('code-mismatch');
    const reloaded = parseDevice(stored(wrong.device));
    if (reloaded.status !== 'pending') return expect.unreachable();
    expect(showDevice(reloaded, secret, names)).toEqual(before);
    expect(play(reloaded, secret, [right]).outcomes).toEqual(['ok']);
  });

  itCase('e10', 'codes of the old entry do not assign the new device', () => {
    const [old, fresh] = ['e06', 'e15'].map((id) => parseSecret(caseOf<Sequence, unknown>(id).input.secret)) as [
      Secret,
      Secret,
    ];
    const nowMs = 1_700_000_030_000;
    const pending = createDevice({ serialNumber: 'new phone', nowMs });
    expect(outcome(assignDevice(pending, fresh, shownPair(nowMs, 0, DEFAULTS, old), { nowMs }))).toBe('code-mismatch');
  });

  itCase('e12', 'two codes sent twice assign once', () => {
    const { input } = caseOf<Sequence, unknown>('e06');
    const [once] = input.steps as [Confirmation];
    const played = play(pendingBefore(once.time), parseSecret(input.secret), [once, once]);
    expect(played.outcomes).toEqual(['ok', 'already-assigned']);
  });

  itCase<Sequence, { results: string[]; driftSteps: number; lastStepAfterResync: number }>(
    'e15',
    'a phone eleven minutes fast is cured by two codes',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.steps[0]!.time);
      const { outcomes, device: last } = play(device, secret, input.steps);
      expect(outcomes).toEqual(words(expected.results));
      expect(drift(last)).toBe(expected.driftSteps);
      expect(lastCounter(play(device, secret, input.steps.slice(0, 2)).device)).toBe(expected.lastStepAfterResync);
    },
  );

  itCase<Sequence, { results: string[]; driftSteps: number }>(
    'e16',
    'a used code sent again and again moves nothing',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.steps[0]!.time);
      const { outcomes, device: last } = play(device, secret, input.steps);
      expect(outcomes).toEqual(words(expected.results));
      expect(drift(last)).toBe(expected.driftSteps);
      const code = (input.steps[0] as Login).login;
      const pair = resynchronizeDevice(last, secret, [code, code], { nowMs: input.steps[2]!.time * 1000 });
      expect(pair).toMatchObject({ ok: false, device: last });
    },
  );

  itCase<
    { secret: string; time: number; range: number; codes2: [string, string] },
    { codes2: { lastStep: number; driftSteps: number }; falseMatchAt: number }
  >(
    'e18',
    'a code that occurs twice in the range does not mislead, for its partner has to stand beside it',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const nowMs = input.time * 1000;
      const policy = createPolicy({ resynchronizeRangeSeconds: input.range * 30 });
      expect(shown(nowMs, expected.falseMatchAt - counterAt(nowMs), DEFAULTS, secret)).toBe(input.codes2[0]);
      const result = resynchronizeDevice(importedBefore(input.time), secret, input.codes2, { nowMs, policy });
      expect(result).toMatchObject({ ok: true, device: { lastCounter: expected.codes2.lastStep } });
      expect(drift(result.device)).toBe(expected.codes2.driftSteps);
    },
  );

  itCase<
    { secret: string; time: number; loginWindow: number; resyncRange: number; codes: [string, string] },
    { ok: boolean; driftSteps: number }
  >('e19', 'the range of resynchronizing is not the window of signing in', (input, expected) => {
    const secret = parseSecret(input.secret);
    const nowMs = input.time * 1000;
    const { loginWindow, resyncRange } = input;
    const device = importedBefore(input.time);
    const policyOf = (steps: number) =>
      createPolicy({
        window: { behind: loginWindow, ahead: loginWindow },
        assignRangeSeconds: 30,
        resynchronizeRangeSeconds: steps * 30,
      });
    const result = resynchronizeDevice(device, secret, input.codes, { nowMs, policy: policyOf(resyncRange) });
    expect(result.ok).toBe(expected.ok);
    expect(drift(result.device)).toBe(expected.driftSteps);
    for (const [steps, reason] of [
      [expected.driftSteps, 'ok'],
      [expected.driftSteps - 1, 'code-mismatch'],
    ] as const) {
      expect(outcome(resynchronizeDevice(device, secret, input.codes, { nowMs, policy: policyOf(steps) }))).toBe(
        reason,
      );
    }
  });

  itCase<Sequence & { drift: number }, { results: string[] }>(
    'e20',
    'drift is learned, a step at a time',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.steps[0]!.time);
      expect(drift(device)).toBe(input.drift);
      const { outcomes, device: last } = play(device, secret, input.steps);
      expect(outcomes).toEqual(expected.results.map(() => 'ok'));
      expect(last).toMatchObject({ offsets: [-1, -2] });
      // Without the first the second is out of reach: it was learned.
      expect(play(device, secret, input.steps.slice(1)).outcomes).toEqual(['code-mismatch']);
    },
  );

  itCase('e22', 'a pending device signs nobody in', () => {
    const { input } = caseOf<Sequence, unknown>('e06');
    const [{ time, confirm }] = input.steps as [Confirmation];
    const result = verifyCode(pendingBefore(time), parseSecret(input.secret), confirm[1], { nowMs: time * 1000 });
    expect(outcome(result)).toBe('not-assigned');
  });

  itCase<Sequence, { results: string[]; driftSteps: number[] }>(
    'e23',
    'drift is counted in whole steps, wherever in its period a code was typed',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const { outcomes, device } = play(importedBefore(input.steps[0]!.time), secret, input.steps);
      expect(outcomes).toEqual(words(expected.results));
      expect(device).toMatchObject({ offsets: expected.driftSteps });
    },
  );
});

describe('f: replay', () => {
  itCase<Sequence, { results: string[] }>('f01', 'a code counts once', (input, expected) => {
    const { outcomes } = play(importedBefore(input.steps[0]!.time), parseSecret(input.secret), input.steps);
    expect(outcomes).toEqual(words(expected.results));
  });

  itCase('f05', 'a code used at one device is not used at another', () => {
    const { input } = caseOf<Sequence, unknown>('f01');
    const secret = parseSecret(input.secret);
    for (const serialNumber of ['of one user', 'of another user']) {
      const device = { ...importedBefore(input.steps[0]!.time), serialNumber };
      expect(play(device, secret, input.steps.slice(0, 1)).outcomes).toEqual(['ok']);
    }
  });

  itCase<Sequence, { results: string[]; lastSteps: number[] }>(
    'f06',
    'a later counter with the same digits is another code',
    (input, expected) => {
      const secret = parseSecret(input.secret);
      const device = importedBefore(input.steps[0]!.time);
      expect(play(device, secret, input.steps).outcomes).toEqual(words(expected.results));
      const floors = input.steps.map((_, i) => lastCounter(play(device, secret, input.steps.slice(0, i + 1)).device));
      expect(floors).toEqual(expected.lastSteps);
    },
  );
});

describe('g: showing the secret', () => {
  itCase<unknown, { manualKey: string }>(
    'g08',
    'key URI and setup key come from one call and one secret',
    (_, expected) => {
      const device = pendingBefore(1_700_000_000);
      const names = { issuer: 'Acme', account: 'alice@example.com' };
      const { keyUri, setupKey } = showDevice(device, parseSecret(expected.manualKey), names);
      expect(setupKey).toBe(expected.manualKey);
      expect(keyUri).toContain(`secret=${expected.manualKey.replaceAll(' ', '')}&`);
    },
  );
});

interface Ignoring {
  readonly secret: string;
  readonly time: number;
  readonly code: string;
  readonly config: { readonly period?: number; readonly digits?: 8 };
}

describe('j: apps that ignore a parameter', () => {
  for (const [id, ignored] of [
    ['j02', 'periodSeconds'],
    ['j03', 'digits'],
  ] as const) {
    itCase<Ignoring, { rightCode: string }>(
      id,
      `codes of an app that ignores ${ignored} are parameters-ignored`,
      (input, expected) => {
        const { period: periodSeconds, ...rest } = input.config;
        const parameters = { ...DEFAULTS, ...rest, ...(periodSeconds && { periodSeconds }) };
        const secret = parseSecret(input.secret);
        const nowMs = input.time * 1000;
        const appParameters = { ...parameters, [ignored]: DEFAULTS[ignored] };
        const codes = shownPair(nowMs, 0, appParameters, secret);
        expect(codes[1]).toBe(input.code);
        const pending = pendingBefore(input.time, parameters);
        const result = assignDevice(pending, secret, codes, { nowMs });
        expect(result).toMatchObject({
          ok: false,
          reason: 'parameters-ignored',
          ignored: [ignored],
          device: { status: 'pending' },
        });
        // An app that knows the parameter shows the right code.
        expect(shown(nowMs, 0, parameters, secret)).toBe(expected.rightCode);
        const device = assigned(pending, nowMs, 0, secret);
        expect(verifyCode(device, secret, input.code, { nowMs }).ok).toBe(false);
      },
    );
  }
});
