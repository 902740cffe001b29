import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ReportData } from '../data.ts';
import { Help } from './help.tsx';
import { useKeys } from './keys.ts';
import { Overview } from './overview/overview.tsx';
import { type Route, readRoute, writeRoute } from './route.ts';
import { useTheme } from './theme.ts';
import { TopBar } from './top_bar.tsx';
import { TraceView } from './trace_view.tsx';
import { isAt, routeOf, tracesOf } from './traces.ts';

/** The whole report: an overview, or one trace. */
export function App({ data }: { readonly data: ReportData }) {
  const [theme, toggleTheme] = useTheme();
  const [help, setHelp] = useState(false);
  const [route, go] = useRoute();
  const traces = useMemo(() => tracesOf(data), [data]);
  const at = traces.findIndex((each) => isAt(each, route));
  const of = traces[at];
  /** The trace so many further on; none beyond the ends. */
  const neighbour = (by: number): Route | null => {
    const other = of === undefined ? undefined : traces[at + by];
    return other === undefined ? null : routeOf(other);
  };
  const toNeighbour = (by: number) => {
    const next = neighbour(by);
    if (next !== null) go(next);
  };
  useKeys({
    '?': () => setHelp(true),
    'Shift+?': () => setHelp(true),
    t: toggleTheme,
    ']': () => toNeighbour(1),
    '[': () => toNeighbour(-1),
  });
  return (
    <>
      <TopBar
        of={of ?? null}
        position={of === undefined ? null : { index: at + 1, of: traces.length }}
        before={neighbour(-1)}
        after={neighbour(1)}
        theme={theme}
        toggleTheme={toggleTheme}
        openHelp={() => setHelp(true)}
      />
      {of === undefined ? (
        <Overview data={data} missing={route.scenario === null ? null : route} />
      ) : (
        <TraceView
          key={writeRoute(routeOf(of))}
          data={data}
          of={of}
          step={Math.min(route.step, of.trace.steps.length)}
          theme={theme}
          go={(step) => go({ ...route, step })}
        />
      )}
      {help ? <Help close={() => setHelp(false)} /> : null}
    </>
  );
}

/** Browsers refuse an address that changes too often. */
const ADDRESS_AFTER_MS = 150;

/** Where one is, as the address says; a step is no entry of the history, another trace is. */
function useRoute(): readonly [Route, (next: Route) => void] {
  const [route, setRoute] = useState<Route>(() => readRoute(location.hash));
  const writing = useRef<{
    readonly timer: ReturnType<typeof setTimeout>;
    readonly write: () => void;
  } | null>(null);
  const settle = () => {
    if (writing.current === null) return;
    clearTimeout(writing.current.timer);
    writing.current.write();
    writing.current = null;
  };
  useEffect(() => {
    const follow = () => {
      if (writing.current !== null) clearTimeout(writing.current.timer);
      writing.current = null;
      const next = readRoute(location.hash);
      setRoute(next);
      if (next.scenario === null) scrollTo(0, 0);
    };
    addEventListener('hashchange', follow);
    addEventListener('popstate', follow);
    return () => {
      removeEventListener('hashchange', follow);
      removeEventListener('popstate', follow);
    };
  }, []);
  const go = (next: Route) => {
    setRoute(next);
    if (writeRoute({ ...next, step: 0 }) !== writeRoute({ ...route, step: 0 })) {
      settle();
      history.pushState(null, '', writeRoute(next));
      return;
    }
    if (writing.current !== null) clearTimeout(writing.current.timer);
    const write = () => history.replaceState(null, '', writeRoute(next));
    writing.current = { timer: setTimeout(settle, ADDRESS_AFTER_MS), write };
  };
  return [route, go];
}
