import { type Process, process } from '../index.ts';

/** The outside world does something up to `times` times, at any moments or never: sends a signal, types a key. */
export function world(name: string, times: number, act: () => void): Process {
  return process(
    name,
    () => {
      for (let n = 0; n < times; n++) act();
    },
    { outside: true, lane: { kind: 'outside' } },
  );
}
