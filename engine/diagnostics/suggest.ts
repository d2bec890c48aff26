/** The known word nearest to what was typed, if it is near enough to be a slip. */
export function suggest(typed: string, known: Iterable<string>): string | undefined {
  const lower = typed.toLowerCase();
  const distanceMax = Math.max(1, Math.floor(typed.length / 3));
  let best: string | undefined;
  let bestDistance = distanceMax + 1;
  for (const word of known) {
    if (Math.abs(word.length - typed.length) > distanceMax) continue;
    const distance = editDistance(lower, word.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Damerau-Levenshtein (adjacent swaps count once), cut off at `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = nextRow({ left, right, row, previous, beforePrevious });
    if (Math.min(...current) >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? limit;
}

interface Rows {
  readonly left: string;
  readonly right: string;
  readonly row: number;
  readonly previous: readonly number[];
  readonly beforePrevious: readonly number[];
}

/** One row of the distance table from the two rows above it. */
function nextRow({ left, right, row, previous, beforePrevious }: Rows): number[] {
  const current = [row];
  for (let column = 1; column <= right.length; column++) {
    const same = left[row - 1] === right[column - 1];
    const removed = at(previous, column) + 1;
    const added = at(current, column - 1) + 1;
    const replaced = at(previous, column - 1) + (same ? 0 : 1);
    const swapped =
      row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
        ? at(beforePrevious, column - 2) + 1
        : replaced;
    current.push(Math.min(removed, added, replaced, swapped));
  }
  return current;
}

/** Outside the table everything is infinitely far. */
const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;
