import { numberText, type Reader } from './expression_code.ts';
import type { StepInstruction, StepNode } from './step_graph.ts';

/** Whether a step comes by marks, which it then logs from `n` on: they count once it arrives. */
export const hasMarks = (nodes: readonly StepNode[]): boolean =>
  nodes.some(({ code }) => code.some(({ kind }) => kind === 'mark'));

/** Logs the number of a mark, its successor, how many values, and the values. */
export function markText({ mark, values }: StepInstruction & { kind: 'mark' }, reader: Reader): string {
  const parts = [mark.number, 'o', values.length, ...values.map((value) => numberText(value, reader))];
  return `${parts.map((part) => `L[n++] = ${part};`).join(' ')}\n`;
}
