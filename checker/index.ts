/** `upy-check`: what a scenario file and a program that checks scenarios need. */
export { linearizable } from '../model/intrinsics/linearizable.ts';
export {
  always,
  alwaysPossible,
  eventually,
  idle,
  leadsTo,
  lostWakeup,
  overtaking,
  type Property,
  sometimes,
  stuck,
  within,
} from '../model/intrinsics/property.ts';
export { check, type LoadedScenario, type ReplayResult, replay, replaySchedule, steps } from './check.ts';
export { type Config, defineConfig } from './config.ts';
export {
  type CheckOptions,
  type Monitor,
  type Profile,
  type Progress,
  type StepListing,
  type Stop,
  UserError,
} from './options.ts';
export {
  type Expectation,
  isScenario,
  type Parameters,
  type Scenario,
  type Spec,
  scenario,
} from './scenario.ts';
export { type SimulateOptions, type Simulation, simulate } from './simulate.ts';
export type { Change, Frame, Moment, Place, Trace, TraceStep } from './trace.ts';
export type {
  Figures,
  Limit,
  PropertyKind,
  PropertyVerdict,
  VariantResult,
  Verdict,
  WorstCase,
} from './verdict.ts';
