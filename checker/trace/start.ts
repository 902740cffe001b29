import { drawingOf } from '../../model/intrinsics/drawing.ts';
import { IntegerHandle } from '../../model/intrinsics/integer.ts';
import type { ProcessCode } from '../language/ir.ts';
import { type Names, show } from '../language/lower/names.ts';
import type { TraceObject, TracePart, TraceProcess, TraceStart, TraceVariable } from '../trace.ts';
import { placeOf } from './frames.ts';
import type { Walk } from './walk.ts';

/** What there is before the first step. To be asked while the walk stands there. */
export function startOf(walk: Walk): TraceStart {
  const variables = walk.variables();
  return {
    processes: walk.processes.map((process) => processAt(walk, process)),
    variables,
    objects: objectsOf(walk.names, variables),
  };
}

function processAt(walk: Walk, process: ProcessCode): TraceProcess {
  const { name, lane, outside, background } = process;
  const cut = walk.cutOf(process);
  return {
    name,
    lane,
    role: outside ? 'outside' : background ? 'background' : 'system',
    status: walk.statusOf(process),
    place: cut === null ? null : placeOf(cut.site),
  };
}

/** The objects whose class says how they are drawn, those without a single variable left out. */
function objectsOf(names: Names, variables: readonly TraceVariable[]): TraceObject[] {
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  const objects: TraceObject[] = [];
  for (const [object, name] of names.objects()) {
    const drawing = drawingOf(object);
    if (drawing === null) continue;
    const { kind, also = [], ...roles } = drawing;
    const wanted: (readonly [string, string])[] = [
      ...Object.entries(roles as Readonly<Record<string, string>>),
      ...also.map((path) => [path, path] as const),
    ];
    // What never changes is no news, unless the drawing has a place for it.
    const parts = wanted
      .flatMap(([role, path]) => partOf(object, role, path, names, values))
      .filter(({ role, variable }) => variable !== null || role in roles);
    if (parts.some(({ variable }) => variable !== null))
      objects.push({ name, class: object.constructor.name, kind, parts });
  }
  return objects;
}

/** Nothing where the path leads nowhere. */
function partOf(
  object: object,
  role: string,
  path: string,
  names: Names,
  values: ReadonlyMap<string, string>,
): TracePart[] {
  const keys = path.split('.');
  const key = keys.pop() as string;
  let owner: unknown = object;
  for (const each of keys) owner = isObject(owner) ? Reflect.get(owner, each) : undefined;
  if (!isObject(owner)) return [];
  const value = Reflect.get(owner, key);
  if (value === undefined) return [];
  const own = names.property(owner, key);
  const known = [own, ...(isObject(value) ? [names.object(value)] : [])].find((name) => values.has(name));
  if (known !== undefined) return [{ role, variable: known, value: values.get(known) as string }];
  const constant = value instanceof IntegerHandle ? value.value : value;
  return [{ role, variable: null, value: show(constant, names) }];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
