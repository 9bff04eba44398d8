import fc from 'fast-check';
import { createPolicy, type OtpParameters } from 'lockstep-mfa';
import { type AssignedDevice, createDevice, driftSteps, resynchronizeDevice, verifyCode } from 'lockstep-mfa/device';
import { describe, expect, it, vi } from 'vitest';
import type * as hmacModule from '../../src/core/hmac/hmac.js';
import { offsetOfCode, positionsTried } from '../../src/device/verify.js';
import {
  assigned,
  counterAt,
  DEFAULTS,
  imported,
  OTHER_SECRET,
  outcome,
  SECRET,
  START_MS,
  STEP_MS,
  shown,
  shownPair,
} from './fixtures.js';

/** HMACs since the last reset. */
const work = vi.hoisted(() => ({ hmacs: 0 }));
vi.mock('../../src/core/hmac/hmac.js', async (original) => {
  const real = await original<typeof hmacModule>();
  const truncatedHmac: typeof real.truncatedHmac = (algorithm) => {
    const hmac = real.truncatedHmac(algorithm);
    return (midstates, counter) => {
      work.hmacs++;
      return hmac(midstates, counter);
    };
  };
  return { ...real, truncatedHmac };
});

const NOW = { nowMs: START_MS };
const T = counterAt(START_MS);

/** A device whose latest offset is that of `offsets`, and which was used long ago. */
function drifted(offsets: readonly number[], slackSteps?: number, parameters?: OtpParameters): AssignedDevice {
  return { ...imported(parameters), offsets, ...(slackSteps !== undefined && { slackSteps }) };
}

/** Which of the offsets from −40 to 40 a device signs in with. */
function accepted(device: AssignedDevice): number[] {
  const offsets = Array.from({ length: 81 }, (_, i) => i - 40);
  return offsets.filter((offset) => verifyCode(device, SECRET, shown(START_MS, offset), NOW).ok);
}

describe('verifyCode accepts', () => {
  it.each([
    ['the server’s own time', [], undefined, [-1, 0, 1]],
    ['a clock in step', [0], undefined, [-1, 0, 1]],
    ['a slow clock', [-7], undefined, [-8, -7, -6, -1, 0, 1]],
    ['a fast clock', [7], undefined, [-1, 0, 1, 6, 7, 8]],
    ['the latest and the greatest', [20, 9, 3, 12, -9], undefined, [-10, -9, -8, -1, 0, 1, 19, 20, 21]],
    ['all that the first may have meant', [-12], 6, [-14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -1, 0, 1]],
    ['the same after other codes', [10, 12], 3, [-1, 0, 1, 8, 9, 10, 11, 12, 13, 14, 15]],
    ['ranges that overlap', [-2, 1], 1, [-4, -3, -2, -1, 0, 1, 2]],
  ] as const)('%s', (_, offsets, slackSteps, expected) => {
    expect(accepted(drifted(offsets, slackSteps))).toEqual(expected);
  });

  it('with another window, that window round each', () => {
    const policy = createPolicy({ window: { behind: 2, ahead: 0 } });
    const device = drifted([10]);
    const ok = [-3, -2, -1, 0, 1, 7, 8, 9, 10, 11].filter(
      (offset) => verifyCode(device, SECRET, shown(START_MS, offset), { ...NOW, policy }).ok,
    );
    expect(ok).toEqual([-2, -1, 0, 8, 9, 10]);
  });
});

