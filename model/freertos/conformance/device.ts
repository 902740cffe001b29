import { Irq } from '../../hardware/index.ts';
import { note } from '../../index.ts';
import { isrOp } from './isr_ops.ts';
import type { IrqProgram } from './program.ts';
import { DEVICE } from './timing.ts';
import type { World } from './world.ts';

/** A device interrupt with its handler. Its number is its place in the program, which is its urgency too. */
export function device(world: World, irq: IrqProgram, number: number): void {
  const { kernel } = world;
  const handler = serviceRoutine(world, irq, number);
  const name = `irq ${number}`;
  // One step, except where the handler has to wait for another core.
  const options = { oneStep: () => !kernel.scheduling.waits() };
  if (irq.after !== undefined && world.timing.counts) {
    const [task, count] = irq.after;
    const actor = world.actors.get(task)!;
    const place = actor.program.core;
    const cpus = place === undefined ? kernel.cpus : [kernel.cpus[place]!];
    const lines = cpus.map(({ core }) => new Irq(core, `${name} ${core.name}`, DEVICE, handler, options));
    actor.after.push({ count, lines });
    return;
  }
  const { core } = kernel.cpus[irq.core ?? 0]!;
  world.timing.device(core, irq, name, handler, options);
}

/** The ops of an interrupt, each with its own woken flag, and one switch at the end if any was set. */
function serviceRoutine(world: World, irq: IrqProgram, number: number): () => void {
  const { kernel } = world;
  const yields = Boolean(irq.yield ?? true);
  const ops = irq.ops.map((op) => isrOp(world, op));
  return () => {
    let any = false;
    for (let j = 0; j < ops.length; j++) {
      note('isr', number, j);
      const [result, woken] = ops[j]!();
      note('i', number, j, result, woken);
      if (woken) any = true;
    }
    if (yields && any) kernel.portYieldFromIsr();
  };
}
