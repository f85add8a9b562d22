import { cardRanges } from "../../report/card-ranges.ts";
import { formatCount, formatRate } from "../../units/format.ts";
import { NOTHING, numbers, type TextColumn, type TextTable, words } from "./text-table.ts";
import type { ModelState, ReplicaLayout, WhatIfDocument } from "./whatif-document.ts";

/** Two rows a model, before and after; one where nothing changes. Targets and cards where there is room for them. */
export function modelTable(
  { models }: WhatIfDocument,
  { isWide }: { readonly isWide: boolean },
): TextTable {
  const columns = [...MODEL_COLUMNS, ...(isWide ? WIDE_COLUMNS : [])];
  const rows = models.flatMap(({ model, before, after }) => {
    const [then, now] = [cells(before, columns), cells(after, columns)];
    return then.join() === now.join()
      ? [[model, "as before", ...now]]
      : [
          [model, "before", ...then],
          ["", "after", ...now],
        ];
  });
  return { columns: [words("model"), words(""), ...columns], rows };
}

/** Where replicas run in several ways, each with its cards. */
function layoutText(
  { replicas, quantization, tp, pp, cards }: ReplicaLayout,
  isOneOfSeveral: boolean,
): string {
  const kinds = cards.map(({ gpu, count }) => `${count} ${gpu}`).join(" + ");
  const times = replicas > 1 || isOneOfSeveral ? `${replicas} × ` : "";
  return `${times}${quantization} tp ${tp} pp ${pp}${isOneOfSeveral ? ` on ${kinds}` : ""}`;
}

interface StateColumn extends TextColumn {
  readonly of: (state: ModelState) => string;
}

const MODEL_COLUMNS: readonly StateColumn[] = [
  {
    ...words("runs as"),
    of: ({ layouts }) => layouts.map((one) => layoutText(one, layouts.length > 1)).join(", "),
  },
  { ...numbers("sequences"), of: ({ sequences }) => formatCount(sequences) },
  { ...numbers("KV tokens"), of: ({ kvTokens }) => formatCount(kvTokens) },
  {
    ...numbers("tokens/s"),
    of: ({ mostTokensPerSecond: most }) => (most === undefined ? NOTHING : formatRate(most)),
  },
];
const WIDE_COLUMNS: readonly StateColumn[] = [
  { ...words("targets"), of: targetText },
  { ...words("cards"), of: ({ gpus }) => cardRanges(gpus) },
];

function cells(state: ModelState | undefined, columns: readonly StateColumn[]): readonly string[] {
  return state === undefined
    ? columns.map((_, i) => (i === 0 ? "no place" : ""))
    : columns.map(({ of }) => of(state));
}

function targetText({ isServed, targets, targetsMet }: ModelState): string {
  if (isServed === false) {
    return "not served";
  }
  return targets === undefined ? NOTHING : `${targetsMet ?? 0} of ${targets}`;
}
