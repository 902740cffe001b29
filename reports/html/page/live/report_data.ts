import type { LiveView } from '../../../../checker/live/view.ts';
import type { PropertyVerdict } from '../../../../checker/verdict.ts';
import { HTML_SCHEMA, type ReportData, type ReportResult } from '../../data.ts';
import type { LiveAbout } from '../../protocol.ts';

/** The path of a session as the trace of a report, for the panels that show traces. */
export interface AsReport {
  readonly data: ReportData;
  readonly result: ReportResult;
  readonly property: PropertyVerdict;
}

export function asReport(
  about: LiveAbout,
  { trace, wrong }: LiveView,
  sources: Readonly<Record<string, string>>,
): AsReport {
  const { scenario, about: sentence, file, variant, alone, version } = about;
  const [first] = wrong;
  const property: PropertyVerdict = {
    name: first?.name ?? 'explored by hand',
    kind: (first?.kind ?? 'check') as PropertyVerdict['kind'],
    status: first === undefined ? 'undecided' : 'violated',
    place: null,
    trace,
    detail: null,
  };
  const result: ReportResult = {
    scenario,
    about: sentence,
    file,
    variant,
    parameters: trace.parameters,
    verdict: 'incomplete',
    expected: { holds: true },
    asExpected: true,
    because: [],
    properties: [property],
    figures: FIGURES,
    limit: null,
    assumptions: [],
    wallMs: null,
  };
  const data: ReportData = {
    schema: HTML_SCHEMA,
    version,
    settings: SETTINGS,
    scenarios: [{ scenario, about: sentence, file, alone, unreached: null }],
    results: [result],
    errors: [],
    sources,
    totals: TOTALS,
    exit: { code: 0, reason: 'as expected' },
  };
  return { data, result, property };
}

/** Nothing was searched. */
const FIGURES: ReportResult['figures'] = {
  states: 0,
  transitions: 0,
  depth: 0,
  bitsPerState: 0,
  storeBytes: 0,
  processes: 0,
  locations: 0,
  omissionProbability: 0,
  reduction: 'none',
};

const SETTINGS: ReportData['settings'] = {
  store: 'exact',
  search: 'breadth-first',
  preemptions: null,
  runs: null,
  bugDepth: null,
  workers: null,
  reduce: null,
  maxStates: null,
  maxDepth: null,
  maxMemory: null,
  maxTimeMs: null,
  coverage: false,
  seed: null,
};

const TOTALS: ReportData['totals'] = {
  scenarios: 1,
  variants: 1,
  asExpected: 0,
  notAsExpected: 0,
  incomplete: 0,
  errors: 0,
  states: 0,
  transitions: 0,
  wallMs: 0,
};
