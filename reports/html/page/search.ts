import type { TraceStep } from '../../../checker/trace.ts';
import type { TraceModel } from './trace_model.ts';

/** What a search has found in a trace. */
export interface Found {
  readonly query: string;
  /** Indices of steps, in order. */
  readonly steps: readonly number[];
  readonly variables: readonly string[];
  /** Functions with the first step that executes code of each. */
  readonly functions: readonly { readonly name: string; readonly step: number }[];
}

export const NOTHING: Found = { query: '', steps: [], variables: [], functions: [] };

/** Finds words in the steps, the variables and the functions of a trace. */
export class Search {
  readonly #model: TraceModel;
  #texts: string[] | null = null;
  #functions: Map<string, number> | null = null;

  constructor(model: TraceModel) {
    this.#model = model;
  }

  /** Everything that has all the words of `query`, in any order and case. */
  find(query: string): Found {
    const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
    if (words.length === 0) return NOTHING;
    const { trace } = this.#model;
    this.#texts ??= trace.steps.map(textOf);
    this.#functions ??= functionsOf(trace.steps);
    const fits = (text: string): boolean => words.every((word) => text.includes(word));
    return {
      query,
      steps: this.#texts.flatMap((text, i) => (fits(text) ? [i + 1] : [])),
      variables: trace.start.variables.map(({ name }) => name).filter((name) => fits(name.toLowerCase())),
      functions: [...this.#functions]
        .filter(([name]) => fits(name.toLowerCase()))
        .map(([name, step]) => ({ name, step })),
    };
  }
}

function textOf(step: TraceStep): string {
  const { process, place, operation, functions, stack, notes, changes, moments } = step;
  const words = [
    process ?? 'time',
    place === null ? '' : `${place.file}:${place.line} ${place.text}`,
    operation,
    ...functions,
    ...stack.map((frame) => frame.function),
    ...notes,
    ...changes.map(({ variable, before, after }) => `${variable}: ${before} → ${after}`),
    ...moments.map(({ kind }) => kind),
  ];
  return words.join('\n').toLowerCase();
}

function functionsOf(steps: readonly TraceStep[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { functions, index } of steps)
    for (const name of functions) if (name !== '' && !first.has(name)) first.set(name, index);
  return first;
}
