import * as freertos from '../../model/freertos/index.ts';
import { metadataOf, type SourceFile } from '../../model/intrinsics/metadata.ts';
import { reversePostorder } from '../language/analysis/graph.ts';
import { children, type Node, parse } from '../language/ast.ts';
import type { Block, Program, Site } from '../language/ir.ts';
import type { Watch } from './simulate.ts';

/** Lines of model code, by file: those that a program was compiled to, and those that its run came to. */
export type Lines = Readonly<
  Record<string, { readonly compiled: readonly number[]; readonly reached: readonly number[] }>
>;

/** What programs have shown of a file of the kernel. */
export interface FileCoverage {
  readonly file: string;
  /** Lines with something to execute, in any of the programs. */
  readonly lines: number;
  /** Those among them that no run came to. */
  readonly missed: readonly number[];
  /** Functions that left no instruction in any program: never called, run by `build()` only, or folded away. */
  readonly functions: readonly string[];
}

const KERNEL = 'upy-check/model/freertos/';
const isKernel = (file: string): boolean =>
  file.startsWith(KERNEL) && !file.startsWith(`${KERNEL}conformance/`);

/** Collects the lines of one run. */
export class LineWatch implements Watch {
  private readonly compiled = new Map<string, Set<number>>();
  private readonly reached = new Map<string, Set<number>>();
  private readonly seen = new Set<Site>();

  /** What is evaluated at every step, as run conditions are, is reached. */
  begin({ processes }: Program): void {
    for (const { entry, runs } of processes) {
      for (const site of sitesIn(entry)) add(this.compiled, site);
      if (runs === null) continue;
      for (const site of sitesIn(runs.entry)) {
        add(this.compiled, site);
        add(this.reached, site);
      }
    }
  }

  at(site: Site): void {
    if (this.seen.has(site)) return;
    this.seen.add(site);
    add(this.reached, site);
  }

  get lines(): Lines {
    return Object.fromEntries(
      [...this.compiled].map(([file, compiled]) => [
        file,
        { compiled: [...compiled], reached: [...(this.reached.get(file) ?? [])] },
      ]),
    );
  }
}

function* sitesIn(entry: Block): Generator<Site> {
  for (const { cut, code, end } of reversePostorder(entry)) {
    if (cut !== null) yield cut.site;
    for (const { site } of code) yield site;
    if (end.kind === 'fail') yield end.site;
  }
}

/** The line of the place, and those of the calls that lead there. */
function add(lines: Map<string, Set<number>>, site: Site): void {
  for (let at: Site | null = site; at !== null; at = at.frame.caller) {
    if (!isKernel(at.source.file)) continue;
    const known = lines.get(at.source.file) ?? new Set();
    lines.set(at.source.file, known);
    known.add(lineAt(at.source, at.start));
  }
}

const starts = new WeakMap<SourceFile, readonly number[]>();

function lineAt(source: SourceFile, offset: number): number {
  let begins = starts.get(source);
  if (begins === undefined) {
    begins = [0, ...[...source.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    starts.set(source, begins);
  }
  let [low, high] = [0, begins.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((begins[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Puts together what all programs have shown, for every file of the kernel. */
export function summarize(runs: readonly Lines[]): FileCoverage[] {
  const compiled = new Map<string, Set<number>>();
  const reached = new Map<string, Set<number>>();
  const into = (lines: Map<string, Set<number>>, file: string, more: readonly number[]): void => {
    lines.set(file, new Set([...(lines.get(file) ?? []), ...more]));
  };
  for (const run of runs)
    for (const [file, lines] of Object.entries(run)) {
      into(compiled, file, lines.compiled);
      into(reached, file, lines.reached);
    }
  return kernelSources()
    .map((source) => {
      const all = compiled.get(source.file) ?? new Set();
      const missed = [...all].filter((line) => !reached.get(source.file)?.has(line));
      return {
        file: source.file.slice('upy-check/'.length),
        lines: all.size,
        missed: missed.sort((a, b) => a - b),
        functions: namedFunctions(source)
          .filter(({ first, last }) => ![...all].some((line) => first <= line && line <= last))
          .map(({ name }) => name),
      };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The files of the functions and classes that the kernel exports. */
function kernelSources(): SourceFile[] {
  const found = new Map<string, SourceFile>();
  for (const value of Object.values(freertos)) {
    const source = typeof value === 'function' ? metadataOf(value)?.source : undefined;
    if (source !== undefined && isKernel(source.file)) found.set(source.file, source);
  }
  return [...found.values()];
}

interface Named {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Functions and methods with a body and a name; constructors run in `build()`. */
function namedFunctions(source: SourceFile): Named[] {
  const found: Named[] = [];
  const walk = (node: Node): void => {
    const name = nameOf(node);
    if (name !== null)
      found.push({ name, first: lineAt(source, node.start), last: lineAt(source, node.end) });
    for (const child of children(node)) walk(child);
  };
  walk(parse(source));
  return found;
}

function nameOf(node: Node): string | null {
  if (node.type === 'FunctionDeclaration') return node.id?.name ?? null;
  if (node.type !== 'MethodDefinition' || node.kind === 'constructor') return null;
  return node.key.type === 'Identifier' ? node.key.name : null;
}
