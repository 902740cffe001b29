import {
  PendedFunction,
  type Queue,
  QueueSet,
  StreamBuffer,
  type StreamBufferKind,
  xQueueAddToSet,
} from '../index.ts';
import { pended } from './callback.ts';
import type { ObjectProgram, OpCode } from './program.ts';
import type { World } from './world.ts';

/** Objects that only programs of the extended language have. */
export class ExtendedObjects {
  readonly buffers = new Map<string, StreamBuffer>();
  readonly sets = new Map<string, QueueSet>();
  readonly functions = new Map<string, PendedFunction>();
}

const BUFFERS: Readonly<Record<string, StreamBufferKind>> = {
  stream: 'stream',
  batch: 'batching',
  message: 'message',
};

/** Makes the object if it is of such a kind; whether it is. */
export function makeExtended(world: World, [name, kind, first, second]: ObjectProgram): boolean {
  const { kernel, extended, queues } = world;
  const buffer = BUFFERS[kind];
  if (buffer !== undefined)
    extended.buffers.set(name, new StreamBuffer(kernel, name, Number(first), Number(second ?? 0), buffer));
  else if (kind === 'set') {
    const set = new QueueSet(kernel, name, Number(first));
    for (const member of (second ?? []) as readonly unknown[] as readonly string[])
      xQueueAddToSet(kernel, queues.get(member) as Queue<unknown>, set);
    extended.sets.set(name, set);
  } else if (kind === 'func') {
    // Its ops may name any object, so they are made when all of them exist.
    const late: { run: (parameter: number) => void } = { run: () => {} };
    const object = new PendedFunction(name, late.run);
    extended.functions.set(name, object);
  } else return false;
  return true;
}

/** The ops of pended functions, when all objects exist. */
export function giveFunctions(world: World): void {
  for (const [name, kind, ops] of world.program.objects)
    if (kind === 'func') {
      const object = world.extended.functions.get(name)!;
      object.run = pended(world, name, ops as unknown as readonly OpCode[]);
    }
}

type Json = number | string | null | readonly Json[];

/** What is left of such an object; `undefined`: it is none. */
export function finalExtended({ extended }: World, name: string): Json | undefined {
  const buffer = extended.buffers.get(name);
  if (buffer?.kind === 'batching') return [buffer.bytes.length];
  if (buffer?.kind === 'message') return messagesIn([...buffer.bytes], buffer.lengthBytes);
  if (buffer !== undefined) return [...buffer.bytes];
  const set = extended.sets.get(name);
  if (set !== undefined) return [...set.queue.items].map((member) => member.name);
  return extended.functions.has(name) ? null : undefined;
}

function messagesIn(bytes: readonly number[], lengthBytes: number): number[][] {
  const messages: number[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] as number;
    messages.push(bytes.slice(at + lengthBytes, at + lengthBytes + length));
    at += lengthBytes + length;
  }
  return messages;
}
