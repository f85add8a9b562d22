/** Furthest edit distance, as a share of the word's length, that still counts as a slip of the finger. */
const FURTHEST_SHARE = 0.4;

/** Letters from which on the beginning of a candidate is taken for it: "rtx-3060" for "rtx-3060-12gb". */
const SHORTEST_PREFIX = 4;

/** The candidate that begins so, or else is nearest to what was typed, or undefined when none is near. */
export function closest(typed: string, candidates: readonly string[]): string | undefined {
  const longer = candidates.find(
    (candidate) =>
      typed.length >= SHORTEST_PREFIX && candidate.toLowerCase().startsWith(typed.toLowerCase()),
  );
  if (longer !== undefined) {
    return longer;
  }
  const scored = candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(typed.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= Math.max(1, FURTHEST_SHARE * typed.length)
    ? best.candidate
    : undefined;
}

/** That a key is unknown: the one that was meant where one is near, else all that there are. */
export function unknownKeyText(typed: string, known: readonly string[]): string {
  const near = closest(typed, known);
  if (near !== undefined) {
    return `unknown key; did you mean ${near}?`;
  }
  return known.length === 0 ? "unknown key" : `unknown key; expected one of ${known.join(", ")}`;
}

/** Insertions, deletions, replacements, and neighbours that changed places, each counted once. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(at(row, j - 1) + changed, at(row, j) + 1, at(next, j - 1) + 1, swapped));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
