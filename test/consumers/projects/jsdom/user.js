// Jest's jsdom has a DOM, and no TextEncoder.
test('has no TextEncoder, which is why this test exists', () => {
  expect(typeof TextEncoder).toBe('undefined');
  expect(document.body).toBeDefined();
});

test('every subpath loads', () => {
  for (const subpath of SUBPATHS) expect(Object.keys(require(`lockstep-mfa${subpath}`)).length).toBeGreaterThan(0);
});

test('secrets, codes, key URIs, devices and pictures work', () => {
  const { generateSecret, parseKeyUri, secretFromBytes, totp } = require('lockstep-mfa');
  const { assignDevice, createDevice, showDevice, verifyCode } = require('lockstep-mfa/device');
  const { qrDataUrl, qrSvg } = require('lockstep-mfa/qr');
  const secret = generateSecret();
  let nowMs = 1_700_000_000_000;
  const pending = createDevice({ serialNumber: 'phone', nowMs });
  const { keyUri } = showDevice(pending, secret, { issuer: 'Acme', account: 'alice' });
  expect(parseKeyUri(keyUri).ok).toBe(true);
  document.body.innerHTML = `${qrSvg(keyUri)}<img src="${qrDataUrl(keyUri)}">`;
  expect(document.querySelector('svg path')).not.toBeNull();
  const first = totp(secret, { nowMs });
  nowMs += 30_000;
  const assigned = assignDevice(pending, secret, [first, totp(secret, { nowMs })], { nowMs });
  expect(assigned.ok).toBe(true);
  nowMs += 30_000;
  expect(verifyCode(assigned.device, secret, totp(secret, { nowMs }), { nowMs }).ok).toBe(true);
  expect(secretFromBytes(new Uint8Array([1, 2])).byteLength).toBe(2);
});

test('the service needs a TextEncoder, as a setup file may give it', async () => {
  Object.assign(globalThis, { TextEncoder: require('node:util').TextEncoder });
  const { createMfaService, plaintextSealer } = require('lockstep-mfa');
  const { memoryStore } = require('lockstep-mfa/stores/memory');
  const { fixedClock, virtualAuthenticator } = require('lockstep-mfa/testing');
  const clock = fixedClock();
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), clock });
  const { keyUri, enrollment } = await mfa.createDevice('user', { name: 'Phone', account: 'alice' });
  const phone = virtualAuthenticator(keyUri, { clock });
  expect(await mfa.assignDevice('user', { enrollment, codes: phone.codes() })).toMatchObject({ ok: true });
});

const SUBPATHS = [
  '',
  '/core',
  '/device',
  '/qr',
  '/testing',
  '/stores/memory',
  '/stores/postgres',
  '/stores/redis',
  '/stores/sqlite',
];
