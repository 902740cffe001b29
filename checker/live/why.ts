import type { Elaboration } from '../../model/intrinsics/elaboration.ts';
import { Reflection } from '../conformance/reflect.ts';
import type { ProcessCode, Site } from '../language/ir.ts';
import { placeOf } from '../trace/frames.ts';
import type { Walk } from '../trace/walk.ts';
import type { Place, TraceStep } from '../trace.ts';
import { readingsOfGuard, readingsOfPredicate } from './blame.ts';
import type { Why } from './view.ts';
import { whyHardware } from './why_hardware.ts';

/** Says of processes that cannot step why they cannot. */
export class Reasons {
  private readonly reflection: Reflection;

  constructor(
    walk: Walk,
    private readonly elaboration: Elaboration,
  ) {
    this.reflection = new Reflection(walk.interpreter, walk.interpreter.compiled, elaboration);
  }

  of(process: ProcessCode, walk: Walk): Why[] {
    const { interpreter, state } = walk;
    switch (walk.standing(process)) {
      case 'enabled':
        return [];
      case 'dead':
        return [dead(process, walk.steps)];
      case 'busy':
        return [{ kind: 'busy', leftUs: process.busy === null ? 0 : interpreter.get(state, process.busy) }];
      case 'suspended':
        return this.suspended(process, walk);
      default:
        return [this.waits(process, walk)];
    }
  }

  private waits(process: ProcessCode, walk: Walk): Why {
    const cut = walk.cutOf(process);
    const readings = readingsOfGuard(process, walk.interpreter, walk.names, walk.state);
    const place = cut === null ? nowhere(process) : conditionAt(cut.site);
    const { operation = 'step', site } = cut ?? {};
    return {
      kind: 'waits',
      operation,
      function: site?.frame.name ?? process.name,
      guard: { place, readings },
    };
  }

  private suspended(process: ProcessCode, walk: Walk): Why[] {
    const { interpreter, state, names } = walk;
    this.reflection.show(state);
    const roles = this.elaboration.processes[process.index]?.roles ?? [];
    const since = blockedSince(process, walk.steps);
    const found = whyHardware({ roles, nameOf: (object) => names.object(object) }).map((why) =>
      why.kind === 'blocked' ? { ...why, since } : why,
    );
    if (found.length > 0 || process.runs === null) return found;
    const readings = readingsOfPredicate(process.runs, interpreter, names, state);
    return [{ kind: 'run condition', condition: { place: conditionAt(process.runs.site), readings } }];
  }
}

function dead({ name }: ProcessCode, steps: readonly TraceStep[]): Why {
  const last = steps.findLast(({ process }) => process === name);
  return last === undefined ? { kind: 'not started' } : { kind: 'ended', step: last.index };
}

/** The step of the path that put it to sleep. */
function blockedSince({ name }: ProcessCode, steps: readonly TraceStep[]): number | null {
  const about = (step: TraceStep, kind: 'block' | 'wake') =>
    step.moments.some((moment) => moment.kind === kind && moment.process === name);
  const step = steps.findLast((each) => about(each, 'block') || about(each, 'wake'));
  return step !== undefined && about(step, 'block') ? step.index : null;
}

/** Longer bodies are no condition that anybody reads. */
const TEXT_MAX = 400;

/** The condition's own text: of `rest(() => pin.wake)` all of it, on one line. */
function conditionAt(site: Site): Place {
  const text = site.source.text.slice(site.start, site.end).replaceAll(/\s+/gu, ' ');
  return text === '' ? placeOf(site) : { ...placeOf(site), text: text.slice(0, TEXT_MAX) };
}

function nowhere({ name }: ProcessCode): Place {
  return { file: '', line: 1, column: 1, text: name };
}
