// One program that every bundler makes one file of. What it prints is compared.
import { createMfaService, isMfaError, MfaError, parseSecret, plaintextSealer, totp } from 'lockstep-mfa';
import { hotp } from 'lockstep-mfa/core';
import { createDevice } from 'lockstep-mfa/device';
import { qrPng, qrSvg } from 'lockstep-mfa/qr';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { fixedClock, virtualAuthenticator } from 'lockstep-mfa/testing';

const secret = parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const clock = fixedClock();
const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer(), clock });
const created = await mfa.createDevice('user', { name: 'Phone', account: 'alice' });
const phone = virtualAuthenticator(created.keyUri, { clock });
const assigned = await mfa.assignDevice('user', { enrollment: created.enrollment, codes: phone.codes() });
clock.advanceMs(30_000);
const signedIn = await mfa.signIn('user', { code: phone.code() });

console.log(
  JSON.stringify({
    // RFC 6238 appendix B and RFC 4226 appendix D; the second by the Secret of another subpath.
    totp: totp(secret, { nowMs: 59_000, digits: 8 }),
    hotp: hotp(secret, 1),
    pending: createDevice({ serialNumber: 'a', nowMs: 1_700_000_000_000 }).status,
    service: [created.ok, assigned.ok, signedIn.ok],
    error: isMfaError(new MfaError('invalid-argument', 'a')),
    svg: qrSvg(created.keyUri).startsWith('<svg'),
    png: [...qrPng(created.keyUri).subarray(1, 4)],
    logged: `${secret}`,
  }),
);
