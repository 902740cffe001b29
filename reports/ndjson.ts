import type {
  CoverageCollected,
  ErrorFound,
  ProgressMade,
  ReportEvent,
  Reporter,
  RunFinished,
  RunStarted,
  ScenarioFinished,
  ScenarioStarted,
  ShardPlanned,
  SourceRead,
  VariantFinished,
  Write,
} from './events.ts';

export const EVENTS_SCHEMA = 'upy-check/events@1';

/** The event stream itself, one JSON object a line, as it happens. docs/reporters.md describes it. */
export class NdjsonReporter implements Required<Reporter> {
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  /** The first line names the schema of all. */
  runStarted(event: RunStarted): void {
    const { type, ...rest } = event;
    this.#write(`${JSON.stringify({ type, schema: EVENTS_SCHEMA, ...rest })}\n`);
  }

  scenarioStarted(event: ScenarioStarted): void {
    this.#line(event);
  }

  progress(event: ProgressMade): void {
    this.#line(event);
  }

  sourceRead(event: SourceRead): void {
    this.#line(event);
  }

  variantFinished(event: VariantFinished): void {
    this.#line(event);
  }

  shardPlanned(event: ShardPlanned): void {
    this.#line(event);
  }

  scenarioFinished(event: ScenarioFinished): void {
    this.#line(event);
  }

  coverageCollected(event: CoverageCollected): void {
    this.#line(event);
  }

  error(event: ErrorFound): void {
    this.#line(event);
  }

  runFinished(event: RunFinished): void {
    this.#line(event);
  }

  /** `JSON.stringify` breaks no line. */
  #line(event: ReportEvent): void {
    this.#write(`${JSON.stringify(event)}\n`);
  }
}
