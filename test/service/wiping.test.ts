import type { Secret } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it, vi } from 'vitest';
import { formatSecret } from '../../src/core/secret.js';
import { thrown } from '../support/thrown.js';
import { ACTION_NAMES, scene } from './actions.js';
import { FaultyStore } from './faults.js';
import { replacePauses } from './racing.js';

// What the service opens it wipes, whatever became of the request.

const opened = vi.hoisted((): Secret[] => []);

vi.mock('../../src/core/secret.js', async (original) => {
  const secrets = await original<typeof import('../../src/core/secret.js')>();
  const parseSecret: typeof secrets.parseSecret = (text) => {
    const secret = secrets.parseSecret(text);
    opened.push(secret);
    return secret;
  };
  return { ...secrets, parseSecret };
});

function expectWiped(secrets: readonly Secret[]): void {
  for (const secret of secrets) expect(thrown(() => formatSecret(secret)).code).toBe('wiped-secret');
}

/** Of the service alone: the scene reads secrets, too. */
async function openedBy(call: () => Promise<unknown>): Promise<readonly Secret[]> {
  opened.length = 0;
  await call().catch(() => {});
  return opened.splice(0);
}

describe('secrets that were opened', () => {
  it.each(ACTION_NAMES)('are wiped after %s', async (name) => {
    const { world, actions } = await scene(name);
    const secrets = await openedBy(() => actions[name]!.act(world.mfa));
    expectWiped(secrets);
  });

  it.each([
    'signIn with a right code',
    'signIn with a wrong code',
    'resynchronizeDevice with right codes',
    'assignDevice with right codes',
  ])('are there during %s, and wiped where the store fails, or where every race is lost', async (name) => {
    const store = new FaultyStore(memoryStore());
    const { world, actions } = await scene(name, store);
    store.fault = 'throws before the write';
    const failing = await openedBy(() => actions[name]!.act(world.mfa));
    store.fault = undefined;
    const losing = { get: store.get.bind(store), compareAndSet: async () => 'conflict' as const };
    const restore = replacePauses();
    const lost = await openedBy(() => actions[name]!.act(world.server({ store: losing })));
    restore();
    const done = await openedBy(() => actions[name]!.act(world.mfa));
    const resealed = await openedBy(() => world.mfa.reseal('user-1'));
    for (const secrets of [failing, lost, done, resealed]) {
      expect(secrets.length).toBeGreaterThan(0);
      expectWiped(secrets);
    }
  });
});
