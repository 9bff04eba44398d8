import type { MfaStore, UnreadableUser, UserLine } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { describe, expect, it } from 'vitest';
import { rejected, thrown } from '../support/thrown.js';
import { World, yes } from './world.js';

async function all(lines: AsyncIterable<UserLine | UnreadableUser>): Promise<(UserLine | UnreadableUser)[]> {
  const list: (UserLine | UnreadableUser)[] = [];
  for await (const line of lines) list.push(line);
  return list;
}

describe('users', () => {
  it('gives nobody where nobody is', async () => {
    expect(await all(new World().mfa.users())).toEqual([]);
  });

  it('gives each state, and the newest use of any device', async () => {
    const world = new World();
    await world.begin({ userId: 'began' });
    const { proof, serialNumber } = await world.enroll({ userId: 'ann' });
    const tablet = await world.enroll({ userId: 'ann', name: 'tablet', by: proof });
    yes(await world.mfa.createRecoveryCodes('ann', { proof }));
    world.wait(60_000);
    yes(await world.mfa.signIn('ann', { code: tablet.phone.code() }));
    const usedAtMs = world.nowMs;
    yes(await world.desk.suspendDevice('ann', { serialNumber }));
    await world.enroll({ userId: 'bob' });
    const bobsAtMs = world.nowMs - 30_000;
    yes(await world.mfa.recoverAccount('bob', { verified: ['email', 'phone'] }));
    const { phone: wrongs } = await world.enroll({ userId: 'eve' });
    const evesAtMs = world.nowMs - 30_000;
    for (let i = 0; i < 5; i++) await world.mfa.signIn('eve', { code: wrongs.wrongCode() });
    expect(await all(world.mfa.users())).toEqual([
      { userId: 'began', status: 'none', devices: 0, recoveryCodesLeft: 0 },
      { userId: 'ann', status: 'required', devices: 2, recoveryCodesLeft: 0, lastUsedAtMs: usedAtMs },
      { userId: 'bob', status: 'recovering', devices: 1, recoveryCodesLeft: 0, lastUsedAtMs: bobsAtMs },
      { userId: 'eve', status: 'locked', devices: 1, recoveryCodesLeft: 0, lastUsedAtMs: evesAtMs },
    ]);
  });

  it('goes on past a row that it cannot read, and gives its error', async () => {
    const world = new World();
    await world.enroll({ userId: 'ann' });
    await world.store.compareAndSet('bad', undefined, { revision: 'r', record: { version: 1, devices: 'none' } });
    await world.store.compareAndSet('later', undefined, { revision: 'r', record: { version: 2 } });
    await world.enroll({ userId: 'bob' });
    const lines = await all(world.mfa.users());
    expect(lines.map(({ userId, status }) => [userId, status])).toEqual([
      ['ann', 'required'],
      ['bad', 'unreadable'],
      ['later', 'unreadable'],
      ['bob', 'required'],
    ]);
    expect(lines.flatMap((line) => (line.status === 'unreadable' ? [line.error.code] : []))).toEqual([
      'corrupt-record',
      'unsupported-record-version',
    ]);
  });

  it('throws a fault that is none of the record', async () => {
    const record = Object.defineProperty({}, 'devices', {
      get() {
        throw new TypeError('broken');
      },
    });
    const rows = [{ userId: 'ann', revision: 'r', record }];
    const { mfa } = new World({ store: { ...memoryStore(), list: async () => ({ rows }) } });
    await expect(all(mfa.users())).rejects.toThrow('broken');
  });

  it('asks for a page when the one before is used up, and for no more than are wanted', async () => {
    const store = memoryStore();
    let pages = 0;
    const list: MfaStore['list'] = (options) => {
      pages++;
      return store.list(options);
    };
    const world = new World({ store: { ...store, list } });
    for (let i = 0; i < 250; i++) await world.begin({ userId: `user-${i}` });
    const asked: number[] = [];
    for await (const { userId } of world.mfa.users()) {
      asked.push(pages);
      if (userId === 'user-149') break;
    }
    expect([asked[0], asked[99], asked[100], asked[149], pages]).toEqual([1, 1, 2, 2, 2]);
    expect(await all(world.mfa.users())).toHaveLength(250);
    expect(pages).toBe(5);
  });

  it('throws at once over a store that cannot list, and names what is missing', () => {
    const { get, compareAndSet } = memoryStore();
    const { mfa } = new World({ store: { get, compareAndSet } });
    expect(thrown(() => mfa.users())).toMatchObject({
      code: 'invalid-argument',
      message: 'store.list must be a function: this store cannot list its users',
    });
  });

  it('refuses a list that is no function when the service is made', () => {
    const store = { ...memoryStore(), list: true as never };
    expect(thrown(() => new World({ store }))).toMatchObject({
      code: 'invalid-argument',
      message: 'store.list must be a function',
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a bare list', []],
    ['rows without users', { rows: [{ revision: 'r', record: {} }] }],
    ['rows that are none', { rows: [null] }],
    ['a number for a cursor', { rows: [], cursor: 1 }],
  ])('throws store-failed where the store answers %s', async (_, page) => {
    const { mfa } = new World({ store: { ...memoryStore(), list: async () => page as never } });
    expect((await rejected(all(mfa.users()))).code).toBe('store-failed');
  });

  it('throws where the store gives its cursor back, in place of going round for ever', async () => {
    const { mfa } = new World({ store: { ...memoryStore(), list: async () => ({ rows: [], cursor: 'here' }) } });
    expect(await rejected(all(mfa.users()))).toMatchObject({
      code: 'store-failed',
      message: 'the store returned the cursor that it was given',
    });
  });

  it('throws what the store threw as store-failed, and a page that does not come in time', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('down');
    };
    const { mfa } = new World({ store: { ...memoryStore(), list: failing } });
    const error = await rejected(all(mfa.users()));
    expect([error.code, (error.cause as Error).message]).toEqual(['store-failed', 'down']);
    const hanging = { ...memoryStore(), list: () => new Promise<never>(() => {}) };
    const { mfa: waiting } = new World({ store: hanging, timeoutMs: 20 });
    expect((await rejected(all(waiting.users()))).code).toBe('store-failed');
  });

  it('is of the application: an administrator of one user has it not', () => {
    expect(new World().desk).not.toHaveProperty('users');
  });

  it('lets the caller reseal everybody on the way', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) await world.enroll({ userId });
    for await (const { userId } of world.mfa.users()) expect(await world.mfa.reseal(userId)).toEqual({ ok: true });
  });
});
