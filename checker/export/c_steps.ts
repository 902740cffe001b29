import { reversePostorder, writesOf } from '../language/analysis/graph.ts';
import type { Block, Family, Instruction, Predicate, ProcessCode, Terminator } from '../language/ir.ts';
import { TURNS_MAX } from '../machine/turns.ts';
import { expressionText, type Reader } from './c_expression.ts';
import type { Names } from './c_names.ts';

/** SPIN takes at most 64 KB in one `c_code`: longer functions are cut into several of about this many characters. */
const FUNCTION_MAX = 24_000;

/** Tables that several functions share, each written once. */
export class Constants {
  private readonly tables = new Map<string, string>();
  private readonly definitions: string[] = [];
  constructor(private readonly names: Names) {}

  family({ elements }: Family): string {
    return this.define('int', elements.map((v) => (v === null ? '-1' : this.names.of(v))).join(', '));
  }

  table(values: readonly number[]): string {
    return this.define('wide', values.map((v) => `${v}LL`).join(', '));
  }

  /** Variables, with -1 after the last. */
  list(names: readonly string[]): string {
    return this.define('int', [...names, '-1'].join(', '));
  }

  private define(type: string, values: string): string {
    const key = `${type} ${values}`;
    let name = this.tables.get(key);
    if (name === undefined) {
      name = `constants_${this.tables.size}`;
      this.tables.set(key, name);
      this.definitions.push(`static const ${type} ${name}[] = { ${values === '' ? '0' : values} };`);
    }
    return name;
  }

  text(): readonly string[] {
    return this.definitions;
  }
}

/**
 * Writes the control-flow graph of a process or a predicate as C functions: `NAME(X, at)` executes from block `at` on and
 * returns how the execution ended. They are written from the blocks, as the interpreter reads them, and share nothing with
 * the generated JavaScript.
 */
export class GraphCode {
  private readonly blocks: readonly Block[];
  private readonly number = new Map<Block, number>();
  private readonly reader: Reader;

  constructor(
    private readonly names: Names,
    private readonly constants: Constants,
    private readonly name: string,
    entries: readonly Block[],
    private readonly process: ProcessCode | null,
  ) {
    const all = new Set(entries.flatMap(reversePostorder));
    this.blocks = [...all];
    for (const [i, block] of this.blocks.entries()) this.number.set(block, i);
    this.reader = {
      names,
      family: (family) => constants.family(family),
      table: (values) => constants.table(values),
      before: process === null ? 'X' : 'B',
    };
  }

  /** The number of a block, to begin there. */
  at(block: Block): number {
    return this.number.get(block) as number;
  }

  /** One text for each `c_code`. */
  text(): string[] {
    const parts: { readonly first: number; text: string }[] = [];
    for (const [i, block] of this.blocks.entries()) {
      const text = this.block(block, i);
      const last = parts.at(-1);
      if (last === undefined || last.text.length + text.length > FUNCTION_MAX) parts.push({ first: i, text });
      else last.text += text;
    }
    const { name } = this;
    const bodies = parts.map(
      ({ text }, k) => `static int ${name}_part_${k}(wide *X, int at) {
  for (;;) {
    if (++${name}_turns[at] > ${TURNS_MAX}) return ENDLESS;
    switch (at) {
${text}    default: --${name}_turns[at]; return at;
    }
  }
}`,
    );
    const choice = parts
      .map(({ first }, k) =>
        k === 0 ? `${name}_part_0(X, at)` : `at >= ${first} ? ${name}_part_${k}(X, at)`,
      )
      .reverse()
      .join(' : ');
    return [
      `static int ${name}_turns[${this.blocks.length}];`,
      ...bodies,
      `static int ${name}(wide *X, int at) {
  while (at >= 0) at = ${choice};
  return at;
}`,
    ];
  }

  private block(block: Block, number: number): string {
    const code = block.code.map((instruction) => `      ${this.instruction(instruction)}\n`).join('');
    return `    case ${number}:\n${code}      ${this.end(block.end)}\n`;
  }

  private value(expr: Parameters<typeof expressionText>[0]): string {
    return expressionText(expr, this.reader);
  }

  private instruction(instruction: Instruction): string {
    switch (instruction.kind) {
      case 'set':
        return `X[${this.names.of(instruction.variable)}] = ${this.value(instruction.expr)};`;
      case 'store':
        return `store(X, ${this.whole(instruction.family)}, ${this.value(instruction.index)}, ${this.value(instruction.expr)});`;
      case 'remove':
        return `remove_at(X, ${this.whole(instruction.family)}, ${this.value(instruction.index)});`;
      case 'insert':
        return `insert_at(X, ${this.whole(instruction.family)}, ${this.value(instruction.index)}, ${this.value(instruction.expr)});`;
      case 'assert':
        return `if (!${this.value(instruction.condition)}) return FAILURE(${instruction.failure.number});`;
      case 'choose':
        return `X[${this.names.of(instruction.variable)}] = pick(${this.value(instruction.count)});`;
      case 'note':
      case 'reach':
      case 'mark':
        return ';';
      case 'start':
        return `{ int end = begin_${instruction.process}(X); if (end != ARRIVED) return end; }`;
      case 'kill':
        return `arrive_${instruction.process}(X, 0);`;
    }
  }

