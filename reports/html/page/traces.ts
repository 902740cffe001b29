import type { Trace } from '../../../checker/trace.ts';
import type { PropertyVerdict } from '../../../checker/verdict.ts';
import type { ReportData, ReportResult } from '../data.ts';
import type { Route } from './route.ts';

/** A trace of the report, with what it belongs to. */
export interface TraceOf {
  readonly result: ReportResult;
  readonly property: PropertyVerdict;
  readonly trace: Trace;
}

/** Every trace of the report, in its order. */
export function tracesOf(data: ReportData): TraceOf[] {
  return data.results.flatMap((result) =>
    result.properties.flatMap((property) =>
      property.trace === null ? [] : [{ result, property, trace: property.trace }],
    ),
  );
}

export function routeOf(
  { result, property: { name: property, kind } }: Pick<TraceOf, 'result' | 'property'>,
  step = 0,
): Route {
  const { scenario, variant, file } = result;
  return { scenario, variant, property, file, kind, step };
}

export function isAt({ result, property }: TraceOf, route: Route): boolean {
  const { scenario, variant, file } = result;
  return (
    scenario === route.scenario &&
    variant === route.variant &&
    property.name === route.property &&
    (route.file === null || file === route.file) &&
    (route.kind === null || property.kind === route.kind)
  );
}

/** Other properties that the same run violates. */
export function alsoViolated({ result, property, trace }: TraceOf): PropertyVerdict[] {
  return result.properties.filter(
    (other) =>
      other !== property &&
      other.status === 'violated' &&
      property.status === 'violated' &&
      other.trace?.schedule === trace.schedule,
  );
}
