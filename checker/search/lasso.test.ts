import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { PropertyCode } from '../language/ir.ts';
import { Offer } from '../machine/liveness_code.ts';
import type { Lasso } from './fair_graph.ts';
import { findLasso } from './lasso.ts';
import { type LivenessMachine, ObligationGraph } from './obligation_graph.ts';
import { decode, graphMachine } from './random_graph.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** A small transition system with who moves, who could, and two predicates. */
interface System {
  /** For each node: for each process its successors, and how it stands where it has none; the last moves in time. */
  readonly nodes: readonly {
    readonly moves: readonly (readonly number[])[];
    readonly offers: readonly number[];
    readonly from: boolean;
    readonly goal: boolean;
  }[];
  readonly processes: number;
  readonly kind: 'eventually' | 'leadsTo';
}

/** The outside world is process 0: its offers are none, whatever it can do. */
function offerOf({ nodes }: System, node: number, process: number): number {
  const { moves, offers } = nodes[node] as System['nodes'][number];
  if (process === 0) return Offer.None;
  return (moves[process] as number[]).length > 0 ? Offer.Enabled : (offers[process] as number);
}

function machineOf(system: System): LivenessMachine {
  const { nodes, processes, kind } = system;
  const generated = graphMachine({ words: 1, edges: nodes.map(({ moves }) => moves.flat()) });
  const ends = new Int32Array(2 * processes);
  const predicate = (of: 'from' | 'goal') => (states: Int32Array, at: number) =>
    (nodes[decode(states, at)] as System['nodes'][number])[of];
  return {
    generated,
    attributed: {
      ends,
      expand(states, at, out) {
        let end = out;
        for (let p = 0; p < processes; p++) {
          end += (nodes[decode(states, at)] as System['nodes'][number]).moves[p]?.length ?? 0;
          ends[2 * p] = end;
        }
        return generated.expand(states, at, out);
      },
    },
    liveness: {
      properties: [],
      standing(states, at, offers) {
        for (let p = 0; p < processes; p++) offers[p] = offerOf(system, decode(states, at), p);
      },
    },
    ...{ property: null as unknown as PropertyCode, from: kind === 'leadsTo' ? predicate('from') : null },
    ...{ goal: predicate('goal') },
  } as LivenessMachine;
}

function solve(system: System, fairness: 'weak' | 'strong'): Lasso | null {
  const machine = machineOf(system);
  const graph = new ObligationGraph(machine, machine as never, { fairness });
  graph.advance(Number.POSITIVE_INFINITY);
  expect(graph.complete).toBe(true);
  return findLasso(graph, (node) => graph.pathTo(node));
}

// ---- the second opinion: every set of states in which a run could stay ----

type State = `${number}${'-' | '!'}`;
const nodeOf = (state: State): number => Number.parseInt(state, 10);
const isOpen = (state: State): boolean => state.endsWith('!');

function enter(system: System, open: boolean, node: number): State {
  const { from, goal } = system.nodes[node] as System['nodes'][number];
  return `${node}${(open || (system.kind === 'leadsTo' && from)) && !goal ? '!' : '-'}`;
}

/** Successors in the order of their ordinals, with who moves. */
function successors(system: System, state: State): { to: State; mover: number }[] {
  const { moves } = system.nodes[nodeOf(state)] as System['nodes'][number];
  return moves.flatMap((targets, mover) =>
    targets.map((node) => ({ to: enter(system, isOpen(state), node), mover })),
  );
}

const initialOf = (system: System): State => enter(system, system.kind === 'eventually', 0);

function levels(system: System): Map<State, number> {
  const level = new Map([[initialOf(system), 0]]);
  for (const [state, depth] of level)
    for (const { to } of successors(system, state)) if (!level.has(to)) level.set(to, depth + 1);
  return level;
}

/** Whether a run that visits exactly these states, and takes exactly these movers' steps, again and again is fair. */
function isFair(
  system: System,
  states: readonly State[],
  movers: ReadonlySet<number>,
  weak: boolean,
): boolean {
  const time = system.processes;
  for (let p = 1; p <= time; p++) {
    const offers = states.map((state) =>
      p === time
        ? ((system.nodes[nodeOf(state)] as System['nodes'][number]).moves[time] as number[]).length > 0
          ? Offer.Enabled
          : Offer.Suspended
        : offerOf(system, nodeOf(state), p),
    );
    if (!offers.includes(Offer.Enabled as never) || movers.has(p)) continue;
    if (!(weak && p !== time && offers.includes(Offer.None as never))) return false;
  }
  return true;
}

/** The least depth of a state in which an unfair end is avoided for ever; `null`: no such run. */
function naive(system: System, weak: boolean): number | null {
  const level = levels(system);
  const open = [...level.keys()].filter(isOpen);
  let best: number | null = null;
  const note = (state: State): void => {
    best = Math.min(best ?? Number.POSITIVE_INFINITY, level.get(state) as number);
  };
  for (const state of open) if (isFair(system, [state], new Set(), false)) note(state);
  for (let set = 1; set < 2 ** open.length; set++) {
    const states = open.filter((_, i) => (set >>> i) & 1);
    const inside = new Set(states);
    const reach = (start: State): Set<State> => {
      const seen = new Set<State>();
      const queue = [start];
      for (const at of queue)
        for (const { to } of successors(system, at))
          if (inside.has(to) && !seen.has(to)) {
            seen.add(to);
            queue.push(to);
          }
      return seen;
    };
    if (!states.every((state) => reach(state).size === states.length)) continue;
    const movers = new Set(
      states.flatMap((state) =>
        successors(system, state).flatMap(({ to, mover }) => (inside.has(to) ? [mover] : [])),
      ),
    );
    if (isFair(system, states, movers, weak)) states.forEach(note);
  }
  return best;
}

