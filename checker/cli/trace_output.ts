import { closeSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { ascii } from '../../reports/ascii.ts';
import type { ExitReason } from '../../reports/events.ts';
import { itfText } from '../../reports/itf.ts';
import { mermaidText } from '../../reports/mermaid.ts';
import { colorLevel, paint } from '../../reports/paint.ts';
import { perfettoText } from '../../reports/perfetto.ts';
import type { TraceStyle } from '../../reports/trace_steps.ts';
import { vcdText } from '../../reports/vcd.ts';
import type { Trace } from '../trace.ts';
import type { Writing } from './commands.ts';
import { openFile } from './open_file.ts';
import { runReport } from './run_report.ts';
import type { TraceFormat } from './values.ts';
import { type Stream, type World, widthOf } from './world.ts';

/** Formats for other programs, as a function of the trace alone. */
const FORMATS: Readonly<
  Record<Exclude<TraceFormat, 'timeline' | 'steps' | 'html' | 'ndjson'>, (trace: Trace) => string>
> = {
  json: (trace) => `${JSON.stringify(trace, null, 2)}\n`,
  perfetto: perfettoText,
  vcd: vcdText,
  itf: itfText,
  mermaid: (trace) => `${mermaidText(trace).trimEnd()}\n`,
};

/**
 * Writes a run as `--to`, `--out` and `--ascii` want it.
 *
 * @param initial the format without `--to`
 * @param text what people read, without the line's end
 * @param exit of the command; some formats say it
 */
export function writeRun(
  trace: Trace,
  writing: Writing,
  initial: 'timeline' | 'steps',
  text: (style: TraceStyle) => string,
  exit: ExitReason,
  world: World,
): void {
  const format = writing.to ?? initial;
  if (writing.out === null || writing.out === '-') return world.stdout.write(content(world.stdout));
  const descriptor = openFile(resolve(world.cwd, writing.out), writing.out);
  writeSync(descriptor, content({ write: () => {}, isTerminal: false, columns: undefined }));
  closeSync(descriptor);

  function content(stream: Stream): string {
    if (format === 'html' || format === 'ndjson') return runReport(trace, format, exit, world);
    if (format !== 'timeline' && format !== 'steps') return FORMATS[format](trace);
    const style = {
      paint: paint(colorLevel(world.environment, stream.isTerminal)),
      width: widthOf(stream),
      timeline: format === 'timeline',
    };
    const shown = `${text(style)}\n`;
    return writing.ascii ? ascii(shown) : shown;
  }
}
