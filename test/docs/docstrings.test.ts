import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, ROOT } from '../support/tree.js';

/** What users can import, by the index files. */
const indexes = filesBelow(`${ROOT}src`).filter((file) => /(^|\/)index\.ts$/.test(file));

const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}tsconfig.json`, undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(String(diagnostic.messageText));
  },
})!;

/** A function, method or other value that a user can name, and what its docstring says. */
interface Documented {
  readonly name: string;
  readonly text: string;
  /** The reasons that its answer may have. */
  readonly reasons: readonly string[];
}

function programOf(files: readonly string[], host?: ts.CompilerHost): ts.Program {
  return ts.createProgram(files, { ...config.options, noEmit: true }, host);
}

/** The docstring with its tags, as one text. */
function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const tags = symbol.getJsDocTags(checker).map(({ text }) => ts.displayPartsToString(text));
  return [ts.displayPartsToString(symbol.getDocumentationComment(checker)), ...tags].join('\n').trim();
}

/** The names under `reason` in the answer, also of a promise. */
function reasonsOf(symbol: ts.Symbol, node: ts.Node, checker: ts.TypeChecker): string[] {
  const signatures = checker.getTypeOfSymbolAtLocation(symbol, node).getCallSignatures();
  return signatures.flatMap((signature) => {
    const answer = checker.getAwaitedType(signature.getReturnType()) ?? signature.getReturnType();
    const members = answer.isUnion() ? answer.types : [answer];
    return members.flatMap((member) => {
      const reason = member.getProperty('reason');
      if (reason === undefined) return [];
      const type = checker.getTypeOfSymbolAtLocation(reason, node);
      return (type.isUnion() ? type.types : [type]).flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
    });
  });
}

/** The values that a file exports, and the methods of the interfaces that it exports. */
function documentedBy(program: ts.Program, file: string): Documented[] {
  const checker = program.getTypeChecker();
  const tree = program.getSourceFile(file)!;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(tree)!);
  return exported.flatMap((each) => {
    const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    const describeSymbol = (one: ts.Symbol, name: string): Documented => ({
      name,
      text: textOf(one, checker),
      reasons: [...new Set(reasonsOf(one, tree, checker))],
    });
    const methods = symbol.flags & ts.SymbolFlags.Interface ? [...(symbol.members?.values() ?? [])] : [];
    return [
      ...(symbol.flags & ts.SymbolFlags.Value ? [describeSymbol(symbol, symbol.name)] : []),
      ...methods
        .filter(({ flags }) => flags & ts.SymbolFlags.Method)
        .map((method) => describeSymbol(method, `${symbol.name}.${method.name}`)),
    ];
  });
}

/** A docstring that begins so has no subject and verb in its first clause. */
const FRAGMENT = /^(What|Of|Who|Whom|Whose|Why|How|Where|When|As of|By)\b(?! the user)/;
/** An administrator's methods are the user's: what they answer is said there. */
const AS_OF_THE_USER = /^As of the user\b/;

function problemOf({ name, text, reasons }: Documented): string | undefined {
  if (text === '') return `${name} has no docstring`;
  if (FRAGMENT.test(text)) return `${name} begins with a fragment: ${text.split('\n')[0]}`;
  if (AS_OF_THE_USER.test(text) && name.startsWith('MfaAdministration.')) return undefined;
  // Every answer of the service may be a conflict: that stands at the interface.
  const unnamed = reasons.filter((reason) => reason !== 'conflict' && !text.includes(`\`${reason}\``));
  return unnamed.length === 0 ? undefined : `${name} does not name ${unnamed.join(', ')}`;
}

/** A docstring that leaves its reasons to that of another function. */
const SAYS_AS = /\bas `(verifyCode|assignDevice)`/;

describe('the docstrings of what users can import', () => {
  const program = programOf(indexes.map((file) => `${ROOT}src/${file}`));

  it.each(indexes)('of src/%s are there, begin with a clause, and name every reason', (file) => {
    const documented = documentedBy(program, `${ROOT}src/${file}`);
    const named = new Map(documented.map((each) => [each.name, each]));
    const complete = documented.map((each) => {
      const [, other] = SAYS_AS.exec(each.text) ?? [];
      return other === undefined ? each : { ...each, text: `${each.text}\n${named.get(other)?.text}` };
    });
    expect(complete.length).toBeGreaterThan(0);
    expect(complete.flatMap((each) => problemOf(each) ?? [])).toEqual([]);
  });

  it('are read with the reasons of the answers', () => {
    const documented = documentedBy(program, `${ROOT}src/index.ts`);
    const reasons = documented.find(({ name }) => name === 'MfaService.signIn')!.reasons;
    expect(reasons).toHaveLength(8);
    expect(reasons).toContain('code-reused');
  });

  it('would be caught without a docstring, with a fragment, or with a reason missing', () => {
    const base = { name: 'a', reasons: ['locked', 'conflict'] };
    expect(problemOf({ ...base, text: '' })).toContain('no docstring');
    expect(problemOf({ ...base, text: 'What it does.' })).toContain('fragment');
    expect(problemOf({ ...base, text: 'Checks a code. `lockedUntilMs`' })).toBe('a does not name locked');
    expect(problemOf({ ...base, text: 'Checks a code: `locked`.' })).toBeUndefined();
    expect(problemOf({ ...base, text: 'As of the user.' })).toContain('locked');
    expect(problemOf({ ...base, name: 'MfaAdministration.a', text: 'As of the user.' })).toBeUndefined();
  });
});