  private whole(family: Family): string {
    return `${this.constants.family(family)}, ${family.elements.length}`;
  }

  private end(end: Terminator): string {
    switch (end.kind) {
      case 'goto':
        return this.jump(end.to);
      case 'branch':
        return `if (${this.value(end.test)}) { ${this.jump(end.yes)} } else { ${this.jump(end.no)} }`;
      case 'switch':
        return `switch ((int)${this.value(end.on)}) { ${end.targets.map((to, i) => `case ${i}: ${this.jump(to)}`).join(' ')} default: return NOT_ENABLED; }`;
      case 'end':
        return this.process === null ? 'return NOT_ENABLED;' : `return arrive_${this.process.index}(X, 0);`;
      case 'result':
        return `return ${this.value(end.expr)} ? TRUE : FALSE;`;
      case 'abort':
        return 'return NOT_ENABLED;';
      case 'cutoff':
        return 'return CUT_OFF;';
      case 'fail':
        return `return FAILURE(${end.failure.number});`;
    }
  }

  private jump(to: Block): string {
    if (to.cut !== null && this.process !== null)
      return `return arrive_${this.process.index}(X, ${to.location});`;
    return `at = ${this.at(to)}; continue;`;
  }
}

/** A predicate as a C function of the array that it is given. */
export function predicateCode(
  names: Names,
  constants: Constants,
  name: string,
  { entry }: Predicate,
): string[] {
  const graph = new GraphCode(names, constants, `${name}_graph`, [entry], null);
  const locals = new Set<string>();
  for (const { code } of reversePostorder(entry))
    for (const instruction of code)
      writesOf(instruction, (v) => {
        if (v.kind === 'local') locals.add(names.of(v));
      });
  const clear = [...locals].map((local) => `  X[${local}] = 0;\n`).join('');
  return [
    ...graph.text(),
    `static int ${name}(wide *X) {
  memset(${name}_graph_turns, 0, sizeof(${name}_graph_turns));
${clear}  return ${name}_graph(X, ${graph.at(entry)}) == TRUE;
}`,
  ];
}

/** The steps of a process: how it begins, where it may stand, what it does from each location. */
export function processCode(names: Names, constants: Constants, process: ProcessCode): string[] {
  const { index, entry, locations, runs } = process;
  const p = `process_${index}`;
  const graph = new GraphCode(names, constants, p, [entry, ...locations], process);
  const location = names.of(process.location);
  const begins = locations.map((block) => graph.at(block));
  const busy = process.busy === null ? '' : ` && X[${names.of(process.busy)}] == 0`;
  const condition =
    runs === null
      ? [`static int runs_${index}(wide *X) { return 1; }`]
      : predicateCode(names, constants, `runs_${index}`, runs);
  const waits = locations.map(({ cut }) => (cut?.wait === 'until' ? 1 : 0));
  return [
    ...condition,
    ...arriveCode(names, constants, process),
    ...graph.text(),
    `static const int ${p}_at[] = { 0, ${begins.join(', ')} };
static const char ${p}_until[] = { 0, ${waits.join(', ')} };
static int begin_${index}(wide *X) {
  memset(${p}_turns, 0, sizeof(${p}_turns));
  arrive_${index}(X, 0);
  return ${entry.cut !== null ? `arrive_${index}(X, ${entry.location})` : `${p}(X, ${graph.at(entry)})`};
}
static int ready_${index}(wide *X) {
  return X[${location}] != 0 && runs_${index}(X)${busy};
}
static int step_${index}(wide *X) {
  memset(${p}_turns, 0, sizeof(${p}_turns));
  return ${p}(X, ${p}_at[X[${location}]]);
}`,
  ];
}

/** A process comes to stand at a location: what is not live there is 0, so that states that differ in nothing else are one. */
function arriveCode(names: Names, constants: Constants, process: ProcessCode): string[] {
  const { index } = process;
  const own = names.variables.filter((v) => v.kind === 'local' && v.process === index);
  const live = [[], ...process.live].map((list) => constants.list(list.map((v) => names.of(v))));
  const ended = [
    process.busy === null ? '' : ` X[${names.of(process.busy)}] = 0;`,
    process.timeout === null ? '' : ` X[${names.of(process.timeout)}] = -1;`,
  ].join('');
  const tables =
    own.length === 0
      ? []
      : [
          `static const int *const live_${index}[] = { ${live.join(', ')} };`,
          `static const int locals_${index}[] = { ${own.map((v) => names.of(v)).join(', ')}, -1 };`,
        ];
  return [
    ...tables,
    `static int arrive_${index}(wide *X, int location) {${
      own.length === 0 ? '' : `\n  keep_only(X, locals_${index}, live_${index}[location]);`
    }
  X[${names.of(process.location)}] = location;${ended === '' ? '' : `\n  if (location == 0) {${ended} }`}
  return ARRIVED;
}`,
  ];
}
