import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  FORMATS,
  type Format,
  INSTALLED,
  load,
  loadedFiles,
  loadedSources,
  runAsUser,
  SPECIFIERS,
  targetsOf,
} from './user.js';

/** Without the interpreter's help: Node that cannot `require` ESM. */
const OLD_REQUIRE = ['--no-experimental-require-module'];

const valuesOf = (format: Format, specifier: string): unknown =>
  runAsUser(
    format,
    `${load(format, specifier, 'all')}console.log(JSON.stringify(Object.keys(all).sort()));`,
    OLD_REQUIRE,
  );

const declarations = ts.createProgram(
  SPECIFIERS.flatMap((specifier) => FORMATS.map((format) => declarationsOf(specifier, format))),
  { module: ts.ModuleKind.NodeNext, types: [], lib: ['lib.es2022.d.ts'] },
);

function declarationsOf(specifier: string, format: Format): string {
  return join(INSTALLED, targetsOf(specifier, format).types);
}

/** What a declaration file exports, as `value totp` or `type Secret`. */
function declaredBy(specifier: string, format: Format): string[] {
  const checker = declarations.getTypeChecker();
  const file = declarations.getSourceFile(declarationsOf(specifier, format))!;
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!).map((name) => {
    const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
    return `${symbol.flags & ts.SymbolFlags.Value ? 'value' : 'type'} ${name.name}`;
  });
  return names.sort();
}

describe('the exports', () => {
  it('are those of the list, and no others', async () => {
    const list = SPECIFIERS.map((specifier) => `${specifier}\n${declaredBy(specifier, 'esm').join('\n')}\n`).join('\n');
    await expect(list).toMatchFileSnapshot('exports.txt');
  });

  it.each(SPECIFIERS)('of %s are the same in both formats, in code and in types', (specifier) => {
    const declared = declaredBy(specifier, 'esm');
    expect(declaredBy(specifier, 'cjs')).toEqual(declared);
    const values = declared.filter((line) => line.startsWith('value ')).map((line) => line.slice('value '.length));
    expect(values.length).toBeGreaterThan(0);
    expect(valuesOf('esm', specifier)).toEqual(values);
    expect(valuesOf('cjs', specifier)).toEqual(values);
  });

  it.each(SPECIFIERS)('of %s in CommonJS can be imported by name from ESM', (specifier) => {
    const values = valuesOf('cjs', specifier) as string[];
    const file = `./node_modules/lockstep-mfa/${targetsOf(specifier, 'cjs').default}`;
    const code = `import { ${values.join(', ')} } from '${file}';\nconsole.log(typeof ${values[0]!} === 'function');`;
    expect(runAsUser('esm', code)).toBe(true);
  });
});

// RFC 4226 appendix D, counter 0.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const CODE = '755224';

describe.each(FORMATS)('the subpaths in %s', (format) => {
  const both = load(format, 'lockstep-mfa', 'root') + load(format, 'lockstep-mfa/core', 'core');

  it('share one Secret and one MfaError', () => {
    const code = `${both}
      const codes = [root.totp(core.parseSecret('${SECRET}'), { nowMs: 0 }), core.totp(root.parseSecret('${SECRET}'), { nowMs: 0 })];
      console.log(JSON.stringify({ codes, same: root.MfaError === core.MfaError }));`;
    expect(runAsUser(format, code, OLD_REQUIRE)).toEqual({ codes: [CODE, CODE], same: true });
  });

  it.each(SPECIFIERS.filter((specifier) => specifier !== 'lockstep-mfa/qr'))(
    'load no picture library with %s',
    (specifier) => {
      const sources = loadedSources(format, specifier);
      expect(sources.some((source) => source.startsWith('src/'))).toBe(true);
      expect(sources.filter(isPictureLibrary)).toEqual([]);
    },
  );

  it('load the picture libraries with lockstep-mfa/qr, as far as this test can see', () => {
    const libraries = loadedSources(format, 'lockstep-mfa/qr').filter(isPictureLibrary);
    expect(libraries.some((file) => file.includes('/qr/'))).toBe(true);
    expect(libraries.some((file) => file.includes('/fflate/'))).toBe(true);
  });
});

function isPictureLibrary(file: string): boolean {
  return /(^|\/)node_modules\/(qr|fflate)\//.test(file);
}

describe('start-up', () => {
  // A process waits for each file as long as for all the code in it.
  it.each([
    ['lockstep-mfa/core', 2],
    ['lockstep-mfa/device', 3],
    ['lockstep-mfa', 4],
    ['lockstep-mfa/qr', 3],
    ['lockstep-mfa/stores/sqlite', 2],
  ])('loads the files of %s: %i', (specifier, files) => {
    for (const format of FORMATS) expect(loadedFiles(format, specifier)).toHaveLength(files);
  });
});

describe('two copies in one process', () => {
  it('refuse the Secret of the other by name, and know its errors', () => {
    const code = `import { createRequire } from 'node:module';
      import { isMfaError, totp } from 'lockstep-mfa';
      const other = createRequire(import.meta.url)('lockstep-mfa');
      try {
        totp(other.parseSecret('${SECRET}'), { nowMs: 0 });
      } catch (error) {
        console.log(JSON.stringify([error.code, isMfaError(error), other.isMfaError(error)]));
      }`;
    expect(runAsUser('esm', code)).toEqual(['invalid-argument', true, true]);
  });
});
