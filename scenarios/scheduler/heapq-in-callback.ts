/**
 * A queue of tasks or timeouts kept with heapq, pushed to by main and popped by a soft callback: #6125 relies on heapq being
 * atomic, as asyncio's queue is. extmod/modheapq.c (1c3c201149) is C, so that no callback comes in while it compares small
 * integers, tuples of these or strings. But it compares by mp_binary_op, and an object with __lt__ in Python brings a VM
 * with it, with jumps. heappop has then taken the length down, and keeps an item in a local variable, so that what the callback
 * sees is no heap, and what it pops may still be in main's hands. The lock of the scheduler repairs that.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { anyOpcode } from 'upy-check/micropython';
import { atomic, check, ghost, int } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const ONCE = 'every item is in the heap, or has come out, once';
const ITEMS = 5;

type Variant = 'integers' | 'integers-any-opcode' | 'python-lt' | 'python-lt-locked';

export default scenario('heapq-in-callback', {
  about: 'main pops from a heap while a soft callback pops too: is heapq atomic?',
  variants: {
    integers: { holds: true },
    'integers-any-opcode': { holds: true },
    // The callback runs at a jump of __lt__, inside of main's heappop, and takes what main is moving.
    'python-lt': { violates: ONCE, through: ['heappop', 'lessThan', 'run'] },
    'python-lt-locked': { holds: true },
  },
  build({ variant }: { variant: Variant }) {
    const board = bare();
    const { scheduler } = board;
    if (variant === 'integers-any-opcode') anyOpcode(board.vm, board.core, board.mainThread);
    const python = variant === 'python-lt' || variant === 'python-lt-locked';
    const heap = new Heap(python);
    const seen = { taken: [0, 0, 0, 0, 0], pops: int(0, ITEMS), edges: int(0, 2) };
    const took = (item: number) =>
      ghost(() => {
        const before = seen.taken[item]!;
        if (before < 2) seen.taken[item] = before + 1;
        seen.pops++;
      });
    const take = () => {
      'use python';
      if (variant === 'python-lt-locked') scheduler.mp_sched_lock();
      took(heap.heappop());
      if (variant === 'python-lt-locked') scheduler.mp_sched_unlock();
    };
    const callback = {
      name: 'callback',
      run() {
        took(heap.heappop());
      },
    };
    board.main(() => {
      take();
      idleLoop(board);
    });
    board.irq('pin interrupt', { times: 2 }, () => {
      scheduler.mp_sched_schedule(callback);
      ghost(() => {
        seen.edges++;
      });
    });
    return [
      idle(ONCE, () => seen.taken.every((times, item) => times + heap.count(item) === 1)),
      sometimes('main and two callbacks have taken an item', () => seen.pops === 3),
    ];
  },
});

function idleLoop(board: Bare): void {
  'use python';
  while (true) board.eventPollHook();
}

/** `[0, 2, 1, 3, 4]` and heapq (extmod/modheapq.c). */
class Heap {
  readonly items = [0, 2, 1, 3, 4];
  length = int(0, ITEMS, ITEMS);

  constructor(private readonly python: boolean) {}

  /** How often `item` is in it. */
  count(item: number): number {
    let times = 0;
    for (let n = 0; n < ITEMS; n++) if (n < this.length && this.items[n] === item) times++;
    return times;
  }

  /** `heapq.heappop(heap)`: C, and one step for soft callbacks unless it calls Python. */
  heappop(): number {
    return this.python ? this.pop() : atomic(() => this.pop());
  }

  private pop(): number {
    check(this.length > 0, 'IndexError: empty heap');
    const [item, length] = atomic((): [number, number] => {
      const first = this.items[0]!;
      this.length--;
      this.items[0] = this.items[this.length]!;
      return [first, this.length];
    });
    if (length > 0) this.siftup();
    return item;
  }

  /** heapq_heap_siftup from the root. */
  private siftup(): void {
    const end = this.length;
    const item = this.items[0]!;
    let pos = 0;
    while (2 * pos + 1 < end) {
      let child = 2 * pos + 1;
      if (child + 1 < end && !this.less(this.items[child]!, this.items[child + 1]!)) child++;
      move(this.items, pos, child);
      pos = child;
    }
    this.items[pos] = item;
    this.siftdown(pos);
  }

  /** heapq_heap_siftdown to the root. */
  private siftdown(from: number): void {
    const item = this.items[from]!;
    let pos = from;
    while (pos > 0) {
      const parent = (pos - 1) >> 1;
      if (!this.less(item, this.items[parent]!)) break;
      move(this.items, pos, parent);
      pos = parent;
    }
    this.items[pos] = item;
  }

  /** mp_binary_op(MP_BINARY_OP_LESS, a, b) */
  private less(a: number, b: number): boolean {
    return this.python ? lessThan(a, b) : a < b;
  }
}

function move(items: number[], to: number, from: number): void {
  'atomic';
  items[to] = items[from]!;
}

/** `def __lt__(self, other)`, with an `if` in it. */
function lessThan(a: number, b: number): boolean {
  'use python';
  if (a < b) return true;
  return false;
}
