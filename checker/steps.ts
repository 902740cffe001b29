import type { SourceFile } from '../model/intrinsics/metadata.ts';
import type { BuiltVariant } from './build_variant.ts';
import { functionAt, parse } from './language/ast.ts';
import type { Compiled } from './language/compile.ts';
import type { Cut, ProcessCode, Site } from './language/ir.ts';
import { generate } from './machine/codegen.ts';
import { Interpreter } from './machine/interpreter.ts';
import { layOut } from './machine/layout.ts';
import { pack, unpack } from './machine/packed.ts';
import type { StepListing } from './options.ts';
import { BreadthFirst } from './search/breadth_first.ts';
import { placeOf } from './trace/frames.ts';

interface Mark {
  readonly column: number;
  readonly operation: string;
  readonly processes: Set<string>;
  readonly preemptedBy: Set<string>;
}

interface Listed {
  readonly name: string;
  readonly source: SourceFile;
  readonly first: number;
  readonly last: number;
  readonly marks: Map<number, Map<string, Mark>>;
}

/** For each function with step boundaries: its lines, and on them who can come in between. */
export function listSteps({ compiled, loaded, variant }: BuiltVariant): StepListing {
  const functions = new Map<string, Listed>();
  const { processes } = compiled.program;
  const { others, states, complete } = whoElse(compiled);
  for (const process of processes) {
    for (const [i, block] of process.locations.entries()) {
      const able = others.get(process.index)?.[i] ?? new Set<number>();
      if (block.cut !== null) addMark(functions, processes, process, block.cut, able);
    }
  }
  const all = [...functions.values()].sort(
    (a, b) => compareText(a.source.file, b.source.file) || a.first - b.first,
  );
  return { scenario: loaded.scenario.name, variant, states, complete, functions: all.map(listing) };
}

/** States that are looked at for who can step where. */
const STATES_MAX = 10_000;

/** For each location of each process: the other processes that can step while it stands there. */
function whoElse(compiled: Compiled): {
  others: Map<number, Set<number>[]>;
  states: number;
  complete: boolean;
} {
  const interpreter = new Interpreter(compiled);
  const layout = layOut(compiled, new Map());
  const { generated } = generate(compiled, layout, pack(interpreter, layout, interpreter.initial()));
  const search = new BreadthFirst(generated, { maxStates: STATES_MAX, deadlock: false, links: false });
  search.run();
  const { processes } = compiled.program;
  const others = new Map(processes.map((p) => [p.index, p.locations.map(() => new Set<number>())]));
  search.store.scan((words, at) => {
    const state = unpack(interpreter, layout, words, at);
    const able = processes.filter(
      (p) => interpreter.readiness(p, state) === 'ready' && interpreter.stepsOf(p, state).length > 0,
    );
    for (const process of processes) {
      const here = others.get(process.index)?.[interpreter.get(state, process.location) - 1];
      if (here !== undefined) for (const other of able) if (other !== process) here.add(other.index);
    }
  });
  return { others, states: search.states, complete: search.outcome === 'finished' };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function addMark(
  functions: Map<string, Listed>,
  processes: readonly ProcessCode[],
  process: ProcessCode,
  cut: Cut,
  able: ReadonlySet<number>,
): void {
  const { site } = cut;
  const listed = functionOf(functions, site);
  const { line, column } = placeOf(site);
  const marks = listed.marks.get(line) ?? new Map<string, Mark>();
  listed.marks.set(line, marks);
  const key = `${column} ${cut.operation}`;
  const mark = marks.get(key) ?? {
    column,
    operation: cut.operation,
    processes: new Set(),
    preemptedBy: new Set(),
  };
  marks.set(key, mark);
  mark.processes.add(process.name);
  for (const other of processes) if (able.has(other.index)) mark.preemptedBy.add(other.name);
}

/** The function whose text contains the site. */
function functionOf(functions: Map<string, Listed>, site: Site): Listed {
  const { source } = site;
  const node = enclosing(source, site.start);
  const key = `${source.file}:${node.start}`;
  let listed = functions.get(key);
  if (listed === undefined) {
    const lineOf = (offset: number): number => source.text.slice(0, offset).split('\n').length;
    listed = {
      name: site.frame.name,
      source,
      first: lineOf(node.start),
      last: lineOf(node.end),
      marks: new Map(),
    };
    functions.set(key, listed);
  }
  return listed;
}

/** The innermost function with a body of several lines around an offset; otherwise the file. */
function enclosing(source: SourceFile, offset: number): { start: number; end: number } {
  const program = parse(source);
  let best: { start: number; end: number } = program;
  for (let start = offset; start >= 0; start--) {
    const node = functionAt(source, start);
    if (
      node === null ||
      node.end < offset ||
      node.type === 'ClassDeclaration' ||
      node.type === 'ClassExpression'
    )
      continue;
    best = node;
    if (best !== program) break;
  }
  return best;
}

function listing({ name, source, first, last, marks }: Listed): StepListing['functions'][number] {
  const texts = source.text.split('\n');
  const lines = [];
  for (let line = first; line <= last; line++) {
    const here = [...(marks.get(line)?.values() ?? [])].sort((a, b) => a.column - b.column);
    lines.push({
      line,
      text: texts[line - 1] ?? '',
      marks: here.map(({ column, operation, processes, preemptedBy }) => ({
        column,
        operation,
        processes: [...processes],
        preemptedBy: [...preemptedBy],
      })),
    });
  }
  return { name, file: source.file, lines };
}
