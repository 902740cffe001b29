import type { SourceFile } from '../model/intrinsics/metadata.ts';
import type { Explored } from './explore.ts';
import { eachChild, isCounted, type Node, placeAt } from './language/ast.ts';
import type { Point } from './language/ir.ts';
import type { Callable } from './language/lower/value.ts';
import type { Place } from './trace.ts';
import type { BranchCoverage, FileCoverage, StatementCoverage } from './verdict.ts';

/**
 * Which statements and branches of the model the search has reached: those that a step ran, from its first operation on.
 * A try of `until` that is not possible yet counts; what a process only stands before does not. What there is to reach are
 * all statements of the functions that processes execute, whether or not they were folded away.
 */
export function coverageOf({ built, machine, interpreter, reached }: Explored): FileCoverage[] {
  const seen = new Set<Point>();
  for (const [i, points] of machine.marks.entries())
    if (reached[i] === 1) for (const point of points) seen.add(point);
  // What a process does before its first operation happens when it is made.
  interpreter.initial({
    entered: () => {},
    executed: (instruction) => {
      if (instruction.kind === 'reach') seen.add(instruction.point);
    },
  });
  const { coverage } = built.compiled.memory;
  return [...coverage.functions]
    .map(([source, functions]) =>
      fileCoverage(source, functions, coverage.bodies, (start, way) =>
        seen.has(coverage.point(source, start, way)),
      ),
    )
    .filter(({ statements }) => statements.length > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function fileCoverage(
  source: SourceFile,
  functions: ReadonlySet<Callable>,
  bodies: ReadonlySet<Node>,
  reached: (start: number, way: number | null) => boolean,
): FileCoverage {
  const statements = new Map<number, StatementCoverage>();
  const branches = new Map<number, BranchCoverage>();
  const walk = (node: Node): void => {
    if (isCounted(node) || bodies.has(node)) visit(node);
    eachChild(node, (child) => {
      // What a loop declares is part of it.
      if (isLoop(node) && child.type === 'VariableDeclaration') eachChild(child, walk);
      else walk(child);
    });
  };
  const visit = (node: Node): void => {
    const { line, column, text } = placeOfNode(source, node);
    statements.set(node.start, { line, column, text, reached: reached(node.start, null) });
    const ways = waysOf(node);
    if (ways > 0) {
      const kind = node.type === 'IfStatement' ? 'if' : 'switch';
      const taken = Array.from({ length: ways }, (_, way) => reached(node.start, way));
      branches.set(node.start, { line, column, kind, ways: taken });
    }
  };
  for (const node of functions) walk(node);
  const order = (a: { line: number; column: number }, b: { line: number; column: number }): number =>
    a.line - b.line || a.column - b.column;
  return {
    file: source.file,
    statements: [...statements.values()].sort(order),
    branches: [...branches.values()].sort(order),
  };
}

function waysOf(node: Node): number {
  if (node.type === 'IfStatement') return 2;
  return node.type === 'SwitchStatement' ? node.cases.length : 0;
}

function isLoop({ type }: Node): boolean {
  return type === 'ForStatement' || type === 'ForOfStatement';
}

const places = new WeakMap<Node, Place>();

function placeOfNode(source: SourceFile, node: Node): Place {
  const place = places.get(node) ?? placeAt(source, node.start);
  places.set(node, place);
  return place;
}
