import type { Parameters } from '../../../../checker/scenario.ts';
import { visible } from '../../../text.ts';
import type { LiveAbout } from '../../protocol.ts';
import { BarButtons, type BarButtonsProps } from '../bar_buttons.tsx';
import { BarParameters } from '../bar_parameters.tsx';
import '../top_bar.css';

/** What is explored. The address keeps its token, so there are no links here. */
export function LiveBar({
  about,
  parameters,
  ...buttons
}: BarButtonsProps & { readonly about: LiveAbout; readonly parameters: Parameters }) {
  return (
    <nav class="bar" aria-label="Session">
      <h1 class="bar-where">
        {visible(about.scenario)} <span class="faint">/ {visible(about.variant)}</span>
        <BarParameters parameters={parameters} />
      </h1>
      <span class="bar-space" />
      <BarButtons {...buttons} />
    </nav>
  );
}
