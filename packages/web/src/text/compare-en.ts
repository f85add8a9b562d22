import { formatGib } from "@berth/core";
import type { ReplicaDiff } from "@berth/core/changes";

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** The words of changed cards and compared plans; apart, so that the page loads them with that view. */
export const COMPARE_TEXT = {
  change: "Other cards",
  lead: "Try other cards without changing anything: Berth plans for them, and you see both plans.",
  what: "What changes",
  kinds: { add: "A card more", lose: "A card less", swap: "Another card in its place" },
  host: "Host",
  card: "Card",
  gpu: "Kind of card",
  tryIt: "Try it",
  tried: {
    label: "What is tried",
    add: (gpu: string, host: string) => `one ${gpu} more in ${host}`,
    lose: (card: string) => `without ${card}`,
    swap: (gpu: string, card: string) => `${gpu} in the place of ${card}`,
  },
  apply: "Apply to the fleet file",
  drop: "Drop it",
  planning: "Planning for these cards",
  pins: "Pins and settings of a card that is lost go with it.",
  inventory:
    "Applying keeps what nvidia-smi said of the other cards, in a file of its own; of a new card only its kind is known.",
  noCards: "Once there are cards, they can be changed here.",
  keep: "Keep this plan as A",
  forget: "Forget plan A",
  compare: "Compare",
  now: "The plan now",
  a: "Plan A",
  other: "With other cards",
  pair: (before: string, after: string) => `${before} and ${after.toLowerCase()}`,
  nothing: "Try other cards, or keep a plan as A and change something: the differences show here.",
  same: "Both plans are the same.",
  unplaced: (model: string) => `${model} has no place any more.`,
  placed: (model: string) => `${model} has a place now.`,
  share: (before: string, after: string) =>
    `The worst-served model gets ${after} of what it wants, before ${before}.`,
  sameShare: (share: string) => `The worst-served model gets ${share} of what it wants in both.`,
  cards: (before: number, after: number) =>
    `${counted(after, "card", "cards")} instead of ${before}.`,
  free: (before: number, after: number) =>
    `${formatGib(after, 1)} are free in all, before ${formatGib(before, 1)}.`,
  changes: {
    added: (count: number) => `${counted(count, "engine", "engines")} more.`,
    removed: (count: number) => `${counted(count, "engine", "engines")} less.`,
    moved: (count: number) => `${counted(count, "engine moves", "engines move")} to other cards.`,
    resized: (count: number) =>
      `${counted(count, "engine has", "engines have")} another size of KV cache.`,
    changed: (count: number) => `${counted(count, "engine runs", "engines run")} otherwise.`,
    reordered: (count: number) =>
      `${counted(count, "engine starts", "engines start")} in another order or with another fraction.`,
  } satisfies Readonly<Record<ReplicaDiff["change"], (count: number) => string>>,
  changeNames: {
    added: "added",
    removed: "removed",
    moved: "moved",
    resized: "resized",
    changed: "changed",
    reordered: "reordered",
  } satisfies Readonly<Record<ReplicaDiff["change"], string>>,
  tables: "Differences",
  models: "Engines that differ",
  gpus: "Cards that differ",
  columns: { model: "Model", is: "Is", card: "Card", planned: "Planned", free: "Free" },
  none: "–",
  noCard: "not there",
  more: (count: number) =>
    `${counted(count, "card more differs", "cards more differ")}; see the table.`,
  place: {
    order: (order: number) => `start ${order}`,
    load: (sequences: string, tokens: string) => `${sequences} × ${tokens} tokens`,
  },
} as const;
