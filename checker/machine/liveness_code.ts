import type { Compiled } from '../language/compile.ts';
import type { PropertyCode } from '../language/ir.ts';
import { loadText, predicateText, type Tables } from './codegen.ts';
import type { Layout } from './layout.ts';

/** How a process stands in a state, as far as fairness is concerned. */
export const Offer = {
  /** Outside, not alive, busy, or before an operation that is not possible now: its `until` is false. */
  None: 0,
  /** Its operation is possible, but its run condition is false: whoever decides that has given the turn to others. */
  Suspended: 1,
  /** It has a step. */
  Enabled: 2,
} as const;

/** What deciding `eventually` and `leadsTo` needs of a compiled model. */
export interface LivenessCode {
  /** Writes the `Offer` of each process to `offers`. Overwrites the output buffer, which must have room for a state's successors. */
  standing(states: Int32Array, at: number, offers: Uint8Array): void;
  readonly properties: readonly LivenessPredicates[];
}

export interface LivenessPredicates {
  readonly property: PropertyCode;
  /** What creates the obligation; `null`: it is there from the start. */
  readonly from: ((states: Int32Array, at: number) => boolean) | null;
  /** What discharges it. */
  readonly goal: (states: Int32Array, at: number) => boolean;
}

export const isLiveness = ({ kind }: PropertyCode): boolean => kind === 'eventually' || kind === 'leadsTo';

/** The text of `standing(A, b, S)`, and of `live_i_from` and `live_i_goal` for each liveness property; nothing without one. */
export function livenessText(compiled: Compiled, layout: Layout, tables: Tables): string {
  const properties = compiled.program.properties.filter(isLiveness);
  if (properties.length === 0) return 'const standing = null, live = [];';
  const predicate = (name: string, entry: PropertyCode['predicate']['entry']): string =>
    `function ${name}(A, b) {\n${predicateText(compiled, layout, tables, entry)}return false;\n}\n`;
  let text = '';
  for (const [i, { predicate: first, goal }] of properties.entries()) {
    text += predicate(`live_${i}_goal`, (goal ?? first).entry);
    if (goal !== null) text += predicate(`live_${i}_from`, first.entry);
  }
  const list = properties.map(
    ({ goal }, i) => `[${goal === null ? null : `live_${i}_from`}, live_${i}_goal]`,
  );
  return `${text}${standingText(compiled, layout)}const live = [${list.join()}];`;
}

/** A process whose run condition is false is asked all the same: whether its `until` is true does not depend on its turn. */
function standingText({ program }: Compiled, layout: Layout): string {
  let text = 'function standing(A, b, S) {\n';
  for (const { index, location, busy, outside } of program.processes) {
    if (outside) {
      text += `S[${index}] = ${Offer.None};\n`;
      continue;
    }
    const idle = [`${loadText(layout, location)} === 0`];
    if (busy !== null) idle.push(`${loadText(layout, busy)} !== 0`);
    text += `o = 0; S[${index}] = ${idle.join(' || ')} || P${index}(A, b) === 0 ? ${Offer.None} : R${index}(A, b) ? ${Offer.Enabled} : ${Offer.Suspended};\n`;
  }
  return `${text}F.length = 0;\n}\n`;
}

/** The functions of the generated text, with their properties. */
export function livenessCode(
  compiled: Compiled,
  standing: LivenessCode['standing'] | null,
  live: readonly (readonly [LivenessPredicates['from'], LivenessPredicates['goal']])[],
): LivenessCode {
  const properties = compiled.program.properties.filter(isLiveness).map((property, i) => {
    const [from, goal] = live[i] as (typeof live)[number];
    return { property, from, goal };
  });
  return { standing: standing ?? (() => {}), properties };
}
