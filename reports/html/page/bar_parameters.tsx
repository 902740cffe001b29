import type { Parameters } from '../../../checker/scenario.ts';
import { visible } from '../../text.ts';

/** The parameters of a scenario beside its name. */
export function BarParameters({ parameters }: { readonly parameters: Parameters }) {
  return (
    <span class="faint bar-parameters">
      {Object.entries(parameters)
        .map(([name, value]) => `${visible(name)}=${visible(String(value))}`)
        .join('  ')}
    </span>
  );
}
