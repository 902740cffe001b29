import type {
  CheckedVariant,
  ErrorFound,
  Problem,
  Reporter,
  RunFinished,
  RunStarted,
  Settings,
  Totals,
  VariantFinished,
  Write,
} from './events.ts';

export const REPORT_SCHEMA = 'upy-check/report@1';

/** The JSON report; docs/json-schema.md describes it. Fields are added without a new version, never changed. */
export interface JsonReport {
  readonly schema: typeof REPORT_SCHEMA;
  readonly version: string;
  readonly settings: Settings;
  readonly results: readonly (CheckedVariant & { readonly wallMs: number | null })[];
  readonly errors: readonly (Problem & {
    readonly file: string | null;
    readonly scenario: string | null;
    readonly variant: string | null;
  })[];
  readonly totals: Totals;
  readonly exit: { readonly code: number; readonly reason: string };
}

/** The report for programs; written as one document at the end of the run. */
export class JsonReporter implements Reporter {
  readonly #write: Write;
  readonly #results: (CheckedVariant & { readonly wallMs: number | null })[] = [];
  readonly #errors: JsonReport['errors'][number][] = [];
  #started: RunStarted | null = null;

  constructor(write: Write) {
    this.#write = write;
  }

  runStarted(event: RunStarted): void {
    this.#started = event;
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    this.#results.push({ ...result, wallMs });
  }

  error({ problem, file, scenario, variant }: ErrorFound): void {
    this.#errors.push({ ...problem, file, scenario, variant });
  }

  runFinished({ totals, exit }: RunFinished): void {
    if (this.#started === null) return;
    const { version, settings } = this.#started;
    const report: JsonReport = {
      schema: REPORT_SCHEMA,
      version,
      settings,
      results: this.#results,
      errors: this.#errors,
      totals,
      exit,
    };
    this.#write(`${JSON.stringify(report, null, 2)}\n`);
  }
}
