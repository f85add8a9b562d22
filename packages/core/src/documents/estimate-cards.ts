import { gpuById } from "../catalog/catalog.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import { InputError, shown } from "../report/errors.ts";
import { MIB } from "../units/units.ts";
import type { EstimateRequest } from "./estimate-document.ts";
import { gpuOf } from "./estimate-request.ts";

/** A card that a rank is on. */
export interface EstimateCard {
  readonly gpu: GpuSpec;
  /** What CUDA sees. */
  readonly totalBytes: number;
  /** Held by other processes. */
  readonly usedBytes: number;
}

/** Ranks beyond this are a slip of the finger; the largest deployments published have a few hundred. */
export const MOST_RANKS = 4096;

/** The GPU models that were asked for, in order: "rtx-4090", "rtx-3090,rtx-4090", "2xrtx-3090,rtx-4090", or a list. */
export function gpusOf(file: string, asked: EstimateRequest["gpu"]): readonly GpuSpec[] {
  const one = typeof asked === "string" ? gpuById(asked) : undefined;
  if (one !== undefined || asked === undefined) {
    return [one ?? gpuOf(file, undefined)];
  }
  const known = typeof asked === "string" ? LISTS.get(asked) : undefined;
  if (known !== undefined) {
    return known;
  }
  const names = typeof asked === "string" ? [asked] : asked;
  const gpus = names.flatMap((list) => list.split(",").flatMap((name) => cardsNamed(file, name)));
  if (gpus.length === 0 || gpus.length > MOST_RANKS) {
    throw new InputError(
      { file, key: "gpu" },
      `expected 1 to ${MOST_RANKS} cards, got ${shown(asked)}`,
    );
  }
  if (typeof asked === "string" && asked.length <= LONGEST_LIST && LISTS.size < MOST_LISTS) {
    LISTS.set(asked, gpus);
  }
  return gpus;
}

/** Lists that were read before: a batch asks for a few again and again. */
const LISTS = new Map<string, readonly GpuSpec[]>();
const MOST_LISTS = 1000;
const LONGEST_LIST = 1000;

function cardsNamed(file: string, name: string): readonly GpuSpec[] {
  const [, count = "1", id = name] = COUNTED.exec(name) ?? [];
  const gpu = gpuOf(file, id.trim());
  // beyond the limit one card more is enough to be refused for
  return Array.from({ length: Math.min(Number(count), MOST_RANKS + 1) }, () => gpu);
}

/** "2xrtx-3090": how many, and of what. No id of the catalogue begins like this. */
const COUNTED = /^\s*(\d{1,9})\s*x\s*(\D.*)$/;

/** The cards of a deployment: one where all ranks are on alike ones, else one for each rank, in their order. */
export function cardsOf(
  file: string,
  request: EstimateRequest,
  { gpus, tp, pp }: { readonly gpus: readonly GpuSpec[]; readonly tp: number; readonly pp: number },
): readonly EstimateCard[] {
  const ranks = tp * pp;
  if (gpus.length !== 1 && gpus.length !== ranks) {
    throw new InputError(
      { file, key: "gpu" },
      `expected ${ranks === 1 ? "one card" : `one card or ${ranks}`}, one for each rank of tp ${tp} and pp ${pp}, got ${gpus.length}`,
    );
  }
  const totals = sizesOf(file, "gpuMemoryMiB", { asked: request.gpuMemoryMiB, ranks });
  const used = sizesOf(file, "usedMiB", { asked: request.usedMiB, ranks });
  const cardAt = (rank: number): EstimateCard => ({
    gpu: eachOf(gpus, rank),
    totalBytes: totals.length === 0 ? eachOf(gpus, rank).cudaVisible.value : eachOf(totals, rank),
    usedBytes: used.length === 0 ? 0 : eachOf(used, rank),
  });
  const count = Math.max(gpus.length, totals.length, used.length);
  if (count === 1) {
    return [cardAt(0)];
  }
  const known: EstimateCard[] = [];
  const cards: EstimateCard[] = [];
  for (let rank = 0; rank < count; rank += 1) {
    cards.push(alike(known, cardAt(rank)));
  }
  return known.length === 1 ? known : cards;
}

/** The card of a rank. */
export function cardOf(cards: readonly EstimateCard[], rank: number): EstimateCard {
  return eachOf(cards, rank);
}

/** Compute capabilities of these cards, each once. */
export function capabilitiesOf(cards: readonly EstimateCard[]): readonly string[] {
  return cards.length === 1
    ? [cardOf(cards, 0).gpu.computeCapability]
    : [...new Set(cards.map(({ gpu }) => gpu.computeCapability))];
}

/** Whether all of them read each other's memory without a bridge that someone has to buy. */
export function arePeers(cards: readonly EstimateCard[]): boolean {
  const [first] = cards;
  return cards.every(
    ({ gpu }) =>
      hasPeersOutOfTheBox(gpu) && (gpu.peerToPeer === "pcie" || gpu.id === first?.gpu.id),
  );
}

/** Bytes for all ranks, or for each; none where nothing is asked. */
function sizesOf(
  file: string,
  key: "gpuMemoryMiB" | "usedMiB",
  {
    asked,
    ranks,
  }: { readonly asked: number | readonly number[] | undefined; readonly ranks: number },
): readonly number[] {
  if (asked === undefined) {
    return [];
  }
  const sizes = typeof asked === "number" ? [asked] : asked;
  if (sizes.length !== 1 && sizes.length !== ranks) {
    throw new InputError(
      { file, key },
      `expected ${ranks === 1 ? "one number" : `one number or ${ranks}, one for each rank`}, got ${sizes.length}`,
    );
  }
  return sizes.map((size) => mebibytes(file, key, size));
}

/** One object for cards that are alike, so that they can be told by identity. */
function alike(known: EstimateCard[], card: EstimateCard): EstimateCard {
  const { gpu, totalBytes, usedBytes } = card;
  const same = known.find(
    (one) => one.gpu === gpu && one.totalBytes === totalBytes && one.usedBytes === usedBytes,
  );
  if (same === undefined) {
    known.push(card);
  }
  return same ?? card;
}

/** The entry of a rank; one entry stands for all ranks. */
function eachOf<T>(list: readonly T[], rank: number): T {
  const entry = list.length === 1 ? list[0] : list[rank];
  if (entry === undefined) {
    throw new RangeError(`no entry for rank ${rank}`);
  }
  return entry;
}

function mebibytes(file: string, key: string, value: number): number {
  const bytes = Math.round(value * MIB);
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) {
    throw new InputError({ file, key }, `expected MiB, got ${String(value)}`);
  }
  return bytes;
}
