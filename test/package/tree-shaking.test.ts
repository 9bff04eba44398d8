import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { writeUserFile } from './user.js';

async function bundle(code: string): Promise<{ readonly files: readonly string[]; readonly text: string }> {
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
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
  return { files, text: outputFiles[0]!.text };
}

/** The files of which a browser's bundle holds code. */
async function bundledFor(code: string): Promise<readonly string[]> {
  return (await bundle(code)).files;
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
  const { text } = await bundle(code);
  return Object.entries(OF_LANGUAGE).flatMap(([language, words]) => (text.includes(words) ? [language] : []));
}

const USE = "console.log(totp(parseSecret('GEZDGNBV'), { nowMs: 0 }));";

describe("a browser's bundle", () => {
  it.each(['lockstep-mfa/core', 'lockstep-mfa'])('of totp from %s holds no picture code', async (specifier) => {
    const files = await bundledFor(`import { parseSecret, totp } from '${specifier}';\n${USE}`);
    expect(files.some((file) => file.includes('/lockstep-mfa/dist/'))).toBe(true);
    expect(files.filter((file) => /\/(qr|fast-png|fflate|iobuffer)\/|\/dist\/qr\./.test(file))).toEqual([]);
  });

  it('holds the picture code where it is used, as far as this test can see', async () => {
    const files = await bundledFor("import { qrPng } from 'lockstep-mfa/qr';\nconsole.log(qrPng('otpauth://totp/a'));");
    expect(files.some((file) => file.includes('/node_modules/qr/'))).toBe(true);
    expect(files.some((file) => file.includes('/node_modules/fast-png/'))).toBe(true);
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
    const files = await bundledFor(
      "import 'lockstep-mfa';\nimport 'lockstep-mfa/core';\nimport 'lockstep-mfa/qr';\nimport 'lockstep-mfa/messages';\n",
    );
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
  });
});
