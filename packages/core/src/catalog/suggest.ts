/** Ids that someone who typed `id` may have meant, best first; none where nothing is near. */
export function suggest(id: string, ids: readonly string[], most = 3): readonly string[] {
  const wanted = normal(id);
  return ids
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, normal(candidate)) }))
    .filter(({ candidate, distance }) => distance <= tolerated(wanted, candidate))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** A third of the letters may be wrong. */
function tolerated(wanted: string, candidate: string): number {
  return Math.floor(Math.min(wanted.length, candidate.length) / 3);
}

/** Letters and digits only; an owner before the slash counts as the rest does. */
function normal(id: string): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9/]/g, "")
    .slice(0, MAX_LENGTH);
}

/** The longest Hub id seen has 70 characters; longer ones are cut so that comparing stays short. */
const MAX_LENGTH = 120;

/** The name without its owner may have been typed alone. */
function distanceOf(wanted: string, candidate: string): number {
  const name = candidate.slice(candidate.indexOf("/") + 1);
  return wanted.includes("/")
    ? editDistance(wanted, candidate)
    : Math.min(editDistance(wanted, candidate), editDistance(wanted, name));
}

/** Levenshtein distance: letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
