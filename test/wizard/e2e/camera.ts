import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { type Picture, read } from '../../qr/pictures.js';
import { inScratchFolder } from './scratch-folder.js';

/** The key URI of the one QR code on the page, as two readers see it on the screen; they must agree. */
export async function scan(page: Page): Promise<string> {
  const screenshot = await page.screenshot({ fullPage: true });
  const seen = [readWithZbar(screenshot), readWithJsqr(screenshot)];
  const [keyUri] = seen;
  if (keyUri === undefined || seen.some((other) => other !== keyUri)) {
    throw new Error(`zbarimg and jsqr read different things: ${seen.map((text) => text?.length ?? 'nothing')}`);
  }
  return keyUri;
}

/** Exit code 4: there was nothing to find. */
const NOTHING = 4;

function readWithZbar(png: Uint8Array): string | undefined {
  // QR codes alone: in some patterns it now and then sees a bar code as well.
  const args = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable'];
  const { status, stdout, stderr } = inScratchFolder((folder) => {
    const file = join(folder, 'screenshot.png');
    writeFileSync(file, png);
    return spawnSync('zbarimg', [...args, file], { encoding: 'utf8' });
  });
  if (status === NOTHING) return undefined;
  if (status !== 0) throw new Error(`zbarimg failed: ${stderr}`);
  const found = stdout.trimEnd().split('\n');
  if (found.length > 1) throw new Error(`zbarimg found ${found.length} QR codes`);
  return found[0];
}

function readWithJsqr(png: Uint8Array): string | undefined {
  return read(pictureOfScreenshot(png));
}

/** Colours of eight bits without transparency: what Chromium writes. */
function pictureOfScreenshot(png: Uint8Array): Picture {
  const { width, height, depth, channels, data } = decode(png);
  if (depth !== 8 || channels < 3) throw new Error('not a picture of a screen');
  const bytes = new Uint8ClampedArray(width * height * 4).fill(0xff);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let colour = 0; colour < 3; colour++) bytes[pixel * 4 + colour] = data[pixel * channels + colour]!;
  }
  return { width, height, pixels: new Uint32Array(bytes.buffer) };
}
