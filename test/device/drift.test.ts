import fc from 'fast-check';
import { createPolicy } from 'lockstep-mfa';
import { driftSteps, verifyCode } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import type { UsedDevice } from '../../src/device/device.js';
import { farthestAhead, type OffsetRange, positionsOf, signInRanges } from '../../src/device/drift.js';
import { imported, SECRET, START_MS, shown } from './fixtures.js';

const DAY_MS = 86_400_000;

interface Scene {
  readonly offsets: readonly number[];
  readonly slackSteps: number | undefined;
  /** Since the last accepted code. */
  readonly unusedDays: number;
  readonly behind: number;
  readonly ahead: number;
}
const scenes = fc
  .record({
    offsets: fc.array(fc.integer({ min: -120, max: 120 }), { maxLength: 5 }),
    slack: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    unusedDays: fc.constantFrom(-1, 0, 30, 31),
    behind: fc.integer({ min: 0, max: 4 }),
    ahead: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ slack, ...rest }): Scene => ({ ...rest, slackSteps: rest.offsets.length > 0 ? slack : undefined }));

function rangesOf({ offsets, slackSteps, unusedDays, behind, ahead }: Scene): OffsetRange[] {
  const device: UsedDevice = { ...imported(), offsets, ...(slackSteps !== undefined && { slackSteps }) };
  return signInRanges(device, createPolicy({ window: { behind, ahead } }), device.lastUsedAtMs + unusedDays * DAY_MS);
}

/** The rule in words: an offset is accepted when it is within the window of something that it may be. */
function isAccepted(offset: number, { offsets, slackSteps, unusedDays, behind, ahead }: Scene): boolean {
  const near = (from: number, to: number = from, least = 0): boolean =>
    offset >= from - Math.max(least, behind) && offset <= to + Math.max(least, ahead);
  const [first] = offsets;
  if (near(0)) return true;
  if (first === undefined) return false;
  if (near(offsets.at(-1) as number) || near(Math.max(...offsets))) return true;
  if (slackSteps === undefined) return false;
  // A clock may have crept away since, and a device that nobody uses stays open to a guesser.
  const slack = offsets.length === 1 && unusedDays > 30 ? Math.min(2, slackSteps) : slackSteps;
  return near(first, first + slack, 2);
}

const ALL = Array.from({ length: 601 }, (_, i) => i - 300);
const covers = (ranges: readonly OffsetRange[], offset: number): boolean =>
  ranges.some(({ from, to }) => offset >= from && offset <= to);

describe('the ranges of a sign-in', () => {
  const agree = (scene: Scene, ranges: readonly OffsetRange[]): boolean =>
    ALL.every((offset) => covers(ranges, offset) === isAccepted(offset, scene)) &&
    positionsOf(ranges) === ALL.filter((offset) => isAccepted(offset, scene)).length;

  it('are the union of what the offsets may mean', () => {
    fc.assert(fc.property(scenes, (scene) => agree(scene, rangesOf(scene))));
  });

  it('are in order and apart, so that no counter is tried twice', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const ranges = rangesOf(scene);
        for (const [i, { from, to }] of ranges.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          if (i > 0) expect(from).toBeGreaterThan((ranges[i - 1] as OffsetRange).to + 1);
        }
      }),
    );
  });

  it('would be caught without one of the terms, or with one hull', () => {
    const without: Record<string, (scene: Scene) => OffsetRange[]> = {
      latest: (scene) => rangesOf({ ...scene, offsets: scene.offsets.slice(0, -1) }),
      slack: (scene) => rangesOf({ ...scene, slackSteps: undefined }),
      window: (scene) => rangesOf({ ...scene, ahead: 0 }),
      'the end of the slack': (scene) => rangesOf({ ...scene, unusedDays: 0 }),
      'slack that ends too early': (scene) => rangesOf({ ...scene, unusedDays: scene.unusedDays + 1 }),
      gaps: (scene) => {
        const ranges = rangesOf(scene);
        return [{ from: ranges[0]!.from, to: ranges.at(-1)!.to }];
      },
    };
    for (const [name, broken] of Object.entries(without)) {
      const property = fc.property(scenes, (scene) => agree(scene, broken(scene)));
      expect(fc.check(property, { endOnFailure: true, numRuns: 20_000 }).failed, name).toBe(true);
    }
  });

  it('end where a policy that was narrowed since ends: its range, what may be late, and two steps', () => {
    // 20 steps and 30, and two.
    const policy = createPolicy({ assignRangeSeconds: 600, resynchronizeRangeSeconds: 600 });
    const of = (offsets: readonly number[]) => signInRanges({ ...imported(), offsets }, policy, START_MS);
    expect(of([52])).toEqual([
      { from: -1, to: 1 },
      { from: 51, to: 52 },
    ]);
    expect(of([-70, 60, -70])).toEqual([{ from: -1, to: 1 }]);
    expect(of([-53, -53])).toEqual([
      { from: -52, to: -52 },
      { from: -1, to: 1 },
    ]);
  });

  it('shrink at the first millisecond after thirty days without a code', () => {
    const device = { ...imported(), offsets: [0], slackSteps: 30 };
    const atMs = device.lastUsedAtMs + 30 * DAY_MS;
    const to = (nowMs: number) => signInRanges(device, createPolicy(), nowMs).at(-1)?.to;
    expect([to(atMs), to(atMs + 1)]).toEqual([32, 4]);
    expect([atMs, atMs + 1].map((nowMs) => verifyCode(device, SECRET, shown(nowMs, 20), { nowMs }).ok)).toEqual([
      true,
      false,
    ]);
    // Not where a sign-in has told the clock: what is left of the slack is small already.
    const used = { ...device, offsets: [0, 0] };
    expect(signInRanges(used, createPolicy(), atMs + 1).at(-1)?.to).toBe(32);
  });

  it('of a device with more slack than any request may cost are cut', () => {
    const device = { ...imported(), offsets: [0], slackSteps: 172_800 };
    const policy = createPolicy({ resynchronizeRangeSeconds: 86_400 });
    expect(positionsOf(signInRanges(device, policy, device.lastUsedAtMs))).toBeLessThan(20_000);
  });
});

describe('farthestAhead', () => {
  it('is the last step ahead of the server’s clock at which a code is accepted, of the fastest device', () => {
    for (const ahead of [0, 1, 5]) {
      const policy = createPolicy({ window: { behind: 1, ahead } });
      const device = { ...imported(), offsets: [150, 150], slackSteps: 2 };
      const farthest = farthestAhead(device, policy);
      expect(farthest).toBe(150 + 2 + Math.max(2, ahead));
      const at = (steps: number) => verifyCode(device, SECRET, shown(START_MS, steps), { nowMs: START_MS, policy }).ok;
      expect([at(farthest), at(farthest + 1)]).toEqual([true, false]);
    }
  });
});

describe('driftSteps', () => {
  it('is the greatest offset that is remembered, 0 without any', () => {
    const steps = [[], [0], [-3], [5, 2], [-9, -2, -4]].map((offsets) => driftSteps({ ...imported(), offsets }));
    expect(steps).toEqual([0, 0, -3, 5, -2]);
  });
});
