import type { SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { Node } from '../ast.ts';
import type { Point } from '../ir.ts';
import type { Callable } from './value.ts';

/** What coverage counts in one lowering: the functions that steps execute, and places in them. */
export class Countable {
  /** Functions that were lowered as part of a process, by file. */
  readonly functions = new Map<SourceFile, Set<Callable>>();
  /** Bodies of processes that are one expression. */
  readonly bodies = new Set<Node>();

  constructor(private readonly points: Map<object, Map<string, Point>> = new Map()) {}

  enter(source: SourceFile, node: Callable): void {
    const known = this.functions.get(source);
    if (known === undefined) this.functions.set(source, new Set([node]));
    else known.add(node);
  }

  /** The same object for the same place, however often it is lowered. */
  point(source: SourceFile, start: number, way: number | null): Point {
    const key = `${start} ${way}`;
    const points = this.points.get(source) ?? new Map<string, Point>();
    this.points.set(source, points);
    const point = points.get(key) ?? { source, start, way };
    points.set(key, point);
    return point;
  }
}
