import { closeSync, existsSync, rmSync, statSync, writeSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { Reporter } from '../../reports/events.ts';
import { itfText } from '../../reports/itf.ts';
import { perfettoText } from '../../reports/perfetto.ts';
import { plural, visible } from '../../reports/text.ts';
import { type TraceFile, TraceFilesReporter, type TraceFormat } from '../../reports/trace_files.ts';
import { vcdText } from '../../reports/vcd.ts';
import { openFile } from './open_file.ts';
import type { Route } from './outputs.ts';
import type { World } from './world.ts';

/** Formats with one trace in a file, for programs that draw traces. */
export const TRACE_FILES = {
  perfetto: { name: 'perfetto', extension: 'perfetto.json', text: perfettoText },
  vcd: { name: 'vcd', extension: 'vcd', text: vcdText },
  itf: { name: 'itf', extension: 'itf.json', text: itfText },
} as const satisfies Readonly<Record<string, TraceFormat>>;

export type TraceFileName = keyof typeof TRACE_FILES;

export function isTraceFiles(name: string): name is TraceFileName {
  return Object.hasOwn(TRACE_FILES, name);
}

/** A reporter that writes files, and what is to be done and said at the end. */
export interface TraceOutput {
  readonly reporter: Reporter;
  readonly close: () => void;
}

/**
 * Into a folder (`=traces/`) every trace under a name of its own; into a file the first one, and the others beside it
 * with numbers; to standard output the first one. Throws UPY309.
 */
export function traceOutput(name: TraceFileName, to: Route['to'], world: World): TraceOutput {
  const format = TRACE_FILES[name];
  if (typeof to === 'string')
    return toStream(format, to === 'stdout' ? world.stdout.write : world.stderr.write, world);
  const path = resolve(world.cwd, to.file);
  const isFolder = /[\\/]$/u.test(to.file) || (existsSync(path) && statSync(path).isDirectory());
  return isFolder ? toFolder(format, to.file, world) : toFiles(format, to.file, world);
}

function toStream(format: TraceFormat, write: (text: string) => void, world: World): TraceOutput {
  let count = 0;
  const save = ({ text }: TraceFile): void => {
    if (count++ === 0) write(text);
  };
  const close = (): void => {
    if (count === 0) world.stderr.write(`${format.name}: there is no trace to write\n`);
    if (count > 1)
      world.stderr.write(
        `${format.name}: only the first of ${count} traces; --reporter ${format.name}=traces/ writes all into a folder\n`,
      );
  };
  return { reporter: new TraceFilesReporter(format, save), close };
}

function toFolder(format: TraceFormat, folder: string, world: World): TraceOutput {
  let count = 0;
  const save = ({ name, text }: TraceFile): void => {
    count++;
    writeFile(join(folder, name), text, world);
  };
  const close = (): void => world.stderr.write(`${format.name}: ${plural(count, 'trace')} in ${folder}\n`);
  return { reporter: new TraceFilesReporter(format, save), close };
}

function toFiles(format: TraceFormat, file: string, world: World): TraceOutput {
  const titles: string[] = [];
  // A place that cannot be written is refused before the search.
  closeSync(openFile(resolve(world.cwd, file), file));
  const save = ({ title, text }: TraceFile): void => {
    writeFile(numbered(file, format, titles.length + 1), text, world);
    titles.push(title);
  };
  const close = (): void => {
    if (titles.length === 0) {
      rmSync(resolve(world.cwd, file), { force: true });
      world.stderr.write(`${format.name}: there is no trace, so there is no ${file}\n`);
    }
    if (titles.length === 1) return;
    for (const [i, title] of titles.entries()) {
      const which = `trace ${i + 1} of ${titles.length}: ${visible(title)}`;
      world.stderr.write(`${format.name}: ${numbered(file, format, i + 1)} is ${which}\n`);
    }
  };
  return { reporter: new TraceFilesReporter(format, save), close };
}

/** `wake.vcd`, `wake-2.vcd`, … */
function numbered(file: string, { extension }: TraceFormat, n: number): string {
  if (n === 1) return file;
  const ending = file.endsWith(`.${extension}`) ? `.${extension}` : extname(file);
  return `${file.slice(0, file.length - ending.length)}-${n}${ending}`;
}

function writeFile(file: string, text: string, world: World): void {
  const descriptor = openFile(resolve(world.cwd, file), file);
  writeSync(descriptor, text);
  closeSync(descriptor);
}
