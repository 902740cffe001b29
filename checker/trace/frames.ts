import { placeAt } from '../language/ast.ts';
import type { FrameInfo, Site } from '../language/ir.ts';
import type { Interpreter, State } from '../machine/interpreter.ts';
import type { Frame, Place } from '../trace.ts';

const places = new WeakMap<Site, Place>();

/** Where a site is in its file. */
export function placeOf(site: Site): Place {
  let place = places.get(site);
  if (place === undefined) {
    place = placeAt(site.source, site.start);
    places.set(site, place);
  }
  return place;
}

/** The call stack at `site`, outermost first; who called a shared function is in the state. */
export function framesOf(site: Site, interpreter: Interpreter, state: State): Frame[] {
  const frames: Frame[] = [];
  let place = placeOf(site);
  for (let frame: FrameInfo | null = site.frame; frame !== null; ) {
    frames.unshift({ function: frame.name, place, hook: frame.hook });
    const caller: Site | null = callerOf(frame, interpreter, state);
    if (caller === null) break;
    place = placeOf(caller);
    frame = caller.frame;
  }
  return frames;
}

function callerOf(frame: FrameInfo, interpreter: Interpreter, state: State): Site | null {
  if (frame.shared === null) return frame.caller;
  const { returnTo, callers } = frame.shared;
  const index = interpreter.index.get(returnTo);
  return callers[index === undefined ? 0 : (state[index] as number)] ?? null;
}
