import type { BuiltVariant } from '../build_variant.ts';
import { replayBuilt } from '../check.ts';
import { explore } from '../explore.ts';
import type { PropertyCode } from '../language/ir.ts';
import { Interpreter, type State } from '../machine/interpreter.ts';
import { isLiveness, Offer } from '../machine/liveness_code.ts';
import { livenessVerdicts } from '../property/liveness.ts';
import { toEnd } from '../property/product.ts';
import type { Count } from './opinions.ts';
import { randomModel } from './random_model.ts';

/** A second opinion on `eventually` and `leadsTo`: the whole graph, by the interpreter alone, divided as plainly as can be. */

type Fairness = 'weak' | 'strong';

/** Questions about what every model of a kind has, by a word of its text. */
const QUESTIONS: readonly (readonly [has: string, asked: readonly string[]])[] = [
  [
    'const s = { i: 0,',
    ["eventually('flag', () => s.flag)", "leadsTo('order', () => s.n > 0, () => s.i > 1)"],
  ],
  [
    'const s = { a: int(0, 3),',
    ["eventually('two', () => s.a === 2)", "leadsTo('a', () => s.b === 1, () => s.a !== 1)"],
  ],
  [
    'const s = { n: 0,',
    ["eventually('one', () => s.n === 1)", "leadsTo('free', () => s.owner !== null, () => s.owner === null)"],
  ],
];

/** The text of a random model with liveness properties at its end; `null`: it has nothing that they could ask about. */
export function withLiveness(text: string): string | null {
  const [, asked] = QUESTIONS.find(([has]) => text.includes(has)) ?? [];
  if (asked === undefined || !text.includes("about: 'random',")) return null;
  return text
    .replace('import { scenario }', 'import { eventually, leadsTo, scenario }')
    .replace(/\} \}\);\s*$/, `${asked.join(';\n')};\n} });\n`);
}

/** The same model, with another idea of what a fair run is. */
function fairly(built: BuiltVariant, fairness: Fairness): BuiltVariant {
  const { loaded } = built;
  const spec = { ...loaded.scenario.spec, fairness };
  return { ...built, loaded: { ...loaded, scenario: { ...loaded.scenario, spec } } };
}

/** How every process stands, by the interpreter. */
export function offersOf(interpreter: Interpreter, state: State): number[] {
  return interpreter.compiled.program.processes.map((process) => {
    const idle =
      process.outside ||
      interpreter.get(state, process.location) === 0 ||
      (process.busy !== null && interpreter.get(state, process.busy) !== 0);
    if (idle || interpreter.stepsOf(process, state).length === 0) return Offer.None;
    return interpreter.runs(process, state) ? Offer.Enabled : Offer.Suspended;
  });
}

/** Larger models are not asked about. */
const STATES_MAX = 600;

/** `null`, or how the verdicts, stems or replays of liveness properties that are added to a random model are wrong. */
export async function unfair(text: string, count: Count = () => {}): Promise<string | null> {
  const asked = withLiveness(text);
  if (asked === null) return null;
  const built = randomModel(asked);
  if (built === null) return null;
  for (const fairness of ['weak', 'strong'] as const) {
    const found = await contradiction(built, fairness, count);
    if (found !== null) return `${fairness} fairness: ${found}`;
  }
  return null;
}

/** The same for the liveness properties of a model as they are. */
export async function contradiction(
  model: BuiltVariant,
  fairness: Fairness,
  count: Count = () => {},
): Promise<string | null> {
  const built = fairly(model, fairness);
  const explored = await explore(built, { reduce: 'none', maxStates: STATES_MAX });
  if (explored.search.outcome !== 'finished') return null;
  const properties = built.compiled.program.properties.filter(isLiveness);
  for (const [i, { name, status, trace }] of toEnd(livenessVerdicts(explored, {})).entries()) {
    count('lassos and the components of the whole graph');
    const expected = leastStem(built, properties[i] as PropertyCode, fairness);
    const found = trace === null ? null : (trace.loop as number) - 1;
    if ((status === 'violated') !== (expected !== null) || found !== expected)
      return `'${name}' ${status} with a stem of ${found} steps, but by the whole graph of ${expected}`;
    if (trace === null) continue;
    count('replayed lassos');
    const again = replayBuilt(built, trace);
    if (!again.fits) return `the lasso of '${name}' does not fit: ${again.expected}`;
  }
  return null;
}

// ---- the whole graph ----

/** A state, with whether the obligation is open. */
interface Node {
  readonly open: boolean;
  readonly depth: number;
  readonly offers: readonly number[];
  readonly edges: { readonly to: number; readonly mover: number }[];
}

