import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 run six times as much of a function's bytecode as it would before it optimises it. The compiler sees each scenario
 * once, and code that is generated for a small model has done its work before it would be fast: a quarter of the
 * processor time went into that. Long searches are as fast as before. For programs, at their beginning: it goes for all threads.
 */
export function expectColdCode(): void {
  setFlagsFromString('--interrupt-budget=400000');
}
