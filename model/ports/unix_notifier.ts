import type { Drawing } from '../intrinsics/drawing.ts';
import { EAGAIN, POLLIN, PollFd, type Stream, socketpair } from '../posix/index.ts';
import type { Unix } from './unix.ts';
import { UnixMutex } from './unix_thread.ts';

/**
 * In which order `set` and `clear` touch the flag and the socket. `flag late`: as #6106 has it, set sends and then raises the
 * flag, clear lowers it and then drains. `flag early`: set raises it and then sends, clear lowers it and then drains.
 * `drain first`: set sends and then raises it, clear drains and then lowers it. `both`: both exchanged.
 */
export type NotifierOrder = 'flag late' | 'flag early' | 'drain first' | 'both';

export interface NotifierOptions {
  readonly order?: NotifierOrder;
  /** Keep in a boolean that a byte is on its way. Default: as #6106, yes. */
  readonly boolean?: boolean;
  /** `set` and `clear` under a mutex. */
  readonly locked?: boolean;
  /** Bytes that the socket holds: a model bound. */
  readonly capacity?: number;
}

/**
 * What `poll.register(None)` returns on unix in #6106 (63f60f813b, ports/unix/moduselect.c): a socketpair, and a boolean that
 * saves system calls. The source says that it is not atomic yet.
 */
export class Notifier {
  static readonly drawing: Drawing = { kind: 'fields', also: ['isSet'] };

  isSet = false;
  /** What the poller waits for. */
  readonly fd: PollFd;
  private readonly told: Stream;
  private readonly tell: Stream;
  private readonly mutex: UnixMutex | null;
  private readonly order: NotifierOrder;
  private readonly hasBoolean: boolean;

  constructor(
    private readonly board: Unix,
    options: NotifierOptions = {},
  ) {
    const [told, tell] = socketpair('notifier', options.capacity ?? 2);
    this.told = told;
    this.tell = tell;
    this.fd = new PollFd(told, POLLIN);
    this.mutex = options.locked === true ? new UnixMutex('notifier') : null;
    this.order = options.order ?? 'flag late';
    this.hasBoolean = options.boolean ?? true;
  }

  /** `notifier.set()` */
  set(): void {
    this.lock();
    if (!this.hasBoolean) this.send();
    else if (!this.isSet) {
      const late = this.order === 'flag late' || this.order === 'drain first';
      if (!late) this.isSet = true;
      this.send();
      if (late) this.isSet = true;
    }
    this.mutex?.release();
  }

  /** `notifier.clear()` */
  clear(): void {
    this.lock();
    const first = this.order === 'drain first' || this.order === 'both';
    if (this.hasBoolean && !first) this.isSet = false;
    this.drain();
    if (this.hasBoolean && first) this.isSet = false;
    this.mutex?.release();
  }

  private lock(): void {
    if (this.mutex === null) return;
    this.board.gil.release();
    this.mutex.acquire();
    this.board.gil.acquire();
  }

  /** One byte. A real socket has room for thousands; where the model's is full, one more would say nothing new. */
  private send(): void {
    const { gil } = this.board;
    gil.release();
    this.tell.writeNonBlocking();
    gil.acquire();
  }

  private drain(): void {
    const { gil } = this.board;
    while (true) {
      gil.release();
      const n = this.told.readNonBlocking(this.told.capacity);
      gil.acquire();
      if (n === EAGAIN) return;
    }
  }
}