/** Length of a shortest run after which the obligation may stay open for ever; `null`: there is none. */
export function leastStem(built: BuiltVariant, property: PropertyCode, fairness: Fairness): number | null {
  const nodes = graphs.get(property) ?? graphOf(new Interpreter(built.compiled), property);
  graphs.set(property, nodes);
  const open = nodes.flatMap((node, i) => (node.open ? [i] : []));
  const stays = new Set(open.filter((i) => mayEnd(nodes[i] as Node)));
  for (const i of fairNodes(nodes, new Set(open), fairness === 'weak')) stays.add(i);
  return stays.size === 0 ? null : Math.min(...[...stays].map((i) => (nodes[i] as Node).depth));
}

/** Both kinds of fairness ask about the same graph. */
const graphs = new WeakMap<PropertyCode, Node[]>();

function graphOf(interpreter: Interpreter, { predicate, goal }: PropertyCode): Node[] {
  const time = interpreter.compiled.program.processes.length;
  const states: State[] = [];
  const nodes: Node[] = [];
  const known = new Map<string, number>();
  const enter = (state: State, was: boolean, depth: number): number => {
    const begins = was || (goal !== null && interpreter.predicate(predicate, state));
    const open = begins && !interpreter.predicate(goal ?? predicate, state);
    const key = `${state.join()} ${open}`;
    const there = known.get(key);
    if (there !== undefined) return there;
    known.set(key, nodes.length);
    states.push(state);
    return nodes.push({ open, depth, offers: offersOf(interpreter, state), edges: [] }) - 1;
  };
  enter(interpreter.initial(), goal === null, 0);
  for (let i = 0; i < nodes.length; i++) {
    const { open, depth, edges } = nodes[i] as Node;
    for (const { process, outcome } of interpreter.attempts(states[i] as State))
      if (outcome.kind === 'state')
        edges.push({ to: enter(outcome.state, open, depth + 1), mover: process < 0 ? time : process });
  }
  return nodes;
}

/** Who could move in a node: processes, and last time. */
const movable = ({ offers, edges }: Node): boolean[] => [
  ...offers.map((offer) => offer === Offer.Enabled),
  edges.some(({ mover }) => mover === offers.length),
];

const mayEnd = (node: Node): boolean => !movable(node).includes(true);

/** The nodes among `inside` where a fair run can stay for ever. */
function fairNodes(nodes: readonly Node[], inside: ReadonlySet<number>, weak: boolean): number[] {
  return components(nodes, inside).flatMap((component) => {
    const members = [...component].map((i) => nodes[i] as Node);
    const taken = new Set(
      members.flatMap(({ edges }) => edges.flatMap(({ to, mover }) => (component.has(to) ? [mover] : []))),
    );
    if (taken.size === 0) return [];
    const time = (members[0] as Node).offers.length;
    const owed = movable(members[0] as Node).flatMap((_, c) => {
      const could = members.some((node) => movable(node)[c]);
      const excused = weak && c < time && members.some(({ offers }) => offers[c] === Offer.None);
      return could && !taken.has(c) && !excused ? [c] : [];
    });
    if (owed.length === 0) return [...component];
    const rest = [...component].filter((i) => !owed.some((c) => movable(nodes[i] as Node)[c]));
    return rest.length === 0 ? [] : fairNodes(nodes, new Set(rest), weak);
  });
}

/** Strongly connected: what a node reaches and what reaches it, one node after the other. */
function components(nodes: readonly Node[], inside: ReadonlySet<number>): Set<number>[] {
  const next = new Map([...inside].map((i) => [i, new Set<number>()]));
  const before = new Map([...inside].map((i) => [i, new Set<number>()]));
  for (const i of inside)
    for (const { to } of (nodes[i] as Node).edges) {
      if (!inside.has(to)) continue;
      next.get(i)?.add(to);
      before.get(to)?.add(i);
    }
  const left = new Set(inside);
  const reached = (from: number, by: ReadonlyMap<number, ReadonlySet<number>>): Set<number> => {
    const seen = new Set([from]);
    for (const i of seen) for (const to of by.get(i) ?? []) if (left.has(to)) seen.add(to);
    return seen;
  };
  const found: Set<number>[] = [];
  for (const i of inside) {
    if (!left.has(i)) continue;
    const back = reached(i, before);
    const component = new Set([...reached(i, next)].filter((each) => back.has(each)));
    for (const each of component) left.delete(each);
    found.push(component);
  }
  return found;
}
