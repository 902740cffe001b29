import type { Property } from '../model/intrinsics/property.ts';

/** The verdict that a variant must have. */
export type Expectation =
  | { readonly holds: true }
  | {
      /** The property that must be violated: its name, `'deadlock'`, `'lost wakeup'`, `'uncaught throw: IndexError'`, … */
      readonly violates: string;
      /** Functions that the trace must pass through: the stated reason. */
      readonly through?: readonly string[];
      /** Other properties that may be violated as well. */
      readonly also?: readonly string[];
    };

/** A value of a parameter: what `--set name=value` can give. */
export type ParameterValue = number | string | boolean;
/** Values of parameters by name. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** What `scenario()` is told: the question, the variants with their verdicts, and `build()`. */
export interface Spec<Variant extends string, P extends Parameters> {
  /** The design question, in one sentence. */
  readonly about: string;
  /** How software behaves; hardware (`prompt`) and environment (`outside`) say it themselves. Default 'any'. */
  readonly timing?: 'prompt' | 'any';
  /** One shared access per step (default), or one statement per step. */
  readonly granularity?: 'access' | 'statement';
  /**
   * Who must move, for `eventually` and `leadsTo`. Weak (default): who can from some time on without a break. Strong: who can
   * again and again.
   */
  readonly fairness?: 'weak' | 'strong';
  /** What `critical(lock, fn)` is: one step (default), or lock, the steps of `fn`, unlock. */
  readonly criticals?: 'atomic' | 'open';
  /** µs: environment events may fall on its multiples, not only on expiries of clocks. */
  readonly timeUnit?: number;
  /** Depth bound of hooks and callback tables that re-enter themselves. Default 2. */
  readonly reentry?: number;
  /** Built-in properties to switch off. */
  readonly without?: readonly ('deadlock' | 'lost wakeup' | 'timelock')[];
  /** Ask for data races too: accesses of two processes to one variable that nothing orders. */
  readonly races?: boolean;
  /** Parameters with their defaults, for `--set name=value`. */
  readonly parameters?: P;
  /** Other values of them for `--set size=full`: the same question, larger. */
  readonly full?: Partial<NoInfer<Widened<P>>>;
  readonly variants: Readonly<Record<Variant, Expectation>>;
  build(context: { readonly variant: NoInfer<Variant> } & NoInfer<Widened<P>>): readonly Property[] | void;
}

/** `{ k: 3 }` declares a number, not the literal type 3. */
export type Widened<P> = {
  readonly [K in keyof P]: P[K] extends number ? number : P[K] extends string ? string : boolean;
};

/** A scenario as `scenario()` returns it. */
export interface Scenario {
  readonly [SCENARIO]: true;
  readonly name: string;
  readonly spec: Spec<string, Parameters>;
}

const SCENARIO: unique symbol = Symbol.for('upy-check.scenario@1') as never;

/** One design question with its variants. A scenario file exports it as default (or several by name). */
// biome-ignore lint/complexity/noBannedTypes: no parameters is the empty record
export function scenario<Variant extends string, P extends Parameters = {}>(
  name: string,
  spec: Spec<Variant, P>,
): Scenario {
  return { [SCENARIO]: true, name, spec: spec as unknown as Spec<string, Parameters> };
}

/** Whether a value is what `scenario()` returns, also if another copy of the package has made it. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && (value as Partial<Scenario>)[SCENARIO] === true;
}
