import { sourceText } from '../../model/intrinsics/metadata.ts';
import type { SourceRead } from '../../reports/events.ts';
import type { Place, Trace } from '../trace.ts';
import type { VariantResult } from '../verdict.ts';

/** Tells the texts of files, each once. */
export class Sources {
  readonly #told = new Set<string>();

  /** The files that a result points into and that were not told before, in the order in which it does. */
  readBy(result: VariantResult): SourceRead[] {
    const files = [result.file, ...result.properties.flatMap(filesOfProperty)];
    const events: SourceRead[] = [];
    for (const file of files) {
      if (this.#told.has(file)) continue;
      this.#told.add(file);
      const text = sourceText(file);
      if (text !== null) events.push({ type: 'source-read', file, text });
    }
    return events;
  }
}

function filesOfProperty({ place, trace }: VariantResult['properties'][number]): string[] {
  return [...fileOf(place), ...(trace === null ? [] : filesOfTrace(trace))];
}

/** Every file that a trace points into, in no order worth telling, some of them more than once. */
export function filesOfTrace({ start, steps, standing }: Trace): string[] {
  return [
    ...start.processes.flatMap(({ place }) => fileOf(place)),
    ...[...steps, ...standing].flatMap(({ place, stack }) => [
      ...fileOf(place),
      ...stack.flatMap((frame) => fileOf(frame.place)),
    ]),
  ];
}

const fileOf = (place: Place | null): string[] => (place === null ? [] : [place.file]);
