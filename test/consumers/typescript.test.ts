import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { ROOT } from '../support/tree.js';

const project = inject('consumers');

interface Compilation {
  readonly version: string;
  readonly resolution: string;
  readonly lib?: string;
  readonly code?: string;
}

/** What the compiler complains of in a file of the user's, the declarations of the library included. */
async function complaintsOf({ version, resolution, lib = 'ES2020', code = USE }: Compilation): Promise<string> {
  const folder = mkdtempSync(join(project, 'typescript-'));
  const { module, moduleResolution, file } = RESOLUTIONS[resolution]!;
  writeFileSync(join(folder, file), importsFor(file) + code);
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'ES2020',
    lib: lib.split(','),
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    ...(version >= '6' ? { ignoreDeprecations: '6.0' } : {}),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(project, `node_modules/typescript-${version}/bin/tsc`);
  try {
    return (await promisify(execFile)(process.execPath, [compiler, '-p', folder], { cwd: project })).stdout;
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

const RESOLUTIONS: Readonly<Record<string, { module: string; moduleResolution: string; file: string }>> = {
  node10: { module: 'commonjs', moduleResolution: 'node10', file: 'user.ts' },
  'node16-esm': { module: 'node16', moduleResolution: 'node16', file: 'user.mts' },
  'node16-cjs': { module: 'node16', moduleResolution: 'node16', file: 'user.cts' },
  'nodenext-esm': { module: 'nodenext', moduleResolution: 'nodenext', file: 'user.mts' },
  'nodenext-cjs': { module: 'nodenext', moduleResolution: 'nodenext', file: 'user.cts' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', file: 'user.ts' },
};

const SUBPATHS = Object.keys(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace('.', 'lockstep-mfa'));

function importsFor(file: string): string {
  const form = (name: string, specifier: string): string =>
    file.endsWith('.cts') ? `import ${name} = require('${specifier}');` : `import * as ${name} from '${specifier}';`;
  return SUBPATHS.map((specifier, at) => {
    const name = specifier.split('/').slice(1).join('_') || 'root';
    return `${form(name, specifier)}\nexport type T${at} = keyof typeof ${name};\n`;
  }).join('');
}

// Types that were not found would be `any`, and the expected errors would be missing.
const USE = `
const secret: core.Secret = root.parseSecret('GEZDGNBV');
export const code: string = core.totp(secret, { nowMs: 0 });
export const pending: device.Device = device.createDevice({ serialNumber: 'a', nowMs: 0 });
export const png: Uint8Array = qr.qrPng('otpauth://totp/a');
export const error: root.MfaError = new root.MfaError('invalid-argument', 'a', { cause: 1 });
export const store: root.MfaStore = stores_memory.memoryStore();
export const mfa: root.MfaService = root.createMfaService({ issuer: 'A', store, sealer: root.plaintextSealer() });
export async function signIn(): Promise<string | undefined> {
  const answer = await mfa.signIn('user', { code: '123456' });
  return answer.ok ? answer.proof.method : answer.reason;
}
// @ts-expect-error
core.totp('GEZDGNBV', { nowMs: 0 });
// @ts-expect-error
device.verifyCode(pending, secret, '755224');
// @ts-expect-error
qr.qrPng(1).nothing;
// @ts-expect-error
root.nothing;
`;

const VERSIONS = ['5.0', '5.6', '5.9', '6.0', '7.0'];
const ALL = VERSIONS.flatMap((version) =>
  Object.keys(RESOLUTIONS)
    // TypeScript 7 has no node10 any more.
    .filter((resolution) => version < '7' || resolution !== 'node10')
    .map((resolution) => ({ version, resolution })),
);

describe.concurrent('TypeScript, lib ES2020, skipLibCheck false', () => {
  it.each(ALL)('$version compiles with $resolution', async (compilation) => {
    expect(await complaintsOf(compilation)).toBe('');
  });

  it('has the versions that it names, the lowest as in the README', () => {
    for (const version of VERSIONS) {
      const manifest = readFileSync(join(project, `node_modules/typescript-${version}/package.json`), 'utf8');
      expect(JSON.parse(manifest).version).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\.`));
    }
    expect(readFileSync(`${ROOT}README.md`, 'utf8')).toContain(
      `TypeScript ${VERSIONS[0]} or later with \`lib: ["ES2020"]\``,
    );
  });

  it('would complain of what a version does not know', async () => {
    const old = { version: '5.0', resolution: 'bundler' };
    expect(await complaintsOf({ ...old, code: 'export const a: Uint8Array<ArrayBuffer> = null!;' })).toContain(
      'not generic',
    );
    expect(await complaintsOf({ ...old, code: 'export type A = ErrorOptions;' })).toContain('ErrorOptions');
  });

  // Where a type of bytes knows its buffer, a PNG is the body of a response.
  it.each(['5.6', '5.9', '7.0'])('%s takes a PNG as the body of a response', async (version) => {
    const code = "new Response(qr.qrPng('otpauth://totp/a'));";
    expect(await complaintsOf({ version, resolution: 'bundler', lib: 'ES2020,DOM', code })).toBe('');
  });
});
