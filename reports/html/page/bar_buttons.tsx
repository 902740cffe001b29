import type { Theme } from './theme.ts';

/** What the bar of every page ends with; the same is asked by keys. */
export interface BarButtonsProps {
  readonly theme: Theme;
  readonly toggleTheme: () => void;
  readonly openHelp: () => void;
}

export function BarButtons({ theme, toggleTheme, openHelp }: BarButtonsProps) {
  return (
    <>
      <button type="button" onClick={toggleTheme} title="t">
        {theme === 'dark' ? '☀ Light' : '☾ Dark'}
      </button>
      <button type="button" onClick={openHelp} title="?">
        ? Help
      </button>
    </>
  );
}
