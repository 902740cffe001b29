/** Loops of one step go round at most so often: more is a model error, an endless loop without a visible operation. */
export const TURNS_MAX = 100_000;
