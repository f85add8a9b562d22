import type { CardClass } from "../placement/card-classes.ts";
import type { FlexibleDemand } from "../placement/flexible.ts";
import type { Option } from "../placement/problem.ts";
import type { ConflictNeed } from "../report/reason.ts";
import { leastNeed } from "./least-need.ts";
import { leastShort } from "./unplaced.ts";

/** What a model takes at least, over all its replicas. */
export interface LeastTaken {
  /** On the cards of one replica; undefined where no layout is legal. */
  readonly need: ConflictNeed | undefined;
  /** All replicas together; 0 where no layout is legal. */
  readonly needBytes: number;
}

/** The way that takes least memory in all; where none fits on single cards, the one that comes nearest to it. */
export function leastTaken(flexible: FlexibleDemand, classes: readonly CardClass[]): LeastTaken {
  const { demand, quantizations } = flexible;
  const sequences = Math.max(1, Math.ceil(demand.least / demand.replicas));
  const least = demand.options
    .map((option) => ({ option, needBytes: bytesOf(option, sequences) }))
    .reduce<Taking | undefined>(
      (a, b) => (a === undefined || b.needBytes < a.needBytes ? b : a),
      undefined,
    );
  if (least === undefined) {
    return nearest(flexible, classes);
  }
  const { option, needBytes } = least;
  const onCards = option.stages.map(({ fixed, perSequence }) => fixed + sequences * perSequence);
  const bytesOnCard = Math.max(...onCards);
  return {
    need: {
      model: demand.model,
      replicas: demand.replicas,
      quantization: quantizations.get(option.id) ?? "",
      cards: option.stages.reduce((sum, { ranks }) => sum + ranks, 0),
      bytesOnCard,
      isEven: onCards.every((each) => each === bytesOnCard),
    },
    needBytes: demand.replicas * needBytes,
  };
}

interface Taking {
  readonly option: Option;
  readonly needBytes: number;
}

function bytesOf({ stages }: Option, sequences: number): number {
  return stages.reduce(
    (sum, { ranks, fixed, perSequence }) => sum + ranks * (fixed + sequences * perSequence),
    0,
  );
}

function nearest(
  { demand, variants, dropped }: FlexibleDemand,
  classes: readonly CardClass[],
): LeastTaken {
  const [short] = leastShort(dropped, undefined);
  if (short === undefined) {
    return { need: undefined, needBytes: 0 };
  }
  const capabilities = [
    ...new Set(
      classes.flatMap(({ openTo, computeCapability }) =>
        openTo.has(demand.model) ? [computeCapability] : [],
      ),
    ),
  ];
  const totals = variants.flatMap((variant) =>
    variant.weights.flatMap((weights) =>
      capabilities.flatMap(
        (capability) => leastNeed(variant, weights, capability)?.needBytes ?? [],
      ),
    ),
  );
  const { model, replicas } = demand;
  const { quantization, ranks, needBytes } = short;
  return {
    need: {
      model,
      replicas,
      quantization,
      cards: ranks,
      bytesOnCard: needBytes,
      isEven: short.isEven,
    },
    needBytes: replicas * totals.reduce((a, b) => Math.min(a, b), ranks * needBytes),
  };
}
