/** "batch" in a law: with beam search each sequence counts as often as it has beams. */
export function batchLaw(beams: number): string {
  return beams > 1 ? "batch * beams" : "batch";
}

/** The symbol of beams, where a law has it. */
export function beamValues(beams: number): Readonly<Record<string, number>> {
  return beams > 1 ? { beams } : {};
}
