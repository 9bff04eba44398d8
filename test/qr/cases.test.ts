import { formatKeyUri, parseSecret } from 'lockstep-mfa';
import { createDevice, showDevice } from 'lockstep-mfa/device';
import { qrDataUrl, qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect } from 'vitest';
import { itCase, itMissesNoCase } from '../support/cases.js';
import { thrown } from '../support/thrown.js';
import { BLACK, modulesOf, pastedOn, pictureOfPng, pictureOfSvg, quietZoneOf, read, symbolOf } from './pictures.js';

// What went wrong elsewhere when a key URI was drawn.

function symbolFor(keyUri: string): { version: number; level: string } {
  return symbolOf(modulesOf(pictureOfPng(qrPng(keyUri)), 8));
}

describe('cases of group g', () => {
  itCase<{ uri: string }, { quietZoneModules: number; backgroundOpaque: string }>(
    'g01',
    'the light margin is inside the picture, and opaque',
    (input, expected) => {
      for (const picture of [pictureOfPng(qrPng(input.uri)), pictureOfSvg(qrSvg(input.uri))]) {
        expect(quietZoneOf(modulesOf(picture, 8))).toEqual(Array(4).fill(expected.quietZoneModules));
        expect(read(pastedOn(BLACK, picture))).toBe(input.uri);
      }
      expect(qrSvg(input.uri)).toContain(`fill="${expected.backgroundOpaque}"`);
    },
  );

  itCase<{ uris: { min: string; explicit: string } }, { versionAtLevelM: { min: number; explicit: number } }>(
    'g03',
    'without default parameters the picture stays at version 6',
    (input, expected) => {
      expect(symbolFor(input.uris.min)).toEqual({ version: expected.versionAtLevelM.min, level: 'M' });
      expect(symbolFor(input.uris.explicit)).toEqual({ version: expected.versionAtLevelM.explicit, level: 'M' });

      const secret = parseSecret(/secret=(\w+)/.exec(input.uris.min)![1]!);
      const parameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 } as const;
      expect(formatKeyUri({ issuer: 'Acme', account: 'alice@example.com', secret, parameters })).toBe(input.uris.min);
    },
  );

  interface Versions {
    readonly versionAtLevelM_defaultsLeftOut: number;
    readonly versionAtLevelM_explicit: number;
    readonly neverThrowsBelowBytes: number;
    readonly warnAboveVersion: number;
  }
  itCase<{ issuer: string; account: string }, Versions>(
    'g04',
    'a long issuer is drawn, and level L keeps it from becoming denser than version 10',
    ({ issuer, account }, expected) => {
      const keyUri = formatKeyUri({ issuer, account, secret: parseSecret('7YMWKCWCENMAMGYUZCNFEIWTKKAMI6ZY') });
      expect(symbolFor(keyUri)).toEqual({ version: expected.versionAtLevelM_defaultsLeftOut, level: 'M' });
      const explicit = symbolFor(`${keyUri}&algorithm=SHA1&digits=6&period=30`);
      expect(explicit.level).toBe('L');
      expect(explicit.version).toBeLessThan(expected.versionAtLevelM_explicit);
      expect(explicit.version).toBeLessThanOrEqual(expected.warnAboveVersion);

      const longest = keyUri.padEnd(expected.neverThrowsBelowBytes, 'A');
      expect(read(pictureOfPng(qrPng(longest, { modulePixels: 4 })))).toBe(longest);
      for (const draw of [qrSvg, qrDataUrl, qrTerminal]) expect(() => draw(longest)).not.toThrow();
    },
  );

  itCase<{ uri: string }, { decoded: string }>(
    'g05',
    'what is drawn is the text that was given, byte for byte',
    (input, expected) => {
      expect(read(pictureOfPng(qrPng(input.uri)))).toBe(expected.decoded);
      expect(read(pictureOfSvg(qrSvg(input.uri)))).toBe(expected.decoded);
    },
  );

  itCase<{ uri: string; modulePx: number }, { minModulePx: number }>(
    'g07',
    'modules of fewer than 4 pixels are refused',
    (input, expected) => {
      for (const draw of [qrSvg, qrPng, qrDataUrl]) {
        for (const modulePixels of [input.modulePx, expected.minModulePx - 1, expected.minModulePx + 0.5]) {
          expect(thrown(() => draw(input.uri, { modulePixels })).code).toBe('invalid-argument');
        }
        expect(() => draw(input.uri, { modulePixels: expected.minModulePx })).not.toThrow();
      }
    },
  );

  itCase<unknown, { manualKey: string }>('g08', 'the setup key and the picture come from one secret', (_, expected) => {
    const secret = parseSecret(expected.manualKey);
    const pending = createDevice({ serialNumber: 'phone', nowMs: 1_700_000_000_000 });
    const { keyUri, setupKey } = showDevice(pending, secret, { issuer: 'Acme', account: 'alice@example.com' });
    expect(setupKey).toBe(expected.manualKey);
    const scanned = read(pictureOfPng(qrPng(keyUri)))!;
    expect(new URL(scanned).searchParams.get('secret')).toBe(setupKey.replaceAll(' ', ''));
  });

  itMissesNoCase('g');
});
