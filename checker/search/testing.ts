import type { Explored } from '../explore.ts';
import { Status } from '../machine/generated.ts';
import type { Attempt } from '../machine/interpreter.ts';

/** What a failure is the finding of. */
export function nameOf({
  kind,
  name,
  site,
}: Extract<Attempt['outcome'], { kind: 'failure' }>['failure']): string {
  return kind === 'model error' ? `${name}|${site?.start}` : `${kind}|${name}`;
}

/** Names what the packed state itself is a finding of. */
export function remarkable(
  machine: Explored['machine'],
  state: Int32Array,
  note: (name: string) => void,
): void {
  const { generated, stateProperties, quiescentProperties, standstillBit } = machine;
  const bits = generated.properties(state, 0);
  for (const [i, { kind, name }] of stateProperties.entries())
    if ((bits >> i) & 1 && kind === 'always') note(`always|${name}`);
  generated.expand(state, 0, 0);
  generated.failures.length = 0;
  const status = generated.status[0] as number;
  if ((status & Status.System) !== 0) return;
  const quiet = generated.quiescent(state, 0);
  for (const [i, { kind, name }] of quiescentProperties.entries())
    if ((quiet >> i) & 1) note(`${kind}|${name}`);
  const alive = Status.Background | Status.Outside | Status.Time | Status.Busy;
  if ((status & (alive | Status.Blocked)) === Status.Blocked || (quiet >> standstillBit) & 1)
    note('deadlock|deadlock');
}

const LANES = ["core: 'A', kind: 'task'", "core: 'A', kind: 'isr'", "core: 'B', kind: 'task'"];

/** Puts the processes of a random program on two cores, some as interrupts. */
export function onCores(text: string): string {
  let i = 0;
  return text.replaceAll(/^\}, \{(.*)\}\);$/gmu, (_, options: string) => {
    const parts = [options.trim(), `lane: { ${LANES[i++ % LANES.length]} }`].filter((part) => part !== '');
    return `}, { ${parts.join(', ')} });`;
  });
}
