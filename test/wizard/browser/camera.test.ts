import { formatKeyUri, generateSecret } from 'lockstep-mfa/core';
import { qrPng } from 'lockstep-mfa/qr';
import { expect, it } from 'vitest';
import { readQrCode } from '../../../docs/examples/wizard/browser/authenticator/camera.js';
import type { Picture } from '../../../docs/examples/wizard/browser/screen-channel.js';
import { cut, type Picture as Painted, pastedOn, pictureOfPng, WHITE } from '../../qr/pictures.js';

function seen({ width, height, pixels }: Painted): Picture {
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

const DARK = 0xff17_1312;

it.each(['alice', 'Žofie Müller 李', `${'a'.repeat(80)}@example.com`])(
  'the virtual phone reads the QR code of %s off the pixels, on a light page and on a dark one',
  (account) => {
    const keyUri = formatKeyUri({ issuer: 'Acme', account, secret: generateSecret() });
    const picture = pictureOfPng(qrPng(keyUri));
    for (const painted of [picture, pastedOn(WHITE, picture), pastedOn(DARK, picture)]) {
      expect(readQrCode(seen(painted))).toBe(keyUri);
    }
  },
);

it('sees nothing in half a QR code', () => {
  const picture = pictureOfPng(qrPng('otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP'));
  const half = cut(picture, { x: 0, y: 0, width: picture.width, height: Math.floor(picture.height / 2) });
  expect(readQrCode(seen(half))).toBeUndefined();
});
