import { createHash } from 'node:crypto';
import { closeSync, existsSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { ascii } from '../../reports/ascii.ts';
import { ConsoleReporter } from '../../reports/console.ts';
import type { Reporter, Write } from '../../reports/events.ts';
import { GithubReporter } from '../../reports/github.ts';
import { HtmlReporter } from '../../reports/html/reporter.ts';
import { JsonReporter } from '../../reports/json.ts';
import { JunitReporter } from '../../reports/junit.ts';
import { LcovReporter } from '../../reports/lcov.ts';
import { MarkdownReporter } from '../../reports/markdown.ts';
import { NdjsonReporter } from '../../reports/ndjson.ts';
import { colorLevel, paint } from '../../reports/paint.ts';
import { ProgressReporter } from '../../reports/progress.ts';
import { SarifReporter } from '../../reports/sarif.ts';
import type { CheckCommand } from './commands.ts';
import { isFolder, openFile } from './open_file.ts';
import { packing, readPageFiles } from './page_files.ts';
import { isTraceFiles, type TraceFileName, traceOutput } from './trace_files.ts';
import { type ReporterChoice, type ReporterName, usage } from './values.ts';
import { type Stream, type World, widthOf } from './world.ts';

/** How a command reports. */
type Reporting = Pick<CheckCommand, 'reporters' | 'out' | 'traces' | 'timeline' | 'ascii'>;

/** The reporters of a run, wired to their streams and files. */
export interface Outputs {
  readonly reporters: readonly Reporter[];
  readonly close: () => void;
}

/** Where one reporter goes: a file, or a standard stream. */
export interface Route {
  readonly name: ReporterName;
  readonly to: { readonly file: string } | 'stdout' | 'stderr';
}

/** Reports of which a standard stream can hold only one, and nothing else. */
function isDocument(name: ReporterName): boolean {
  return name !== 'console' && name !== 'github';
}

/**
 * Who writes where. `--out` takes what has no file of its own; a file never silences the console; a document on stdout
 * sends a console that was asked for to stderr.
 */
export function routes(chosen: readonly ReporterChoice[], out: string | null, cwd: string): Route[] {
  const file = out === '-' ? null : out;
  const unfiled = chosen.filter((choice) => choice.file === null && choice.name !== 'console');
  const wanted: readonly ReporterChoice[] =
    unfiled.length > 0 || file === null ? chosen : [...chosen, { name: 'console', file }];
  if (file !== null && unfiled.length > 1) {
    throw usage(
      `--out ${file} is asked to hold ${unfiled.length} reports`,
      `${unfiled.map((each) => each.name).join(' and ')} have no file of their own`,
      'give each its file: --reporter junit=out.xml --reporter json=out.json',
    );
  }
  const documents = wanted.filter(
    (choice) => isDocument(choice.name) && (choice.file === '-' || (choice.file === null && file === null)),
  );
  if (documents.length > 1) {
    throw usage(
      `${documents.map((each) => each.name).join(' and ')} cannot both go to standard output`,
      'neither has a file',
      'give one a file: --reporter junit=out.xml',
    );
  }
  const result = wanted.map((choice): Route => {
    if (choice.file !== null && choice.file !== '-') return { name: choice.name, to: { file: choice.file } };
    if (choice.file === null && file !== null && choice.name !== 'console')
      return { name: choice.name, to: { file } };
    return { name: choice.name, to: choice.name === 'console' && documents.length > 0 ? 'stderr' : 'stdout' };
  });
  refuseSharedFile(result, cwd);
  if (!result.some((route) => route.to === 'stdout')) result.push({ name: 'console', to: 'stdout' });
  return result;
}

/** A folder may hold the traces of several formats. */
function refuseSharedFile(all: readonly Route[], cwd: string): void {
  const told = new Set<string>();
  for (const { name, to } of all) {
    if (typeof to === 'string') continue;
    const path = resolve(cwd, to.file);
    const place = isFolder(to.file, cwd) ? `${name} ${path}` : path;
    if (told.has(place))
      throw usage(
        `two reports go to ${to.file}`,
        'each would overwrite the other',
        'give each a file of its own',
      );
    told.add(place);
  }
}

/** Opens the files and builds the reporters. Throws UPY309, UPY310. */
export function openOutputs(command: Reporting, world: World): Outputs {
  const closing: (() => void)[] = [];
  const progress = new ProgressReporter(world.stderr.write, {
    rewrite: world.stderr.isTerminal,
    width: world.stderr.isTerminal ? (world.stderr.columns ?? 100) : 200,
  });
  const planned = routes(command.reporters, command.out, world.cwd);
  const taken = new Set(
    planned.flatMap(({ to }) => (typeof to === 'string' ? [] : [resolve(world.cwd, to.file)])),
  );
  const isTaken = (path: string): boolean => taken.has(path) || !taken.add(path);
  const reporters = planned.map((route) => {
    if (isTraceFiles(route.name)) {
      const output = traceOutput(route.name, route.to, isTaken, world);
      closing.push(output.close);
      return output.reporter;
    }
    if (typeof route.to === 'string')
      return reporterFor(route.name, command, world, route.to === 'stdout' ? world.stdout : world.stderr);
    const descriptor = openFile(resolve(world.cwd, route.to.file), route.to.file);
    closing.push(() => closeSync(descriptor));
    const write = (text: string) => {
      writeSync(descriptor, text);
    };
    return reporterFor(route.name, command, world, { write, isTerminal: false, columns: undefined });
  });
  return {
    reporters: [progress, ...reporters],
    close: () => {
      for (const close of closing) close();
    },
  };
}

export function reporterFor(
  name: Exclude<ReporterName, TraceFileName>,
  command: Reporting,
  world: World,
  stream: Stream,
): Reporter {
  const write: Write = stream.write;
  switch (name) {
    case 'console':
      return new ConsoleReporter(command.ascii ? (text) => write(ascii(text)) : write, {
        paint: paint(colorLevel(world.environment, stream.isTerminal)),
        width: widthOf(stream),
        traces: command.traces,
        timeline: command.timeline,
      });
    case 'json':
      return new JsonReporter(write);
    case 'ndjson':
      return new NdjsonReporter(write);
    case 'markdown':
      return new MarkdownReporter(write);
    case 'sarif':
      return new SarifReporter(write, digest);
    case 'junit':
      return new JunitReporter(write);
    case 'lcov':
      return new LcovReporter(write, (file) => existsSync(resolve(world.cwd, file)));
    case 'github':
      return new GithubReporter(write);
    case 'html':
      return new HtmlReporter(write, readPageFiles(), packing);
  }
}

/** For texts that must be told apart, not kept. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
