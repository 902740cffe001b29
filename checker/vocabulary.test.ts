/**
 * docs/vocabulary.md lists everything that can be imported from the package, in the words of its docstrings. It is written
 * by this test: UPDATE_VOCABULARY=1.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from './language/own.ts';

const PAGE = join(root, 'docs/vocabulary.md');

interface Entry {
  readonly name: string;
  /** As it is written in code: `until(attempt, timeout?)`. */
  readonly form: string;
  readonly says: string;
  readonly members: readonly string[];
  readonly isType: boolean;
}

/** What package.json exports, with its source: `upy-check/model` and `model/index.ts`. */
function modules(): { readonly name: string; readonly file: string }[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, { default: string } | string>;
  };
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const name = `upy-check${path.slice(1)}`;
    const file = target.default.replace(/^\.\/dist\/(.*)\.js$/u, '$1.ts');
    if (!file.includes('*')) return [{ name, file }];
    const folder = file.slice(0, file.indexOf('*'));
    return readdirSync(join(root, folder))
      .filter((each) => /(?<!\.test)\.ts$/u.test(each))
      .sort()
      .map((each) => ({ name: name.replace('*', each.slice(0, -3)), file: folder + each }));
  });
}

const files = modules();
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);
const program = ts.createProgram(
  files.map(({ file }) => join(root, file)),
  options,
);
const checker = program.getTypeChecker();

function entriesOf(file: string): Entry[] {
  const source = program.getSourceFile(join(root, file));
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (symbol === undefined) return [];
  return checker
    .getExportsOfModule(symbol)
    .map((each) => [each.name, original(each)] as const)
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, each]) => ({
      name: name === 'default' ? each.name : name,
      form: formOf(name === 'default' ? each.name : name, each),
      says: saysOf(each) || saysOfGroup(each) || usersOf(each),
      members: membersOf(each),
      isType: (each.flags & ts.SymbolFlags.Value) === 0,
    }));
}