describe('verifyCode learns', () => {
  it('the offset, and gives the time and the floor', () => {
    const device = imported();
    const result = verifyCode(device, SECRET, shown(START_MS, -1), NOW);
    expect(result).toEqual({
      ok: true,
      device: { ...device, assumedFrom: undefined, lastUsedAtMs: START_MS, lastCounter: T - 1, offsets: [-1] },
    });
  });

  it('five offsets, and forgets the slack with the first', () => {
    let device = assigned(createDevice({ serialNumber: 'phone', nowMs: START_MS - STEP_MS }), START_MS);
    const seen: (readonly number[])[] = [];
    for (const [n, steps] of [1, 0, -1, 1, 0, 1].entries()) {
      const nowMs = START_MS + (n + 1) * 10 * STEP_MS;
      const result = verifyCode(device, SECRET, shown(nowMs, steps), { nowMs });
      if (!result.ok) return expect.unreachable();
      device = result.device;
      expect(device.slackSteps, `after ${n + 1} sign-ins`).toBe(n < 4 ? 1 : undefined);
      expect('slackSteps' in device).toBe(n < 4);
      seen.push(device.offsets);
    }
    expect(seen.slice(2)).toEqual([
      // The first sign-in tells the clock better than the two codes: the greater of the two stands in their place.
      [1, 1, 0, -1],
      [1, 1, 0, -1, 1],
      [1, 0, -1, 1, 0],
      [0, -1, 1, 0, 1],
    ]);
    expect(driftSteps(device)).toBe(1);
  });

  it('from the first sign-in after two codes: the greater offset takes their place, and of the slack two steps stay', () => {
    for (const [pair, slack, first, offsets, slackSteps] of [
      [5, 30, 25, [25, 25], 2],
      [5, 30, 4, [5, 4], 2],
      [-20, 2, -18, [-18, -18], 2],
      [0, 1, 1, [1, 1], 1],
      [0, 0, 0, [0, 0], 0],
    ] as const) {
      const device = drifted([pair], slack);
      const one = verifyCode(device, SECRET, shown(START_MS, first), NOW);
      expect(one).toMatchObject({ ok: true, device: { offsets, slackSteps } });
      // From the second on the list grows, and the slack stays as it is.
      const nowMs = START_MS + 10 * STEP_MS;
      const two = verifyCode(one.device, SECRET, shown(nowMs, first), { nowMs });
      expect(two).toMatchObject({ ok: true, device: { offsets: [...offsets, first], slackSteps } });
    }
  });

  it('never more than the limit, an hour and fifteen minutes, though a device there is read one step beyond it', () => {
    for (const [limit, beyond] of [
      [150, 151],
      [-150, -151],
    ] as const) {
      const result = verifyCode(drifted([limit]), SECRET, shown(START_MS, beyond), NOW);
      expect(result).toMatchObject({ ok: true, device: { offsets: [limit, limit], lastCounter: T + beyond } });
      expect(outcome(verifyCode(drifted([limit]), SECRET, shown(START_MS, 2 * beyond - limit), NOW))).toBe(
        'code-mismatch',
      );
    }
    // Of a period that is longer than the range one step is learned: two codes may have been typed late.
    const parameters = { ...DEFAULTS, periodSeconds: 7200 };
    const wide = { ...NOW, policy: createPolicy({ window: { behind: 2, ahead: 0 } }) };
    const learned = [0, -1, -2].map((steps) => {
      return verifyCode(imported(parameters), SECRET, shown(START_MS, steps, parameters), wide).device;
    });
    expect(learned).toMatchObject([{ offsets: [0] }, { offsets: [-1] }, { offsets: [-1] }]);
  });

  it('nothing from a refusal', () => {
    const device = drifted([3], 2);
    for (const typed of ['', 'typo', '1234567', null, shown(START_MS, 0, DEFAULTS, OTHER_SECRET), shown(START_MS, 9)]) {
      expect(verifyCode(device, SECRET, typed, NOW).device).toBe(device);
    }
  });

  it('a narrower policy puts a drifted device out of reach, and two codes do not bring it back', () => {
    const device = drifted([110, 100]);
    const narrow = { ...NOW, policy: createPolicy({ assignRangeSeconds: 600, resynchronizeRangeSeconds: 1800 }) };
    const code = shown(START_MS, 100);
    expect(outcome(verifyCode(device, SECRET, code, NOW))).toBe('ok');
    expect(outcome(verifyCode(device, SECRET, code, narrow))).toBe('code-mismatch');
    expect(outcome(resynchronizeDevice(device, SECRET, shownPair(START_MS, 100), narrow))).toBe('code-mismatch');
    expect(outcome(verifyCode(device, SECRET, shown(START_MS), narrow))).toBe('ok');
  });
});

