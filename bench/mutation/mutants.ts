import { parseSync } from 'oxc-parser';

/** One change of a source text that should not go unnoticed. */
export interface Mutant {
  /** Path from the root of the repository. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Offsets of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What was there, shortened, and what stands there instead. */
  readonly description: string;
  /** The line it begins on, without the space around it. */
  readonly context: string;
  /**
   * Lines and columns, from 1, where the statement around it begins: whoever executes that executes it. Before it the bodies of arrow
   * functions without statements that are handed over, from the inside: not all of these have coverage of their own.
   */
  readonly within: readonly string[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** The classic operators (DeMillo, Lipton, Sayward 1978), one change each. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['|'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
};

/** `within`: where each begins that {@link Mutant} tells of. */
type Site = Pick<Mutant, 'start' | 'end' | 'replacement'> & { readonly within?: readonly number[] };

/** What calls its function where it stands. */
const AT_ONCE = /^(?:atomic|critical|until|rest|relaxed|ghost)$/u;
const STATEMENT = /Statement$|^(?:VariableDeclaration|PropertyDefinition)$/u;

/** Functions that are arguments of those. */
const calledAtOnce = new WeakSet<Node>();

/** Every node below, types left out, and where the bodies and the statement around it begin. */
function* nodesOf(
  value: unknown,
  within: readonly number[] = [],
): Generator<readonly [node: Node, within: readonly number[]]> {
  if (Array.isArray(value)) for (const each of value) yield* nodesOf(each, within);
  else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    let inner = within;
    if (typeof node.type === 'string') {
      if (/^TS(?!NonNull|As|Satisfies)/u.test(node.type) || node.type === 'ImportDeclaration') return;
      if (STATEMENT.test(node.type)) inner = [node.start];
      else if (node.type === 'ArrowFunctionExpression' && !calledAtOnce.has(node))
        inner = [(node.body as Node).start, ...within];
      else if (node.type === 'CallExpression' && AT_ONCE.test(nameOf(node.callee as Node)))
        for (const argument of node.arguments as Node[]) calledAtOnce.add(argument);
      yield [node, inner];
    }
    for (const each of Object.values(value)) yield* nodesOf(each, inner);
  }
}

function operatorChanges(node: Node, text: string): Site[] {
  const { left, right, operator } = node as { left?: Node; right?: Node; operator?: string };
  if (left === undefined || right === undefined) return [];
  const at = text.indexOf(operator as string, left.end);
  return (INSTEAD[operator as string] ?? []).map((replacement) => ({
    start: at,
    end: at + (operator as string).length,
    replacement,
  }));
}

/** Throwing says what is the caller's mistake or our own; its text is not what is tested. */
const GUARDS = /^\s*(?:throw\b|if \([^{]*\) throw\b)/u;

function changes(node: Node, text: string): Site[] {
  const whole = ({ start, end }: Node, replacement: string): Site => ({ start, end, replacement });
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorChanges(node, text);
    case 'IfStatement':
    case 'ConditionalExpression': {
      if (GUARDS.test(text.slice(node.start, node.end))) return [];
      const test = node.test as Node;
      return [whole(test, 'true'), whole(test, 'false')];
    }
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === '-'
        ? [whole(node, `(${text.slice((node.argument as Node).start, node.end)})`)]
        : [];
    case 'ExpressionStatement':
      return /^(?:Call|Assignment|Update)Expression$/u.test((node.expression as Node).type)
        ? [whole(node, ';')]
        : [];
    case 'Literal':
      return typeof node.value === 'number'
        ? [whole(node, String(node.value + 1))]
        : typeof node.value === 'boolean'
          ? [whole(node, String(!node.value))]
          : [];
    case 'BreakStatement':
    case 'ContinueStatement':
      return node.label === null ? [whole(node, ';')] : [];
    default:
      return [];
  }
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
};

function mutant(file: string, text: string, { start, end, replacement, within = [] }: Site): Mutant {
  const line = lineOf(text, start);
  const context = (text.split('\n')[line - 1] as string).trim();
  const description = `${short(text.slice(start, end))} → ${replacement === ';' ? '(deleted)' : short(replacement)}`;
  return {
    file,
    line,
    start,
    end,
    replacement,
    description,
    context,
    within: within.map((at) => placeOf(text, at)),
  };
}

const placeOf = (text: string, offset: number): string =>
  `${lineOf(text, offset)}:${offset - text.lastIndexOf('\n', offset - 1)}`;

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** All mutants of a file of the checker, in the order of the text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const sites = [...nodesOf(parseSync(file, text).program)].flatMap(([node]) => changes(node, text));
  return sites
    .map((site) => mutant(file, text, site))
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.replacement < b.replacement ? -1 : 1));
}

/** What a model does to wake somebody, to keep others out, or to hold off interrupts. */
export interface ModelWords {
  /** Calls that stand alone as a statement and are deleted. */
  readonly calls: readonly string[];
  /** What makes several accesses one step, and is taken away. */
  readonly sections: readonly ('atomic' | 'critical')[];
}

/** What stands for `atomic(fn)` and `critical(lock, fn)`: the same steps, with others in between. */
const OPENED: Readonly<Record<string, string>> = {
  openedAtomic: 'function openedAtomic(fn) { return fn(); }',
  openedCritical: 'function openedCritical(lock, fn) { return fn(); }',
};

/** Mutants of a model: one wake, lock or mask less. */
export function modelMutantsOf(file: string, text: string, words: ModelWords): Mutant[] {
  const found: Site[] = [];
  for (const [node, within] of nodesOf(parseSync(file, text).program)) {
    const called = (value: unknown): boolean =>
      (value as Node | null)?.type === 'CallExpression' &&
      words.calls.includes(nameOf((value as Node).callee as Node));
    if (node.type === 'ExpressionStatement' && called(node.expression))
      found.push({ start: node.start, end: node.end, replacement: ';', within });
    if (node.type === 'ArrowFunctionExpression' && called(node.body)) {
      const { start, end } = node.body as Node;
      found.push({ start, end, replacement: 'undefined', within });
    }
    if (node.type !== 'CallExpression') continue;
    const callee = node.callee as Node;
    if (callee.type === 'Identifier' && isSection(callee.name, words))
      found.push({
        start: callee.start,
        end: callee.end,
        replacement: callee.name === 'atomic' ? 'openedAtomic' : 'openedCritical',
        within,
      });
  }
  return found.map((site) => mutant(file, text, site)).sort((a, b) => a.start - b.start);
}

function isSection(name: unknown, { sections }: ModelWords): boolean {
  return sections.some((section) => section === name);
}

function nameOf(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name as string;
  return callee.type === 'MemberExpression' ? (((callee.property as Node).name as string) ?? '') : '';
}

/** The text with one change. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  const changed = text.slice(0, start) + replacement + text.slice(end);
  const helper = OPENED[replacement];
  return helper === undefined ? changed : `${changed}\n${helper}\n`;
}

/** A sample of `count`, drawn with a seed and given in the order of `all`. Linear congruential (Knuth, MMIX). */
export function sampled<T>(all: readonly T[], count: number, seed: number): T[] {
  if (count >= all.length) return [...all];
  let state = BigInt(seed) * 2n + 1n;
  const chosen = new Set<number>();
  while (chosen.size < count) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    chosen.add(Number((state >> 33n) % BigInt(all.length)));
  }
  return [...chosen].sort((a, b) => a - b).map((index) => all[index] as T);
}