function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The first paragraph of a docstring, on one line. */
function saysOf(symbol: ts.Symbol): string {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .split('\n\n')[0]!
    .replaceAll(/\{@link ([^}]*)\}/gu, '`$1`')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/(^|[\s(])\*(\w[^*`]*)\*/gu, '$1_$2_')
    .trim();
}

/** Constants that stand together have one docstring, before the first. */
function saysOfGroup(symbol: ts.Symbol): string {
  let at: ts.Node | undefined = symbol.valueDeclaration?.parent?.parent;
  while (at !== undefined && ts.isVariableStatement(at)) {
    const source = at.getSourceFile();
    const before: ts.Node | undefined = source.statements[source.statements.indexOf(at) - 1];
    if (before === undefined || !ts.isVariableStatement(before)) return '';
    if (/\n\s*\n/u.test(source.text.slice(before.end, at.getStart()))) return '';
    const declared = before.declarationList.declarations[0];
    const earlier = declared === undefined ? undefined : checker.getSymbolAtLocation(declared.name);
    const says = earlier === undefined ? '' : saysOf(earlier);
    if (says !== '') return says;
    at = before;
  }
  return '';
}

/** Options say what they are by who takes them. */
function usersOf(symbol: ts.Symbol): string {
  const users = new Set<string>();
  for (const source of program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(root)))
    for (const [name, signature] of source.statements.flatMap(signaturesOf))
      if (takes(signature, symbol)) users.add(`\`${name}\``);
  const [first, ...rest] = [...users].reverse();
  if (first === undefined) return '';
  return `Options of ${rest.length === 0 ? '' : `${rest.reverse().join(', ')} and `}${first}.`;
}

/** What a statement declares that can be called, by name. */
function signaturesOf(statement: ts.Statement): [string, ts.SignatureDeclaration][] {
  if (ts.isFunctionDeclaration(statement)) return [[statement.name?.text ?? '', statement]];
  if (!ts.isClassDeclaration(statement)) return [];
  const name = statement.name?.text ?? '';
  return statement.members.flatMap((member): [string, ts.SignatureDeclaration][] => {
    if (ts.isConstructorDeclaration(member)) return [[name, member]];
    return ts.isMethodDeclaration(member) ? [[`${name}.${member.name.getText()}`, member]] : [];
  });
}

function takes(signature: ts.SignatureDeclaration, symbol: ts.Symbol): boolean {
  return signature.parameters.some(
    ({ type }) =>
      type !== undefined && ts.isTypeReferenceNode(type) && checker.getTypeAtLocation(type).symbol === symbol,
  );
}

function formOf(name: string, symbol: ts.Symbol): string {
  if ((symbol.flags & ts.SymbolFlags.Value) === 0 || symbol.valueDeclaration === undefined) return name;
  const type = checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
  const abstract = (ts.getCombinedModifierFlags(symbol.valueDeclaration) & ts.ModifierFlags.Abstract) !== 0;
  const construct = type.getConstructSignatures()[0];
  if (construct !== undefined && !abstract) return `new ${name}(${parametersOf(construct)})`;
  const calls = type.getCallSignatures();
  const call = calls.at(-1);
  const fewest = Math.min(...calls.map(({ parameters }) => parameters.length));
  if (call !== undefined) return `${name}(${parametersOf(call, fewest)})`;
  return type.isNumberLiteral() ? `${name} = ${type.value}` : name;
}

/** Names of parameters; those behind the first `needed` may be left out in another overload. */
function parametersOf(signature: ts.Signature, needed = Number.POSITIVE_INFINITY): string {
  return signature.parameters
    .map((parameter, i) => {
      const at = parameter.valueDeclaration;
      if (at === undefined || !ts.isParameter(at)) return parameter.name;
      const name = ts.isIdentifier(at.name) ? at.name.text.replace(/^_+/u, '') : 'options';
      if (at.dotDotDotToken !== undefined) return `...${name}`;
      const optional = at.questionToken !== undefined || at.initializer !== undefined || i >= needed;
      return optional ? `${name}?` : name;
    })
    .join(', ');
}

/** Public methods and fields of a class, an interface or an enum. */
function membersOf(symbol: ts.Symbol): string[] {
  const has = ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.Enum;
  if ((symbol.flags & has) === 0) return [];
  const from = symbol.flags & ts.SymbolFlags.Enum ? symbol.exports : symbol.members;
  return [...(from?.values() ?? [])].flatMap((member) => {
    const at = member.declarations?.[0];
    if (at === undefined || !/^[a-z]\w*$/iu.test(member.name)) return [];
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    if (ts.getCombinedModifierFlags(at) & hidden || ts.isTypeParameterDeclaration(at)) return [];
    if (ts.isMethodDeclaration(at) || ts.isMethodSignature(at)) {
      const signature = checker.getSignatureFromDeclaration(at);
      return [`${member.name}(${signature === undefined ? '' : parametersOf(signature)})`];
    }
    return [member.flags & ts.SymbolFlags.Optional ? `${member.name}?` : member.name];
  });
}

/** The docstring at the beginning of a module. */
function aboutOf(file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const [, comment = ''] = /^\/\*\* ?(`upy-check[\s\S]*?)\*\//u.exec(text) ?? [];
  return comment
    .replaceAll(/\n \*/gu, '')
    .replace(/^`[^`]*`: /u, '')
    .trim();
}

function listOf(entries: readonly Entry[]): string {
  const items = entries.map(({ form, says, members }) => {
    const list = members.length === 0 ? '' : `\n  ${members.map((each) => `\`${each}\``).join(', ')}`;
    return `- \`${form}\`: ${says}${list}\n`;
  });
  return items.join('');
}

function page(): string {
  const sections = all.map(({ name, file, entries }) => {
    const about = aboutOf(file);
    const words = about === '' ? '' : `${about.charAt(0).toUpperCase()}${about.slice(1)}`;
    const types = listOf(entries.filter((each) => each.isType));
    const parts = [
      `## \`${name}\``,
      words,
      listOf(entries.filter((each) => !each.isType)),
      types === '' ? '' : 'Types:',
      types,
    ];
    return parts
      .filter((part) => part !== '')
      .map((part) => part.trimEnd())
      .join('\n\n');
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

const HEAD = `# Vocabulary

Everything that can be imported, with what its docstring says; editors show the same, and the rest of it. This page is written by a test
(\`checker/vocabulary.test.ts\`), so it is complete. What the words of the checker mean (state, step, fairness …) is in [glossary.md](glossary.md), how they
are put together in [language.md](language.md), and what each means exactly in [semantics.md](semantics.md).

Behind a class or a record stand its public methods and fields. A \`?\` marks what may be left out. Times are in µs.

${files.map(({ name }) => `- [\`${name}\`](#${name.replaceAll('/', '')})`).join('\n')}
`;

const all = files.map((each) => ({ ...each, entries: entriesOf(each.file) }));

test('everything that can be imported says what it is', () => {
  const silent = all.flatMap(({ name, entries }) =>
    entries.filter(({ says }) => says === '').map((entry) => `${name} ${entry.name}`),
  );
  expect(silent).toEqual([]);
});

test('docs/vocabulary.md lists it all', () => {
  if (process.env.UPDATE_VOCABULARY === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
