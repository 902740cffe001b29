import { useEffect, useState } from 'preact/hooks';
import type { ReportData } from '../data.ts';
import { Overview } from './overview.tsx';
import { OVERVIEW, type Route, readRoute, writeRoute } from './route.ts';
import { useTheme } from './theme.ts';
import { TraceView } from './trace_view.tsx';

/** The whole report: an overview, or one trace. */
export function App({ data }: { readonly data: ReportData }) {
  const [theme] = useTheme();
  const [route, setRoute] = useState<Route>(() => readRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  /** A step is no entry of the history, another trace is. */
  const go = (next: Route) => {
    const onlyStep =
      next.property === route.property && next.variant === route.variant && next.scenario === route.scenario;
    history[onlyStep ? 'replaceState' : 'pushState'](null, '', writeRoute(next));
    setRoute(next);
  };
  const result = data.results.find(
    (each) => each.scenario === route.scenario && each.variant === route.variant,
  );
  const property = result?.properties.find((each) => each.name === route.property);
  if (result === undefined || property?.trace == null) return <Overview data={data} go={go} />;
  const step = Math.min(route.step, property.trace.steps.length);
  return (
    <TraceView
      key={`${route.scenario} ${route.variant} ${route.property}`}
      data={data}
      result={result}
      property={property}
      trace={property.trace}
      step={step}
      theme={theme}
      go={(to) => go({ ...route, step: to })}
      back={() => go(OVERVIEW)}
    />
  );
}
