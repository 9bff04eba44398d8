import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { SPECIFIERS, writeUserFile } from './user.js';

const { ModuleKind, ModuleResolutionKind } = ts;

const RESOLUTIONS = {
  'nodenext, ESM': { file: 'user.mts', module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext },
  'nodenext, CommonJS': {
    file: 'user.cts',
    module: ModuleKind.NodeNext,
    moduleResolution: ModuleResolutionKind.NodeNext,
  },
  'bundler, ESM': { file: 'user.mts', module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
  'bundler, CommonJS': {
    file: 'user.cts',
    module: ModuleKind.Preserve,
    moduleResolution: ModuleResolutionKind.Bundler,
  },
  'node10, CommonJS': { file: 'user.ts', module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10 },
  'node10, ESM': { file: 'user.ts', module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Node10 },
};

const imports = (form: (specifier: string, name: string) => string): string =>
  SPECIFIERS.map(
    (specifier, index) => `${form(specifier, `m${index}`)}\nexport type T${index} = keyof typeof m${index};\n`,
  ).join('');

// Types that were not found would be `any`, and the expected errors would be missing.
const USE = `
const secret: core.Secret = root.parseSecret('GEZDGNBV');
export const code: string = core.totp(secret, { nowMs: 0 });
export const pending: device.Device = device.createDevice({ serialNumber: 'a', nowMs: 0 });
// @ts-expect-error
core.totp('GEZDGNBV', { nowMs: 0 });
// @ts-expect-error
device.verifyCode(pending, secret, '755224');
// @ts-expect-error
root.nothing;
`;

describe('the types', () => {
  it.each(Object.entries(RESOLUTIONS))('are found with %s', (name, { file, ...resolution }) => {
    const form = name.startsWith('nodenext, C')
      ? (specifier: string, alias: string) => `import ${alias} = require('${specifier}');`
      : (specifier: string, alias: string) => `import * as ${alias} from '${specifier}';`;
    const code = [
      form('lockstep-mfa', 'root'),
      form('lockstep-mfa/core', 'core'),
      form('lockstep-mfa/device', 'device'),
      imports(form),
      USE,
    ].join('\n');
    const program = ts.createProgram([writeUserFile(file, code)], {
      ...resolution,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(
      ts.formatDiagnostics(problems, {
        getCanonicalFileName: String,
        getCurrentDirectory: () => '',
        getNewLine: () => '\n',
      }),
    ).toBe('');
  });
});
