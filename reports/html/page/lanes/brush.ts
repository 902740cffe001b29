import type { Colours } from './colours.ts';

const FONT = '11px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';

/** A part of a canvas with what is drawn on it again and again. Counts what it draws. */
export class Brush {
  drawn = 0;
  readonly #widths = new Map<string, number>();
  readonly #hatches = new Map<string, CanvasPattern | null>();

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly colours: Colours,
  ) {}

  /** Makes the canvas as large as it is shown, and empty. */
  clear(width: number, height: number): void {
    const { canvas } = this.context;
    const ratio = devicePixelRatio;
    const [pixels, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixels || canvas.height !== lines) {
      canvas.width = pixels;
      canvas.height = lines;
    }
    // Also where the canvas has that many pixels already: its element was made so.
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.font = FONT;
    this.context.textBaseline = 'middle';
    this.drawn = 0;
  }

  box(x: number, y: number, width: number, height: number, fill: string, alpha = 1): void {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = fill;
    context.fillRect(x, y, Math.max(width, 1), height);
    context.globalAlpha = 1;
    this.drawn++;
  }

  frame(x: number, y: number, width: number, height: number, stroke: string): void {
    const { context } = this;
    context.strokeStyle = stroke;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 1), height - 1);
    this.drawn++;
  }

  /** Slanted lines. */
  hatch(x: number, y: number, width: number, height: number, stroke: string): void {
    const known = this.#hatches.get(stroke);
    const pattern = known === undefined ? this.#hatchOf(stroke) : known;
    if (pattern === null) return;
    this.context.fillStyle = pattern;
    this.context.fillRect(x, y, Math.max(width, 1), height);
    this.drawn++;
  }

  #hatchOf(stroke: string): CanvasPattern | null {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 6;
    const context = tile.getContext('2d');
    if (context === null) return null;
    context.strokeStyle = stroke;
    for (const shift of [-6, 0, 6]) line(context, shift, 6, shift + 6, 0);
    const pattern = this.context.createPattern(tile, 'repeat');
    this.#hatches.set(stroke, pattern);
    return pattern;
  }

  line(
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    stroke: string,
    dashes: readonly number[] = [],
    width = 1,
  ): void {
    const { context } = this;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash([...dashes]);
    line(context, x1, y1, x2, y2);
    context.setLineDash([]);
    this.drawn++;
  }

  shape(points: readonly (readonly [number, number])[], fill: string): void {
    const { context } = this;
    context.fillStyle = fill;
    context.beginPath();
    for (const [i, [x, y]] of points.entries()) context[i === 0 ? 'moveTo' : 'lineTo'](x, y);
    context.fill();
    this.drawn++;
  }

  /** As much of a text as fits; nothing if that is not worth it. Returns its width. */
  text(text: string, x: number, y: number, room: number, fill: string): number {
    const shown = this.fitting(text, room);
    if (shown === '') return 0;
    this.context.fillStyle = fill;
    this.context.fillText(shown, x, y);
    this.drawn++;
    return this.widthOf(shown);
  }

  /** As much of a text as fits. */
  fitting(text: string, room: number): string {
    if (room < 12) return '';
    if (this.widthOf(text) <= room) return text;
    const characters = [...text];
    let length = Math.floor((characters.length * room) / this.widthOf(text));
    while (length > 1 && this.widthOf(`${characters.slice(0, length).join('')}…`) > room) length--;
    return length < 3 ? '' : `${characters.slice(0, length).join('')}…`;
  }

  widthOf(text: string): number {
    const known = this.#widths.get(text);
    if (known !== undefined) return known;
    const { width } = this.context.measureText(text);
    // Long traces have many texts.
    if (this.#widths.size > 5000) this.#widths.clear();
    this.#widths.set(text, width);
    return width;
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
