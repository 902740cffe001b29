import type { CheckOptions, Profile, StepListing } from './options.ts';
import type { Scenario } from './scenario.ts';
import type { Trace } from './trace.ts';
import type { VariantResult } from './verdict.ts';

/** A scenario with the file it was loaded from, as shown to people. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
}

/** Checks the variants of a scenario one after the other. Returns data; throws `UserError`. */
export async function* check(
  _loaded: LoadedScenario, _options: CheckOptions = {},
): AsyncGenerator<VariantResult & { readonly profile: Profile | null }> {
  throw new Error('not written yet');
}

/** What a replay found. */
export type ReplayResult =
  | { readonly fits: true; readonly trace: Trace }
  | {
      readonly fits: false;
      /** The steps that still fit. */
      readonly trace: Trace;
      /** 1-based index of the first step that does not. */
      readonly failedAt: number;
      /** What the trace has there, and what the scenario can do instead. */
      readonly expected: string;
      readonly possible: readonly string[];
    };

/** Re-executes a recorded trace step by step on the reference interpreter. */
export async function replay(_loaded: LoadedScenario, _trace: Trace): Promise<ReplayResult> {
  throw new Error('not written yet');
}

/** Re-executes a schedule (`u1.…`) of one variant. */
export async function replaySchedule(
  _loaded: LoadedScenario, _variant: string, _schedule: string, _options: CheckOptions = {},
): Promise<ReplayResult> {
  throw new Error('not written yet');
}

/** Where each function of a variant can be preempted, and by whom. */
export function steps(_loaded: LoadedScenario, _variant: string, _options: CheckOptions = {}): StepListing {
  throw new Error('not written yet');
}
