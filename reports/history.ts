import type { Operation, Trace } from '../checker/trace.ts';
import { length, padEnd, padStart, truncate, visible } from './text.ts';
import type { TraceStyle } from './trace_steps.ts';

/** Characters of a bar, at most. */
const BAR_MAX = 40;

/** The operations on an object with a specification, each with a bar from its first step to its last. */
export function historyLines({ history, steps }: Trace, { paint, width }: TraceStyle): string[] {
  if (history === undefined || history.length === 0) return [];
  const rows = history.map((operation) => ({
    who: visible(operation.process),
    what: visible(`${operation.call}${resultText(operation)}`),
    from: String(operation.from),
    to: operation.to === null ? '…' : String(operation.to),
    operation,
  }));
  const widest = (of: (row: (typeof rows)[number]) => string) =>
    Math.max(...rows.map((row) => length(of(row))));
  const who = Math.min(
    widest((row) => row.who),
    24,
  );
  const [from, to] = [widest((row) => row.from), widest((row) => row.to)];
  const rest = width - who - from - to - 9;
  const what = Math.min(
    widest((row) => row.what),
    Math.max(16, rest - 8),
  );
  const bar = Math.min(BAR_MAX, steps.length, rest - what);
  const lines = rows.map((row) => {
    const cells = [
      padEnd(truncate(row.who, who), who),
      padEnd(truncate(row.what, what), what),
      `${padStart(row.from, from)}–${padEnd(row.to, to)}`,
      paint.faint(bar < 8 ? '' : barText(row.operation, steps.length, bar)),
    ];
    return `  ${cells.join('  ')}`.trimEnd();
  });
  return [paint.strong('The operations, from the first step of each to its return'), ...lines, ''];
}

function resultText({ result, cut }: Operation): string {
  if (result === null) return cut ? '  (cut short by kill)' : '  (has not returned)';
  if (result === 'returns') return '';
  return result.startsWith('throws ') ? ` ${result}` : ` → ${result}`;
}

function barText({ from, to }: Operation, steps: number, width: number): string {
  const column = (step: number): number => Math.min(width - 1, Math.floor(((step - 1) * width) / steps));
  const first = Math.max(0, column(from));
  const last = to === null ? width : column(to);
  const end = to === null ? '' : '┤';
  if (to !== null && last <= first) return `${' '.repeat(first)}│`;
  return `${' '.repeat(first)}├${'─'.repeat(Math.max(0, last - first - 1))}${end}`;
}
