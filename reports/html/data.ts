import type { Problem, ScenarioFinished, Settings, Totals, VariantFinished } from '../events.ts';

export const HTML_SCHEMA = 'upy-check/html@1';

/** A variant's result, without what the page does not show. */
export type ReportResult = Omit<VariantFinished['result'], 'coverage' | 'profile'> & {
  readonly wallMs: number | null;
};

/** A scenario that the run checked, in the order in which it did. */
export interface ReportScenario {
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  /** The only scenario of its file: a replay command need not name it. */
  readonly alone: boolean;
  /** Statements of `file` that no variant reaches; `null`: not all of them were searched to the end. */
  readonly unreached: ScenarioFinished['unreached'];
}

/** What the page of a run holds: all that it ever asks for. */
export interface ReportData {
  readonly schema: typeof HTML_SCHEMA;
  readonly version: string;
  readonly settings: Settings;
  readonly scenarios: readonly ReportScenario[];
  readonly results: readonly ReportResult[];
  readonly errors: readonly (Problem & {
    readonly file: string | null;
    readonly scenario: string | null;
    readonly variant: string | null;
  })[];
  /** The texts of the files that the traces point into, by their names. */
  readonly sources: Readonly<Record<string, string>>;
  readonly totals: Totals;
  readonly exit: { readonly code: number; readonly reason: string };
}
