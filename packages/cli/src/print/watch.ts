import { formatCount } from "@berth/core";
import type { WatchDocument, WatchedGpu } from "@berth/core/verify";
import { gib } from "./gib.ts";
import { type Look, paint } from "./look.ts";
import { memoryBar } from "./memory-bar.ts";
import { type Column, printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

const BAR_WIDTH = 24;
const RIGHT = { align: "right" } as const;
const UNKNOWN = "?";

/** A sample for people: card by card, engine by engine, and the alarms. */
export function printWatch(document: WatchDocument, look: Look): string {
  const { at, gpus, engines, alarms, sources } = document;
  const down = sources.filter(({ problem }) => problem !== undefined);
  return [
    `${paint(look, "bold", "Cards, in GiB")}  ${paint(look, "dim", at)}\n`,
    printTable(CARD_COLUMNS, gpus.flatMap(cardRows), look),
    ...(engines.some(({ kvTokens }) => kvTokens !== undefined)
      ? [
          `${paint(look, "bold", "KV caches, in tokens")}\n`,
          printTable(KV_COLUMNS, engines.map(kvRow), look),
        ]
      : []),
    ...down.map(({ name, problem = "" }) =>
      wrap(`${name} does not say: ${problem}`, "  ", look.width),
    ),
    alarms.length === 0
      ? `${paint(look, "green", "No alarm.")}\n`
      : alarms.map(({ text }) => `${paint(look, "red", "alarm")}  ${text}\n`).join(""),
  ].join("");
}

const CARD_COLUMNS: readonly Column[] = [
  { title: "card" },
  { title: "of it" },
  { title: "planned", ...RIGHT },
  { title: "used", ...RIGHT },
  { title: "free", ...RIGHT },
  { title: "# engines  o others" },
];

function cardRows(gpu: WatchedGpu): readonly (readonly string[])[] {
  const { id, allowedBytes, usedBytes, freeBytes, othersBytes, othersPlannedBytes, shares } = gpu;
  return [
    [id, "all", gib(allowedBytes), known(usedBytes), known(freeBytes), bar(gpu)],
    ...shares.map((share) => [
      "",
      share.engines.join(" and "),
      gib(share.plannedBytes),
      share.processes === 0 ? "no process" : known(share.usedBytes),
      "",
      "",
    ]),
    ["", "others", gib(othersPlannedBytes), known(othersBytes), "", ""],
  ];
}

function bar({ memoryBytes, usedBytes, othersBytes = 0 }: WatchedGpu): string {
  if (usedBytes === undefined) {
    return "";
  }
  const parts = [
    { bytes: usedBytes - othersBytes, mark: "#" },
    { bytes: othersBytes, mark: "o" },
  ];
  return memoryBar(parts, memoryBytes, BAR_WIDTH);
}

const KV_COLUMNS: readonly Column[] = [
  { title: "engine" },
  { title: "planned", ...RIGHT },
  { title: "has", ...RIGHT },
  { title: "in use", ...RIGHT },
];

function kvRow({
  name,
  kvPlannedTokens,
  kvTokens,
  kvUsedTokens,
}: WatchDocument["engines"][number]): readonly string[] {
  const tokens = (count: number | undefined): string =>
    count === undefined ? UNKNOWN : formatCount(count);
  return [name, formatCount(kvPlannedTokens), tokens(kvTokens), tokens(kvUsedTokens)];
}

function known(bytes: number | undefined): string {
  return bytes === undefined ? UNKNOWN : gib(bytes);
}
