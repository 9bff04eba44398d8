import { formatKeyUri, parseSecret } from 'lockstep-mfa';
import { createDevice, showDevice } from 'lockstep-mfa/device';
import { qrDataUrl, qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import { caseOf } from '../support/cases.js';
import { thrown } from '../support/thrown.js';
import { BLACK, modulesOf, pastedOn, pictureOfPng, pictureOfSvg, quietZoneOf, read, symbolOf } from './pictures.js';

// What went wrong elsewhere when a key URI was drawn.

function symbolFor(keyUri: string): { version: number; level: string } {
  return symbolOf(modulesOf(pictureOfPng(qrPng(keyUri)), 8));
}

describe('cases of group g', () => {
  it('g01: the light margin is inside the picture, and opaque', () => {
    const { input, expected } = caseOf<{ uri: string }, { quietZoneModules: number; backgroundOpaque: string }>('g01');
    for (const picture of [pictureOfPng(qrPng(input.uri)), pictureOfSvg(qrSvg(input.uri))]) {
      expect(quietZoneOf(modulesOf(picture, 8))).toEqual(Array(4).fill(expected.quietZoneModules));
      expect(read(pastedOn(BLACK, picture))).toBe(input.uri);
    }
    expect(qrSvg(input.uri)).toContain(`fill="${expected.backgroundOpaque}"`);
  });

  it('g03: without default parameters the picture stays at version 6', () => {
    interface Expected {
      readonly versionAtLevelM: { readonly min: number; readonly explicit: number };
    }
    const { input, expected } = caseOf<{ uris: { min: string; explicit: string } }, Expected>('g03');
    expect(symbolFor(input.uris.min)).toEqual({ version: expected.versionAtLevelM.min, level: 'M' });
    expect(symbolFor(input.uris.explicit)).toEqual({ version: expected.versionAtLevelM.explicit, level: 'M' });

    const secret = parseSecret(/secret=(\w+)/.exec(input.uris.min)![1]!);
    const parameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
    expect(formatKeyUri({ issuer: 'Acme', account: 'alice@example.com', secret, parameters })).toBe(input.uris.min);
  });

  it('g04: a long issuer is drawn, and level L keeps it from becoming denser than version 10', () => {
    interface Expected {
      readonly versionAtLevelM_defaultsLeftOut: number;
      readonly versionAtLevelM_explicit: number;
      readonly neverThrowsBelowBytes: number;
      readonly warnAboveVersion: number;
    }
    const { input, expected } = caseOf<{ issuer: string; account: string }, Expected>('g04');
    const keyUri = formatKeyUri({ ...input, secret: parseSecret('7YMWKCWCENMAMGYUZCNFEIWTKKAMI6ZY') });
    expect(symbolFor(keyUri)).toEqual({ version: expected.versionAtLevelM_defaultsLeftOut, level: 'M' });
    const explicit = symbolFor(`${keyUri}&algorithm=SHA1&digits=6&period=30`);
    expect(explicit.level).toBe('L');
    expect(explicit.version).toBeLessThan(expected.versionAtLevelM_explicit);
    expect(explicit.version).toBeLessThanOrEqual(expected.warnAboveVersion);

    const longest = keyUri.padEnd(expected.neverThrowsBelowBytes, 'A');
    expect(read(pictureOfPng(qrPng(longest, { modulePixels: 4 })))).toBe(longest);
    for (const draw of [qrSvg, qrDataUrl, qrTerminal]) expect(() => draw(longest)).not.toThrow();
  });

  it('g05: what is drawn is the text that was given, byte for byte', () => {
    const { input, expected } = caseOf<{ uri: string }, { decoded: string }>('g05');
    expect(read(pictureOfPng(qrPng(input.uri)))).toBe(expected.decoded);
    expect(read(pictureOfSvg(qrSvg(input.uri)))).toBe(expected.decoded);
  });

  it('g07: modules of fewer than 4 pixels are refused', () => {
    const { input, expected } = caseOf<{ uri: string; modulePx: number }, { minModulePx: number }>('g07');
    for (const draw of [qrSvg, qrPng, qrDataUrl]) {
      for (const modulePixels of [input.modulePx, expected.minModulePx - 1, expected.minModulePx + 0.5]) {
        expect(thrown(() => draw(input.uri, { modulePixels })).code).toBe('invalid-argument');
      }
      expect(() => draw(input.uri, { modulePixels: expected.minModulePx })).not.toThrow();
    }
  });

  it('g08: the setup key and the picture come from one secret', () => {
    const { expected } = caseOf<unknown, { manualKey: string }>('g08');
    const secret = parseSecret(expected.manualKey);
    const pending = createDevice({ serialNumber: 'phone', nowMs: 1_700_000_000_000 });
    const { keyUri, setupKey } = showDevice(pending, secret, { issuer: 'Acme', account: 'alice@example.com' });
    expect(setupKey).toBe(expected.manualKey);
    const scanned = read(pictureOfPng(qrPng(keyUri)))!;
    expect(new URL(scanned).searchParams.get('secret')).toBe(setupKey.replaceAll(' ', ''));
  });
});
