const LESS_IS_BETTER: ReadonlySet<string> = new Set([
  "rates",
  "targets",
  "precision",
  "cost",
  "cards",
  "links",
  "mixing",
]);

/** Whether less of a stage of the objective is better; of every other stage, more is. */
export function isLessBetter(stage: string): boolean {
  return LESS_IS_BETTER.has(stage);
}
