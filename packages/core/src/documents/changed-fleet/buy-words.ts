import { formatCount, formatRate, formatShare } from "../../units/format.ts";
import { NOTHING, numbers, type TextTable, words } from "./text-table.ts";
import type { FleetState, Purchase, WhatIfDocument } from "./whatif-document.ts";

/** What stands above the cards to buy. */
export const BUY_TITLE = "Which card first";

/** Each card that was tried, best first, and the fleet without any of them. */
export function buyTable({ after, buy = [], withoutBuying }: WhatIfDocument): TextTable {
  const without = withoutBuying?.state ?? after;
  const hasPrices = buy.some(({ perHour }) => perHour !== undefined);
  const rows = buy.map((one, i) => [
    one.brings === "nothing" ? NOTHING : String(i + 1),
    one.gpu,
    broughtText(without, one),
    ...stateCells(one.state),
    formatCount(one.watts),
    ...(hasPrices ? [one.perHour === undefined ? NOTHING : String(one.perHour)] : []),
  ]);
  return {
    columns: [
      numbers(""),
      words("one more"),
      words("brings"),
      ...["models", "share", "sequences", "tokens/s", "targets", "W"].map(numbers),
      ...(hasPrices ? [numbers("an hour")] : []),
    ],
    rows: [...rows, ["", "none", "", ...stateCells(without), "", ...(hasPrices ? [""] : [])]],
  };
}

/** "Buy l40s-48gb first, for box1." */
export function buyVerdict({ buy: [best] = [] }: WhatIfDocument): string {
  return best === undefined || best.brings === "nothing"
    ? "None of them brings this fleet anything."
    : `Buy ${best.gpu} first, for ${best.host}.`;
}

/** Which sizes the cards that are there carry too; undefined where they carry none but their own. */
export function sizesText({ withoutBuying }: WhatIfDocument): string | undefined {
  if (withoutBuying === undefined) {
    return undefined;
  }
  const each = withoutBuying.sizes.map(
    ({ model, replicas, sequences }) =>
      `${model} with ${formatCount(sequences)} sequences in ${replicas} ${replicas === 1 ? "replica" : "replicas"}`,
  );
  return `The cards that are there carry ${each.join(", ")} too: that gain is no card's, and counts for none.`;
}

function stateCells(state: FleetState): readonly string[] {
  const { placed, worstShare, sequences, mostTokensPerSecond, targets, targetsMet } = state;
  return [
    String(placed),
    formatShare(worstShare),
    formatCount(sequences),
    mostTokensPerSecond === undefined ? NOTHING : formatRate(mostTokensPerSecond),
    targets === undefined ? NOTHING : `${targetsMet ?? 0}/${targets}`,
  ];
}

function broughtText(without: FleetState, { brings, state }: Purchase): string {
  switch (brings) {
    case "models":
      return `a place for ${without.unplaced.filter((model) => !state.unplaced.includes(model)).join(", ")}`;
    case "served":
      return "more models served";
    case "targets":
      return "more targets met";
    case "share":
      return "more for the worst-served";
    case "tokens":
      return "more tokens a second";
    case "sequences":
      return "more sequences";
    case "nothing":
      return "nothing";
    default:
      return brings satisfies never;
  }
}
