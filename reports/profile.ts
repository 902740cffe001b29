import type { Profile } from '../checker/options.ts';
import type { Paint } from './paint.ts';
import { bytes, count, length, padEnd, padStart, truncate, visible } from './text.ts';

const ROWS = 20;

/** `--profile`: where the states are, and which variables make them many. */
export function profileText(
  profile: Profile,
  style: { readonly paint: Paint; readonly width: number },
): string {
  return [
    ...locations(profile, style),
    '',
    ...variables(profile, style),
    '',
    ...symmetry(profile, style),
    summary(profile),
  ].join('\n');
}

function symmetry({ symmetry: found }: Profile, { paint }: { paint: Paint }): string[] {
  if (found === null) return [];
  const lines = found.groups.map(
    (group) => `  interchangeable: ${group.map((member) => member.map(visible).join(' + ')).join(', ')}`,
  );
  for (const { processes, because, place } of found.asymmetries) {
    const where = place === null ? '' : ` (${visible(place.file)}:${place.line} ${visible(place.text)})`;
    lines.push(`  not ${processes.map(visible).join(' and ')}: ${visible(because)}${where}`);
  }
  if (found.off !== null) lines.push(`  ${visible(found.off)}`);
  if (lines.length === 0) lines.push('  no two processes run the same code');
  return [paint.strong('Symmetry'), ...lines, ''];
}

function locations(
  { locations: all, figures }: Profile,
  { paint, width }: { paint: Paint; width: number },
): string[] {
  const rows = [...all].sort((a, b) => b.states - a.states);
  const shown = rows
    .slice(0, ROWS)
    .map((row) => [
      count(row.states),
      `${((100 * row.states) / Math.max(1, figures.states)).toFixed(1)} %`,
      visible(row.process),
      row.place === null ? '(ended)' : `${visible(row.place.file)}:${row.place.line}`,
      visible(row.place?.text ?? ''),
    ]);
  return [
    paint.strong('Where the states are') +
      paint.faint('  a state counts once for every process that stands there'),
    ...table(['states', 'share', 'process', 'place', 'statement'], shown, 2, width, paint),
    ...rest(rows.length, paint),
  ];
}

function variables({ variables: all }: Profile, { paint, width }: { paint: Paint; width: number }): string[] {
  const rows = [...all].sort((a, b) => Number(b.growing) - Number(a.growing) || b.distinct - a.distinct);
  const shown = rows
    .slice(0, ROWS)
    .map((row) => [
      count(row.distinct),
      String(row.bits),
      `${row.lowest} … ${row.highest}`,
      visible(row.name),
      row.growing ? 'STILL GROWING: give it a maximum' : '',
    ]);
  return [
    paint.strong('Which variables make them many'),
    ...table(['values', 'bits', 'range', 'variable', ''], shown, 2, width, paint),
    ...rest(rows.length, paint),
  ];
}

function rest(rows: number, paint: Paint): string[] {
  return rows > ROWS ? [paint.faint(`  … and ${rows - ROWS} more`)] : [];
}

function summary({ figures }: Profile): string {
  return (
    `${figures.bitsPerState} bits per state, ${bytes(figures.storeBytes)} for states and frontier, ` +
    `${figures.processes} processes with ${count(figures.locations)} locations`
  );
}

/** The first `numbers` columns are aligned to the right. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: number,
  width: number,
  paint: Paint,
): string[] {
  const widths = head.map((title, column) =>
    Math.min(
      column < numbers ? 15 : 40,
      Math.max(length(title), ...rows.map((row) => length(row[column] ?? ''))),
    ),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) =>
      column < numbers
        ? padStart(cell, widths[column] ?? 0)
        : padEnd(truncate(cell, widths[column] ?? 0), widths[column] ?? 0),
    );
    return truncate(`  ${padded.join('  ')}`.trimEnd(), width);
  };
  return [paint.faint(line(head)), ...rows.map(line)];
}
