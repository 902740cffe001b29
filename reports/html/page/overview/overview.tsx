import { useState } from 'preact/hooks';
import { count, plural, seconds, visible } from '../../../text.ts';
import type { ReportData, ReportScenario } from '../../data.ts';
import type { Route } from '../route.ts';
import { Problems } from './problems.tsx';
import { VariantRow } from './variant_row.tsx';
import './overview.css';

export interface OverviewProps {
  readonly data: ReportData;
  /** What the address asks for and this report does not have. */
  readonly missing: Route | null;
}

/** Every scenario with its variants, their verdicts and figures, and the way to each trace. */
export function Overview({ data, missing }: OverviewProps) {
  const [only, setOnly] = useState(false);
  const surprises = data.results.filter(isSurprise).length;
  return (
    <main class="overview">
      {missing === null ? null : <Missing route={missing} />}
      <Summary data={data} />
      <div class="overview-tools">
        <button type="button" aria-pressed={only} disabled={surprises === 0} onClick={() => setOnly(!only)}>
          only surprises ({surprises})
        </button>
        <span class="faint">
          {surprises === 0
            ? 'Every verdict is what its scenario states.'
            : 'Verdicts that are not what their scenario states, or not decided.'}
        </span>
      </div>
      <Problems errors={data.errors} />
      {data.scenarios.map((scenario, i) => (
        <Scenario key={i} data={data} scenario={scenario} only={only} />
      ))}
    </main>
  );
}

const isSurprise = ({ asExpected, verdict }: ReportData['results'][number]): boolean =>
  !asExpected || verdict === 'incomplete';

function Missing({ route }: { readonly route: Route }) {
  const asked = [route.scenario, route.variant, route.property].filter((name) => name !== null);
  return (
    <p class="notice" role="status">
      This report has no trace of {asked.map((name) => `'${visible(name)}'`).join(' / ')}. The link may be of
      another run: here are all verdicts of this one.
    </p>
  );
}

function Summary({ data: { totals, exit, version, settings } }: { readonly data: ReportData }) {
  const counts = [
    { many: totals.asExpected, text: 'as expected', sign: '✓', tone: 'good' },
    { many: totals.notAsExpected, text: 'NOT AS EXPECTED', sign: '✗', tone: 'bad' },
    { many: totals.incomplete, text: 'incomplete', sign: '?', tone: 'unsure' },
    { many: totals.errors, text: totals.errors === 1 ? 'error' : 'errors', sign: '✗', tone: 'bad' },
  ].filter(({ many }) => many > 0);
  const limits = [
    ['max-states', settings.maxStates],
    ['max-depth', settings.maxDepth],
    ['preemptions', settings.preemptions],
    ['runs', settings.runs],
    ['seed', settings.seed],
    ['workers', settings.workers],
  ].flatMap(([name, value]) => (value === null ? [] : [`--${name} ${value}`]));
  return (
    <header class="summary">
      <h1>
        {plural(totals.variants, 'variant')} in {plural(totals.scenarios, 'scenario')}
      </h1>
      <p class="summary-counts">
        {counts.map(({ many, text, sign, tone }) => (
          <span class={`badge ${tone}`} key={text}>
            <span aria-hidden="true">{sign}</span> {count(many)} {text}
          </span>
        ))}
      </p>
      <p class="faint">
        {count(totals.states)} states in {seconds(totals.wallMs)} · exit code {exit.code}, {exit.reason} ·
        search {settings.search}, store {settings.store}
        {limits.length === 0 ? '' : ` · ${limits.join(' ')}`} · upy-check {version}
      </p>
      {exit.reason === 'interrupted' ? (
        <p class="notice">The run was interrupted: what is here is what was found until then.</p>
      ) : null}
    </header>
  );
}

function Scenario({
  data,
  scenario: { scenario, about, file, unreached },
  only,
}: {
  readonly data: ReportData;
  readonly scenario: ReportScenario;
  readonly only: boolean;
}) {
  const results = data.results.filter((each) => each.scenario === scenario && each.file === file);
  const shown = only ? results.filter(isSurprise) : results;
  if (only && shown.length === 0) return null;
  return (
    <section class="scenario" aria-label={`Scenario ${visible(scenario)}`}>
      <header>
        <h2>{visible(scenario)}</h2>
        <span class="faint">{visible(file)}</span>
        <p>{visible(about)}</p>
      </header>
      <ul>
        {shown.map((result) => (
          <VariantRow key={result.variant} result={result} />
        ))}
      </ul>
      {unreached === null || unreached.length === 0 ? null : (
        <details class="unreached">
          <summary>{plural(unreached.length, 'statement')} that no variant reaches</summary>
          <ul>
            {unreached.map(({ line, column, text }) => (
              <li key={`${line}:${column}`}>
                <span class="faint">
                  {visible(file)}:{line}
                </span>{' '}
                <code>{visible(text)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
