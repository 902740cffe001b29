import { closeSync, existsSync, rmSync, statSync, writeSync } from 'node:fs';
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
import { openFile } from './open_file.ts';
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
 */
export function traceOutput(name: TraceFileName, to: Route['to'], world: World): TraceOutput {
  const format: FileFormat = FORMATS[name];
  const say = (text: string): void => world.stderr.write(`${format.name}: ${text}\n`);
  if (typeof to === 'string')
    return toStream(format, to === 'stdout' ? world.stdout.write : world.stderr.write, say);
  const path = resolve(world.cwd, to.file);
  const isFolder = /[\\/]$/u.test(to.file) || (existsSync(path) && statSync(path).isDirectory());
  return isFolder ? toFolder(format, to.file, world, say) : toFiles(format, to.file, world, say);
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
  const save = ({ name, text }: TraceFile): void => {
    count++;
    writeFile(join(folder, name), text, world);
  };
  const close = (): void => say(`${plural(count, format.holds)} in ${folder}`);
  return { reporter: format.make({ save, warn: (text) => say(visible(text)) }), close };
}

function toFiles(format: FileFormat, file: string, world: World, say: Say): TraceOutput {
  const titles: string[] = [];
  // A place that cannot be written is refused before the search.
  closeSync(openFile(resolve(world.cwd, file), file));
  const save = ({ title, text }: TraceFile): void => {
    writeFile(numbered(file, format, titles.length + 1), text, world);
    titles.push(title);
  };
  const close = (): void => {
    if (titles.length === 0) {
      const path = resolve(world.cwd, file);
      // A pipe or a device stays.
      const isOurs = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      if (isOurs) rmSync(path);
      say(`there is no ${format.holds}${isOurs ? `, so there is no ${file}` : ''}`);
    }
    if (titles.length === 1) return;
    for (const [i, title] of titles.entries()) {
      const which = `${format.holds} ${i + 1} of ${titles.length}: ${visible(title)}`;
      say(`${numbered(file, format, i + 1)} is ${which}`);
    }
  };
  return { reporter: format.make({ save, warn: (text) => say(visible(text)) }), close };
}

/** `wake.vcd`, `wake-2.vcd`, … */
function numbered(file: string, { extension }: FileFormat, n: number): string {
  if (n === 1) return file;
  const ending = file.endsWith(`.${extension}`) ? `.${extension}` : extname(file);
  return `${file.slice(0, file.length - ending.length)}-${n}${ending}`;
}

function writeFile(file: string, text: string, world: World): void {
  const descriptor = openFile(resolve(world.cwd, file), file);
  writeSync(descriptor, text);
  closeSync(descriptor);
}
