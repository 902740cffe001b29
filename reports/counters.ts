import type { Trace } from '../checker/trace.ts';

/** A number that changes in the course of a trace. */
export interface Counter {
  readonly name: string;
  /** `after`: position of the step in `trace.steps`, from 0, after which it is that; -1: at the start. */
  readonly values: readonly { readonly after: number; readonly value: number }[];
}

const INTEGER = /^-?\d+$/u;

/** Depths of sequences and values of integers, of those that change. */
export function countersOf({ start, steps }: Trace): readonly Counter[] {
  return start.variables.flatMap(({ name, kind, value, items }) => {
    const depth = kind === 'sequence';
    if (!depth && kind !== 'integer') return [];
    const changes = steps.flatMap((step, after) =>
      step.changes
        .filter(({ variable }) => variable === name)
        .map((change) => ({ after, text: change.after, items: change.items })),
    );
    const all = [{ after: -1, text: value, items }, ...changes];
    if (changes.length === 0 || (!depth && all.some(({ text }) => !INTEGER.test(text)))) return [];
    const values = all.map((each) => ({
      after: each.after,
      value: depth ? (each.items?.length ?? 0) : Number(each.text),
    }));
    return [{ name: depth ? `${name} (depth)` : name, values }];
  });
}
