import type { Choice } from "../choice.ts";

/** What layouts are compared by, each counted in whole numbers, or parts of a price. */
export type Measure =
  /** Models that stay behind at a tier. */
  | { readonly kind: "tier"; readonly tier: number }
  /** Sequences below the most that the models may have. */
  | { readonly kind: "missing" }
  | { readonly kind: "precision" | "links" | "mixing" }
  /** Replicas of a model that have cards of some pools. */
  | { readonly kind: "there"; readonly asked: number; readonly pools: readonly number[] }
  /** Cards in use, and what they cost: the dearest one counts for 1. */
  | { readonly kind: "cards" | "cost" }
  /** What cards in use take of a host, each of a pool so much. */
  | { readonly kind: "drawn"; readonly byPool: readonly number[] };

/** A layout of all these models is looked for. */
export interface Question {
  readonly models: readonly AskedModel[];
  /** No more of each of these than so many. */
  readonly limits: readonly Limit[];
}

export interface Limit {
  readonly measure: Measure;
  readonly most: number;
}

export interface AskedModel {
  readonly model: number;
  /** Of which one is taken for all its replicas. */
  readonly cases: readonly AskedCase[];
}

/** A level that a model may have; none: it is left out. */
export interface AskedCase {
  readonly level: number | undefined;
  /** Where it counts as one that stays behind. */
  readonly tier?: number;
  readonly missing?: number;
}

/** How much of a measure a case is by itself. */
export function caseAmount(measure: Measure, own: AskedCase): number {
  if (measure.kind === "tier") {
    return own.tier === measure.tier ? 1 : 0;
  }
  return measure.kind === "missing" ? (own.missing ?? 0) : 0;
}

/** How much of a measure one replica is that is run so. */
export function wayAmount(
  measure: Measure,
  { asked, choice }: { readonly asked: number; readonly choice: Choice },
): number {
  switch (measure.kind) {
    case "precision":
      return choice.preference;
    case "links":
      return choice.links;
    case "mixing":
      return choice.mixing;
    case "there":
      return asked === measure.asked && choice.runs.some(({ pool }) => measure.pools.includes(pool))
        ? 1
        : 0;
    default:
      return 0;
  }
}

/** How much of a measure a card of a pool in use is, whatever it costs. */
export function cardAmount(measure: Measure, pool: number): number {
  if (measure.kind === "drawn") {
    return measure.byPool[pool] ?? 0;
  }
  return measure.kind === "cards" ? 1 : 0;
}

/** How much of a measure it is that a card in use has a price. */
export function priceAmount({ kind }: Measure, cost: number): number {
  return kind === "cost" ? cost : 0;
}
