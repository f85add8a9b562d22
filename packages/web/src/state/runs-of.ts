/** Runs of equal cards, in the order of the host, so that indices stay. */
export function runsOf(cards: readonly string[]): readonly { gpu: string; count: number }[] {
  const runs: { gpu: string; count: number }[] = [];
  for (const gpu of cards) {
    const last = runs.at(-1);
    if (last?.gpu === gpu) {
      last.count += 1;
    } else {
      runs.push({ gpu, count: 1 });
    }
  }
  return runs;
}
