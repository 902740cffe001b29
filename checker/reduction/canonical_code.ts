import type { Cell, Layout } from '../machine/layout.ts';
import type { Condition, IdCell, Placement } from './members.ts';

/** A cell within a key word. */
interface Part {
  readonly cell: number;
  readonly word: number;
  readonly shift: number;
}

/** JavaScript that brings the state at `A[b …]` into order: what is ignored is cleared, then each group is sorted. */
export function canonicalText(
  layout: Layout,
  { members, ids }: Placement,
  groups: readonly number[],
  ignored: readonly Cell[],
): string {
  let text = `'use strict';\n${clearText(layout, ignored)}`;
  for (const group of groups) {
    const { cells } = members[group] as Placement['members'][number];
    text += groupText(
      cells,
      ids.filter((id) => id.group === group),
    );
  }
  return text;
}

function clearText(layout: Layout, ignored: readonly Cell[]): string {
  let text = '';
  for (let word = 0; word < layout.words; word++) {
    const mask = ignored.reduce((all, cell) => (cell.word === word ? all | maskOf(cell) : all), 0);
    if (mask !== 0) text += `A[b + ${word}] &= ${~mask};\n`;
  }
  return text;
}

function bitsOf({ width }: Cell): number {
  return width === 32 ? -1 : 2 ** width - 1;
}

/** The bits of a cell in its word. */
function maskOf(cell: Cell): number {
  return cell.width === 0 ? 0 : (bitsOf(cell) << cell.shift) | 0;
}

function rawText(cell: Cell): string {
  if (cell.width === 0) return '0';
  return cell.width === 32
    ? `A[b + ${cell.word}]`
    : `((A[b + ${cell.word}] >>> ${cell.shift}) & ${bitsOf(cell)})`;
}

/** A key of each member (its cells, then where its ids stand), a sorting network of comparisons, and the new order. */
function groupText(cells: readonly (readonly Cell[])[], ids: readonly IdCell[]): string {
  const size = cells.length;
  const { parts, words } = keyParts(cells[0] as readonly Cell[]);
  const marks = ids.flatMap(({ rows }, id) => rows.map((_, row) => ({ id, row })));
  const markWords = Math.ceil(marks.length / 31);
  const total = words + markWords;
  const key = (m: number | string, w: number): string => `k${m}_${w}`;
  let text = 'order: {\n';
  for (const [m, own] of cells.entries()) {
    for (let w = 0; w < words; w++) {
      const terms = parts
        .filter(({ word }) => word === w)
        .map(({ cell, shift }) => `${rawText(own[cell] as Cell)}${shift === 0 ? '' : ` << ${shift}`}`);
      text += `let ${key(m, w)} = ${terms.join(' | ') || '0'};\n`;
    }
    for (let w = words; w < total; w++) text += `let ${key(m, w)} = 0;\n`;
    text += `let o${m} = ${m};\n`;
  }
  // Most successors are in order already, and where the cells decide nobody asks for ids.
  const ordered = cells.slice(1).map((_, m) => greater(m + 1, m, words));
  text += `if (${ordered.join(' && ')}) break order;\n`;
  for (const [i, id] of ids.entries()) {
    text += `const v${i} = ${conditionText(id.when, rawText(id.cell))};\n`;
    const held = marks.flatMap((mark, bit) => (mark.id === i ? [{ row: mark.row, bit }] : []));
    const cases = held.flatMap(({ row, bit }) =>
      (id.rows[row] as readonly number[]).map(
        (raw, m) =>
          `if (v${i} === ${raw | 0}) ${key(m, words + Math.floor(bit / 31))} |= ${1 << (bit % 31)};`,
      ),
    );
    text += `${cases.join(' else ')}\n`;
  }
  text += sortText(size, total);
  text += `if (${Array.from({ length: size }, (_, m) => `o${m} !== ${m}`).join(' || ')}) {\n`;
  text += moveText(cells, parts, key);
  text += renameText(size, ids);
  return `${text}}\n}\n`;
}

