import { expect } from 'vitest';
import type { LoadedScenario } from '../check.ts';
import { UserError } from '../options.ts';
import { type Parameters, scenario } from '../scenario.ts';
import type { Engine } from './engine.ts';
import type { World } from './world.ts';

/** For `toThrow`: a UserError with this code. */
export function isUserError(code: string) {
  return expect.objectContaining({ name: 'UserError', code });
}

/** A scenario as loaded; its `build` is never called. */
export function loaded(
  name: string,
  variants: readonly string[],
  parameters: Parameters = {},
  file = `${name}.ts`,
): LoadedScenario {
  const expected = Object.fromEntries(variants.map((variant) => [variant, { holds: true } as const]));
  return {
    scenario: scenario(name, { about: `about ${name}`, parameters, variants: expected, build() {} }),
    file,
  };
}

function unused(what: string): never {
  throw new Error(`${what} is not part of this test`);
}

/** A world of plain strings. `interrupt()` is Ctrl-C; `clock.ms` is the time. */
export function fakeWorld(cwd: string, engine: Partial<Engine>, over: Partial<World> = {}) {
  const text = { out: '', err: '' };
  const clock = { ms: 0 };
  const listeners = new Set<() => void>();
  const world: World = {
    version: '0.1.0',
    cwd,
    environment: {},
    stdout: {
      write: (part) => {
        text.out += part;
      },
      isTerminal: false,
      columns: undefined,
    },
    stderr: {
      write: (part) => {
        text.err += part;
      },
      isTerminal: false,
      columns: undefined,
    },
    engine: async () => ({
      loadScenarios: async () => unused('loadScenarios'),
      check: () => unused('check'),
      replay: async () => unused('replay'),
      replaySchedule: async () => unused('replaySchedule'),
      steps: () => unused('steps'),
      simulate: () => unused('simulate'),
      threads: () => unused('threads'),
      openSession: () => unused('openSession'),
      exportPromela: () => unused('exportPromela'),
      exportTla: () => unused('exportTla'),
      ...engine,
    }),
    now: () => clock.ms,
    breathe: async () => {},
    defaultMemory: 1024 ** 3,
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    ...over,
  };
  const interrupt = () => {
    for (const listener of listeners) listener();
  };
  return { world, text, clock, interrupt, listeners };
}

export function userError(code: string, what = 'refused'): UserError {
  return new UserError(code, what, null, 'because', 'do this');
}
