import type { ReportData } from '../data.ts';
import { type Route, writeRoute } from './route.ts';

/** Every scenario with its variants, their verdicts and figures, and the way to each trace. */
export function Overview({ data }: { readonly data: ReportData; readonly go: (route: Route) => void }) {
  return (
    <main>
      <h1>upy-check</h1>
      {data.scenarios.map(({ scenario, about }) => (
        <section key={scenario}>
          <h2>{scenario}</h2>
          <p>{about}</p>
          <ul>
            {data.results
              .filter((result) => result.scenario === scenario)
              .map(({ variant, verdict, properties }) => (
                <li key={variant}>
                  {variant}: {verdict}
                  {properties
                    .filter(({ trace }) => trace !== null)
                    .map(({ name }) => (
                      <a key={name} href={writeRoute({ scenario, variant, property: name, step: 0 })}>
                        {name}
                      </a>
                    ))}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </main>
  );
}
