import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank } from "@berth/core";

/** A part of a card's memory, as it is drawn: from left to right they fill the card. */
export interface Segment {
  readonly key: string;
  readonly kind: "others" | "reserve" | "term" | "kv" | "free";
  /** Name in the fleet file, for terms and KV caches. */
  readonly model?: string;
  readonly replica?: number;
  /** Id of the memory term, "kv", "others", "reserve" or "free". */
  readonly term: string;
  /** What is counted for it. */
  readonly bytes: number;
  /** What it takes most likely, and its bounds; equal to `bytes` where nothing is uncertain. */
  readonly likelyBytes: number;
  readonly lowBytes: number;
  readonly highBytes: number;
  /** Where it begins on the card. */
  readonly startBytes: number;
}

/** One rank of a deployment, for whoever asks by card. */
export interface RankOnCard {
  readonly deployment: PlanDeployment;
  readonly rank: PlanRank;
}

export type RanksByCard = ReadonlyMap<string, readonly RankOnCard[]>;

/** Who is on which card, in start order. */
export function ranksByCard(plan: PlanDocument | undefined): RanksByCard {
  const cards = new Map<string, RankOnCard[]>();
  const inOrder = [...(plan?.deployments ?? [])].sort((a, b) => a.startOrder - b.startOrder);
  for (const deployment of inOrder) {
    for (const rank of deployment.ranks) {
      const there = cards.get(rank.gpu);
      if (there === undefined) {
        cards.set(rank.gpu, [{ deployment, rank }]);
      } else {
        there.push({ deployment, rank });
      }
    }
  }
  return cards;
}

/** The parts of a card: what others hold and what is kept free first, then engines in start order, then what is free. */
export function cardSegments(gpu: PlanGpu, ranks: readonly RankOnCard[]): readonly Segment[] {
  const parts = [
    whole("others", gpu.usedByOthersBytes),
    whole("reserve", gpu.reserveBytes),
    ...ranks.flatMap(rankParts),
  ];
  let startBytes = 0;
  const placed = parts
    .filter(({ bytes }) => bytes > 0)
    .map((part) => {
      const segment: Segment = { ...part, startBytes };
      startBytes += part.bytes;
      return segment;
    });
  const free = Math.max(0, gpu.memoryBytes - startBytes);
  return free > 0 ? [...placed, { ...whole("free", free), startBytes }] : placed;
}

type Part = Omit<Segment, "startBytes">;

function whole(kind: "others" | "reserve" | "free", bytes: number): Part {
  const certain = { likelyBytes: bytes, lowBytes: bytes, highBytes: bytes };
  return { key: kind, kind, term: kind, bytes, ...certain };
}

function rankParts({ deployment, rank }: RankOnCard): readonly Part[] {
  const { model, replica } = deployment;
  const key = `${model}/${replica}/${rank.rank}`;
  const pool = rank.kv.budgetBytes;
  return [
    ...rank.terms.map(
      (term): Part => ({
        key: `${key}/${term.id}`,
        kind: "term",
        model,
        replica,
        term: term.id,
        bytes: term.plannedBytes,
        likelyBytes: Math.min(term.bytes, term.plannedBytes),
        lowBytes: term.lowBytes,
        highBytes: term.highBytes,
      }),
    ),
    {
      key: `${key}/kv`,
      kind: "kv",
      model,
      replica,
      term: "kv",
      bytes: pool,
      likelyBytes: pool,
      lowBytes: pool,
      highBytes: pool,
    },
  ];
}
