/** Mutants that were looked at and change nothing that could be seen: `file description`, with the reason. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map<string, string>([]);
