import type { BuiltVariant } from '../build_variant.ts';
import { reportedAs } from '../language/analysis/total.ts';
import type { Failure } from '../language/ir.ts';
import { type Definition, text } from './tla_form.ts';
import type { TlaNames } from './tla_names.ts';
import { invariantOf } from './tla_world.ts';

/** What goes wrong in a step, as a string of TLA+: each kind and name has its own. */
export class FailureLabels {
  readonly all = new Map<string, string>();

  of({ kind, name }: Failure): string {
    const what = `${kind} ${name}`;
    let label = this.all.get(what);
    if (label === undefined) {
      const plain = what.replace(/[^\x20-\x7e]|["\\]/g, '?');
      const known = [...this.all.values()];
      label = `"${plain}"`;
      for (let i = 2; known.includes(label); i++) label = `"${plain} ${i}"`;
      this.all.set(what, label);
    }
    return label;
  }
}

/** What must hold in every state, and what shall be reached: by name, what each decides. */
export interface TlaProperties {
  readonly definitions: Definition[];
  readonly invariants: Map<string, string>;
  readonly reachable: Map<string, string>;
}

/** @param predicates the predicate of each property, as it is called; `fails`: how each process fails. */
export function propertiesOf(
  { loaded, compiled }: BuiltVariant,
  names: TlaNames,
  predicates: readonly string[],
  labels: FailureLabels,
  fails: readonly string[],
): TlaProperties {
  const without = loaded.scenario.spec.without ?? [];
  const { properties } = compiled.program;
  const all: TlaProperties = { definitions: [], invariants: new Map(), reachable: new Map() };
  for (const [i, property] of properties.entries()) {
    const form = invariantOf(property, predicates[i] as string, names);
    if (form === null || (property.kind === 'lost wakeup' && without.includes('lost wakeup'))) continue;
    const never = property.kind === 'sometimes';
    const head = names.fresh(`${never ? 'never' : property.kind}_${property.name}`);
    all.definitions.push({ head, body: form });
    (never ? all.reachable : all.invariants).set(head, reportedAs(property));
  }
  all.definitions.push({ head: 'Failures', body: text(fails.join(' \\cup ') || '{}') });
  for (const [what, label] of labels.all) {
    const head = names.fresh(`no_${what}`);
    all.definitions.push({ head, body: text(`${label} \\notin Failures`) });
    all.invariants.set(head, what);
  }
  for (const { kind, name, monitor } of properties) {
    if (monitor === null) continue;
    const head = names.fresh(`${kind}_${name}`);
    all.definitions.push({ head, body: text(`~(TimeMayPass /\\ ${names.of(monitor)} = 0)`) });
    all.invariants.set(head, `${kind} ${name}`);
  }
  return all;
}

/** Questions about paths, and whether time can go on. */
export function leavesOut({ loaded, compiled }: BuiltVariant, names: TlaNames, races: boolean): string[] {
  const { properties, timing } = compiled.program;
  const without = loaded.scenario.spec.without ?? [];
  return [
    ...properties
      .filter((property) => property.monitor === null && invariantOf(property, '', names) === null)
      .map(({ kind, name }) => `${kind} ${name}`),
    ...(races ? ['data race data race'] : []),
    ...(timing === 'prompt' && !without.includes('timelock') ? ['timelock timelock'] : []),
  ];
}

/** What TLC is to check. */
export function configuration(
  invariants: ReadonlyMap<string, string>,
  reachable: ReadonlyMap<string, string>,
): string {
  return [
    'SPECIFICATION Spec',
    '\\* Our deadlock is an invariant: processes may end, and servers may rest.',
    'CHECK_DEADLOCK FALSE',
    ...[...invariants.keys()].map((name) => `INVARIANT ${name}`),
    ...(reachable.size === 0
      ? []
      : ['\\* To see that something is possible, ask for the contrary: TLC then shows how it comes about.']),
    ...[...reachable.keys()].map((name) => `\\* INVARIANT ${name}`),
    '',
  ].join('\n');
}
