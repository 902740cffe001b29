/** `upy-check/posix`: threads, signals, and system calls that signals interrupt. */
export { EAGAIN, EBUSY, EINTR, EPERM, ETIMEDOUT } from './errno.ts';
export { type File, pipe, Stream, socketpair } from './file.ts';
export { type MutexType, PthreadCond, PthreadMutex, Semaphore } from './mutex.ts';
export { POLLIN, POLLOUT, PollFd, poll, ppoll, select, sleep } from './select.ts';
export {
  ALL_SIGNALS,
  NO_SIGNALS,
  SIGALRM,
  SIGINT,
  SIGRT,
  SIGUSR1,
  SIGUSR2,
  type SigAction,
} from './signal.ts';
export {
  type PosixOptions,
  PosixProcess,
  pthread_cancel,
  pthread_create,
  pthread_join,
  pthread_kill,
  pthread_sigmask,
  restartableCall,
  sigwait,
  systemCall,
  Thread,
  type ThreadOptions,
} from './thread.ts';
export { world } from './world.ts';
