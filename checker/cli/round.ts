import { resolve } from 'node:path';
import type { CheckedVariant, Reporter } from '../../reports/events.ts';
import { lastRunText } from '../../reports/watch.ts';
import type { LoadedScenario } from '../check.ts';
import { displayPath } from '../language/own.ts';
import type { Trace } from '../trace.ts';
import type { CheckCommand } from './commands.ts';
import type { Engine } from './engine.ts';
import type { Order, Round } from './round_channel.ts';
import { type Selected, select, variantsOf } from './selection.ts';
import { isFull } from './values.ts';
import type { World } from './world.ts';

/** Tells the process that watches how each variant came out. */
export function roundReporter({ tell }: Round): Reporter {
  return {
    variantFinished({ result }) {
      const { file, scenario, variant, asExpected } = result;
      tell({
        type: 'variant',
        file,
        scenario,
        variant,
        asExpected,
        trace: asExpected ? null : traceOf(result),
      });
    },
    error({ file }) {
      tell({ type: 'error', file: file === null ? null : displayPath(resolve(file)) });
    },
  };
}

function traceOf({ properties }: CheckedVariant): Trace | null {
  return properties.find(({ status, trace }) => status === 'violated' && trace !== null)?.trace ?? null;
}

function isOf({ file, scenario, variant }: Trace, loaded: LoadedScenario, name: string): boolean {
  return file === loaded.file && scenario === loaded.scenario.name && variant === name;
}

/** Those with a counterexample first. */
function lastFirst(all: readonly Selected[], { last }: Order): Selected[] {
  const had = (loaded: LoadedScenario, name: string): boolean =>
    last.some((trace) => isOf(trace, loaded, name));
  const sorted = all.map((selected) => {
    const { loaded, variants } = selected;
    const first = variants.filter((name) => had(loaded, name));
    return { ...selected, variants: [...first, ...variants.filter((name) => !first.includes(name))], first };
  });
  return sorted.sort((a, b) => Number(a.first.length === 0) - Number(b.first.length === 0));
}

/** Before a variant is searched again: can the model still do what it did last? */
export async function replayLast(
  { order }: Round,
  engine: Engine,
  loaded: LoadedScenario,
  variant: string,
  world: World,
): Promise<void> {
  const trace = order.last.find((each) => isOf(each, loaded, variant));
  if (trace === undefined) return;
  try {
    world.stderr.write(`${lastRunText(trace, await engine.replay(loaded, trace))}\n`);
  } catch {
    // What is wrong with the model is said by the check.
  }
}

/**
 * What of these scenarios is to be checked. Where they are not all that the command line names, the others may have the
 * variant or the parameter that these have not.
 */
export function selectAgain(order: Order, command: CheckCommand, all: readonly LoadedScenario[]): Selected[] {
  if (order.files === null) return lastFirst(select(all, command.variants, command.assignments), order);
  const names = new Set(all.flatMap(variantsOf));
  const parameters = new Set(all.flatMap(({ scenario }) => Object.keys(scenario.spec.parameters ?? {})));
  const hasFull = all.some(({ scenario }) => scenario.spec.full !== undefined);
  const variants = command.variants.filter((name) => names.has(name));
  if (variants.length === 0 && command.variants.length > 0) return [];
  const assignments = command.assignments.filter(
    (each) => parameters.has(each.name) || (hasFull && isFull(each)),
  );
  return lastFirst(select(all, variants, assignments), order);
}
