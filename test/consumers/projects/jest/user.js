// A user's test in CommonJS: the clock and the timers are Jest's.
const { aesGcmSealer, createMfaService, MfaError, parseSecret, totp } = require('lockstep-mfa');
const { memoryStore } = require('lockstep-mfa/stores/memory');
const { storeContract, virtualAuthenticator } = require('lockstep-mfa/testing');
const { qrPng, qrSvg } = require('lockstep-mfa/qr');

test('a code of RFC 6238', () => {
  const secret = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(totp(secret, { nowMs: 59_000, digits: 8 })).toBe('94287082');
  expect(`${secret}`).toBe('[redacted]');
  expect(() => parseSecret('1')).toThrow(MfaError);
});

test('enrolls and signs in under fake timers', async () => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
  const clock = Object.assign(() => Date.now(), { advanceMs: (ms) => jest.advanceTimersByTime(ms) });
  const sealer = aesGcmSealer({ keys: [new Uint8Array(32).map((_, at) => at)] });
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer });
  const created = await mfa.createDevice('user', { name: 'Phone', account: 'alice@example.com' });
  expect(created.ok).toBe(true);
  const phone = virtualAuthenticator(created.keyUri, { clock });
  const assigned = await mfa.assignDevice('user', { enrollment: created.enrollment, codes: phone.codes() });
  expect(assigned).toMatchObject({ ok: true });
  jest.advanceTimersByTime(30_000);
  const code = phone.code();
  expect(await mfa.signIn('user', { code })).toMatchObject({ ok: true });
  expect(await mfa.signIn('user', { code })).toMatchObject({ ok: false, reason: 'code-reused' });
  expect(jest.getTimerCount()).toBeLessThanOrEqual(1);
  jest.useRealTimers();
});

test('the contract of a store, as checks of Jest', async () => {
  const checks = storeContract(() => memoryStore());
  expect(checks.length).toBeGreaterThan(10);
  for (const { run } of checks) await run();
});

test('draws', () => {
  const uri = 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme';
  expect(qrSvg(uri)).toMatch(/^<svg/);
  expect([...qrPng(uri).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
});
