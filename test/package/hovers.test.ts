import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { writeUserFile } from './user.js';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
};

/** A type that the compiler does not find, or that has no name but that of a module. */
const NAMELESS = /\bany\b|\bimport\b|^$/;

/** What is hovered over, in code that compiles. */
interface Section {
  readonly heading: string;
  readonly imports: string;
  readonly expressions: readonly string[];
}

const CORE = functionsOf('lockstep-mfa/core');
const SECTIONS: readonly Section[] = [
  ofModule('lockstep-mfa', (name) => !CORE.includes(name)),
  ofType('MfaService', 'mfa'),
  ofType('MfaAdministration', "mfa.asAdministrator('Ada')"),
  ofModule('lockstep-mfa/core'),
  ofModule('lockstep-mfa/device'),
];

function ofModule(specifier: string, isShown: (name: string) => boolean = () => true): Section {
  const names = functionsOf(specifier).filter(isShown);
  return {
    heading: specifier,
    imports: `import { ${names.join(', ')} } from '${specifier}';\n`,
    expressions: names,
  };
}

/** @param object - what stands before the method where it is called */
function ofType(type: string, object: string): Section {
  const imports = `import { createMfaService, type MfaServiceOptions } from 'lockstep-mfa';
declare const options: MfaServiceOptions;
const mfa = createMfaService(options);\n`;
  return { heading: type, imports, expressions: methodsOf(type).map((name) => `${object}.${name}`) };
}

describe('what an editor shows on hover', () => {
  const sections = SECTIONS.map(({ heading, imports, expressions }) => ({
    heading,
    lines: hoversOf(imports, expressions),
  }));

  it('is what the list says, for each method and function', async () => {
    const list = sections.map(({ heading, lines }) => `${heading}\n${lines.join('\n')}\n`).join('\n');
    await expect(list).toMatchFileSnapshot('hovers.txt');
  });

  it('is complete, and of types that have names', () => {
    for (const { lines } of sections) {
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => NAMELESS.test(line))).toEqual([]);
    }
  });

  it('would be noticed where a type has no name or is not found', () => {
    const code = `import { nothing } from 'lockstep-mfa/nowhere';
declare function lost(input): void;
declare function far(): typeof import('lockstep-mfa');\n`;
    for (const line of hoversOf(code, ['nothing', 'lost', 'far'])) expect(line).toMatch(NAMELESS);
  });
});

/** One line each: as on hover, without the docs, and without what depends on the import. */
function hoversOf(imports: string, expressions: readonly string[]): string[] {
  const code = `${imports}${expressions.map((expression) => `${expression};\n`).join('')}`;
  const file = writeUserFile('hovers.mts', code);
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => '/',
    getCompilationSettings: () => OPTIONS,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
  });
  let end = imports.length;
  return expressions.map((expression) => {
    const last = end + expression.length - 1;
    end += `${expression};\n`.length;
    const shown = ts.displayPartsToString(service.getQuickInfoAtPosition(file, last)?.displayParts);
    return shown
      .replace(/^\(alias\) /, '')
      .replace(/\nimport \S+$/, '')
      .replace(/\s+/g, ' ');
  });
}

/** The names of a module's functions. */
function functionsOf(specifier: string): string[] {
  const { checker, symbols } = exportsOf(specifier);
  return symbols
    .filter((symbol) => resolved(checker, symbol).flags & ts.SymbolFlags.Function)
    .map(({ name }) => name)
    .sort();
}

/** The names of an interface's methods, in the order in which it declares them. */
function methodsOf(type: string): string[] {
  const { checker, symbols } = exportsOf('lockstep-mfa');
  const symbol = symbols.find(({ name }) => name === type)!;
  return checker
    .getDeclaredTypeOfSymbol(resolved(checker, symbol))
    .getProperties()
    .map(({ name }) => name);
}

function exportsOf(specifier: string): { readonly checker: ts.TypeChecker; readonly symbols: readonly ts.Symbol[] } {
  const file = writeUserFile('exports.mts', `export * from '${specifier}';`);
  const program = ts.createProgram([file], OPTIONS);
  const checker = program.getTypeChecker();
  return { checker, symbols: checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!) };
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
