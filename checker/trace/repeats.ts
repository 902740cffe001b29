import type { ProcessCode } from '../language/ir.ts';
import type { State } from '../machine/interpreter.ts';
import type { Finding } from './record.ts';
import type { Standing, Walk } from './walk.ts';

/** The states of a lasso's loop, from where it begins to its last step; one state when nothing happens any more. */
export function statesOfLoop({ interpreter }: Walk, { path, loop = path.length }: Finding): State[] {
  const states: State[] = [];
  let state = interpreter.initial();
  for (let i = 0; ; i++) {
    if (i >= loop) states.push(state);
    if (i === path.length) return states;
    const steps = interpreter.attempts(state).filter(({ outcome }) => outcome.kind === 'state');
    const outcome = steps[path[i] as number]?.outcome;
    if (outcome?.kind !== 'state') return states;
    state = outcome.state;
  }
}

/** Whether the loop ends in the state in which it begins; without one, whether nothing has to happen any more. */
export function closes(walk: Walk, finding: Finding): boolean {
  const states = statesOfLoop(walk, finding);
  const [first, last] = [states[0], states.at(-1)];
  if (first === undefined || last === undefined) return false;
  if (states.length > 1) return first.every((value, i) => value === last[i]);
  // That a deadline passes is a finding of its own; nothing moves by it.
  return walk.interpreter
    .attempts(first)
    .every(({ process, outcome }) =>
      process < 0 ? outcome.kind === 'failure' : walk.processes[process]?.outside === true,
    );
}

/** Why what must come does not come. */
export function explainLasso(walk: Walk, finding: Finding): string {
  const { kind, name } = finding;
  const never =
    kind === 'leadsTo' ? `'${name}' is not met: what must follow never comes` : `'${name}' never comes true`;
  return `${never}. ${explainLoop(walk, finding)}`;
}

/** Who goes round for ever, and who waits meanwhile. */
export function explainLoop(walk: Walk, finding: Finding): string {
  const { path, loop = path.length } = finding;
  const states = statesOfLoop(walk, finding);
  const steps = walk.steps.slice(loop);
  const moving = new Set(steps.map(({ process }) => process));
  const idle = walk.processes
    .filter((process) => !process.outside && !(process.background && steps.length > 0))
    .filter((process) => !moving.has(process.name))
    .flatMap((process) => waitText(walk, process, states) ?? []);
  if (steps.length === 0) {
    const when = path.length === 0 ? 'From the start' : `After step ${path.length}`;
    const who = idle.length === 0 ? 'everybody has ended' : idle.join(', ');
    return `${when} nothing has to happen any more: ${who}.`;
  }
  const who = [...moving].map((process) => (process === null ? 'time' : runText(process, steps)));
  const meanwhile = idle.length === 0 ? '' : ` Meanwhile ${idle.join(', ')}.`;
  return `From step ${loop + 1} on this repeats for ever: ${listed(who)} ${who.length === 1 ? 'goes' : 'go'} on.${meanwhile}`;
}

function listed(items: readonly string[]): string {
  return items.length === 1 ? (items[0] as string) : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** A process, and the function that it runs in. */
function runText(process: string, steps: Walk['steps']): string {
  const step = steps.find((each) => each.process === process && each.stack.length > 0);
  const inside = step?.stack.at(-1)?.function;
  return inside === undefined || inside === process ? process : `${process} (\`${inside}\`)`;
}

function waitText(walk: Walk, process: ProcessCode, states: readonly State[]): string | null {
  const seen = new Set(states.map((state) => walk.standing(process, state)));
  if (seen.size === 1 && seen.has('dead')) return null;
  // An interrupt that is not pending misses nothing.
  if (seen.size === 1 && seen.has('suspended') && process.lane?.kind === 'isr') return null;
  const place = `\`${walk.cutOf(process)?.site.frame.name ?? process.name}\``;
  return `${process.name} ${doing(seen)} in ${place}`;
}

function doing(seen: ReadonlySet<Standing>): string {
  const waits = seen.has('waiting') || seen.has('resting');
  if (seen.has('enabled')) return waits ? 'could go on now and then, but is never served' : 'could go on';
  if (seen.has('busy')) return 'does not get on with its work';
  if (waits && seen.has('suspended')) return 'waits, and finds its condition false whenever it is its turn';
  if (waits) return seen.has('waiting') ? 'waits' : 'rests';
  return 'never gets its turn';
}
