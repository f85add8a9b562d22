import { engineById } from "../catalog/engine-catalog.ts";
import type { PlanDeployment } from "./plan-document.ts";

/** What a tensor parallel group can't divide as its engine does it, from the numbers of the document alone. */
export function divisionProblems({
  model,
  replica,
  engine,
  tp,
  divides,
}: PlanDeployment): readonly string[] {
  if (divides === undefined || tp === 1) {
    return [];
  }
  const { queryHeads, kvHeads, widths, vocabulary } = divides;
  const isWhole = (number: number): boolean => number % tp === 0;
  const padding = engineById(engine.id)?.weights.vocabularyPadding;
  const rest = padding === undefined ? 0 : vocabulary % padding;
  const rows = padding === undefined || rest === 0 ? vocabulary : vocabulary - rest + padding;
  const parts = [
    ...queryHeads.filter((heads) => !isWhole(heads)).map((heads) => `${heads} attention heads`),
    // fewer heads than ranks are copied, each to as many of them
    ...kvHeads
      .filter((heads) => !(heads < tp ? tp % heads === 0 : isWhole(heads)))
      .map((heads) => `${heads} KV heads`),
    ...widths.filter((width) => !isWhole(width)).map((width) => `a feed-forward of ${width}`),
    ...(padding === undefined || isWhole(rows) ? [] : [`a padded vocabulary of ${rows}`]),
  ];
  return parts.map((part) => `${model}#${replica} can't divide ${part} over ${tp} ranks`);
}
