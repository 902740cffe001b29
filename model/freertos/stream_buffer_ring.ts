import { atomic, check, int, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

/** Bytes to send: an array that `build()` made, a tuple, or a sequence of the sender's own. */
export interface Bytes extends Iterable<number> {
  readonly length: number;
}

/** What xStreamBufferGenericCreate is asked for (`ucFlags`). */
export type StreamBufferKind = 'stream' | 'batching' | 'message';

/**
 * A stream buffer (stream_buffer.c): a ring of bytes for *one* writer and *one* reader, each a task or an interrupt.
 * They do not exclude each other: the bytes are copied outside of critical sections, and xHead or xTail moves once, at
 * the end. A second writer or reader at the same time mixes up the data, which is a violation here.
 */
export class StreamBuffer {
  static readonly drawing: Drawing = {
    kind: 'queue',
    items: 'bytes',
    capacity: 'length',
    also: ['waitingToReceive', 'waitingToSend', 'triggerLevel'],
  };

  /** What is between `xTail` and `xHead`. */
  readonly bytes: Sequence<number>;
  /** `xTaskWaitingToReceive` */
  waitingToReceive: Task | null = null;
  /** `xTaskWaitingToSend` */
  waitingToSend: Task | null = null;
  /** `xTriggerLevelBytes` */
  triggerLevel: number;
  /** `uxNotificationIndex` */
  notificationIndex = 0;
  readonly writing = new Copying('write');
  readonly reading = new Copying('read');

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    /** `xLength` - 1 */
    readonly size: number,
    triggerLevel: number,
    readonly kind: StreamBufferKind,
  ) {
    if (kind === 'message')
      check(size > kernel.config.messageLengthBytes, 'configASSERT: a message buffer that holds a message');
    check(triggerLevel <= size, 'configASSERT: a trigger level within the size of the buffer');
    this.bytes = sequence<number>(size);
    this.triggerLevel = int(1, size, Math.max(1, triggerLevel));
  }

  /** xStreamBufferSpacesAvailable */
  get spaces(): number {
    return this.size - this.bytes.length;
  }

  /** `sbBYTES_TO_STORE_MESSAGE_LENGTH`, or 0. */
  get lengthBytes(): number {
    return this.kind === 'message' ? this.kernel.config.messageLengthBytes : 0;
  }

  /** prvWriteMessageToBuffer, knowing of `spaces` bytes of room: the bytes written. `self`: null in an interrupt. */
  write(self: Task | null, data: Bytes, spaces: number): number {
    const { length } = data;
    const count =
      this.kind !== 'message' ? Math.min(length, spaces) : spaces < length + this.lengthBytes ? 0 : length;
    if (count === 0) return 0;
    this.writing.begin(self);
    atomic(() => {
      this.writing.end(self);
      check(this.spaces >= spaces, 'a stream buffer is filled by somebody else while it is written');
      for (let place = 0; place < this.lengthBytes; place++)
        this.bytes.push(place < 4 ? (length >> (8 * place)) & 0xff : 0);
      let left = count;
      for (const byte of data) {
        if (left === 0) break;
        this.bytes.push(byte);
        left--;
      }
    });
    return count;
  }

  /** prvReadMessageFromBuffer, knowing of `available` bytes: the bytes read. */
  read(self: Task | null, into: Sequence<number>, available: number): number {
    this.reading.begin(self);
    return atomic(() => {
      this.reading.end(self);
      check(this.bytes.length >= available, 'a stream buffer is emptied while it is read');
      let count = Math.min(into.capacity, available);
      if (this.kind === 'message') {
        count = this.nextLength();
        // The message stays when the caller's buffer is too small for it.
        if (count > into.capacity) return 0;
        for (let place = 0; place < this.lengthBytes; place++) this.bytes.shift();
      }
      for (let place = 0; place < count; place++) into.push(this.bytes.shift());
      return count;
    });
  }

  /** The length word in front of the next message. */
  nextLength(): number {
    let length = 0;
    for (let place = 0; place < this.lengthBytes && place < 4; place++)
      length += this.bytes.at(place) << (8 * place);
    return length;
  }
}

/** Who copies bytes into, or out of, the ring at this moment: one at a time. */
class Copying {
  private task: Task | null = null;
  private interrupt = false;

  constructor(readonly what: 'read' | 'write') {}

  /** Whether somebody does. A task that was deleted meanwhile has moved no index. */
  get busy(): boolean {
    return this.interrupt || this.task?.process.alive === true;
  }

  begin(self: Task | null): void {
    atomic(() => {
      check(!this.busy, `two callers ${this.what} a stream buffer at the same time: one at a time may`);
      if (self === null) this.interrupt = true;
      else this.task = self;
    });
  }

  end(self: Task | null): void {
    if (self === null) this.interrupt = false;
    else this.task = null;
  }
}
