import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../support/tree.js';
import { FORMATS, INSTALLED, SPECIFIERS, targetsOf, writeUserFile } from './user.js';

const files = filesBelow(join(INSTALLED, 'dist'))
  .filter((file) => /\.d\.c?ts$/.test(file))
  .map((file) => join(INSTALLED, 'dist', file));
const entries = SPECIFIERS.flatMap((specifier) =>
  FORMATS.map((format) => join(INSTALLED, targetsOf(specifier, format).types)),
);

// A name in a message or on hover that nobody can import is a dead end.
describe('the published declarations', () => {
  it('declare no name that no subpath exports', () => {
    expect(files.length).toBeGreaterThan(entries.length);
    expect(privateNames(files, entries)).toEqual([]);
  });

  it('with a private name of any kind would be caught, in a subpath and in a chunk', () => {
    const chunk = writeUserFile(
      'chunk.d.mts',
      `interface Shared {}
       interface Chunked {}
       type Lost = string;
       export { type Shared as S, type Chunked as C, type Lost as L };`,
    );
    const entry = writeUserFile(
      'entry.d.mts',
      `import { S as Shared, C as Chunked, L as Lost } from './chunk.mjs';
       declare const brand: unique symbol;
       interface Base {}
       type Alias = Lost;
       declare class Hidden {}
       declare function hidden(): void;
       declare const NAMES: readonly ['a'];
       declare enum Kind {}
       interface Shown extends Base, Chunked { readonly [brand]: Alias }
       export interface Direct {}
       export declare function shown(kind: Kind, names: typeof NAMES): Hidden;
       export { type Shown, Shared };`,
    );
    expect(privateNames([chunk, entry], [entry])).toEqual([
      'chunk.d.mts: Chunked',
      'chunk.d.mts: Lost',
      'entry.d.mts: Alias',
      'entry.d.mts: Base',
      'entry.d.mts: Hidden',
      'entry.d.mts: Kind',
      'entry.d.mts: NAMES',
      'entry.d.mts: hidden',
    ]);
  });
});

/** What declaration files declare at their top, and no entry exports. A unique symbol is a brand, which nobody names. */
function privateNames(declarationFiles: readonly string[], entryFiles: readonly string[]): string[] {
  const program = ts.createProgram([...declarationFiles], {
    module: ts.ModuleKind.NodeNext,
    types: [],
    lib: ['lib.es2022.d.ts'],
  });
  const checker = program.getTypeChecker();
  const moduleOf = (file: string): ts.Symbol => checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const exported = new Set(
    entryFiles
      .flatMap((file) => checker.getExportsOfModule(moduleOf(file)))
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)),
  );
  const found = declarationFiles.flatMap((file) =>
    program
      .getSourceFile(file)!
      .statements.flatMap(namesDeclaredBy)
      .filter((name) => !exported.has(checker.getSymbolAtLocation(name)!))
      .map((name) => `${basename(file)}: ${name.getText()}`),
  );
  return found.sort();
}

function namesDeclaredBy(statement: ts.Statement): ts.Node[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.filter(({ type }) => !isUniqueSymbol(type)).map(({ name }) => name);
  }
  // Imports and lists of exports declare nothing.
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
  return [(statement as ts.DeclarationStatement).name ?? statement];
}

function isUniqueSymbol(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && ts.isTypeOperatorNode(type) && type.operator === ts.SyntaxKind.UniqueKeyword;
}
