// A secret is made by three functions alone, tells itself to none but two, and cannot be confused with text.
import {
  formatKeyUri,
  type formatSecret,
  type formatSetupKey,
  type generateSecret,
  hotp,
  matchCode,
  parseSecret,
  type Secret,
  secretFromBytes,
  totp,
  type wipeSecret,
} from 'lockstep-mfa';
import { assignDevice, type Device, resynchronizeDevice, verifyCode } from 'lockstep-mfa/device';
import { type Equals, is } from './equals.js';

declare const secret: Secret;
declare const device: Device;
const nowMs = 1_700_000_000_000;

is<Equals<ReturnType<typeof generateSecret>, Secret>>();
is<Equals<ReturnType<typeof parseSecret>, Secret>>();
is<Equals<ReturnType<typeof secretFromBytes>, Secret>>();
is<Equals<ReturnType<typeof formatSecret | typeof formatSetupKey>, string>>();
is<Equals<ReturnType<typeof wipeSecret>, void>>();
is<Equals<Extract<keyof Secret, string>, 'byteLength'>>();

// @ts-expect-error base32 text is no secret
verifyCode(device, 'JBSWY3DPEHPK3PXP', '123456', { nowMs });
// @ts-expect-error nor where two codes are checked
assignDevice(device, 'JBSWY3DPEHPK3PXP', ['1', '2'], { nowMs });
// @ts-expect-error nor there
resynchronizeDevice(device, 'JBSWY3DPEHPK3PXP', ['1', '2'], { nowMs });
// @ts-expect-error swapped with the code
verifyCode(device, '123456', secret, { nowMs });
// @ts-expect-error nothing that only looks like one
hotp({ byteLength: 20, toString: () => '', toJSON: () => '' }, 0);
// @ts-expect-error bytes are no secret
matchCode(new Uint8Array(20), '123456', { counter: 0 });
// @ts-expect-error neither is text a place of bytes, nor bytes of text
secretFromBytes('JBSWY3DPEHPK3PXP');
// @ts-expect-error what a form field holds is checked before it is read
parseSecret(new FormData().get('secret'));
// @ts-expect-error it is not changed from outside
secret.byteLength = 16;

// The parameters of a device fit wherever codes are made.
totp(secret, { nowMs, ...device.parameters });
hotp(secret, 0, device.parameters);
formatKeyUri({ issuer: 'Acme', account: 'alice', secret, parameters: device.parameters });

// @ts-expect-error time is never defaulted
totp(secret);
// @ts-expect-error a counter is a number, also above 2^32
hotp(secret, 1n);
// @ts-expect-error only the algorithms of RFC 6238
hotp(secret, 0, { algorithm: 'MD5' });
// @ts-expect-error their names in one spelling
hotp(secret, 0, { algorithm: 'sha1' });
// @ts-expect-error digits are 6, 7 or 8
hotp(secret, 0, { digits: 9 });
// @ts-expect-error the unit stands in the name
totp(secret, { nowMs, period: 30 });
