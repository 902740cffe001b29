import { closeSync, rmSync, statSync, writeSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { DotReporter } from '../../reports/dot.ts';
import type { Reporter } from '../../reports/events.ts';
import { itfText } from '../../reports/itf.ts';
import { perfettoText } from '../../reports/perfetto.ts';
import { plural, visible } from '../../reports/text.ts';
import {
  type Files,
  type TraceFile,
  TraceFilesReporter,
  type TraceFormat,
} from '../../reports/trace_files.ts';
import { vcdText } from '../../reports/vcd.ts';
import { isFolder, openFile, openFolder } from './open_file.ts';
import type { Route } from './outputs.ts';
import type { World } from './world.ts';

/** A report that has several files. */
interface FileFormat {
  readonly name: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  /** What is in one of them. */
  readonly holds: 'trace' | 'graph';
  readonly make: (files: Files) => Reporter;
}

function traces(format: TraceFormat): FileFormat {
  return { ...format, holds: 'trace', make: (files) => new TraceFilesReporter(format, files) };
}

/** Formats with one trace, or one graph, in a file, for programs that draw them. */
const FORMATS = {
  perfetto: traces({ name: 'perfetto', extension: 'perfetto.json', text: perfettoText }),
  vcd: traces({ name: 'vcd', extension: 'vcd', text: vcdText }),
  itf: traces({ name: 'itf', extension: 'itf.json', text: itfText }),
  dot: { name: 'dot', extension: 'dot', holds: 'graph', make: (files: Files) => new DotReporter(files) },
} as const satisfies Readonly<Record<string, FileFormat>>;

export type TraceFileName = keyof typeof FORMATS;

export function isTraceFiles(name: string): name is TraceFileName {
  return Object.hasOwn(FORMATS, name);
}

/** A reporter that writes files, and what is to be done and said at the end. */
export interface TraceOutput {
  readonly reporter: Reporter;
  readonly close: () => void;
}

/**
 * Into a folder (`=traces/`) every trace under a name of its own; into a file the first one, and the others beside it
 * with numbers; to standard output the first one. Throws UPY309.
 *
 * @param isTaken whether another report has this path; from then on this one has it
 */
export function traceOutput(
  name: TraceFileName,
  to: Route['to'],
  isTaken: (path: string) => boolean,
  world: World,
): TraceOutput {
  const format: FileFormat = FORMATS[name];
  const say = (text: string): void => world.stderr.write(`${format.name}: ${text}\n`);
  if (typeof to === 'string')
    return toStream(format, to === 'stdout' ? world.stdout.write : world.stderr.write, say);
  return isFolder(to.file, world.cwd)
    ? toFolder(format, to.file, world, say)
    : toFiles(format, to.file, isTaken, world, say);
}

type Say = (text: string) => void;

function toStream(format: FileFormat, write: (text: string) => void, say: Say): TraceOutput {
  const { name, holds } = format;
  let count = 0;
  const save = ({ text }: TraceFile): void => {
    if (count++ === 0) write(text);
  };
  const close = (): void => {
    if (count === 0) say(`there is no ${holds} to write`);
    if (count > 1)
      say(`only the first of ${count} ${holds}s; --reporter ${name}=${holds}s/ writes all into a folder`);
  };
  return { reporter: format.make({ save, warn: (text) => say(visible(text)) }), close };
}

function toFolder(format: FileFormat, folder: string, world: World, say: Say): TraceOutput {
  let count = 0;
  // A place that cannot be written is refused before the search.
  openFolder(resolve(world.cwd, folder), folder);
  const save = ({ name, text }: TraceFile): void => {
    count++;
    writeFile(join(folder, name), text, world);
  };
  const close = (): void => say(`${plural(count, format.holds)} in ${folder}`);
  return { reporter: format.make({ save, warn: (text) => say(visible(text)) }), close };
}

function toFiles(
  format: FileFormat,
  file: string,
  isTaken: (path: string) => boolean,
  world: World,
  say: Say,
): TraceOutput {
  const written: { readonly name: string; readonly title: string }[] = [];
  let number = 1;
  // A place that cannot be written is refused before the search.
  closeSync(openFile(resolve(world.cwd, file), file));
  const save = ({ title, text }: TraceFile): void => {
    let name = file;
    if (written.length > 0)
      do name = numbered(file, format, ++number);
      while (isTaken(resolve(world.cwd, name)));
    writeFile(name, text, world);
    written.push({ name, title });
  };
  const close = (): void => {
    if (written.length === 0) {
      const path = resolve(world.cwd, file);
      // A pipe or a device stays.
      const isOurs = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      if (isOurs) rmSync(path);
      say(`there is no ${format.holds}${isOurs ? `, so there is no ${file}` : ''}`);
    }
    if (written.length === 1) return;
    for (const [i, { name, title }] of written.entries())
      say(`${name} is ${format.holds} ${i + 1} of ${written.length}: ${visible(title)}`);
  };
  return { reporter: format.make({ save, warn: (text) => say(visible(text)) }), close };
}

/** `wake-2.vcd`, `wake-3.vcd`, … */
function numbered(file: string, { extension }: FileFormat, n: number): string {
  const ending = file.endsWith(`.${extension}`) ? `.${extension}` : extname(file);
  return `${file.slice(0, file.length - ending.length)}-${n}${ending}`;
}

function writeFile(file: string, text: string, world: World): void {
  const descriptor = openFile(resolve(world.cwd, file), file);
  writeSync(descriptor, text);
  closeSync(descriptor);
}
