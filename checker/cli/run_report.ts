import type { CheckedVariant, ExitReason } from '../../reports/events.ts';
import type { Trace } from '../trace.ts';
import { checkCommand } from './check_command.ts';
import { EXIT_CODES } from './exit.ts';
import { reporterFor } from './outputs.ts';
import { Run, settingsOf } from './run.ts';
import type { World } from './world.ts';

/**
 * A single run as the report of a search that looked at nothing else: *incomplete*, with the run as a witness.
 *
 * @param exit of the command that asked for the run; it need not be that of an incomplete search
 */
export function runReport(trace: Trace, format: 'html' | 'ndjson', exit: ExitReason, world: World): string {
  let text = '';
  const stream = {
    write: (part: string) => {
      text += part;
    },
    isTerminal: false,
    columns: undefined,
  };
  const command = { ...checkCommand({}), traces: 'all' as const };
  const run = new Run([reporterFor(format, command, world, stream)], world);
  const { scenario, file, variant } = trace;
  run.publish({
    type: 'run-started',
    version: world.version,
    settings: settingsOf(command, world.defaultMemory),
  });
  run.publish({
    type: 'scenario-started',
    scenario,
    about: trace.property,
    file,
    variants: [variant],
    alone: true,
  });
  run.publish({ type: 'variant-finished', result: resultOf(trace), wallMs: null });
  run.publish({ type: 'scenario-finished', scenario, file, unreached: null });
  run.finishAs({ code: EXIT_CODES[exit], reason: exit });
  return text;
}

function resultOf(trace: Trace): CheckedVariant {
  const { scenario, file, variant, parameters, property, steps } = trace;
  const place = null;
  return {
    scenario,
    about: property,
    file,
    variant,
    parameters,
    verdict: 'incomplete',
    expected: { holds: true },
    asExpected: false,
    because: ['only one run was looked at'],
    properties: [{ name: property, kind: 'sometimes', status: 'holds', place, trace, detail: null }],
    figures: {
      states: steps.length + 1,
      transitions: steps.length,
      depth: steps.length,
      bitsPerState: 0,
      storeBytes: 0,
      processes: trace.start.processes.length,
      locations: 0,
      omissionProbability: 0,
      reduction: 'none',
    },
    limit: { kind: 'sample', value: '1', growing: [] },
    assumptions: [],
    coverage: [],
    profile: null,
  };
}
