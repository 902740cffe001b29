/** The number of single-character edits (swaps of neighbours count once) between two words. */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitute);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word that was probably meant; `null` when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const lower = word.toLowerCase();
  const ranked = known
    .map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  const begun = word.length >= 2 ? known.filter((name) => name.toLowerCase().startsWith(lower)) : [];
  return ranked[0]?.name ?? (begun.length === 1 ? (begun[0] ?? null) : null);
}

/** `did you mean 'x'?`, or what there is. */
export function didYouMean(word: string, known: readonly string[], what: string): string {
  const near = nearest(word, known);
  if (near !== null) return `did you mean '${near}'?`;
  return known.length === 0 ? `there are no ${what}` : `${what}: ${known.join(', ')}`;
}
