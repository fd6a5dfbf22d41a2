export interface DifferenceLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/**
 * The lines of two texts as one list: what both have, what is gone, what is new. As few as possible are shown as changed.
 *
 * Takes time and memory by the product of both numbers of lines; whoever calls it bounds them.
 */
export function differByLine(before: string, after: string): DifferenceLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  // longest[i][j]: how many lines the texts from i and from j on have in common, in their order.
  const longest = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const common = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = longest[i];
    if (row === undefined) continue;
    for (let j = now.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === now[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [gone, added] = [old[i], now[j]];
    if (gone !== undefined && gone === added) {
      lines.push({ kind: 'same', text: gone });
      i += 1;
      j += 1;
    } else if (gone !== undefined && (added === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ kind: 'removed', text: gone });
      i += 1;
    } else if (added !== undefined) {
      lines.push({ kind: 'added', text: added });
      j += 1;
    }
  }
  return lines;
}

/** The line break at the end begins no further line. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

/** A line that stands in place of others which both texts have. */
export interface LeftOut {
  readonly kind: 'left-out';
  readonly lines: number;
}

/** Keeps what changed and a few lines around it. */
export function aroundChanges(
  lines: readonly DifferenceLine[],
  context: number,
): (DifferenceLine | LeftOut)[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let at = index - context; at <= index + context; at += 1) near.add(at);
  }
  const kept: (DifferenceLine | LeftOut)[] = [];
  for (const [index, line] of lines.entries()) {
    const last = kept.at(-1);
    if (near.has(index)) kept.push(line);
    else if (last?.kind === 'left-out') kept[kept.length - 1] = { kind: 'left-out', lines: last.lines + 1 };
    else kept.push({ kind: 'left-out', lines: 1 });
  }
  return kept;
}
