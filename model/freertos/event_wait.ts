/** What a task waits for in an event group, and the bits that released it: the value of its event list item. */
export class EventWait {
  bits = 0;
  clear = false;
  all = false;
  released = false;
  result = 0;

  /** `ucControlBits` and the bits themselves; within the step that begins the wait. */
  begin(bits: number, clear: boolean, all: boolean): void {
    this.bits = bits;
    this.clear = clear;
    this.all = all;
  }

  /** prvTestWaitCondition */
  met(now: number): boolean {
    return this.all ? (now & this.bits) === this.bits : (now & this.bits) !== 0;
  }

  /** The wait is over, however it ended. */
  forget(): void {
    this.bits = this.result = 0;
    this.clear = this.all = this.released = false;
  }
}
