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

/** Levenshtein distance: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
