import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { lostCards, warningsIn } from "./notices.ts";
import { mapText, present } from "./present.ts";
import { printedVersion, wholeNumber } from "./printed-values.ts";
import { type Entry, gpuHeading, queryEntries } from "./query-entries.ts";
import { queryGpu } from "./query-gpu.ts";
import type { Gpu, GpuReport, Host, Warning } from "./types.ts";

/**
 * -q, whole or with -d. Throws NvidiaSmiParseError where no card follows, or where a whole -q ends before the memory of
 * its first card.
 */
export function parseQuery(lines: readonly Line[]): GpuReport {
  const entries = queryEntries(lines);
  const cards = cardsOf(entries);
  const host = queryHost(entries);
  const gpus = cards.map(({ busId, own }, index) => queryGpu(index, busId, own));
  checkUsable(gpus, lines);
  const lost = [...warningsIn(lines), ...lostCards(gpus)];
  return { kind: "query", host, gpus, warnings: [...lost, ...cutWarnings(host, gpus, lost)] };
}

interface Card {
  readonly busId: string;
  readonly own: Entry[];
}

function cardsOf(entries: readonly Entry[]): readonly Card[] {
  const cards: Card[] = [];
  for (const entry of entries) {
    const busId = entry.value === undefined ? gpuHeading(entry.key) : undefined;
    if (busId !== undefined) {
      cards.push({ busId, own: [] });
    } else if (entry.depth > 0) {
      const path = entry.path.slice(entry.path.indexOf("/") + 1);
      cards.at(-1)?.own.push({ ...entry, path });
    }
  }
  return cards;
}

function queryHost(entries: readonly Entry[]): Host {
  const value = (path: string) => entries.find((entry) => entry.path === path)?.value;
  const driver = value("kmd version") ?? value("driver version");
  const cuda = value("cuda umd version") ?? value("cuda version");
  return present({
    timestamp: value("timestamp"),
    driverVersion: mapText(driver, printedVersion),
    cudaVersion: mapText(cuda, printedVersion),
    attachedGpus: wholeNumber(value("attached gpus")),
  });
}

function checkUsable(gpus: readonly Gpu[], lines: readonly Line[]): void {
  const where = present({ line: lines.at(-1)?.number });
  if (gpus.length === 0) {
    throw new NvidiaSmiParseError(
      "truncated",
      "expected a line `GPU <bus id>` of nvidia-smi -q, but the text ends before one",
      where,
    );
  }
  if (gpus.every(isWithoutMemory)) {
    throw new NvidiaSmiParseError(
      "truncated",
      "expected `FB Memory Usage` of at least one card, but the text ends before it",
      where,
    );
  }
}

/** True for a card of a whole -q that ends before its memory; -q -d prints no product name. */
function isWithoutMemory(gpu: Gpu): boolean {
  const hasOnlyBusId = Object.keys(gpu).every((key) => key === "index" || key === "busId");
  return hasOnlyBusId || (gpu.name !== undefined && gpu.memoryTotalMiB === undefined);
}

function cutWarnings(
  host: Host,
  gpus: readonly Gpu[],
  lost: readonly Warning[],
): readonly Warning[] {
  const missing = (host.attachedGpus ?? 0) - gpus.length - lost.length;
  const last = gpus.at(-1);
  const isCut = last?.name !== undefined && last.processes === undefined;
  return [
    ...(missing > 0
      ? [
          {
            code: "cut" as const,
            text: `${host.attachedGpus} cards attached, ${gpus.length} listed`,
          },
        ]
      : []),
    ...(isCut
      ? [
          {
            code: "cut" as const,
            text: "the last card ends before its process list",
            ...present({ gpuIndex: last.index }),
          },
        ]
      : []),
  ];
}
