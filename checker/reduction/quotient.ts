import type { BuiltVariant } from '../build_variant.ts';
import type { Variable } from '../language/ir.ts';
import type { Machine } from '../machine/codegen.ts';
import type { Generated } from '../machine/generated.ts';
import type { Range } from '../machine/layout.ts';
import type { Search } from '../search/search.ts';
import { Translated } from '../search/translated.ts';
import { type Canonical, canonicalForm } from './canonical.ts';
import type { Symmetry } from './symmetry.ts';

/** A machine whose states are canonical forms: one for each orbit of states under the symmetry. */
export class Quotient {
  /** Its steps lead to canonical forms. */
  readonly generated: Generated;
  readonly canonical: Canonical;
  /** The same machine without symmetry. */
  readonly plain: Generated;

  constructor(built: BuiltVariant, machine: Machine, symmetry: Symmetry) {
    const { generated, layout } = machine;
    this.plain = generated;
    this.canonical = canonicalForm(built.compiled.program, layout, symmetry);
    const { canonical } = this;
    const initial = generated.initial.slice();
    canonical.apply(initial, 0);
    this.generated = {
      ...generated,
      initial,
      expand(states, at, out) {
        const end = generated.expand(states, at, out);
        canonical.applyAll(generated.buffer(), out, end);
        return end;
      },
    };
  }

  /** The search with paths that are runs of the model: what it found is an orbit each, a run goes through states. */
  concrete(search: Search): Search {
    return new Translated(search, (path) => this.run(path));
  }

  /** Ordinals of a run through the orbits of a path: from each state a step into the next orbit, which exists by symmetry. */
  run(path: readonly number[]): number[] {
    const { words } = this.plain;
    const { initial } = this.generated;
    let orbit = initial;
    let state = this.plain.initial;
    return path.map((ordinal) => {
      orbit = this.successors(orbit)[ordinal]?.slice() ?? missing();
      this.canonical.apply(orbit, 0);
      const next = this.successors(state);
      const at = next.findIndex((candidate) => {
        const form = candidate.slice();
        this.canonical.apply(form, 0);
        return form.every((word, i) => word === orbit[i]);
      });
      state = next[at] ?? missing();
      if (state.length !== words) missing();
      return at;
    });
  }

  /** The path of the quotient through the orbits of `states`, each with a step from the orbit before it. */
  ordinals(states: readonly Int32Array[]): number[] {
    let orbit = this.generated.initial;
    return states.map((state) => {
      const form = state.slice();
      this.canonical.apply(form, 0);
      const ordinal = this.#leadingTo(form, orbit);
      orbit = form;
      return ordinal;
    });
  }

  /** The first successor of `from` that is in the orbit of `form`. */
  #leadingTo(form: Int32Array, from: Int32Array): number {
    const found = this.successors(from).findIndex((candidate) => {
      this.canonical.apply(candidate, 0);
      return candidate.every((word, i) => word === form[i]);
    });
    return found < 0 ? missing() : found;
  }

  /** The failure after a run that corresponds to `failure` of the orbit: perhaps that of another member. */
  failureAfter(
    run: readonly number[],
    failure: number,
    failures: readonly { kind: string; name: string; site: unknown }[],
  ): number {
    let state = this.plain.initial;
    for (const ordinal of run) state = this.successors(state)[ordinal] ?? missing();
    const found: number[] = [];
    this.successors(state, found);
    if (found.includes(failure)) return failure;
    const [kind, name] = [failures[failure]?.kind, failures[failure]?.name];
    return found.find((n) => failures[n]?.kind === kind && failures[n]?.name === name) ?? missing();
  }

  private successors(state: Int32Array, failed: number[] = []): Int32Array[] {
    const { words, failures } = this.plain;
    failures.length = 0;
    this.plain.reserve(this.plain.fanOut * words);
    const end = this.plain.expand(state, 0, 0);
    failed.push(...failures.filter((_, i) => i % 2 === 0));
    failures.length = 0;
    const buffer = this.plain.buffer();
    return Array.from({ length: end / words }, (_, i) => buffer.slice(i * words, (i + 1) * words));
  }
}

function missing(): never {
  throw new Error('a step has no counterpart in the orbit that it should have one in, please report');
}

/**
 * Ranges that are the same for all members of a group, and wide enough for their ids: their cells must be alike to be
 * exchanged.
 */
export function commonRanges(
  built: BuiltVariant,
  { groups }: Symmetry,
  ranges: ReadonlyMap<Variable, Range>,
): Map<Variable, Range> {
  const common = new Map(ranges);
  const known = (variable: Variable): Range | null =>
    common.get(variable) ?? built.compiled.intervals.of(variable);
  for (const { variables, ids } of groups) {
    for (const [i, variable] of (variables[0] ?? []).entries()) {
      if (variable.domain.kind !== 'int' && variable.domain.kind !== 'mixed') continue;
      const all = variables.map((own) => own[i] as Variable);
      const each = all.map(known);
      if (each.every((range) => range?.join() === each[0]?.join())) continue;
      const range = each.every((r) => r !== null) ? hull(each as Range[]) : WIDE[variable.domain.kind];
      for (const member of all) common.set(member, range);
    }
    for (const [variable, rows] of ids) {
      const range = known(variable);
      if (variable.domain.kind !== 'int' || range === null) continue;
      common.set(variable, hull([range, ...rows.flat().map((value): Range => [value, value])]));
    }
  }
  return common;
}

const WIDE: Readonly<Record<'int' | 'mixed', Range>> = {
  int: [-(2 ** 31), 2 ** 31 - 1],
  mixed: [-(2 ** 30), 2 ** 30 - 1],
};

function hull(ranges: readonly Range[]): Range {
  return [Math.min(...ranges.map(([lo]) => lo)), Math.max(...ranges.map(([, hi]) => hi))];
}
