/** The two forms of a task queue are the same queue: py/pairheap.c keeps equal keys in their order. */
import { expect, test } from 'vitest';
import { Random } from '../../checker/search/random.ts';
import { elaborate } from '../intrinsics/elaboration.ts';
import { PairingHeap, SortedHeap, Task } from './index.ts';

const TASKS = 7;

/** Pushes and pops at random, in both; what was popped. */
function popped(seed: number): { pairing: string[]; sorted: string[] } {
  return elaborate(() => {
    const random = new Random(seed);
    const heap = () => new SortedHeap(TASKS);
    const free = Array.from({ length: TASKS }, (_, n) => new Task(`task ${n}`, heap));
    const [pairing, sorted] = [new PairingHeap(TASKS), new SortedHeap(TASKS)];
    const names: { pairing: string[]; sorted: string[] } = { pairing: [], sorted: [] };
    let inside = 0;
    for (let n = 0; n < 60; n++) {
      if (inside < TASKS && (inside === 0 || random.below(2) === 0)) {
        const task = free.shift() as Task;
        task.due.arm(random.below(3) * 1000);
        pairing.push(task);
        sorted.push(task);
        inside++;
      } else {
        const task = pairing.peek() as Task;
        names.pairing.push(task.name);
        names.sorted.push((sorted.peek() as Task).name);
        pairing.pop(task);
        sorted.pop();
        free.push(task);
        inside--;
      }
    }
    return names;
  }).result;
}

test('a pairing heap hands out tasks as a sorted queue does', () => {
  for (let seed = 0; seed < 200; seed++) {
    const { pairing, sorted } = popped(seed);
    expect([seed, ...pairing]).toEqual([seed, ...sorted]);
  }
});
