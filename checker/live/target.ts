import type { Errand } from '../explore.ts';
import type { ProcessCode, Program, PropertyCode, Site, Variable } from '../language/ir.ts';
import type { Names } from '../language/lower/names.ts';
import type { Machine } from '../machine/codegen.ts';
import { type Cell, readCell, valueOfRaw } from '../machine/layout.ts';
import { UserError } from '../options.ts';
import { placeOf } from '../trace/frames.ts';
import { parseCondition, type Read } from './condition.ts';
import type { Target } from './view.ts';

type Watch = Errand['watch'];

/** What a search looks for; several are tried one after the other. UPY352, UPY353 for what cannot be looked for. */
export function watchesFor(target: Target, program: Program, names: Names): readonly Watch[] {
  switch (target.kind) {
    case 'property':
      return propertyWatches(target.name, program);
    case 'condition': {
      const holds = parseCondition(target.text, program, names);
      return [(machine) => stopWhere(machine, holds)];
    }
    case 'line':
      return [lineWatch(target, program)];
  }
}

const NOTHING = { properties: 0, quiescent: 0, deadlock: false } as const;

function stopWhere({ layout }: Machine, holds: (read: Read) => boolean): ReturnType<Watch> {
  return {
    ...NOTHING,
    stopAt: (states, at) =>
      holds((variable: Variable) => {
        const cell = layout.cells.get(variable) as Cell;
        return valueOfRaw(cell, readCell(cell, states, at));
      }),
  };
}

function propertyWatches(name: string, program: Program): readonly Watch[] {
  if (name === 'deadlock')
    return [
      ({ standstillBit }) => ({ ...NOTHING, quiescent: 1 << standstillBit }),
      () => ({ ...NOTHING, deadlock: true }),
    ];
  const failures = new Set(program.failures.filter((each) => each.name === name).map(({ number }) => number));
  if (failures.size > 0) {
    const asked = program.properties.filter(({ fails }) => fails?.name === name);
    return [
      () => ({ ...NOTHING, stopOn: (failure) => failures.has(failure) }),
      ...asked.flatMap((property) => watchesOf(name, property, program)),
    ];
  }
  const property = program.properties.find((each) => each.name === name);
  return watchesOf(name, property, program);
}

function watchesOf(name: string, property: PropertyCode | undefined, program: Program): readonly Watch[] {
  switch (property?.kind) {
    case 'always':
    case 'sometimes':
    case 'overtaking':
      return [(machine) => ({ ...NOTHING, properties: 1 << machine.stateProperties.indexOf(property) })];
    case 'idle':
    case 'stuck':
    case 'lost wakeup':
      return [(machine) => ({ ...NOTHING, quiescent: 1 << machine.quiescentProperties.indexOf(property) })];
    case 'alwaysPossible':
      return [
        (machine) => ({
          ...NOTHING,
          stopAt: (states, at) =>
            machine.possible.find((each) => each.property === property)?.holds(states, at) ?? false,
        }),
      ];
    default:
      throw noProperty(name, property === undefined, program);
  }
}

/** The properties and checks that can be asked for by name. */
export function askable(program: Program): string[] {
  const names = new Set([
    ...program.properties
      .filter(({ kind, fails }) => fails === null && kind !== 'eventually' && kind !== 'leadsTo')
      .map((p) => p.name),
    ...program.failures.filter(({ kind }) => kind === 'check' || kind === 'within').map((f) => f.name),
    'deadlock',
  ]);
  return [...names];
}

function noProperty(name: string, isUnknown: boolean, program: Program): UserError {
  return new UserError(
    'UPY353',
    isUnknown ? `there is no property '${name}'` : `'${name}' is not about single states`,
    null,
    isUnknown ? 'a typing mistake' : 'it is about whole runs: no state alone decides it',
    `ask for one of: ${askable(program).join(', ')}; or for a condition`,
  );
}

// ---- lines ----

function lineWatch(target: Extract<Target, { kind: 'line' }>, program: Program): Watch {
  const asked = program.processes.filter(({ name }) => target.process === null || name === target.process);
  if (asked.length === 0)
    throw noLine(
      `there is no process '${target.process}'`,
      program.processes.map((p) => p.name),
    );
  const wanted = asked.map((process) => ({ process, locations: locationsAt(process, target) }));
  if (wanted.every(({ locations }) => locations.size === 0))
    throw noLine(
      `no step of ${target.process ?? 'any process'} begins at ${target.file}:${target.line}`,
      linesOf(asked, target.file),
    );
  return (machine) =>
    stopWhere(machine, (read) =>
      wanted.some(({ process, locations }) => locations.has(read(process.location))),
    );
}

function locationsAt(
  process: ProcessCode,
  target: { readonly file: string; readonly line: number },
): Set<number> {
  const isThere = (site: Site): boolean => {
    const { file, line } = placeOf(site);
    return line === target.line && isFile(file, target.file);
  };
  return new Set(
    process.locations.flatMap((block, i) =>
      block.cut !== null && sitesOf(block.cut.site).some(isThere) ? [i + 1] : [],
    ),
  );
}

/** The site, and the calls that lead there. */
function sitesOf(site: Site): Site[] {
  const found: Site[] = [];
  const seen = new Set<Site>();
  const todo = [site];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    found.push(next);
    const { caller, shared } = next.frame;
    if (shared !== null) todo.push(...shared.callers.filter((each) => each !== undefined));
    else if (caller !== null) todo.push(caller);
  }
  return found;
}

function isFile(file: string, asked: string): boolean {
  return file === asked || file.endsWith(`/${asked}`);
}

function linesOf(processes: readonly ProcessCode[], file: string): string[] {
  const lines = new Set<number>();
  for (const { locations } of processes)
    for (const { cut } of locations)
      for (const site of cut === null ? [] : sitesOf(cut.site)) {
        const place = placeOf(site);
        if (isFile(place.file, file)) lines.add(place.line);
      }
  return [...lines].sort((a, b) => a - b).map(String);
}

function noLine(what: string, possible: readonly string[]): UserError {
  return new UserError(
    'UPY353',
    what,
    null,
    'nothing that others can see happens on this line, or a typing mistake',
    possible.length === 0
      ? '`upy-check steps` shows where steps begin'
      : `there are: ${possible.slice(0, 20).join(', ')}${possible.length > 20 ? ', …' : ''}`,
  );
}
