/** What is measured: a model at a size, with the figures that every engine must find. */
export interface Entry {
  /** `bench/models/<model>.ts`. */
  readonly model: string;
  /** `bench/peers/<peer>.pml`. */
  readonly peer: string;
  /** Parameters in the order of the tables; upper-cased they are SPIN's `-D` names. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly states: number;
  /** Edges: one less than SPIN prints. */
  readonly transitions: number;
  /** Threads of upy-check; absent: one. */
  readonly workers?: number;
  /** Not plain search, but a reduction of ours (which may get better: at most so many) beside those that SPIN has by default. */
  readonly reduced?: {
    /** For `--reduce`. */
    readonly by: string;
    /** What SPIN stores with partial order reduction and merging of statements. */
    readonly spin: Pick<Entry, 'states' | 'transitions'>;
  };
}

function ueventWake(k: number, n: number, m: number, states: number, transitions: number): Entry {
  return { model: 'uevent-wake', peer: 'uevent_wake', parameters: { k, n, m }, states, transitions };
}

function wide(d: number, n: number, q: number, o: number, states: number, transitions: number): Entry {
  return { model: 'wide', peer: 'wide', parameters: { d, n, q, o }, states, transitions };
}

/** A classic: its peer has its name. */
function classic(
  model: string,
  parameters: Readonly<Record<string, number>>,
  states: number,
  transitions: number,
): Entry {
  return { model, peer: model, parameters, states, transitions };
}

/** An entry with a reduction of ours; SPIN's numbers are those of its own. */
function reduced(
  entry: Entry,
  by: string,
  states: number,
  transitions: number,
  spin: Pick<Entry, 'states' | 'transitions'>,
): Entry {
  return { ...entry, states, transitions, reduced: { by, spin } };
}

function twoCores(n: number, m: number, t: number, states: number, transitions: number): Entry {
  return { model: 'two-cores', peer: 'two_cores', parameters: { n, m, t }, states, transitions };
}

const UEVENT_WAKE = ueventWake(3, 2, 2, 1_225_716, 5_406_832);
const TWO_CORES = twoCores(1, 1, 2, 3_090_864, 8_911_064);
const LEADER = classic('leader', { n: 7 }, 195_669, 1_003_738);
const PIPELINE = classic('pipeline', { t: 5, v: 5 }, 744_190, 3_798_930);

const REDUCED: readonly Entry[] = [
  reduced(UEVENT_WAKE, 'por', 338_016, 1_022_545, { states: 671_098, transitions: 2_219_007 }),
  reduced(UEVENT_WAKE, 'symmetry', 165_400, 746_242, { states: 671_098, transitions: 2_219_007 }),
  reduced(UEVENT_WAKE, 'por,symmetry', 43_746, 134_541, { states: 671_098, transitions: 2_219_007 }),
  reduced(TWO_CORES, 'por', 973_231, 2_880_878, { states: 3_082_755, transitions: 8_325_372 }),
  reduced(TWO_CORES, 'symmetry', 1_545_799, 4_456_567, { states: 3_082_755, transitions: 8_325_372 }),
  reduced(LEADER, 'por', 20, 19, { states: 60, transitions: 59 }),
  reduced(PIPELINE, 'por', 36, 35, { states: 66, transitions: 65 }),
];

export const ENTRIES: readonly Entry[] = [
  ueventWake(2, 3, 2, 184_888, 709_134),
  UEVENT_WAKE,
  ueventWake(3, 3, 2, 9_629_524, 45_482_352),
  { ...ueventWake(3, 3, 2, 9_629_524, 45_482_352), workers: 2 },
  wide(3, 3, 2, 2, 1_567_772, 4_956_802),
  twoCores(2, 0, 1, 179_408, 444_462),
  TWO_CORES,
  classic('peterson', { n: 6 }, 1_827_936, 6_803_688),
  classic('phils', { n: 12 }, 531_441, 4_251_528),
  classic('anderson', { n: 8 }, 2_630_408, 5_260_672),
  LEADER,
  PIPELINE,
  ...REDUCED,
];

/** `--quick`: a second or two each. */
export const QUICK: readonly Entry[] = [
  ueventWake(2, 2, 1, 14_463, 45_244),
  ueventWake(2, 3, 1, 69_401, 225_505),
  wide(3, 2, 2, 2, 45_405, 141_387),
  twoCores(2, 0, 0, 7_245, 14_296),
  classic('peterson', { n: 5 }, 88_560, 286_985),
  classic('phils', { n: 10 }, 59_049, 393_660),
  classic('anderson', { n: 6 }, 35_214, 70_344),
  classic('leader', { n: 6 }, 27_187, 122_625),
  classic('pipeline', { t: 4, v: 4 }, 59_991, 256_085),
];

/** `3 2 2`; with threads `3 2 2 x2`. */
export function sizeOf({ parameters, workers }: Entry): string {
  const size = Object.values(parameters).join(' ');
  return workers === undefined ? size : `${size} x${workers}`;
}
