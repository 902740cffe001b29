import { EINTR as OSError_EINTR, type Vm } from '../micropython/index.ts';
import { EINTR, select, sleep } from '../posix/index.ts';
import { self } from './unix_thread.ts';

/** µs that E2 waits where another port has WFI or WFE (MICROPY_INTERNAL_WFE), and E1 in its poll hook. */
export const WFE_US = 500;

/** How the port waits in the kernel: ports/unix/mphalport.h, unix_mphal.c, modtime.c. */
export class Mphal {
  constructor(
    private readonly vm: Vm,
    /** MP_HAL_RETRY_SYSCALL exists: 9418611c8aa8 (v1.13). */
    private readonly retries: boolean,
  ) {}

  /**
   * MP_HAL_RETRY_SYSCALL: again and again with the same arguments while a signal ends the call, and what is pending in
   * between. Nothing is looked at before the first time. Without it EINTR is an OSError.
   */
  retrySyscall(syscall: () => number): number {
    while (true) {
      this.vm.gil.release();
      const result = syscall();
      this.vm.gil.acquire();
      if (result !== EINTR) return result;
      if (!this.retries) throw OSError_EINTR;
      this.vm.mp_handle_pending();
    }
  }

  /** `time.sleep`. E1 looks after each EINTR, E2 before each wait: so also before the first. */
  time_sleep(us: number): void {
    const { left } = self();
    left.arm(us);
    while (true) {
      if (this.vm.era === 'E2') this.vm.mp_handle_pending();
      this.vm.gil.release();
      const result = select(left);
      this.vm.gil.acquire();
      if (result !== EINTR) break;
      if (this.vm.era === 'E1') this.vm.mp_handle_pending();
    }
    left.stop();
  }

  /**
   * `time.sleep_ms`. E1: one usleep, with the GIL held, that a signal cuts short. E2: mp_event_wait_ms(1) until the
   * time has passed.
   */
  mp_hal_delay_ms(ms: number): void {
    if (this.vm.era === 'E1') {
      if (ms > 0) this.delay_us(ms * 1000);
      return;
    }
    if (ms === 0) {
      this.vm.mp_handle_pending();
      return;
    }
    const { left } = self();
    left.arm(ms * 1000);
    while (!left.expired) {
      this.vm.mp_handle_pending();
      this.internalWfe();
    }
    left.stop();
  }

  /** mp_hal_delay_us: usleep, with the GIL held. */
  delay_us(us: number): void {
    sleep(us);
  }

  /** MICROPY_INTERNAL_WFE: however long the caller could wait. A signal cuts it short, nothing else does. */
  internalWfe(): void {
    this.vm.gil.release();
    sleep(WFE_US);
    this.vm.gil.acquire();
  }
}
