import type { PropertyVerdict } from '../checker/verdict.ts';
import type {
  CheckedVariant,
  ErrorFound,
  Problem,
  Reporter,
  RunFinished,
  RunStarted,
  ScenarioFinished,
  Settings,
  ShardPlanned,
  Totals,
  VariantFinished,
  Write,
} from './events.ts';
import { type CorePowerSummary, powerSummary } from './power.ts';

export const REPORT_SCHEMA = 'upy-check/report@1';

/** A property, and how long each core slept in its trace, where the cores do. */
type JsonProperty = PropertyVerdict & { readonly power?: readonly CorePowerSummary[] };

type JsonResult = Omit<CheckedVariant, 'properties'> & {
  readonly properties: readonly JsonProperty[];
  readonly wallMs: number | null;
};

/** The JSON report; docs/json-schema.md describes it. Fields are added without a new version, never changed. */
export interface JsonReport {
  readonly schema: typeof REPORT_SCHEMA;
  readonly version: string;
  readonly settings: Settings;
  readonly results: readonly JsonResult[];
  /** `null`: the whole run. */
  readonly shard: Omit<ShardPlanned, 'type'> | null;
  /** For each scenario that was searched to the end: the statements of its file that no variant reaches. */
  readonly scenarios: readonly Omit<ScenarioFinished, 'type'>[];
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
  readonly #results: JsonResult[] = [];
  readonly #scenarios: JsonReport['scenarios'][number][] = [];
  readonly #errors: JsonReport['errors'][number][] = [];
  #shard: JsonReport['shard'] = null;
  #started: RunStarted | null = null;

  constructor(write: Write) {
    this.#write = write;
  }

  runStarted(event: RunStarted): void {
    this.#started = event;
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    this.#results.push({ ...result, properties: result.properties.map(withPower), wallMs });
  }

  shardPlanned({ index, of, plan }: ShardPlanned): void {
    this.#shard = { index, of, plan };
  }

  scenarioFinished({ scenario, file, unreached }: ScenarioFinished): void {
    this.#scenarios.push({ scenario, file, unreached });
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
      shard: this.#shard,
      results: this.#results,
      scenarios: this.#scenarios,
      errors: this.#errors,
      totals,
      exit,
    };
    this.#write(`${JSON.stringify(report, null, 2)}\n`);
  }
}

function withPower(property: PropertyVerdict): JsonProperty {
  const power = property.trace === null ? [] : powerSummary(property.trace);
  return power.length === 0 ? property : { ...property, power };
}
