import type { Variants } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { formatCount } from "../units/format.ts";
import { weightsOf } from "./estimate-request.ts";
import { ANY_PP, ANY_TP } from "./remedy.ts";
import { SHORTEST_SEQUENCE } from "./remedy-settings.ts";
import type { ModelRequirement, Written } from "./requirement.ts";
import { smallerKvTypes, smallerPrecisions } from "./smaller-types.ts";

/**
 * What each model asks for, in the order in which people would change it: where several explanations are equally
 * short, what stands first is named. A new constraint of the fleet file is one entry here.
 */
export const MODEL_REQUIREMENTS: readonly ModelRequirement[] = [
  {
    kind: "concurrency",
    about: "memory",
    said: ({ least }) => (least > 1 ? `${formatCount(least)} sequences at once` : undefined),
    without: (model) => [
      {
        ...model,
        least: 1,
        wanted: 1,
        limits: { ...model.limits, maxBatchSize: 1 },
      },
    ],
  },
  {
    kind: "maxSeqLen",
    about: "memory",
    said: ({ limits }) =>
      limits.maxSeqLen > SHORTEST_SEQUENCE ? `${formatCount(limits.maxSeqLen)} tokens` : undefined,
    without: (model) => [withTokens(model, { maxSeqLen: SHORTEST_SEQUENCE })],
  },
  {
    kind: "gpus",
    about: "cards",
    said: ({ gpus }) => (gpus === undefined ? undefined : `only on ${gpus.join(", ")}`),
    without: ({ gpus: _, ...model }) => [model],
  },
  {
    kind: "labels",
    about: "cards",
    said: ({ labels }) => (labels === undefined ? undefined : `only on ${labels.join(", ")} cards`),
    without: ({ labels: _, ...model }) => [model],
  },
  {
    kind: "notWith",
    about: "cards",
    said: ({ notWith }) => (notWith.length === 0 ? undefined : `not with ${notWith.join(", ")}`),
    without: (model) => [{ ...model, notWith: [] }],
  },
  {
    kind: "spread",
    about: "cards",
    said: ({ isSpread, replicas }) =>
      isSpread === true && replicas > 1 ? "each replica on a host of its own" : undefined,
    without: ({ isSpread: _, ...model }) => [model],
  },
  {
    kind: "survive",
    about: "cards",
    said: ({ survives }) =>
      survives === undefined
        ? undefined
        : `to outlive the loss of any one ${survives.loss === "gpu" ? "card" : "host"}`,
    without: ({ survives: _, refused: __, ...model }) => [model],
  },
  {
    kind: "exclusive",
    about: "cards",
    said: ({ isExclusive, isExclusiveByPolicy }) =>
      isExclusive && !isExclusiveByPolicy ? "exclusive cards" : undefined,
    without: (model) => [{ ...model, isExclusive: false }],
  },
  {
    kind: "replicas",
    about: "cards",
    said: ({ replicas }) => (replicas > 1 ? `${formatCount(replicas)} replicas` : undefined),
    // one replica with its part of what all serve: less than all of them need in any case
    without: ({ survives: _, refused: __, ...model }) => [
      {
        ...model,
        replicas: 1,
        least: Math.ceil(model.least / model.replicas),
        wanted: Math.ceil(model.wanted / model.replicas),
      },
    ],
  },
  {
    kind: "layout",
    about: "cards",
    said: ({ tp, pp }) =>
      hasAll(tp, ANY_TP) && hasAll(pp, ANY_PP)
        ? undefined
        : `tp ${tp.join(" or ")}, pp ${pp.join(" or ")}`,
    without: (model) => [{ ...model, tp: union(model.tp, ANY_TP), pp: union(model.pp, ANY_PP) }],
  },
  {
    kind: "kvCacheDtype",
    about: "memory",
    said: (model, { fleet }) =>
      smallerKvTypes(model, fleet).length > 0 ? `KV cache in ${model.kvCacheDtype}` : undefined,
    without: (model, { fleet }) => [
      model,
      ...smallerKvTypes(model, fleet).map((kvCacheDtype) => ({ ...model, kvCacheDtype })),
    ],
  },
  {
    kind: "quantization",
    about: "memory",
    said: (model, { fleet }) =>
      smallerPrecisions(model, fleet).length > 0
        ? `weights in ${model.weights.map(({ quantization }) => quantization).join(" or ")}`
        : undefined,
    without: (model, { fleet }) => [
      {
        ...model,
        weights: [
          ...model.weights,
          ...smallerPrecisions(model, fleet).map((name) => weightsOf(model.name, model.spec, name)),
        ],
      },
    ],
  },
  {
    kind: "maxNumTokens",
    about: "memory",
    said: ({ limits }) =>
      limits.maxNumTokens > SHORTEST_SEQUENCE
        ? `steps of ${formatCount(limits.maxNumTokens)} tokens`
        : undefined,
    without: (model) => [withTokens(model, { maxNumTokens: SHORTEST_SEQUENCE })],
  },
];

/** A step never takes more tokens than a sequence has. */
function withTokens(
  model: PlannedModel,
  limits: Partial<Pick<PlannedModel["limits"], "maxSeqLen" | "maxNumTokens">>,
): PlannedModel {
  const { maxSeqLen = model.limits.maxSeqLen, maxNumTokens = model.limits.maxNumTokens } = limits;
  return {
    ...model,
    limits: {
      ...model.limits,
      maxSeqLen: Math.min(maxSeqLen, model.limits.maxSeqLen),
      maxNumTokens: Math.min(maxNumTokens, maxSeqLen, model.limits.maxNumTokens),
    },
  };
}

function hasAll(own: readonly number[], all: readonly number[]): boolean {
  return all.every((size) => own.includes(size));
}

function union(own: readonly number[], all: readonly number[]): readonly number[] {
  return [...new Set([...own, ...all])];
}

/** The model without all requirements of these kinds. */
export function without(
  model: PlannedModel,
  dropped: readonly ModelRequirement[],
  written: Written,
): Variants {
  const [first, ...others] = dropped.reduce<readonly PlannedModel[]>(
    (variants, requirement) => variants.flatMap((one) => requirement.without(one, written)),
    [model],
  );
  return [first ?? model, ...others];
}
