/** Thread level, as a priority: less urgent than every interrupt line. Small numbers are urgent. */
export const THREAD_LEVEL = 256;

/** What BASEPRI masks, as a priority: 0 is no mask, as on ARM. Lines of priority 0 cannot be masked by it. */
export function basepriOf(priority: number): number {
  return priority === 0 ? THREAD_LEVEL : priority;
}
