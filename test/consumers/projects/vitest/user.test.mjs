import { createMfaService, plaintextSealer } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { storeContract, virtualAuthenticator } from 'lockstep-mfa/testing';
import { expect, test, vi } from 'vitest';

test('enrolls and signs in under fake timers', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const clock = Object.assign(() => Date.now(), { advanceMs: (ms) => vi.advanceTimersByTime(ms) });
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });
  const { keyUri, enrollment } = await mfa.createDevice('user', { name: 'Phone', account: 'alice' });
  const phone = virtualAuthenticator(keyUri, { clock });
  expect(await mfa.assignDevice('user', { enrollment, codes: phone.codes() })).toMatchObject({ ok: true });
  vi.advanceTimersByTime(30_000);
  expect(await mfa.signIn('user', { code: phone.code() })).toMatchObject({ ok: true });
  vi.useRealTimers();
});

test.each(storeContract(() => memoryStore()).map(({ name, run }) => [name, run]))('%s', async (_, run) => {
  await run();
});
