/** What the GIL, `_thread.lock` and the runtime's C mutexes are to the runtime; each port brings its own. */
export interface Mutex {
  acquire(): void;
  release(): void;
}

/** A build without threads, and a GIL that only one thread ever takes: both never block. */
export const noMutex: Mutex = { acquire() {}, release() {} };
