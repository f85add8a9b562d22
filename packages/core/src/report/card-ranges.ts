/** "box1:0-3,7 box2:0" for card ids such as box1:0, in their own order. */
export function cardRanges(ids: readonly string[]): string {
  const hosts = new Map<string, number[]>();
  for (const id of ids) {
    const at = id.lastIndexOf(":");
    const host = id.slice(0, at);
    hosts.set(host, [...(hosts.get(host) ?? []), Number(id.slice(at + 1))]);
  }
  return [...hosts].map(([host, indices]) => `${host}:${ranges(indices)}`).join(" ");
}

function ranges(indices: readonly number[]): string {
  const runs: (readonly [first: number, last: number])[] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    if (run !== undefined && index === run[1] + 1) {
      runs[runs.length - 1] = [run[0], index];
    } else {
      runs.push([index, index]);
    }
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
