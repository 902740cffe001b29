import type {
  ErrorFound,
  Reporter,
  RunFinished,
  RunStarted,
  ScenarioFinished,
  ScenarioStarted,
  SourceRead,
  VariantFinished,
  Write,
} from '../events.ts';
import { HTML_SCHEMA, type ReportData, type ReportResult, type ReportScenario } from './data.ts';
import { documentOf, type Packing, type PageFiles } from './document.ts';
import { share } from './sharing.ts';

/** The trace explorer: one HTML file with everything in it. Written at the end of the run. */
export class HtmlReporter implements Reporter {
  readonly #write: Write;
  readonly #page: PageFiles;
  readonly #packing: Packing;
  readonly #scenarios: ReportScenario[] = [];
  readonly #results: ReportResult[] = [];
  readonly #errors: ReportData['errors'][number][] = [];
  readonly #sources: Record<string, string> = {};
  #started: RunStarted | null = null;

  constructor(write: Write, page: PageFiles, packing: Packing) {
    this.#write = write;
    this.#page = page;
    this.#packing = packing;
  }

  runStarted(event: RunStarted): void {
    this.#started = event;
  }

  scenarioStarted({ scenario, about, file, alone }: ScenarioStarted): void {
    this.#scenarios.push({ scenario, about, file, alone, unreached: null });
  }

  sourceRead({ file, text }: SourceRead): void {
    this.#sources[file] = text;
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    const { coverage: _, profile: __, ...shown } = result;
    this.#results.push({ ...shown, wallMs });
  }

  scenarioFinished({ scenario, file, unreached }: ScenarioFinished): void {
    const at = this.#scenarios.findLastIndex((each) => each.scenario === scenario && each.file === file);
    const known = this.#scenarios[at];
    if (known !== undefined) this.#scenarios[at] = { ...known, unreached };
  }

  error({ problem, file, scenario, variant }: ErrorFound): void {
    this.#errors.push({ ...problem, file, scenario, variant });
  }

  runFinished({ totals, exit }: RunFinished): void {
    if (this.#started === null) return;
    const { version, settings } = this.#started;
    const data: ReportData = {
      schema: HTML_SCHEMA,
      version,
      settings,
      scenarios: this.#scenarios,
      results: this.#results,
      errors: this.#errors,
      sources: this.#sources,
      totals,
      exit,
    };
    const parts = {
      title: titleOf(data),
      page: this.#page,
      data: JSON.stringify(share(data)),
      connects: 'nothing',
    } as const;
    this.#write(documentOf(parts, this.#packing));
  }
}

/** What a tab of the browser shows. What is not decided is not wrong, and not right either. */
export function titleOf({
  scenarios,
  totals,
  exit,
}: Pick<ReportData, 'scenarios' | 'totals' | 'exit'>): string {
  const isOpen = totals.incomplete > 0 || exit.reason === 'interrupted';
  const mark = totals.notAsExpected + totals.errors > 0 ? '✗' : isOpen ? '?' : '✓';
  const what = scenarios.length === 1 ? scenarios[0]?.scenario : `${scenarios.length} scenarios`;
  return `${mark} ${what} – upy-check`;
}
