import type { ArrowFunctionExpression, Class, Function as FunctionNode, Node, Program } from 'oxc-parser';
import { parseSync, visitorKeys } from 'oxc-parser';
import type { SourceFile } from '../../model/intrinsics/metadata.ts';
import { UserError } from '../options.ts';
import type { Place } from '../trace.ts';

/** The ESTree (with TypeScript nodes) of oxc-parser. Parentheses leave no node. */
export type {
  Argument,
  ArrayExpression,
  ArrowFunctionExpression,
  AssignmentExpression,
  AssignmentTarget,
  BinaryExpression,
  BindingPattern,
  BlockStatement,
  CallExpression,
  CatchClause,
  Class,
  ClassBody,
  ClassElement,
  ConditionalExpression,
  Directive,
  Expression,
  ForStatementInit,
  Function as FunctionNode,
  FunctionBody,
  IfStatement,
  LogicalExpression,
  MemberExpression,
  MethodDefinition,
  NewExpression,
  Node,
  ObjectExpression,
  ObjectProperty,
  ParamPattern,
  PrivateIdentifier,
  Program,
  PropertyDefinition,
  PropertyKey,
  Statement,
  Super,
  SwitchStatement,
  TemplateLiteral,
  TryStatement,
  UnaryExpression,
  UpdateExpression,
  VariableDeclaration,
  VariableDeclarator,
} from 'oxc-parser';

/** What metadata points at. */
export type FunctionLike = FunctionNode | ArrowFunctionExpression | Class;

interface Index {
  readonly program: Program;
  readonly functions: ReadonlyMap<number, FunctionLike>;
  /** Statements, expression bodies of arrows and class fields, in pre-order: sorted by start, nested. */
  readonly units: readonly Node[];
}

const indices = new WeakMap<SourceFile, Index>();

/** The syntax tree of a file; parsed once per `SourceFile`. */
export function parse(source: SourceFile): Program {
  return indexOf(source).program;
}

/** The function, arrow or class that starts at `start` (see {@link Metadata}), or `null`. */
export function functionAt(source: SourceFile, start: number): FunctionLike | null {
  return indexOf(source).functions.get(start) ?? null;
}

/** Where `offset` is, with the first line of the innermost statement that begins on its line. */
export function placeAt(source: SourceFile, offset: number): Place {
  const unit = innermost(indexOf(source).units, offset);
  const place = placeIn(source, offset);
  const lineStart = offset - place.column + 1;
  if (unit === null || unit.start < lineStart) return place;
  return { ...place, text: firstLine(source.text.slice(unit.start, unit.end)) };
}

/** Where `offset` is, without looking at the syntax: the text is that of the line. */
export function placeIn(source: SourceFile, offset: number): Place {
  let line = 1;
  let lineStart = 0;
  for (let i = source.text.indexOf('\n'); i >= 0 && i < offset; i = source.text.indexOf('\n', i + 1)) {
    line++;
    lineStart = i + 1;
  }
  const text = firstLine(source.text.slice(lineStart));
  return { file: source.file, line, column: offset - lineStart + 1, text };
}

/** Parses a file; `UPY100` if it is not TypeScript. Offsets are UTF-16 units. */
export function parseText(source: SourceFile): Program {
  const lang = isJavaScript(source.file) ? 'js' : 'ts';
  const result = parseSync(source.file, source.text, { lang, sourceType: 'module', preserveParens: false });
  const error = result.errors.find(({ severity }) => severity === 'Error');
  if (error === undefined) return result.program;
  throw new UserError(
    'UPY100',
    `syntax error: ${error.message}`,
    placeIn(source, error.labels[0]?.start ?? 0),
    error.helpMessage ?? 'a typing mistake at or shortly before this place',
    'correct it; `npx tsc --noEmit` lists all errors of the file',
  );
}

export function isJavaScript(file: string): boolean {
  return /\.[cm]?js$/.test(file);
}

/** Statements that do something themselves, which a directive, a block or a label does not. */
export function isCounted(node: Node): boolean {
  switch (node.type) {
    case 'ExpressionStatement':
      return typeof (node as { directive?: unknown }).directive !== 'string';
    case 'VariableDeclaration':
      return !node.declare;
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ReturnStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'SwitchStatement':
    case 'ThrowStatement':
    case 'TryStatement':
      return true;
    default:
      return false;
  }
}

/** The nodes below `node`, in source order. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  eachChild(node, (child) => found.push(child));
  return found;
}

/** Calls `visit` for the nodes below `node`, in source order, without making a list. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item !== null) visit(item);
    } else if (value !== null && value !== undefined) visit(value);
  }
}

function indexOf(source: SourceFile): Index {
  const known = indices.get(source);
  if (known !== undefined) return known;
  const program = parseText(source);
  const functions = new Map<number, FunctionLike>();
  const units: Node[] = [];
  const walk = (node: Node): void => {
    if (isFunctionLike(node)) functions.set(node.start, node);
    if (isUnit(node)) units.push(node);
    if (node.type === 'ArrowFunctionExpression' && node.expression) {
      for (const parameter of node.params) walk(parameter);
      units.push(node.body);
      walk(node.body);
      return;
    }
    eachChild(node, walk);
  };
  walk(program);
  const index: Index = { program, functions, units };
  indices.set(source, index);
  return index;
}

function isFunctionLike(node: Node): node is FunctionLike {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return true;
    default:
      return false;
  }
}

const UNIT = /(?:Statement|Declaration|^PropertyDefinition|^MethodDefinition|^SwitchCase|^CatchClause)$/;
const unitTypes = new Map<string, boolean>();

function isUnit({ type }: Node): boolean {
  let is = unitTypes.get(type);
  if (is === undefined) {
    is = type !== 'BlockStatement' && type !== 'TSTypeParameterDeclaration' && UNIT.test(type);
    unitTypes.set(type, is);
  }
  return is;
}

/** The last of `units` that begins at or before `offset` and has not ended there. */
function innermost(units: readonly Node[], offset: number): Node | null {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((units[middle] as Node).start <= offset) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0; i--) {
    const unit = units[i] as Node;
    if (unit.end > offset) return unit;
  }
  return null;
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return (end < 0 ? text : text.slice(0, end)).trim();
}
