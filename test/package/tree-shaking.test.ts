import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/tree.js';
import { writeUserFile } from './user.js';

interface Bundle {
  readonly code: string;
  readonly minified: number;
  readonly gzipped: number;
  /** The files of which it holds code. */
  readonly files: readonly string[];
}

async function bundledFor(code: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    entryPoints: [writeUserFile('browser.mjs', code)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    charset: 'utf8',
  });
  const { contents, text } = outputFiles[0]!;
  return {
    code: text,
    minified: contents.length,
    gzipped: gzipSync(contents, { level: 9 }).length,
    files: filesOf(metafile),
  };
}

function filesOf({ outputs }: Metafile): string[] {
  return Object.entries(Object.values(outputs)[0]!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
}

/** A text that stands in one catalogue alone. */
const OF_LANGUAGE: Readonly<Record<string, string>> = {
  english: 'This is your last device.',
  german: 'Das ist Ihr letztes Gerät.',
  french: 'C’est votre dernier appareil.',
  spanish: 'Este es su último dispositivo.',
  portuguese: 'Este é o seu último dispositivo.',
  japanese: 'これは最後のデバイスです。',
};

async function languagesIn(code: string): Promise<string[]> {
  const { code: text } = await bundledFor(code);
  return Object.entries(OF_LANGUAGE).flatMap(([language, words]) => (text.includes(words) ? [language] : []));
}

const alone = (name: string, subpath: string): Promise<Bundle> => bundledFor(`export { ${name} } from '${subpath}';`);

/** The first round constant of SHA-1, a line of SHA-256's sigma, and one of how SHA-512's constants are computed. */
const KERNELS = { SHA1: '1518500249', SHA256: '>>>6|', 'the constants of SHA-256 and SHA-512': 'BigInt.asIntN' };

const USE = "console.log(totp(parseSecret('GEZDGNBV'), { nowMs: 0 }));";

describe("a browser's bundle", () => {
  it.each(['lockstep-mfa/core', 'lockstep-mfa'])('of totp from %s holds no picture code', async (specifier) => {
    const { files } = await bundledFor(`import { parseSecret, totp } from '${specifier}';\n${USE}`);
    expect(files.some((file) => file.includes('/lockstep-mfa/dist/'))).toBe(true);
    expect(files.filter((file) => /\/dist\/(qr|shared\/(deflate|device|service))\./.test(file))).toEqual([]);
  });

  it('holds the picture code where it is used, as far as this test can see', async () => {
    const { files } = await bundledFor(
      "import { qrPng } from 'lockstep-mfa/qr';\nconsole.log(qrPng('otpauth://totp/a'));",
    );
    expect(files.filter((file) => /\/dist\/(qr|shared\/deflate)\./.test(file))).toHaveLength(2);
  });

  it('of a picture in SVG holds no code for PNG', async () => {
    const { files } = await alone('qrSvg', 'lockstep-mfa/qr');
    expect(files.filter((file) => file.includes('/dist/qr.'))).toHaveLength(1);
    expect(files.filter((file) => file.includes('deflate'))).toEqual([]);
  });

  it.each(Object.keys(OF_LANGUAGE))('holds the words of %s alone where that catalogue is handed over', async (name) => {
    const code = `import { ${name}, messageWith, noticeWith, lineWith } from 'lockstep-mfa/messages';
      console.log(messageWith(${name}, globalThis.a), noticeWith(${name}, globalThis.b), lineWith(${name}, globalThis.b));`;
    expect(await languagesIn(code)).toEqual([name]);
  });

  it('holds all six languages with messageFor, as far as this test can see', async () => {
    const code = "import { messageFor } from 'lockstep-mfa/messages';\nconsole.log(messageFor(globalThis.a));";
    expect(await languagesIn(code)).toEqual(Object.keys(OF_LANGUAGE));
  });

  it('holds nothing of what is imported and not used', async () => {
    const { files } = await bundledFor(
      "import 'lockstep-mfa';\nimport 'lockstep-mfa/core';\nimport 'lockstep-mfa/qr';\nimport 'lockstep-mfa/messages';\n",
    );
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
  });
});

const WITHOUT_KERNELS = [
  ['counterAt', 'lockstep-mfa/core'],
  ['counterAt', 'lockstep-mfa'],
  ['intervalAt', 'lockstep-mfa/core'],
  ['parseKeyUri', 'lockstep-mfa/core'],
  ['formatKeyUri', 'lockstep-mfa/core'],
  ['parseSecret', 'lockstep-mfa/core'],
  ['generateSecret', 'lockstep-mfa/core'],
  ['falseAcceptProbability', 'lockstep-mfa'],
  ['createDevice', 'lockstep-mfa/device'],
  ['createPolicy', 'lockstep-mfa'],
  ['aesGcmSealer', 'lockstep-mfa'],
] as const;

describe('the hash functions', () => {
  it.each(WITHOUT_KERNELS)('are no part of %s of %s alone', async (name, subpath) => {
    const { code } = await alone(name, subpath);
    expect(code).toContain(name);
    expect(Object.entries(KERNELS).filter(([, line]) => code.includes(line))).toEqual([]);
  });

  it('are part of totp, as far as this test can see', async () => {
    const { code } = await alone('totp', 'lockstep-mfa/core');
    expect(Object.entries(KERNELS).filter(([, line]) => !code.includes(line))).toEqual([]);
  });
});

describe('the table of sizes in the README', () => {
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` of `(lockstep-mfa[\w/]*)` \| ([\d.]+) kB \| ([\d.]+) kB \|$/gm)].map(
    ([, name, subpath, minified, gzipped]) => [name!, subpath!, Number(minified), Number(gzipped)] as const,
  );

  it('has rows for both ends', () => {
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(['counterAt', 'totp', 'createMfaService']));
  });

  // A budget: what grows beyond it is to be looked at, and then written down.
  it.each(rows)('is kept by %s of %s: %d kB, %d kB gzipped', async (name, subpath, minified, gzipped) => {
    const bundle = await alone(name, subpath);
    expect(bundle.minified / 1000).toBeLessThanOrEqual(minified);
    expect(bundle.gzipped / 1000).toBeLessThanOrEqual(gzipped);
    expect(bundle.minified / 1000).toBeGreaterThan(minified * 0.9 - 0.1);
  });
});
