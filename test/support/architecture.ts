import { posix } from 'node:path';
import ts from 'typescript';

/** Source by its path inside `src`, such as `core/match.ts`. */
export type Sources = ReadonlyMap<string, string>;

export type Rule =
  | 'unknown layer'
  | 'imports upwards'
  | 'circle'
  | 'missing file'
  | 'index only re-exports'
  | 'imports an index'
  | 'package'
  | 'clock'
  | 'randomness'
  | 'timer'
  | 'async'
  | 'needs Node';

export interface Violation {
  readonly rule: Rule;
  readonly file: string;
  readonly what: string;
}

/** Layers that each layer may import beside itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  core: ['errors.ts'],
  device: ['errors.ts', 'core'],
  user: ['errors.ts', 'core', 'device'],
  service: ['errors.ts', 'core', 'device', 'user'],
  messages: ['errors.ts', 'core', 'device', 'user', 'service'],
  stores: ['errors.ts', 'core', 'device', 'user', 'service'],
  qr: ['errors.ts', 'core'],
  testing: ['errors.ts', 'core', 'device', 'user', 'service'],
  'index.ts': ['core', 'service'],
};

/** The only file that may import an index: an index is for users, and what is inside imports the file. */
const ROOT_INDEX = 'index.ts';

/** Time and random bytes come in as arguments, and every answer is a plain value. */
const PURE: readonly string[] = ['core', 'device', 'user', 'messages'];

/** Layers that may be written for one runtime alone: a store has the driver of its database. */
const FOR_ONE_RUNTIME: readonly string[] = ['stores'];

/** The layers that may use each package. All become part of `dist`. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@noble/hashes': ['core', 'user'],
  'base32-encode': ['core'],
  qr: ['qr'],
  fflate: ['qr'],
};

/** `generateSecret` alone reads the system's random bytes. */
const RANDOM_SOURCE = 'core/secret.ts';

const CLOCKS = new Set(['Date', 'performance', 'hrtime', 'Temporal']);
const RANDOM = new Set(['crypto', 'getRandomValues', 'randomUUID', 'randomBytes']);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame']);
const NODE = new Set(['Buffer', 'process', 'require', 'module', '__dirname', '__filename', 'global']);

/** Violations of the architecture. The sources are parsed: comments and texts may name what code may not use. */
export function findViolations(sources: Sources): Violation[] {
  const found: Violation[] = [];
  const imports = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
    const report = (rule: Rule, what: string): void => {
      found.push({ rule, file, what });
    };
    if (!Object.hasOwn(BELOW, layerOf(file))) report('unknown layer', layerOf(file));
    if (isIndex(file)) checkIndex(tree, report);
    const specifiers = importsOf(tree);
    imports.set(file, checkImports(file, specifiers, sources, report));
    checkWords(file, tree, report);
  }
  for (const circle of findCircles(imports)) {
    found.push({ rule: 'circle', file: circle[0]!, what: circle.join(' -> ') });
  }
  return found;
}

/** Packages that the sources import. */
export function importedPackages(sources: Sources): Set<string> {
  const packages = new Set<string>();
  for (const [file, source] of sources) {
    for (const specifier of importsOf(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true))) {
      if (!specifier.startsWith('.')) packages.add(packageOf(specifier));
    }
  }
  return packages;
}

type Report = (rule: Rule, what: string) => void;

function layerOf(file: string): string {
  return file.split('/')[0]!;
}

function isIndex(file: string): boolean {
  return posix.basename(file) === 'index.ts';
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function importsOf(tree: ts.SourceFile): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    let specifier: ts.Node | undefined;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) specifier = node.argument.literal;
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      specifier = node.arguments[0];
    }
    if (specifier !== undefined) {
      specifiers.push(ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText(tree));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return specifiers;
}

function checkImports(file: string, specifiers: readonly string[], sources: Sources, report: Report): string[] {
  const layer = layerOf(file);
  const files: string[] = [];
  for (const specifier of specifiers) {
    if (specifier.startsWith('node:')) {
      if (!FOR_ONE_RUNTIME.includes(layer)) report('needs Node', specifier);
    } else if (!specifier.startsWith('.')) {
      if (!PACKAGES[packageOf(specifier)]?.includes(layer)) report('package', specifier);
    } else {
      const target = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
      if (!sources.has(target)) report('missing file', specifier);
      if (isIndex(target) && file !== ROOT_INDEX) report('imports an index', specifier);
      files.push(target);
      const other = layerOf(target);
      if (other !== layer && !BELOW[layer]?.includes(other)) report('imports upwards', specifier);
    }
  }
  return files;
}

function checkIndex(tree: ts.SourceFile, report: Report): void {
  for (const statement of tree.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) {
      report('index only re-exports', statement.getText(tree));
    }
  }
}

function checkWords(file: string, tree: ts.SourceFile, report: Report): void {
  const layer = layerOf(file);
  const pure = PURE.includes(layer);
  const visit = (node: ts.Node): void => {
    const word = wordOf(node);
    if (word !== undefined) {
      if (NODE.has(word) && !FOR_ONE_RUNTIME.includes(layer) && !isOwnName(node)) report('needs Node', word);
      if (pure) {
        if (CLOCKS.has(word) && !isGivenDate(node)) report('clock', word);
        if (TIMERS.has(word)) report('timer', word);
        if (RANDOM.has(word) && file !== RANDOM_SOURCE) report('randomness', word);
        if (word === 'Math' && !isPureMath(node)) report('randomness', node.parent.getText(tree));
        if (word === 'Promise') report('async', word);
      }
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      report('needs Node', 'import.meta');
    if (pure && isAsync(node)) report('async', node.getText(tree).split('\n')[0]!);
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

/** The name that a node uses, also as `globalThis.name` and `globalThis['name']`. */
function wordOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)) return node.text;
  return undefined;
}

/** A name that is no global: `{ process: 1 }`, `device.process`. */
function isOwnName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.name === node && parent.expression.getText() !== 'globalThis';
  }
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node;
}

/** `new Date(ms)` is a calendar and reads no clock. */
function isGivenDate({ parent }: ts.Node): boolean {
  return ts.isNewExpression(parent) && parent.expression.getText() === 'Date' && (parent.arguments?.length ?? 0) > 0;
}

function isPureMath({ parent }: ts.Node): boolean {
  return ts.isPropertyAccessExpression(parent) && parent.name.text !== 'random';
}

function isAsync(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
}

/** One circle for each file that closes one. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) circles.push([...path.slice(seenAt), file]);
    if (seenAt >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return circles;
}
