/** The page's colours as a canvas needs them: by the names of the custom properties. */
const NAMES = [
  'panel',
  'raised',
  'line',
  'text',
  'muted',
  'accent',
  'good',
  'bad',
  'task',
  'isr',
  'soft',
  'outside',
  'hardware',
  'idle',
] as const;

export type Colours = Readonly<Record<(typeof NAMES)[number], string>>;

/** As they are now, in this theme. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Colours;
}
