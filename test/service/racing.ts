import fc from 'fast-check';
import type { MfaService, MfaStore } from 'lockstep-mfa';
import { vi } from 'vitest';
import type { World } from './world.js';

// Many requests at once, in every order that a network can make of them: each question to the store travels there and
// its answer back, and each pause after a lost race ends, when the scheduler says so.

/** Longer timers are none of these: the service has one for its deadline. */
const LONGEST_PAUSE_MS = 1000;

/** Ends the pauses after a lost race as `pause` says, by default at once. Returns what gives the clock its timers back. */
export function replacePauses(pause: (then: () => void) => void = queueMicrotask): () => void {
  const { setTimeout } = globalThis;
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((then: () => void, ms: number) => {
    return ms < LONGEST_PAUSE_MS ? pause(then) : setTimeout(then, ms);
  }) as never);
  return () => timers.mockRestore();
}

/** Makes of a store one that is further away. */
type Distance = (store: MfaStore) => MfaStore;

export interface Race {
  /** A server of its own for each racer. */
  server(): MfaService;
  /** Lets them run to the end. */
  run<T>(racers: readonly Promise<T>[]): Promise<T[]>;
}

/**
 * @param ready - what was there before the race
 * @param race - throws when the rule is broken
 * @param spoil - a store that breaks its contract, to see the rule broken
 */
export async function checkRace<Scene extends { readonly world: World }>(
  ready: () => Promise<Scene>,
  race: (scene: Scene, race: Race, racers: number) => Promise<void>,
  { spoil = (store) => store, racers = fc.integer({ min: 2, max: 8 }), numRuns = 100 }: RaceOptions = {},
): Promise<{ readonly ruleBroken: boolean; readonly report: string | undefined }> {
  const property = fc.asyncProperty(fc.scheduler(), racers, async (scheduler, count) => {
    const scene = await ready();
    const { world } = scene;
    const store = travelling(scheduler, spoil(world.store));
    const restore = replacePauses((then) => void scheduler.schedule(Promise.resolve(), 'pause').then(then));
    try {
      await race(
        scene,
        {
          server: () => world.server({ store }),
          run: (promises) => scheduler.waitFor(Promise.all(promises)),
        },
        count,
      );
    } finally {
      restore();
    }
  });
  const details = await fc.check(property, { numRuns, endOnFailure: true });
  const { failed, errorInstance } = details;
  const ruleBroken = errorInstance instanceof Error && errorInstance.name === 'AssertionError';
  return { ruleBroken, report: failed ? fc.defaultReportMessage(details) : '' };
}

export interface RaceOptions {
  readonly spoil?: Distance;
  readonly racers?: fc.Arbitrary<number>;
  readonly numRuns?: number;
}

function travelling(scheduler: fc.Scheduler, store: MfaStore): MfaStore {
  const travel = async <T>(label: string, call: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve(), `${label} asked`);
    const answer = await call();
    await scheduler.schedule(Promise.resolve(), `${label} answered`);
    return answer;
  };
  return {
    get: (userId) => travel('get', () => store.get(userId)),
    compareAndSet: (...args) => travel('compareAndSet', () => store.compareAndSet(...args)),
  };
}

/** Breaks the contract: the last writer wins. */
export const withoutCompare: Distance = (store) => ({
  get: (userId) => store.get(userId),
  async compareAndSet(userId, _expectedRevision, next) {
    return store.compareAndSet(userId, (await store.get(userId))?.revision, next);
  },
});
