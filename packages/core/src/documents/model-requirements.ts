import type { KvCacheDtype } from "../model/quantization.ts";
import type { Variants } from "../placement/flexible.ts";
import type { PlannedModel, Unwritten } from "../placement/planned-model.ts";
import { formatCount } from "../units/format.ts";
import { weightsOf } from "./estimate-request.ts";
import { withRoomsOf } from "./planned-replicas.ts";
import { ANY_PP, ANY_TP } from "./remedies/remedy.ts";
import { SHORTEST_SEQUENCE } from "./remedies/settings.ts";
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
    keys: ["concurrency"],
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
    keys: ["maxSeqLen"],
    said: ({ limits }) =>
      limits.maxSeqLen > SHORTEST_SEQUENCE ? `${formatCount(limits.maxSeqLen)} tokens` : undefined,
    without: (model) => [withTokens(model, { maxSeqLen: SHORTEST_SEQUENCE })],
  },
  {
    kind: "gpus",
    about: "cards",
    keys: ["gpus"],
    said: ({ gpus }) => (gpus === undefined ? undefined : `only on ${gpus.join(", ")}`),
    without: ({ gpus: _, ...model }, { fleet }) => [withRoomsOf(model, fleet)],
  },
  {
    kind: "labels",
    about: "cards",
    keys: ["labels"],
    said: ({ labels }) => (labels === undefined ? undefined : `only on ${labels.join(", ")} cards`),
    without: ({ labels: _, ...model }, { fleet }) => [withRoomsOf(model, fleet)],
  },
  {
    kind: "notWith",
    about: "cards",
    keys: ["notWith"],
    said: ({ notWith }) => (notWith.length === 0 ? undefined : `not with ${notWith.join(", ")}`),
    without: (model) => [{ ...model, notWith: [] }],
  },
  {
    kind: "spread",
    about: "cards",
    keys: ["spread"],
    said: ({ isSpread, replicas }) =>
      isSpread === true && replicas > 1 ? "each replica on a host of its own" : undefined,
    without: ({ isSpread: _, ...model }) => [model],
  },
  {
    kind: "survive",
    about: "cards",
    keys: ["survive"],
    said: ({ survives, ...model }) =>
      survives === undefined
        ? undefined
        : `to outlive the loss of any one ${survives.loss === "gpu" ? "card" : "host"}${isByDefault(model, "replicas") ? ` with ${model.replicas} replicas` : ""}`,
    // copies that nobody wrote are there for the loss alone
    without: ({ survives: _, refused: __, ...model }) => [
      isByDefault(model, "replicas") ? oneOf(model) : model,
    ],
  },
  {
    kind: "exclusive",
    about: "cards",
    keys: ["exclusive"],
    said: ({ isExclusive, isExclusiveByPolicy, unwritten }) =>
      isExclusive && !isExclusiveByPolicy
        ? `exclusive cards${forRate(unwritten, "exclusive")}`
        : undefined,
    without: (model) => [{ ...model, isExclusive: false }],
  },
  {
    kind: "replicas",
    about: "cards",
    keys: ["replicas"],
    said: ({ replicas, unwritten }) =>
      replicas > 1 && unwritten?.byDefault.includes("replicas") !== true
        ? `${formatCount(replicas)} replicas${forRate(unwritten, "replicas")}`
        : undefined,
    without: ({ survives: _, refused: __, ...model }) => [oneOf(model)],
  },
  {
    kind: "layout",
    about: "cards",
    keys: ["tp", "pp"],
    said: sizesSaid,
    without: ({ tp, pp, ...model }, { fleet }) => [
      withRoomsOf({ ...model, tp: union(tp, ANY_TP), pp: union(pp, ANY_PP) }, fleet),
    ],
  },
  {
    kind: "kvCacheDtype",
    about: "memory",
    keys: ["kvCacheDtype"],
    said: (model, { fleet }) =>
      smallerKvTypes(model, fleet).every((dtype) => kvTypesOf(model).includes(dtype))
        ? undefined
        : `KV cache in ${kvTypesOf(model).join(" or ")}`,
    without: (model, { fleet }) => [
      model,
      ...smallerKvTypes(model, fleet).map((kvCacheDtype) => ({ ...model, kvCacheDtype })),
    ],
  },
  {
    kind: "quantization",
    about: "memory",
    keys: ["quantization"],
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
    keys: ["maxNumTokens"],
    said: ({ limits }) =>
      limits.maxNumTokens > SHORTEST_SEQUENCE
        ? `steps of ${formatCount(limits.maxNumTokens)} tokens`
        : undefined,
    without: (model) => [withTokens(model, { maxNumTokens: SHORTEST_SEQUENCE })],
  },
];

/** One replica with its part of what all serve: less than all of them need in any case. */
function oneOf(model: PlannedModel): PlannedModel {
  return {
    ...model,
    replicas: 1,
    least: Math.ceil(model.least / model.replicas),
    wanted: Math.ceil(model.wanted / model.replicas),
  };
}

/** The sizes that leave something out, of those the ones that somebody wrote; all where nobody wrote any. */
function sizesSaid(model: PlannedModel): string | undefined {
  const all = { tp: ANY_TP, pp: ANY_PP };
  const narrow = (["tp", "pp"] as const).filter((key) => !hasAll(model[key], all[key]));
  const said = narrow.filter((key) => !isByDefault(model, key));
  const keys = said.length === 0 ? narrow : said;
  return keys.length === 0
    ? undefined
    : keys.map((key) => `${key} ${choiceText(model[key])}`).join(", ");
}

/** "2", "1 or 2", "1 to 4" */
function choiceText(sizes: readonly number[]): string {
  const [first = 0] = sizes;
  const isRow = sizes.length > 2 && sizes.every((size, i) => size === first + i);
  return isRow ? `${first} to ${sizes.at(-1)}` : sizes.join(" or ");
}

function kvTypesOf({ kvCacheDtype, alternatives = [] }: PlannedModel): readonly KvCacheDtype[] {
  return [...new Set([kvCacheDtype, ...alternatives.map((one) => one.kvCacheDtype)])];
}

function isByDefault({ unwritten }: Pick<PlannedModel, "unwritten">, key: string): boolean {
  return unwritten?.byDefault.includes(key) === true;
}

/** Said of what nobody wrote but a rate. */
function forRate(unwritten: Unwritten | undefined, key: string): string {
  return unwritten?.forRate.includes(key) === true ? " for its rate" : "";
}

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
