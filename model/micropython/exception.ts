/** An exception is an object that exists from the start: `throw` passes a reference to it. */
export class Exception {
  constructor(readonly name: string) {}
}

/** OSError with an errno, one object for each. */
export class OSError extends Exception {
  constructor(
    readonly errno: number,
    name: string,
  ) {
    super(`OSError(${name})`);
  }
}

/** What the model's system calls and functions raise. `throw` passes these, and `catch` compares with them. */
export const EINTR = new OSError(4, 'EINTR');
export const EAGAIN = new OSError(11, 'EAGAIN');
export const ETIMEDOUT = new OSError(110, 'ETIMEDOUT');
export const KeyboardInterrupt = new Exception('KeyboardInterrupt');
export const CancelledError = new Exception('CancelledError');
export const IndexError = new Exception('IndexError');
export const MemoryError = new Exception('MemoryError');
export const QueueFull = new Exception('RuntimeError: schedule queue full');
