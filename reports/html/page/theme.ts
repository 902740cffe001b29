import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

/** The system's theme until somebody chooses; kept in memory only, since a page of `file:` has no store to rely on. */
export function useTheme(): readonly [Theme, () => void] {
  const [system, setSystem] = useState<Theme>(() => (query().matches ? 'dark' : 'light'));
  const [chosen, setChosen] = useState<Theme | null>(null);
  useEffect(() => {
    const media = query();
    const follow = () => setSystem(media.matches ? 'dark' : 'light');
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  const theme = chosen ?? system;
  // Before the panels draw: a canvas asks for the colours that are valid then.
  document.documentElement.dataset.theme = theme;
  return [theme, () => setChosen(theme === 'dark' ? 'light' : 'dark')];
}

const query = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');
