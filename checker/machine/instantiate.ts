import { MIXED } from '../language/ir.ts';
import type { Attributed, Generated, Marked, StepParts } from './generated.ts';
import type { LivenessCode, livenessCode } from './liveness_code.ts';
import { type StandstillTable, standsStill } from './standstill.ts';

/** A machine as plain data, which can go to another thread: the same source always makes the same machine. */
export interface MachineSource {
  /** The generated JavaScript. */
  readonly text: string;
  readonly words: number;
  readonly bits: number;
  readonly initial: Int32Array;
  readonly fanOut: number;
  readonly processes: number;
  /** Failure numbers are below this. */
  readonly failureKinds: number;
  /** `null`: no process can wait for another for ever. */
  readonly standstill: StandstillTable | null;
  /** The bit of `quiescent` that says so. */
  readonly standstillBit: number;
  /** What steps have reached, for coverage: shared by all that are made from this source. */
  readonly reached: Uint8Array;
}

/** What the generated text returns, made into the interfaces that the searches know. */
export interface Instance {
  readonly generated: Generated;
  readonly attributed: Attributed;
  readonly parts: StepParts;
  readonly marked: Marked;
  readonly possible: readonly ((states: Int32Array, at: number) => boolean)[];
  readonly standing: LivenessCode['standing'] | null;
  readonly live: Parameters<typeof livenessCode>[2];
}

type Functions = Pick<Generated, 'expand' | 'properties' | 'quiescent' | 'buffer' | 'reserve'> &
  Pick<Instance, 'marked' | 'parts' | 'possible' | 'standing' | 'live'> & {
    readonly attributed: Generated['expand'];
  };

export function instantiate(source: MachineSource): Instance {
  const { words, bits, initial, fanOut, processes } = source;
  const status = new Int32Array(2);
  const failures: number[] = [];
  const ends = new Int32Array(2 * processes);
  const make = new Function('status', 'F', 'MIXED', 'MORE', 'E', 'K', source.text) as (
    status: Int32Array,
    failures: number[],
    mixed: number,
    more: number,
    ends: Int32Array,
    reached: Uint8Array,
  ) => Functions;
  const made = make(status, failures, MIXED, fanOut * words, ends, source.reached);
  const { possible, attributed, marked, parts, standing, live, quiescent, ...functions } = made;
  return {
    generated: {
      ...functions,
      quiescent: withStandstill(source, quiescent, status),
      words,
      bits,
      initial,
      fanOut,
      status,
      failures,
    },
    attributed: { expand: attributed, ends },
    parts,
    marked,
    possible,
    standing,
    live,
  };
}

/** Adds the deadlock of some processes to what is asked of quiescent states. */
function withStandstill(
  { standstill, standstillBit }: MachineSource,
  quiescent: Generated['quiescent'],
  status: Int32Array,
): Generated['quiescent'] {
  if (standstill === null) return quiescent;
  return (states, at) => {
    const mask = quiescent(states, at);
    const blocked = status[1] as number;
    return blocked !== 0 && standsStill(standstill, states, at, blocked) ? mask | (1 << standstillBit) : mask;
  };
}
