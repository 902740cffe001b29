import type { BuiltVariant } from '../build_variant.ts';
import { Reading } from '../language/lower/reading.ts';
import { generate } from '../machine/codegen.ts';
import { layOut } from '../machine/layout.ts';
import type { Count } from './opinions.ts';
import { randomModel } from './random_model.ts';

/** A second opinion on what lowering keeps from one pass to the next: a compiler that lowers everything in each. */

/** `null`, or where the program of a random model is another when everything is lowered in each pass. */
export function stale(text: string, count: Count = () => {}): string | null {
  const kept = outlineOf(text);
  if (kept === null) return null;
  count('lowering everything in each pass');
  const afresh = withoutKeeping(() => outlineOf(text)) ?? '';
  if (kept === afresh) return null;
  let at = 0;
  while (kept[at] === afresh[at]) at++;
  return `kept from an earlier pass: …${kept.slice(Math.max(0, at - 40), at + 40)}…, lowered again: …${afresh.slice(Math.max(0, at - 40), at + 40)}…`;
}

function withoutKeeping<T>(compile: () => T): T {
  const { holds } = Reading.prototype;
  Reading.prototype.holds = () => false;
  try {
    return compile();
  } finally {
    Reading.prototype.holds = holds;
  }
}

function outlineOf(text: string): string | null {
  const built = randomModel(text);
  return built === null ? null : outline(built);
}

/** Everything that a search and a trace see of a program. */
function outline({ compiled }: BuiltVariant): string {
  const { program, memory } = compiled;
  const layout = layOut(compiled, new Map());
  const { source } = generate(compiled, layout, new Int32Array(layout.words));
  const site = (at: { start: number; end: number } | null) => at && [at.start, at.end];
  return JSON.stringify({
    variables: program.variables.map(({ id, kind, name, domain, initial }) => [
      ...[id, kind, name, domain.kind, initial],
    ]),
    live: program.processes.map((each) => each.live.map((at) => at.map(({ id, name }) => [id, name]))),
    families: program.families.map(({ id, name, elements }) => [id, name, elements.map((v) => v?.id)]),
    failures: program.failures.map((each) => [
      ...[each.number, each.kind, each.name, each.detail],
      site(each.site),
    ]),
    assumptions: program.assumptions,
    counted: [...memory.coverage.functions.values()].map((each) => [...each].map(({ start }) => start)),
    source,
  });
}
