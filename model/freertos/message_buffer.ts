import { check, type Sequence } from '../index.ts';
import type { Kernel } from './kernel.ts';
import {
  xStreamBufferIsEmpty,
  xStreamBufferReceive,
  xStreamBufferReceiveFromISR,
  xStreamBufferReset,
  xStreamBufferResetFromISR,
  xStreamBufferSend,
  xStreamBufferSendFromISR,
  xStreamBufferSpacesAvailable,
} from './stream_buffer.ts';
import { type Bytes, StreamBuffer } from './stream_buffer_ring.ts';

/** A stream buffer of whole messages, each behind a word with its length (message_buffer.h). */
export type MessageBuffer = StreamBuffer;

/** `size` bytes, of which each message takes `messageLengthBytes` of the configuration besides its own. */
export function xMessageBufferCreate(kernel: Kernel, name: string, size: number): MessageBuffer {
  return new StreamBuffer(kernel, name, size, 0, 'message');
}

/** The whole message, after waiting up to `ticks` for room for it, or nothing: its length, or 0. */
export function xMessageBufferSend(
  kernel: Kernel,
  buffer: MessageBuffer,
  data: Bytes,
  ticks: number,
): number {
  return xStreamBufferSend(kernel, buffer, data, ticks);
}

/** [its length or 0, *pxHigherPriorityTaskWoken]. */
export function xMessageBufferSendFromISR(
  kernel: Kernel,
  buffer: MessageBuffer,
  data: Bytes,
): [number, boolean] {
  return xStreamBufferSendFromISR(kernel, buffer, data);
}

/** One message: its length. 0 after `ticks`, or if `into` is too small for it; then it stays, first in the buffer. */
export function xMessageBufferReceive(
  kernel: Kernel,
  buffer: MessageBuffer,
  into: Sequence<number>,
  ticks: number,
): number {
  return xStreamBufferReceive(kernel, buffer, into, ticks);
}

/** [its length or 0, *pxHigherPriorityTaskWoken]. */
export function xMessageBufferReceiveFromISR(
  kernel: Kernel,
  buffer: MessageBuffer,
  into: Sequence<number>,
): [number, boolean] {
  return xStreamBufferReceiveFromISR(kernel, buffer, into);
}

/** xStreamBufferNextMessageLengthBytes: 0 if there is none. For the reader: another could take it meanwhile. */
export function xMessageBufferNextLengthBytes(kernel: Kernel, buffer: MessageBuffer): number {
  const available = buffer.bytes.length;
  if (available > kernel.config.messageLengthBytes) return buffer.nextLength();
  check(available === 0, 'configASSERT: a message buffer holds whole messages');
  return 0;
}

/** Empties the buffer; false while somebody waits for it. */
export function xMessageBufferReset(kernel: Kernel, buffer: MessageBuffer): boolean {
  return xStreamBufferReset(kernel, buffer);
}

/** xMessageBufferReset in an interrupt handler. */
export function xMessageBufferResetFromISR(kernel: Kernel, buffer: MessageBuffer): boolean {
  return xStreamBufferResetFromISR(kernel, buffer);
}

/** Room for lengths and contents together. */
export function xMessageBufferSpacesAvailable(buffer: MessageBuffer): number {
  return xStreamBufferSpacesAvailable(buffer);
}

/** Whether no message is in it. */
export function xMessageBufferIsEmpty(buffer: MessageBuffer): boolean {
  return xStreamBufferIsEmpty(buffer);
}

/** No room for a message of one byte. */
export function xMessageBufferIsFull(buffer: MessageBuffer): boolean {
  return buffer.spaces <= buffer.lengthBytes;
}