/** How the cells of a member are put side by side in key words. */
function keyParts(cells: readonly Cell[]): { parts: Part[]; words: number } {
  const parts: Part[] = [];
  let [word, used] = [0, 0];
  for (const [cell, { width }] of cells.entries()) {
    if (width === 0) continue;
    if (used > 0 && used + width > 31) [word, used] = [word + 1, 0];
    parts.push({ cell, word, shift: used });
    used += width;
  }
  return { parts, words: word + 1 };
}

function conditionText(when: Condition, value: string): string {
  if (when.kind === 'always') return value;
  if (when.kind === 'above')
    return `${rawText(when.length)} > ${when.index - when.length.lo} ? ${value} : -1`;
  const at = rawText(when.location);
  return `(${when.locations.map((l) => `${at} === ${l}`).join(' || ') || 'false'}) ? ${value} : -1`;
}

/** Insertion sort without a loop: adjacent members change places until none is out of order. */
function sortText(size: number, words: number): string {
  let text = '';
  for (let end = size - 1; end > 0; end--) {
    for (let m = 0; m < end; m++) {
      const swaps = Array.from(
        { length: words },
        (_, w) => `t = k${m}_${w}; k${m}_${w} = k${m + 1}_${w}; k${m + 1}_${w} = t;`,
      );
      text += `if (${greater(m, m + 1, words)}) { let ${swaps.join(' ')} t = o${m}; o${m} = o${m + 1}; o${m + 1} = t; }\n`;
    }
  }
  return text;
}

/** Whether the key of a member is greater than that of another. */
function greater(member: number, other: number, words: number): string {
  let text = '';
  for (let w = words - 1; w >= 0; w--) {
    const [a, b] = [`k${member}_${w}`, `k${other}_${w}`];
    text = text === '' ? `${a} > ${b}` : `(${a} > ${b} || (${a} === ${b} && ${text}))`;
  }
  return text;
}

/** Writes the members back in their new order: `km_w` is the key of the member that now stands at place m. */
function moveText(
  cells: readonly (readonly Cell[])[],
  parts: readonly Part[],
  key: (m: number, w: number) => string,
): string {
  const byWord = new Map<number, { mask: number; terms: string[] }>();
  for (const [m, own] of cells.entries()) {
    for (const { cell, word, shift } of parts) {
      const target = own[cell] as Cell;
      const into = byWord.get(target.word) ?? { mask: 0, terms: [] };
      byWord.set(target.word, into);
      into.mask |= maskOf(target);
      const raw = target.width === 32 ? key(m, word) : `((${key(m, word)} >>> ${shift}) & ${bitsOf(target)})`;
      into.terms.push(target.shift === 0 ? raw : `${raw} << ${target.shift}`);
    }
  }
  let text = '';
  for (const [word, { mask, terms }] of byWord)
    text += `A[b + ${word}] = (A[b + ${word}] & ${~mask}) | ${terms.map((term) => `(${term})`).join(' | ')};\n`;
  return text;
}

/** Ids name the new places: the member that stood at `om` stands at m. */
function renameText(size: number, ids: readonly IdCell[]): string {
  if (ids.length === 0) return '';
  let text = '';
  for (let old = 0; old < size; old++) {
    const places = Array.from({ length: size }, (_, m) => m).slice(0, -1);
    text += `const p${old} = ${places.map((m) => `o${m} === ${old} ? ${m} : `).join('')}${size - 1};\n`;
  }
  for (const [i, { cell, rows }] of ids.entries()) {
    for (const row of rows) {
      const cases = row.map((raw, m) => {
        const others = row.slice(0, -1).map((other, to) => `p${m} === ${to} ? ${other | 0} : `);
        const value = `(${others.join('')}${(row.at(-1) as number) | 0})`;
        return `if (v${i} === ${raw | 0}) A[b + ${cell.word}] = (A[b + ${cell.word}] & ${~maskOf(cell)}) | (${value} << ${cell.shift});`;
      });
      text += `${cases.join(' else ')}\n`;
    }
  }
  return text;
}
