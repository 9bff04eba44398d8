import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { writeUserFile } from './user.js';

/** The files of which a browser's bundle holds code. */
async function bundledFor(code: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [writeUserFile('browser.mjs', code)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
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

  it('holds nothing of what is imported and not used', async () => {
    const files = await bundledFor("import 'lockstep-mfa';\nimport 'lockstep-mfa/core';\nimport 'lockstep-mfa/qr';\n");
    expect(files.filter((file) => file.includes('node_modules'))).toEqual([]);
  });
});
