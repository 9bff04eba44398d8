import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { generateSecret, type OtpParameters } from 'lockstep-mfa';
import { assignDevice, createDevice, showDevice, verifyCode } from 'lockstep-mfa/device';
import { qrPng, qrSvg, qrTerminal } from 'lockstep-mfa/qr';
import { afterAll, expect, it } from 'vitest';
import { KEY_URIS, keyUriWith } from '../qr/key-uris.js';
import {
  BLACK,
  type Picture,
  pastedOn,
  pictureOfPng,
  pictureOfTerminal,
  type Theme,
  WHITE,
  withoutQuietZone,
} from '../qr/pictures.js';
import { itCase } from '../support/cases.js';
import { describeWith } from '../support/programs.js';

// Readers and authenticators that nobody here wrote: Debian's zbar-tools, oathtool and librsvg2-bin.

const folder = mkdtempSync(join(tmpdir(), 'lockstep-mfa-qr-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[], input: string): Buffer {
  const { status, stdout, stderr } = spawnSync(program, args, { input });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  return stdout;
}

/** What zbarimg finds in each file, in their order; a file in which it finds nothing has no line. */
function scan(pngs: readonly Uint8Array[]): string[] {
  const files = pngs.map((png, at) => {
    const file = join(folder, `${at}.png`);
    writeFileSync(file, png);
    return file;
  });
  // QR codes alone: among some thousand modules it now and then sees a bar code as well.
  const args = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', ...files];
  const { status, stdout, stderr } = spawnSync('zbarimg', args, { encoding: 'utf8' });
  // Exit code 4: nothing was found in one of them.
  if (status !== 0 && status !== 4) throw new Error(`zbarimg failed: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

/** All our colours are greys: the lowest byte of a pixel, which a typed array keeps, tells them. */
function greysOf({ pixels }: Picture): Uint8Array {
  return new Uint8Array(pixels);
}

function fileOf(picture: Picture): Uint8Array {
  const { width, height } = picture;
  return encode({ width, height, depth: 8, channels: 1, data: greysOf(picture) });
}

const keyUris = KEY_URIS.map(([, keyUri]) => keyUri);
const some = keyUris.filter((_, at) => at % 6 === 0);
const one = keyUriWith('Acme');

const SMALL = { modulePixels: 4 };

describeWith(['zbarimg'], 'zbarimg reads byte for byte', () => {
  it('the PNG: issuers of 1 to 100 characters, every reserved character, emoji', () => {
    expect(scan(keyUris.map((keyUri) => qrPng(keyUri)))).toEqual(keyUris);
  });

  it('the smallest PNG', () => {
    expect(scan(keyUris.map((keyUri) => qrPng(keyUri, SMALL)))).toEqual(keyUris);
  });

  itCase('g01', 'the PNG on a black page', () => {
    const pages = keyUris.map((keyUri) => fileOf(pastedOn(BLACK, pictureOfPng(qrPng(keyUri, SMALL)))));
    expect(scan(pages)).toEqual(keyUris);
  });

  it('but not a picture on a black page that has no quiet zone of its own', () => {
    const bare = withoutQuietZone(pictureOfPng(qrPng(one)), 8);
    const pages = [WHITE, BLACK].map((page) => pastedOn(page, bare));
    expect(pages.map((page) => scan([fileOf(page)]))).toEqual([[one], []]);
  });

  /** Most fonts end their blocks short of the cell. */
  const themes: readonly (readonly [string, Theme])[] = [
    ['dark', { ground: BLACK, ink: WHITE, seamPixels: 1 }],
    ['light', { ground: WHITE, ink: BLACK, seamPixels: 1 }],
    ['grey', { ground: 0xff444444, ink: 0xffbbbbbb, seamPixels: 0 }],
  ];
  it.each(themes)('the text on a %s terminal', (_, theme) => {
    const screens = some.map((keyUri) => fileOf(pictureOfTerminal(qrTerminal(keyUri), theme)));
    expect(scan(screens)).toEqual(some);
  });

  it('but not a text that draws its dark modules as blocks, once the font leaves seams', () => {
    const blocks = qrTerminal(one).replaceAll(
      new RegExp(`${ESC}\\[38;5;231;48;5;16m([ ▀▄]+)`, 'g'),
      (_, cells: string) => `${ESC}[38;5;16;48;5;231m${inverted(cells)}`,
    );
    const screens = [0, 1].map((seamPixels) => pictureOfTerminal(blocks, { ground: BLACK, ink: WHITE, seamPixels }));
    expect(screens.map((screen) => scan([fileOf(screen)]))).toEqual([[one], []]);
  });
});

const ESC = '\x1b';

/** Black blocks on white for white blocks on black. */
function inverted(cells: string): string {
  return [...cells].map((cell) => ({ ' ': '█', '▀': '▄', '▄': '▀' })[cell]).join('');
}

describeWith(['zbarimg', 'rsvg-convert'], 'zbarimg and rsvg-convert read byte for byte', () => {
  const rasterize = (keyUri: string): Buffer => run('rsvg-convert', ['--background-color=black'], qrSvg(keyUri));

  it('the SVG, drawn on black', () => {
    expect(scan(some.map(rasterize))).toEqual(some);
  });

  it('which has the pixels of the PNG', () => {
    const { data, channels } = decode(rasterize(one));
    const greys = greysOf(pictureOfPng(qrPng(one)));
    expect(data.length).toBe(greys.length * channels);
    expect(data.every((byte, at) => byte === greys[Math.floor(at / channels)])).toBe(true);
  });
});

const ENROLL = 'zbarimg and oathtool enroll: from the picture to two codes and a sign-in';
describeWith(['zbarimg', 'oathtool'], ENROLL, () => {
  const START_SECONDS = 1_700_000_040;

  /** An authenticator app made of a camera and oathtool. */
  function appThatScans(png: Uint8Array): (seconds: number) => string {
    const { searchParams } = new URL(scan([png])[0]!);
    const { algorithm = 'SHA1', digits = '6', period = '30', secret } = Object.fromEntries(searchParams);
    return (seconds) => {
      const args = ['--base32', `--totp=${algorithm}`, `--digits=${digits}`, `--time-step-size=${period}s`];
      return run('oathtool', [...args, `--now=@${seconds}`, '-'], `${secret}\n`)
        .toString()
        .trim();
    };
  }

  const cases: readonly (readonly [string, Partial<OtpParameters>])[] = [
    ['an ordinary device', {}],
    ['SHA256, 8 digits', { algorithm: 'SHA256', digits: 8 }],
    ['SHA512, 7 digits, 60 seconds', { algorithm: 'SHA512', digits: 7, periodSeconds: 60 }],
  ];
  it.each(cases)('%s', (_, parameters) => {
    const secret = generateSecret();
    const startMs = START_SECONDS * 1000;
    const periodSeconds = parameters.periodSeconds ?? 30;
    const pending = createDevice({ serialNumber: 'phone', nowMs: startMs, parameters });
    const { keyUri } = showDevice(pending, secret, { issuer: 'Acme & Söhne 🔐', account: 'alice@example.com' });
    const code = appThatScans(qrPng(keyUri));

    const codes = [code(START_SECONDS), code(START_SECONDS + periodSeconds)] as const;
    const assigned = assignDevice(pending, secret, codes, { nowMs: startMs + periodSeconds * 1000 });
    expect(assigned.ok).toBe(true);
    if (!assigned.ok) return;

    const third = code(START_SECONDS + 2 * periodSeconds);
    const signIn = { nowMs: startMs + 2 * periodSeconds * 1000 };
    const verified = verifyCode(assigned.device, secret, third, signIn);
    expect(verified.ok).toBe(true);
    expect(verifyCode(verified.device, secret, third, signIn)).toMatchObject({ ok: false, reason: 'code-reused' });
  });

  it('but not with the picture of another secret', () => {
    const startMs = START_SECONDS * 1000;
    const pending = createDevice({ serialNumber: 'phone', nowMs: startMs });
    const { keyUri } = showDevice(pending, generateSecret(), { issuer: 'Acme', account: 'alice' });
    const code = appThatScans(qrPng(keyUri));
    const codes = [code(START_SECONDS), code(START_SECONDS + 30)] as const;
    const result = assignDevice(pending, generateSecret(), codes, { nowMs: startMs + 30_000 });
    expect(result.ok).toBe(false);
  });
});