describe('resynchronizeDevice', () => {
  it('begins the offsets anew', () => {
    const device = drifted([1, 2, 3, 4, 5]);
    const result = resynchronizeDevice(device, SECRET, shownPair(START_MS, -90), NOW);
    const learned = { lastUsedAtMs: START_MS, lastCounter: T - 90, offsets: [-90], slackSteps: 30 };
    expect(result).toEqual({ ok: true, device: { ...device, assumedFrom: undefined, ...learned } });
  });

  it('gives fifteen minutes of slack, in steps, and at most sixty', () => {
    const slackOf = (periodSeconds: number) => {
      const parameters = { ...DEFAULTS, periodSeconds };
      return resynchronizeDevice(imported(parameters), SECRET, shownPair(START_MS, 0, parameters), NOW).device;
    };
    const slack = [1, 14, 15, 16, 30, 60, 899, 900, 901, 86_400].map(slackOf);
    expect(slack).toMatchObject([60, 60, 60, 57, 30, 15, 2, 1, 1, 1].map((slackSteps) => ({ slackSteps })));
  });

  it('has a range of an hour each way, in seconds, and behind it of fifteen minutes for a late hand', () => {
    for (const [parameters, steps, late] of [
      [DEFAULTS, 120, 30],
      [{ ...DEFAULTS, periodSeconds: 60 }, 60, 15],
    ] as const) {
      const device = imported(parameters);
      const at = (offset: number) =>
        outcome(resynchronizeDevice(device, SECRET, shownPair(START_MS, offset, parameters), NOW));
      expect([at(-steps - late - 1), at(-steps - late), at(steps), at(steps + 1)]).toEqual([
        'code-mismatch',
        'ok',
        'ok',
        'code-mismatch',
      ]);
    }
  });

  it('names the malformed field', () => {
    const device = imported();
    const [first, second] = shownPair(START_MS);
    for (const typed of ['', '12345', null, 7]) {
      const one = resynchronizeDevice(device, SECRET, [typed, second], NOW);
      expect(one).toEqual({ ok: false, reason: 'malformed-code', field: 'first', device });
      const other = resynchronizeDevice(device, SECRET, [first, typed], NOW);
      expect(other).toEqual({ ok: false, reason: 'malformed-code', field: 'second', device });
      expect(other.device).toBe(device);
    }
  });

  it('spends both codes, and wants two unused ones', () => {
    const device: AssignedDevice = { ...imported(), lastCounter: T + 10 };
    const answers = [9, 10, 11, 12].map((steps) =>
      outcome(resynchronizeDevice(device, SECRET, shownPair(START_MS, steps), NOW)),
    );
    expect(answers).toEqual(['code-reused', 'code-reused', 'code-reused', 'ok']);
    const used = resynchronizeDevice(device, SECRET, shownPair(START_MS, 11), NOW);
    expect(used.device).toBe(device);
    const fresh = resynchronizeDevice(device, SECRET, shownPair(START_MS, 12), NOW);
    for (const steps of [11, 12]) {
      expect(outcome(verifyCode(fresh.device, SECRET, shown(START_MS, steps), NOW))).toBe('code-reused');
    }
  });
});

