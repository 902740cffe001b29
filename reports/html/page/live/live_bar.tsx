import type { Parameters } from '../../../../checker/scenario.ts';
import { visible } from '../../../text.ts';
import type { LiveAbout } from '../../protocol.ts';
import type { Theme } from '../theme.ts';
import '../top_bar.css';

/** What is explored. The address keeps its token, so there are no links here. */
export function LiveBar({
  about,
  parameters,
  theme,
  toggleTheme,
  openHelp,
}: {
  readonly about: LiveAbout;
  readonly parameters: Parameters;
  readonly theme: Theme;
  readonly toggleTheme: () => void;
  readonly openHelp: () => void;
}) {
  return (
    <nav class="bar" aria-label="Session">
      <h1 class="bar-where">
        {visible(about.scenario)} <span class="faint">/ {visible(about.variant)}</span>
        <span class="faint bar-parameters">
          {Object.entries(parameters)
            .map(([name, value]) => `${visible(name)}=${visible(String(value))}`)
            .join('  ')}
        </span>
      </h1>
      <span class="bar-space" />
      <button type="button" onClick={toggleTheme} title="t">
        {theme === 'dark' ? '☀ Light' : '☾ Dark'}
      </button>
      <button type="button" onClick={openHelp} title="?">
        ? Help
      </button>
    </nav>
  );
}
