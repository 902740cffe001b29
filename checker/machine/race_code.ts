import { writesOf } from '../language/analysis/graph.ts';
import type { Compiled } from '../language/compile.ts';
import type { Expr, Failure, Family, Instruction, ProcessCode, RaceCode, Variable } from '../language/ir.ts';
import { loadText, type Tables } from './codegen.ts';
import { numberText, type Reader, truthText } from './expression_code.ts';
import type { Layout } from './layout.ts';
import { type Probe, StepCode } from './step_code.ts';
import { stepGraph, stepHasChoice } from './step_graph.ts';

/**
 * The text of `races(A, b)`, which reports each data race of a state as a failure. Which locations can race is known before
 * (`analysis/races.ts`): a table for each pair of processes says whether to look at all. Only then is each of the two steps
 * executed without its end, to see which variables it accesses now.
 */
export function raceText(compiled: Compiled, layout: Layout, tables: Tables): string {
  const { program } = compiled;
  const { races } = program;
  if (races === null) return '';
  const racing = program.processes.filter(({ index }) => races.sites[index]?.some((site) => site !== null));
  let text = 'const N = [], RACES = new Set();\n';
  for (const process of racing) text += touchesText(compiled, layout, tables, process, races);
  let looks = '';
  for (const [i, p] of racing.entries()) {
    looks += `const l${p.index} = ${locationText(layout, p)};\n`;
    for (const q of racing.slice(0, i)) looks += lookText(tables, races, q, p);
  }
  for (const process of racing) text += mayText(layout, tables, races, process);
  return `${text}${MEET}function races(A, b) {\nconst failed = F.length;\nRACES.clear();\n${looks}F.length = failed;
if (RACES.size > 0) for (const n of [...RACES].sort((x, y) => x - y)) fail(n);\n}\n`;
}

/** Compares the accesses of two steps: N holds those of the first up to `middle`, then those of the second. */
const MEET = `function meet(middle) {
for (let i = 0; i < middle; i++) for (let j = middle; j < N.length; j++)
if (N[i] >> 1 === N[j] >> 1 && ((N[i] | N[j]) & 1) !== 0) RACES.add(N[i] >> 1);
}
`;

/** A process that is busy has its access yet to come. */
function locationText(layout: Layout, { location, busy }: ProcessCode): string {
  const at = loadText(layout, location);
  return busy === null ? at : `${loadText(layout, busy)} !== 0 ? 0 : ${at}`;
}

/** `M3(l, A, b)`: 2 if process 3 runs, 1 if it was interrupted before a plain access, 0 otherwise. */
function mayText(layout: Layout, tables: Tables, races: RaceCode, { index }: ProcessCode): string {
  const stood = races.stood[index] ?? null;
  const plain = tables.name((races.sites[index] ?? []).map((site) => (site?.plain === true ? 1 : 0)));
  const interrupted = stood === null ? '0' : `${loadText(layout, stood)} !== 0 && ${plain}[l] === 1 ? 1 : 0`;
  return `function M${index}(l, A, b) { return R${index}(A, b) ? 2 : ${interrupted}; }\n`;
}

/** Looks at two processes if the places where they stand can conflict. */
function lookText(tables: Tables, races: RaceCode, p: ProcessCode, q: ProcessCode): string {
  const [first, second] = [races.sites[p.index] ?? [], races.sites[q.index] ?? []];
  const values = first.flatMap((a) =>
    second.map((b) => {
      if (a === null || b === null || !(a.plain || b.plain)) return 0;
      const meets = [...a.writes].some((f) => b.writes.has(f) || b.reads.has(f));
      return meets || [...b.writes].some((f) => a.reads.has(f)) ? 1 : 0;
    }),
  );
  if (!values.includes(1)) return '';
  const [l, m] = [`l${p.index}`, `l${q.index}`];
  return `if (${tables.name(values)}[${l} * ${second.length} + ${m}] === 1 && M${p.index}(${l}, A, b) + M${q.index}(${m}, A, b) >= 3) {
N.length = 0; N${p.index}(${l}, A, b); const middle = N.length; N${q.index}(${m}, A, b); meet(middle); }\n`;
}

