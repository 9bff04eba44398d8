import { createMfaService, generateSecret, type MfaStore, plaintextSealer } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { expect, it } from 'vitest';

const serviceOver = (store: MfaStore) =>
  createMfaService({ issuer: 'Acme', store, sealer: plaintextSealer() }).asAdministrator('Ada');

for (const others of [1, 2, 7]) {
  it(`a call that loses every race, to ${others} writes each, answers conflict: nothing of it has landed`, async () => {
    const store = memoryStore();
    const other = serviceOver(store);
    const imported = await other.importDevice('user-1', { name: 'Phone', secret: generateSecret() });
    if (!imported.ok) throw new Error(imported.reason);
    const { serialNumber } = imported.device;
    let written = 0;
    const slow: MfaStore = {
      get: (userId) => store.get(userId),
      async compareAndSet(...write) {
        for (let i = 0; i < others; i++)
          await other.renameDevice('user-1', { serialNumber, name: `Name ${written++}` });
        return store.compareAndSet(...write);
      },
    };
    // After eight of them the list of revisions no longer has what the first try expected.
    expect(await serviceOver(slow).renameDevice('user-1', { serialNumber, name: 'Mine' })).toEqual({
      ok: false,
      reason: 'conflict',
    });
    expect(written).toBe(8 * others);
  });
}
