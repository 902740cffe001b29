import type { Point } from '../language/ir.ts';
import type { StepInstruction } from './step_graph.ts';

/** What coverage counts, by the numbers of the marks that stand for it in the generated code. */
export class Marks {
  readonly groups: (readonly Point[])[] = [];
  private readonly numbers = new Map<Point, number>();
  private readonly byKey = new Map<string, number>();

  /** The number of the mark for points that are reached together. */
  number(points: readonly Point[]): number {
    const key = points.map((point) => this.numberOf(point)).join();
    const number = this.byKey.get(key) ?? this.groups.push(points) - 1;
    this.byKey.set(key, number);
    return number;
  }

  private numberOf(point: Point): number {
    const number = this.numbers.get(point) ?? this.numbers.size;
    this.numbers.set(point, number);
    return number;
  }
}

/** The text of a node's instructions, with one mark for all that is reached together: up to what can end the step. */
export function markedText(
  code: readonly StepInstruction[],
  marks: Marks,
  textOf: (instruction: StepInstruction) => string,
): string {
  let text = '';
  let points: Point[] = [];
  let since = '';
  const close = (): void => {
    if (points.length > 0) text += `K[${marks.number(points)}] = 1;\n`;
    text += since;
    since = '';
    points = [];
  };
  for (const instruction of code) {
    if (instruction.kind === 'reach') points.push(instruction.point);
    else {
      const own = textOf(instruction);
      since += own;
      if (own.includes('return')) close();
    }
  }
  close();
  return text;
}