/** Walks a lasso: the obligation is open from its loop on, it closes, and it is fair. */
function verify(system: System, { stem, loop }: Lasso, weak: boolean): void {
  let state = initialOf(system);
  const take = (ordinal: number): number => {
    const step = successors(system, state)[ordinal] as { to: State; mover: number };
    state = step.to;
    return step.mover;
  };
  stem.forEach(take);
  const begin = state;
  const [states, movers] = [[state], new Set<number>()];
  for (const ordinal of loop) {
    movers.add(take(ordinal));
    states.push(state);
  }
  expect(state).toBe(begin);
  expect(states.every(isOpen)).toBe(true);
  expect(isFair(system, states, movers, loop.length > 0 && weak)).toBe(true);
}

const systems = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
  .chain(([size, processes]) =>
    fc.record({
      processes: fc.constant(processes),
      kind: fc.constantFrom('eventually' as const, 'leadsTo' as const),
      nodes: fc.array(
        fc.record({
          moves: fc.array(fc.array(fc.nat(size - 1), { maxLength: 2 }), {
            minLength: processes + 1,
            maxLength: processes + 1,
          }),
          offers: fc.array(fc.constantFrom(Offer.None, Offer.Suspended), {
            minLength: processes,
            maxLength: processes,
          }),
          from: fc.boolean(),
          goal: fc.boolean(),
        }),
        { minLength: size, maxLength: size },
      ),
    }),
  );

describe('a fair lasso is found exactly when there is one', () => {
  for (const fairness of ['weak', 'strong'] as const) {
    it(`${fairness} fairness, on random systems, against every set of states`, () => {
      const seen = { found: 0, none: 0, loops: 0 };
      const property = fc.property(systems, (system) => {
        const lasso = solve(system, fairness);
        const depth = naive(system, fairness === 'weak');
        expect(lasso?.stem.length ?? null).toBe(depth);
        if (lasso === null) seen.none++;
        else {
          seen.found++;
          if (lasso.loop.length > 0) seen.loops++;
          verify(system, lasso, fairness === 'weak');
        }
      });
      fc.assert(property, { numRuns: 1500, seed: 42 });
      expect(seen).toEqual(
        fairness === 'weak' ? { found: 564, none: 936, loops: 433 } : { found: 554, none: 946, loops: 423 },
      );
    });
  }
});

describe('single cases', () => {
  /** `edges`: [from, process, to]; open in all nodes. */
  const system = (
    size: number,
    processes: number,
    edges: readonly (readonly [number, number, number])[],
  ) => ({
    processes,
    kind: 'eventually' as const,
    nodes: Array.from({ length: size }, (_, node) => ({
      moves: Array.from({ length: processes + 1 }, (_, p) =>
        edges.filter(([from, by]) => from === node && by === p).map(([, , to]) => to),
      ),
      offers: Array.from({ length: processes }, () => Offer.None),
      from: false,
      goal: false,
    })),
  });

  it('who is disabled now and then is owed a step only under strong fairness', () => {
    // Process 1 goes round between 0 and 1; process 2 could leave from 0 for 2, which process 1 leaves for 0.
    const starving = system(3, 3, [
      [0, 1, 1],
      [1, 1, 0],
      [0, 2, 2],
      [2, 1, 0],
    ]);
    expect(solve(starving, 'weak')).toEqual({ stem: [], loop: [0, 0] });
    expect(solve(starving, 'strong')).toEqual({ stem: [], loop: [1, 0] });
  });

  it('time goes on: a loop in which it could and does not is none', () => {
    const standing = system(2, 2, [
      [0, 1, 0],
      [0, 2, 1],
    ]);
    expect(solve(standing, 'weak')).toEqual({ stem: [1], loop: [] });
  });

  it('the outside world may stop, and may go on', () => {
    expect(
      solve(
        system(2, 1, [
          [0, 0, 1],
          [1, 0, 0],
        ]),
        'strong',
      ),
    ).toEqual({ stem: [], loop: [] });
  });

  it('a path of 100000 states does not overflow the stack, and limits are kept', () => {
    const length = 100_000;
    const edges = Array.from({ length }, (_, i) => [(i + 1) % length]);
    const generated = graphMachine({ words: 2, edges });
    const ends = new Int32Array(2);
    const machine = {
      generated,
      attributed: {
        ends,
        expand: (states: Int32Array, at: number, out: number) => {
          const end = generated.expand(states, at, out);
          ends[0] = end;
          return end;
        },
      },
      liveness: {
        properties: [],
        standing: (_s: Int32Array, _a: number, offers: Uint8Array) => offers.fill(2),
      },
      property: null,
      from: null,
      goal: () => false,
    };
    const explored = (limits: { maxMemory?: number; maxStates?: number }) => {
      const graph = new ObligationGraph(machine as never, machine as never, { fairness: 'weak', ...limits });
      while (graph.advance(1000));
      return [graph.complete, findLasso(graph, (node) => graph.pathTo(node))?.loop.length];
    };
    expect(explored({})).toEqual([true, length]);
    expect(explored({ maxMemory: 1_000_000 })).toEqual([false, undefined]);
    expect(explored({ maxStates: 10_000 })).toEqual([false, undefined]);
  });
});
