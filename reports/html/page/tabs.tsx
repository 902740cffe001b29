const TABS = [
  ['steps', 'Steps'],
  ['source', 'Source'],
  ['lanes', 'Lanes'],
  ['values', 'Values'],
] as const;

export type TabName = (typeof TABS)[number][0];

/** On a narrow screen one group of panels is shown at a time; elsewhere all are, without these. */
export function Tabs({ tab, choose }: { readonly tab: TabName; readonly choose: (tab: TabName) => void }) {
  return (
    <nav class="trace-tabs" aria-label="Panels">
      {TABS.map(([name, title]) => (
        <button type="button" key={name} aria-pressed={name === tab} onClick={() => choose(name)}>
          {title}
        </button>
      ))}
    </nav>
  );
}
