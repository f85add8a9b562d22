import { formatCount, formatRate, formatShare } from "../../units/format.ts";
import type { FleetChange } from "./fleet-change.ts";
import { NOTHING, numbers, type TextTable, words } from "./text-table.ts";
import type { FleetState, WhatIfDocument } from "./whatif-document.ts";

/** "2 rtx-4090 more in box1, rates times 2" */
export function changesText(changes: readonly FleetChange[]): string {
  return changes.map(changeText).join(", ");
}

function changeText(change: FleetChange): string {
  switch (change.kind) {
    case "add":
      return `${change.count} ${change.gpu} more${change.host === undefined ? "" : ` in ${change.host}`}`;
    case "remove":
      return `without ${change.id}`;
    case "swap":
      return `${change.gpu} for ${change.id}`;
    case "scale-rate":
      return `rates times ${change.times}`;
    default:
      return change satisfies never;
  }
}

/** The fleet before and after its changes; what neither says anything of is left out. */
export function fleetTable({ before, after }: WhatIfDocument): TextTable {
  return {
    columns: [words("the fleet"), numbers("before"), numbers("after")],
    rows: FLEET_ROWS.map(({ title, of }) => [title, of(before), of(after)]).filter(
      ([, old, now]) => old !== NOTHING || now !== NOTHING,
    ),
  };
}

const FLEET_ROWS: readonly { readonly title: string; readonly of: (one: FleetState) => string }[] =
  [
    { title: "cards", of: ({ cards }) => formatCount(cards) },
    {
      title: "models placed",
      of: ({ placed, unplaced }) => `${placed} of ${placed + unplaced.length}`,
    },
    {
      title: "the worst-served of all gets of its wish",
      of: ({ worstShare }) => formatShare(worstShare),
    },
    { title: "sequences at once", of: ({ sequences }) => formatCount(sequences) },
    { title: "KV cache, tokens", of: ({ kvTokens }) => formatCount(kvTokens) },
    {
      title: "output tokens/s at most",
      of: ({ mostTokensPerSecond: most }) => (most === undefined ? NOTHING : formatRate(most)),
    },
    {
      title: "models served at their rate",
      of: ({ served }) => (served === undefined ? NOTHING : String(served)),
    },
    {
      title: "targets met",
      of: ({ targets, targetsMet }) =>
        targets === undefined ? NOTHING : `${targetsMet ?? 0} of ${targets}`,
    },
    {
      title: "cost of a million tokens",
      of: ({ costPerMillionTokens: cost }) => (cost === undefined ? NOTHING : formatRate(cost)),
    },
    {
      title: "the search",
      of: ({ status }) => (status === "feasible" ? "ended at its limit" : NOTHING),
    },
    {
      title: "go on after a loss",
      of: ({ toOutlive, outlive }) =>
        toOutlive === undefined ? NOTHING : `${outlive ?? 0} of ${toOutlive}`,
    },
  ];

/** A model that loses or finds its place, or would not outlive what it is to. */
export interface PlaceSentence {
  readonly kind: "lost" | "found" | "mortal";
  readonly text: string;
}

/** What becomes of the models' places by the changes: a sentence for each that loses or finds one, or would not outlive a loss. */
export function placeSentences({ models, after }: WhatIfDocument): readonly PlaceSentence[] {
  const lost = models.filter((one) => one.before !== undefined && one.after === undefined);
  const found = models.filter((one) => one.before === undefined && one.after !== undefined);
  return [
    ...lost.map(({ model }) => ({ kind: "lost", text: `${model} has no place any more` }) as const),
    ...found.map(({ model }) => ({ kind: "found", text: `${model} has a place now` }) as const),
    ...(after.notOutlived ?? []).map(
      ({ model, text }) => ({ kind: "mortal", text: `${model}: ${text}` }) as const,
    ),
  ];
}
