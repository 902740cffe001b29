/**
 * MicroPython's ring buffer (py/ringbuf.h) takes no lock: an interrupt or the other core puts bytes, a thread gets them. Is it a
 * queue, whatever comes between two of its accesses? With one producer and one consumer it is, if iget never holds anything but
 * an index. `ringbuf_get` says `iget++` and sets iget to 0 afterwards if it has left the buffer; it is not volatile, so the
 * compiler may store it once or twice. Stored twice, there is a moment at which a producer that looks at iget takes a full ring
 * for one with room, and its put makes the ring empty. Two producers need a lock in any case: both take the same place.
 */
import { linearizable, scenario, sometimes } from 'upy-check';
import { int, process, sequence } from 'upy-check/model';

type Stores = 'once' | 'twice';

/** ringbuf_t: one place is always free. */
class RingBuffer {
  private readonly buf: number[];
  private iget: number;
  private iput: number;

  constructor(
    private readonly size: number,
    private readonly stores: Stores,
  ) {
    this.buf = Array.from({ length: size }, () => 0);
    this.iget = int(0, size);
    this.iput = int(0, size - 1);
  }

  /** ringbuf_put */
  put(value: number): number {
    const place = this.iput;
    const next = place + 1 >= this.size ? 0 : place + 1;
    if (next === this.iget) return -1;
    this.buf[place] = value;
    this.iput = next;
    return 0;
  }

  /** ringbuf_get */
  get(): number {
    const place = this.iget;
    if (place === this.iput) return -1;
    const value = this.buf[place]!;
    if (this.stores === 'twice') {
      this.iget = place + 1;
      if (this.iget >= this.size) this.iget = 0;
    } else this.iget = place + 1 >= this.size ? 0 : place + 1;
    return value;
  }
}

/** What it should be: a queue of size - 1 bytes, each operation at one instant. */
class ByteQueue {
  private readonly bytes;

  constructor(private readonly capacity: number) {
    this.bytes = sequence<number>(capacity);
  }

  put(value: number): number {
    if (this.bytes.length === this.capacity) return -1;
    this.bytes.push(value);
    return 0;
  }

  get(): number {
    return this.bytes.length === 0 ? -1 : this.bytes.shift();
  }
}

export default scenario('linearizable-ring', {
  about:
    'py/ringbuf.h without a lock: is it a queue for one producer and one consumer, and for two producers?',
  variants: {
    'one-producer': { holds: true },
    'one-producer-iget-stored-twice': { violates: 'the ring is a queue', through: ['get'] },
    'two-producers': { violates: 'the ring is a queue', through: ['put'] },
  },
  parameters: { size: 2, puts: 4, gets: 3 },
  build({ variant, size, puts, gets }) {
    const stores = variant === 'one-producer-iget-stored-twice' ? 'twice' : 'once';
    const ring = linearizable('the ring is a queue', new RingBuffer(size, stores), new ByteQueue(size - 1));
    const seen = { byte: false, full: false };
    const produce = (first: number, count: number) => {
      for (let i = 0; i < count; i++) if (ring.put(first + i) < 0) seen.full = true;
    };
    process('uart', () => produce(1, puts));
    if (variant === 'two-producers') process('other uart', () => produce(11, 1));
    process('reader', () => {
      for (let i = 0; i < gets; i++) if (ring.get() > 0) seen.byte = true;
    });
    return [
      sometimes('a byte comes through', () => seen.byte),
      sometimes('the ring is full', () => seen.full),
    ];
  },
});
