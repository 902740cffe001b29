import type { Listed, Write } from './events.ts';
import { expectationText } from './expectation.ts';
import type { Paint } from './paint.ts';
import { length, padEnd, visible, wrap } from './text.ts';

/** `--list`: scenarios, variants with what they state, parameters with their defaults. */
export function listText(
  all: readonly Listed[],
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string {
  return all
    .map((each) => {
      const names = each.variants.map((variant) => visible(variant.name));
      const column = Math.max(0, ...names.map(length));
      const assigned = (values: Listed['parameters']): string[] =>
        Object.entries(values).map(([name, value]) => visible(`${name}=${value}`));
      const parameters = assigned(each.parameters);
      return [
        `${paint.strong(visible(each.scenario))}  ${paint.faint(visible(each.file))}`,
        ...wrap(visible(each.about), width - 2).map((line) => `  ${line}`),
        ...each.variants.map(
          (variant, i) =>
            `  --variant ${padEnd(names[i] ?? '', column)}  ${visible(expectationText(variant.expected))}`,
        ),
        ...(parameters.length === 0 ? [] : [`  --set ${parameters.join('  --set ')}`]),
        ...(each.full === null ? [] : [`  --set size=full  is ${assigned(each.full).join(', ')}`]),
      ].join('\n');
    })
    .join('\n\n');
}

/** `--list --reporter json`. */
export function listJson(all: readonly Listed[], write: Write): void {
  write(`${JSON.stringify({ schema: 'upy-check/list@1', scenarios: all }, null, 2)}\n`);
}