describe('code-reused', () => {
  interface Scene {
    readonly fastSteps: number;
    readonly phaseMs: number;
    readonly parameters: OtpParameters;
  }
  const scenes = fc.record<Scene>({
    fastSteps: fc.integer({ min: 1, max: 10 }),
    phaseMs: fc.integer({ min: 0, max: 59_999 }),
    parameters: fc.constantFrom(DEFAULTS, { ...DEFAULTS, periodSeconds: 60 }),
  });
  /** A phone that ran fast signs in, is set right, and shows codes that are spent. */
  function setRight({ fastSteps, phaseMs, parameters }: Scene) {
    const nowMs = START_MS + phaseMs;
    const pending = createDevice({ serialNumber: 'phone', nowMs: START_MS, parameters });
    const device = assigned(pending, nowMs, fastSteps);
    return { device, nowMs, refused: verifyCode(device, SECRET, shown(nowMs, 0, parameters), { nowMs }) };
  }
  const tells = (scene: Scene, early = 0): boolean => {
    const { device, refused } = setRight(scene);
    if (refused.ok || refused.reason !== 'code-reused' || refused.usableAtMs === undefined) return false;
    const at = (nowMs: number) => verifyCode(device, SECRET, shown(nowMs, 0, scene.parameters), { nowMs }).ok;
    const usableAtMs = refused.usableAtMs - early;
    return refused.device === device && !at(usableAtMs - 1) && at(usableAtMs);
  };

  it('says from which millisecond on the device’s codes count again', () => {
    fc.assert(fc.property(scenes, (scene) => tells(scene)));
  });

  it('would be caught if it were a millisecond early, or late', () => {
    for (const early of [1, -1]) {
      expect(fc.check(fc.property(scenes, (scene) => tells(scene, early))).failed).toBe(true);
    }
  });

  it('of a code just used means the next period', () => {
    const { device } = setRight({ fastSteps: 1, phaseMs: 12_345, parameters: DEFAULTS });
    const nowMs = START_MS + 12_345;
    const again = verifyCode(device, SECRET, shown(nowMs, 1), { nowMs });
    expect(again).toMatchObject({ reason: 'code-reused', usableAtMs: START_MS + STEP_MS });
  });
});

describe('fixed work', () => {
  const hmacsOf = (call: () => unknown): number => {
    work.hmacs = 0;
    call();
    return work.hmacs;
  };

  it('a sign-in computes every counter of its ranges, whatever was typed', () => {
    for (const device of [drifted([]), drifted([7]), drifted([-12], 6), drifted([20, 9, 3, 12, -9])]) {
      const positions = accepted(device).length;
      expect(positionsTried(device, NOW)).toBe(positions);
      for (const steps of [-30, -1, 0, 1, 9, 30]) {
        for (const lastCounter of [device.lastCounter, T + 40]) {
          const code = shown(START_MS, steps);
          const used = { ...device, lastCounter };
          expect(hmacsOf(() => verifyCode(used, SECRET, code, NOW))).toBe(positions);
        }
      }
    }
  });

  it('resynchronizing computes one more than its ranges, whatever was typed', () => {
    const device = imported();
    const [first, second] = shownPair(START_MS);
    for (const codes of [
      shownPair(START_MS, -150),
      shownPair(START_MS, 120),
      shownPair(START_MS, 500),
      [first, first],
      [second, first],
    ] as const) {
      expect(hmacsOf(() => resynchronizeDevice(device, SECRET, codes, NOW))).toBe(272);
    }
  });
});

describe('the offset of a code that did not match, for the history', () => {
  it('is how far off it is, within the limit of what is learned', () => {
    const device = imported();
    const at = (steps: number) => offsetOfCode(device, SECRET, shown(START_MS, steps), NOW);
    expect([-150, -45, -1, 0, 45, 150].map(at)).toEqual([-150, -45, -1, 0, 45, 150]);
    expect([-151, 151].map(at)).toEqual([undefined, undefined]);
  });

  it('is nothing of a used, a malformed or a foreign code', () => {
    const used: AssignedDevice = { ...imported(), lastCounter: T };
    expect(offsetOfCode(used, SECRET, shown(START_MS, 0), NOW)).toBeUndefined();
    expect(offsetOfCode(used, SECRET, shown(START_MS, 1), NOW)).toBe(1);
    expect(offsetOfCode(used, SECRET, '12345', NOW)).toBeUndefined();
    expect(offsetOfCode(used, SECRET, shown(START_MS, 3, DEFAULTS, OTHER_SECRET), NOW)).toBeUndefined();
  });
});
