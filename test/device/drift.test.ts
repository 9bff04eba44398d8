import fc from 'fast-check';
import { createPolicy } from 'lockstep-mfa';
import { driftSteps } from 'lockstep-mfa/device';
import { describe, expect, it } from 'vitest';
import type { UsedDevice } from '../../src/device/device.js';
import { type OffsetRange, positionsOf, signInRanges } from '../../src/device/drift.js';
import { imported } from './fixtures.js';

interface Scene {
  readonly offsets: readonly number[];
  readonly slackSteps: number | undefined;
  readonly behind: number;
  readonly ahead: number;
}
const scenes = fc
  .record({
    offsets: fc.array(fc.integer({ min: -120, max: 120 }), { maxLength: 5 }),
    slack: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    behind: fc.integer({ min: 0, max: 4 }),
    ahead: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ slack, ...rest }): Scene => ({ ...rest, slackSteps: rest.offsets.length > 0 ? slack : undefined }));

function rangesOf({ offsets, slackSteps, behind, ahead }: Scene): OffsetRange[] {
  const device: UsedDevice = { ...imported(), offsets, ...(slackSteps !== undefined && { slackSteps }) };
  return signInRanges(device, createPolicy({ window: { behind, ahead } }));
}

/** The rule in words: an offset is accepted when it is within the window of something that it may be. */
function isAccepted(offset: number, { offsets, slackSteps, behind, ahead }: Scene): boolean {
  const near = (from: number, to: number = from, least = 0): boolean =>
    offset >= from - Math.max(least, behind) && offset <= to + Math.max(least, ahead);
  const [first] = offsets;
  if (near(0)) return true;
  if (first === undefined) return false;
  if (near(offsets.at(-1) as number) || near(Math.max(...offsets))) return true;
  return slackSteps !== undefined && near(first, first + slackSteps, 1);
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
      gaps: (scene) => {
        const ranges = rangesOf(scene);
        return [{ from: ranges[0]!.from, to: ranges.at(-1)!.to }];
      },
    };
    for (const [name, broken] of Object.entries(without)) {
      const property = fc.property(scenes, (scene) => agree(scene, broken(scene)));
      expect(fc.check(property, { endOnFailure: true }).failed, name).toBe(true);
    }
  });

  it('end where a policy that was narrowed since ends', () => {
    const policy = createPolicy({ assignRangeSeconds: 600, resynchronizeRangeSeconds: 600 }); // 20 steps
    const of = (offsets: readonly number[]) => signInRanges({ ...imported(), offsets }, policy);
    expect(of([21])).toEqual([
      { from: -1, to: 1 },
      { from: 20, to: 21 },
    ]);
    expect(of([-40, 30, -40])).toEqual([{ from: -1, to: 1 }]);
    expect(of([-22, -22])).toEqual([
      { from: -21, to: -21 },
      { from: -1, to: 1 },
    ]);
  });
});

describe('driftSteps', () => {
  it('is the greatest offset that is remembered, 0 without any', () => {
    const steps = [[], [0], [-3], [5, 2], [-9, -2, -4]].map((offsets) => driftSteps({ ...imported(), offsets }));
    expect(steps).toEqual([0, 0, -3, 5, -2]);
  });
});
