import { useEffect, useRef } from 'preact/hooks';

/** What a key does, by its name in `KeyboardEvent.key`; with `Shift+` before an arrow. */
export type Keys = Readonly<Record<string, () => void>>;

/** Keys of the whole page. Not while somebody writes, nor together with keys of the browser. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (isWriting(event.target) || document.querySelector('dialog[open]') !== null) return;
      const name = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
      const act = latest.current[name];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** For the help. */
export const KEY_HELP: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['→', 'j'], 'next step'],
  [['←', 'k'], 'step before'],
  [['Shift →', 'Shift ←'], 'next context switch, the one before'],
  [['Home', 'End'], 'start, end of the trace'],
  [['/'], 'search steps, variables and functions'],
  [['n', 'N'], 'next result of the search, the one before'],
  [['f'], 'follows a wake-up: to the next, then to the first step of whom it woke'],
  [['d'], 'the two steps whose order decides, in turn'],
  [['l', 'L'], 'next change of the chosen variable, the one before'],
  [[']', '['], 'next trace of this report, the one before'],
  [['t'], 'light or dark'],
  [['?'], 'this help'],
  [['Esc'], 'clears the search, then follows the steps again'],
];
