import { cardRanges, formatCount } from "@berth/core";
import type { PlanDiff, ReplicaDiff, ReplicaPlace } from "@berth/core/changes";
import { gib } from "./gib.ts";
import { type Look, paint } from "./look.ts";
import { memorySetting } from "./memory-setting.ts";
import { replicaName } from "./plan-deployments.ts";
import { printTable } from "./table.ts";

/** Models, cards and stages of the objective that differ, each before and after. */
export function printDiff(diff: PlanDiff, look: Look): string {
  if (diff.isSame) {
    return "The plans are the same.\n";
  }
  const sections: readonly (readonly [title: string, text: string])[] = [
    ["Models", printModels(diff, look)],
    ["Without a place", printUnplacedDiff(diff)],
    ["Cards, planned and free in GiB", printGpus(diff, look)],
    ["Objective", printObjective(diff, look)],
  ];
  return sections
    .filter(([, text]) => text !== "")
    .map(([title, text]) => `${paint(look, "bold", title)}\n${text}`)
    .join("\n");
}

const RIGHT = { align: "right" } as const;

function printModels({ models }: PlanDiff, look: Look): string {
  return models.length === 0
    ? ""
    : printTable(
        [{ title: "model" }, { title: "is" }, { title: "before" }, { title: "after" }],
        models.map((one) => [
          replicaName(one),
          one.change,
          placeText(one, one.before),
          placeText(one, one.after),
        ]),
        look,
      );
}

/** What is said of a replica that is in one plan only. */
const MAIN: ReplicaDiff["aspects"] = ["precision", "layout", "cards", "kv-size"];

/** What differs of a replica, or the main points where it is in one plan only. */
function placeText({ aspects }: ReplicaDiff, place: ReplicaPlace | undefined): string {
  if (place === undefined) {
    return "";
  }
  const shown = aspects.length === 0 ? MAIN : aspects;
  const parts = PARTS.filter(({ of }) => of.some((aspect) => shown.includes(aspect)));
  return parts.map(({ say }) => say(place)).join(", ");
}

const PARTS: readonly {
  readonly of: readonly ReplicaDiff["aspects"][number][];
  readonly say: (place: ReplicaPlace) => string;
}[] = [
  { of: ["model"], say: ({ source }) => source },
  { of: ["engine"], say: ({ engine }) => `${engine.id} ${engine.version}` },
  { of: ["precision"], say: ({ quantization }) => quantization },
  { of: ["kv-type"], say: ({ kvCacheDtype }) => `KV ${kvCacheDtype}` },
  { of: ["layout"], say: ({ tp, pp }) => `tp ${tp} × pp ${pp}` },
  { of: ["cards"], say: ({ gpus }) => cardRanges(gpus) },
  {
    of: ["kv-size", "limits"],
    say: (place) => `${place.concurrentSequences} × ${formatCount(place.maxSeqLen)} tokens`,
  },
  {
    of: ["start"],
    say: ({ startOrder, knobs }) => `start ${startOrder} with ${memorySetting(knobs)}`,
  },
];

function printUnplacedDiff({ unplaced }: PlanDiff): string {
  return [
    ...unplaced.after.map((model) => `  ${model} has no place any more\n`),
    ...unplaced.before.map((model) => `  ${model} was without a place before\n`),
  ].join("");
}

function printGpus({ gpus }: PlanDiff, look: Look): string {
  const text = (bytes: number | undefined): string => (bytes === undefined ? "" : gib(bytes));
  return gpus.length === 0
    ? ""
    : printTable(
        [
          { title: "card" },
          { title: "planned", ...RIGHT },
          { title: "then", ...RIGHT },
          { title: "free", ...RIGHT },
          { title: "then", ...RIGHT },
        ],
        gpus.map(({ id, before, after }) => [
          id,
          text(before?.plannedBytes),
          text(after?.plannedBytes),
          text(before?.freeBytes),
          text(after?.freeBytes),
        ]),
        look,
      );
}

function printObjective({ objective }: PlanDiff, look: Look): string {
  const { before, after } = objective;
  const ids = [...new Set([...before.terms, ...after.terms].map(({ id }) => id))];
  const value = (of: typeof before, id: string): string => {
    const found = of.terms.find((term) => term.id === id)?.value;
    return found === undefined ? "" : String(Number(found.toFixed(4)));
  };
  const rows = ids
    .map((id) => [id, value(before, id), value(after, id)])
    .filter(([, old, now]) => old !== now);
  return rows.length === 0
    ? ""
    : printTable(
        [{ title: "stage" }, { title: "before", ...RIGHT }, { title: "after", ...RIGHT }],
        rows,
        look,
      );
}
