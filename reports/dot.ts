import type { Trace } from '../checker/trace.ts';
import type { GraphStep, StateGraph } from '../checker/verdict.ts';
import type { CheckedVariant, Reporter, VariantFinished } from './events.ts';
import { FileNames } from './file_names.ts';
import { stepName } from './step_name.ts';
import { plural, truncate, virtualTime, visible } from './text.ts';
import type { Files } from './trace_files.ts';

const LINE_MAX = 100;
const VALUES_MAX = 8;
const NAME_MAX = 40;

type Drawable = Extract<StateGraph, { readonly kind: 'graph' }>;

/** The state graph of each variant for Graphviz, where it is small enough to be looked at. */
export class DotReporter implements Reporter {
  readonly #files: Files;
  readonly #names = new FileNames();

  constructor(files: Files) {
    this.#files = files;
  }

  variantFinished({ result }: VariantFinished): void {
    const { scenario, variant, graph } = result;
    const title = `${scenario} / ${variant}`;
    if (graph === undefined) return this.#files.warn(`${title}: the states were not kept`);
    if (graph.kind === 'too large')
      return this.#files.warn(`${title}: ${tooLarge(graph.states, graph.statesMax)}`);
    const name = this.#names.nameOf([scenario, variant], 'dot');
    this.#files.save({ name, title, text: dotText(graph, result) });
  }
}

function tooLarge(states: number, most: number): string {
  return states > most
    ? `${plural(states, 'state')} are too many to draw (at most ${most}); make the model smaller with --set, or look at its traces`
    : `its states were not all found, or are more than ${most}; make the model smaller with --set, or look at its traces`;
}

/** States as boxes with what differs from the start, steps as arrows; the ways of the traces are red. */
export function dotText(
  graph: Drawable,
  result: Pick<CheckedVariant, 'scenario' | 'variant' | 'properties'>,
): string {
  const traces = result.properties.flatMap(({ trace }) => (trace === null ? [] : [trace]));
  const ways = traces.map((trace) => wayOf(graph, trace));
  const red = new Set(ways.flatMap(({ steps }) => steps));
  const ends = new Map<number, string[]>();
  for (const [i, { end }] of ways.entries())
    ends.set(end, [...(ends.get(end) ?? []), traces[i]?.property ?? '']);
  const { scenario, variant } = result;
  const heading = [
    `${scenario} / ${variant}: ${plural(graph.states.length, 'state')}, ${plural(graph.steps.length, 'step')}`,
    'State 0 is the start. A state shows what differs from there.',
    ...(traces.length === 0
      ? []
      : [`Red: the ways to ${traces.map(({ property }) => `'${property}'`).join(', ')}.`]),
  ];
  const lines = [
    `digraph ${quoted([`${scenario} / ${variant}`])} {`,
    `  graph [label=${quoted(heading)}, labelloc=t, labeljust=l, fontname="Helvetica"];`,
    '  node [shape=box, style=rounded, fontname="Courier", fontsize=10];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...graph.states.map((_, index) => stateLine(graph, index, ends.get(index))),
    ...graph.steps.map((step, i) => stepLine(step, i, red.has(step))),
  ];
  return `${lines.join('\n')}\n}\n`;
}

/** The steps of the graph that a trace takes, and the state in which it ends. */
function wayOf(
  { steps }: Drawable,
  trace: Trace,
): { readonly steps: readonly GraphStep[]; readonly end: number } {
  const way: GraphStep[] = [];
  let at = 0;
  for (const { ordinal, process } of trace.steps) {
    const step = steps.find(
      (each) =>
        each.from === at &&
        (ordinal >= 0
          ? each.ordinal === ordinal
          : each.failure === trace.property && each.process === process),
    );
    if (step === undefined) break;
    way.push(step);
    at = step.to ?? at;
  }
  return { steps: way, end: at };
}

function stateLine(
  { variables, states, steps }: Drawable,
  index: number,
  violated: readonly string[] = [],
): string {
  const values = states[index]?.values ?? [];
  const first = states[0]?.values ?? [];
  const all = variables.map((name, i) => `${name} = ${values[i]}`);
  const different = all.filter((_, i) => index === 0 || values[i] !== first[i]);
  const shown = different.length <= VALUES_MAX ? different : [...different.slice(0, VALUES_MAX - 1), '…'];
  const label = quoted([String(index), ...shown, ...violated.map((name) => `✗ ${name}`)]);
  const styles = [
    `label=${label}`,
    `tooltip=${quoted(all)}`,
    ...(index === 0 ? ['peripheries=2'] : []),
    ...(violated.length > 0 ? ['color=red', 'penwidth=2'] : []),
    ...(steps.some(({ from }) => from === index) ? [] : ['style="rounded,bold"']),
  ];
  return `  ${index} [${styles.join(', ')}];`;
}

function stepLine(step: GraphStep, i: number, red: boolean): string {
  const what = whatHappens(step);
  const at = step.place === null ? '' : `${step.place.file}:${step.place.line}`;
  const styles = [
    `label=${quoted([what])}`,
    `tooltip=${quoted(at === '' ? [what] : [what, at])}`,
    ...(step.process === null ? ['style=dashed'] : []),
    ...(red ? ['color=red', 'fontcolor=red', 'penwidth=2'] : []),
  ];
  if (step.to !== null) return `  ${step.from} -> ${step.to} [${styles.join(', ')}];`;
  const failure = `  f${i} [label=${quoted([`✗ ${step.failure}`])}, color=red, shape=octagon, style=solid];`;
  return `${failure}\n  ${step.from} -> f${i} [${styles.join(', ')}];`;
}

function whatHappens(step: GraphStep): string {
  if (step.process !== null) return `${step.process}: ${truncate(nameOf(step), NAME_MAX)}`;
  return step.operation === 'data race' ? 'two accesses at once' : `${virtualTime(step.elapsedUs)} passes`;
}

/** One statement may be a read and a write. */
function nameOf(step: GraphStep): string {
  const name = stepName({ ...step, stack: framesOf(step) });
  const isAccess = step.operation === 'read' || step.operation === 'write';
  return isAccess && name === step.place?.text ? `${step.operation} in ${name}` : name;
}

function framesOf({ function: name, place }: GraphStep) {
  return name === null || place === null ? [] : [{ function: name, place, hook: false }];
}

/** Lines of a label. In strings of Graphviz `\` and `&` begin escapes. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    truncate(visible(line), LINE_MAX)
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\l')}${escaped.length > 1 ? '\\l' : ''}"`;
}
