/** Edits from one word to the other: letters put in, taken out or changed, and neighbours swapped. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const present = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (present[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      present.push(best);
    }
    beforeLast = last;
    last = present;
  }
  return last[b.length] ?? 0;
}

/** The known word that was most likely meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const wanted = word.toLowerCase().replaceAll(/[-_ ]/g, '');
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of known) {
    const candidate = name.toLowerCase().replaceAll(/[-_ ]/g, '');
    // `interval` means intervalMinutes, however many letters are missing.
    const edits =
      wanted.length >= 3 && candidate.startsWith(wanted) ? 1 : Math.max(distance(wanted, candidate), 0);
    if (best === undefined || edits < best.edits) best = { name, edits };
  }
  return best !== undefined && best.edits <= Math.max(1, Math.floor(wanted.length / 3))
    ? best.name
    : undefined;
}

/** `did you mean tcp? known checks are cpu, http, tcp` */
export function knownNames(word: string, kind: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return `${meant === undefined ? '' : `did you mean ${meant}? `}known ${kind} are ${known.join(', ')}`;
}