/** `N3(l, A, b)`: puts what the step of process 3 at `l` accesses in N, as twice its number, plus 1 for a write. */
function touchesText(
  compiled: Compiled,
  layout: Layout,
  tables: Tables,
  process: ProcessCode,
  races: RaceCode,
): string {
  const { index, locations } = process;
  let text = '';
  let cases = '';
  for (const [i, block] of locations.entries()) {
    if (races.sites[index]?.[i + 1] === null) continue;
    const graph = stepGraph(compiled.program, block);
    const code = new StepCode(compiled, layout, tables, graph, process, i + 1);
    text += `function N${index}_${i + 1}(A, b) {\n${code.text(new Touches(races, tables))}}\n`;
    const call = `{ const n = N.length; if (N${index}_${i + 1}(A, b) === 0) N.length = n; }`;
    cases += stepHasChoice(graph)
      ? `case ${i + 1}: CI = 0; CN = 0; do ${call} while (another()); return;\n`
      : `case ${i + 1}: ${call} return;\n`;
  }
  return `${text}function N${index}(l, A, b) {\nswitch (l) {\n${cases}}\n}\n`;
}

/** Notes accesses while a step is executed. */
class Touches implements Probe {
  constructor(
    private readonly races: RaceCode,
    private readonly tables: Tables,
  ) {}

  instruction(instruction: Parameters<Probe['instruction']>[0], reader: Reader): string {
    if (instruction.kind === 'place' || this.races.exempt.has(instruction)) return '';
    switch (instruction.kind) {
      case 'set':
        return this.reads(instruction.expr, reader) + this.push(instruction.variable, 1);
      case 'store':
        return (
          this.reads(instruction.index, reader) +
          this.reads(instruction.expr, reader) +
          this.element(instruction.family, instruction.index, 1, reader)
        );
      case 'assert':
        return this.reads(instruction.condition, reader);
      case 'choose':
        return this.reads(instruction.count, reader) + this.push(instruction.variable, 1);
      case 'remove':
        return this.reads(instruction.index, reader) + this.whole(instruction);
      case 'insert':
        return (
          this.reads(instruction.index, reader) +
          this.reads(instruction.expr, reader) +
          this.whole(instruction)
        );
      case 'note':
      case 'reach':
      case 'mark':
        return '';
    }
  }

  end(end: Parameters<Probe['end']>[0], reader: Reader): string {
    return end.kind === 'branch'
      ? this.reads(end.test, reader)
      : end.kind === 'switch'
        ? this.reads(end.on, reader)
        : '';
  }

  leave({ kind }: Parameters<Probe['leave']>[0]): string {
    return `return ${kind === 'abort' ? 0 : 1};\n`;
  }

  private push(variable: Variable, write: 0 | 1): string {
    const failure = this.races.failures.get(variable);
    return failure === undefined ? '' : `N.push(${2 * failure.number + write});\n`;
  }

  /** All elements of a sequence, which is one object. */
  private whole(instruction: Instruction): string {
    const texts = new Set<string>();
    writesOf(instruction, (variable) => texts.add(this.push(variable, 1)));
    return [...texts].join('');
  }

  private element({ elements }: Family, index: Expr, write: 0 | 1, reader: Reader): string {
    const number = (failure: Failure | undefined): number =>
      failure === undefined ? -1 : 2 * failure.number + write;
    const values = elements.map((variable) =>
      variable === null ? -1 : number(this.races.failures.get(variable)),
    );
    if (values.every((value) => value < 0)) return '';
    return `{ const n = ${this.tables.name(values)}[${numberText(index, reader)}]; if (n >= 0) N.push(n); }\n`;
  }

  /** What an expression reads: not what `&&`, `||` and `?:` leave out. */
  private reads(expr: Expr, reader: Reader): string {
    const when = (test: string, body: string): string => (body === '' ? '' : `if (${test}) {\n${body}}\n`);
    switch (expr.kind) {
      case 'const':
      case 'runs':
        return '';
      case 'var':
        return this.push(expr.variable, 0);
      case 'element':
        return this.reads(expr.index, reader) + this.element(expr.family, expr.index, 0, reader);
      case 'unary':
        return this.reads(expr.a, reader);
      case 'table':
        return this.reads(expr.index, reader);
      case 'cond': {
        const test = truthText(expr.test, reader);
        const [yes, no] = [this.reads(expr.yes, reader), this.reads(expr.no, reader)];
        return this.reads(expr.test, reader) + when(test, yes) + when(`!(${test})`, no);
      }
      case 'binary': {
        const [a, b] = [this.reads(expr.a, reader), this.reads(expr.b, reader)];
        const test = truthText(expr.a, reader);
        if (expr.op === '&&') return a + when(test, b);
        return expr.op === '||' ? a + when(`!(${test})`, b) : a + b;
      }
    }
  }
}
