/** How a system call of the model fails: the negative of Linux's errno, instead of -1 and a variable. */
export const EPERM = -1;
export const EINTR = -4;
export const EAGAIN = -11;
export const EBUSY = -16;
export const ETIMEDOUT = -110;
