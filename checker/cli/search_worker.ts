/** A thread of a parallel search: makes the machine once more, and works on the orders of the leader. */
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { instantiate } from '../machine/instantiate.ts';
import { at, type SpaceMap, Word } from '../machine/shared_space.ts';
import type { Job } from '../search/crew.ts';
import { Part } from '../search/part.ts';

export interface Begin {
  readonly job: Job;
  readonly maps: MessagePort;
}

function work({ job, maps }: Begin): void {
  const { source, shared, watched } = job;
  const { control } = shared;
  const { generated } = instantiate(source);
  let latest: SpaceMap | null = null;
  const receive = (version: number): SpaceMap => {
    while (latest?.version !== version) {
      const received = receiveMessageOnPort(maps) as { message: SpaceMap } | undefined;
      if (received === undefined) throw new Error(`map ${version} of the shared memory is missing`);
      latest = received.message;
    }
    return latest;
  };
  const index = 1 + Atomics.add(control, at(Word.Ready), 1);
  const part = new Part(generated, shared, watched, index, receive);
  while (!part.ended) if (!part.step() && !part.ended) Atomics.wait(control, at(Word.Order), part.order);
}

work(workerData as Begin);
