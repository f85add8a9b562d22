import type { FleetGpu } from "../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import type { StoredWeights } from "../model/quantization.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { bytes } from "../units/units.ts";
import { type Attempt, layoutText } from "./remedy.ts";

export interface Addition {
  readonly like: FleetGpu;
  readonly added: number;
  readonly weights: StoredWeights;
  readonly sizes: Pick<PlannedModel, "tp" | "pp">;
}

export function addition(model: PlannedModel, { like, added, weights, sizes }: Addition): Attempt {
  const cards = addedCards({ like, added });
  const { quantization } = weights;
  const isAsked = model.weights.some((each) => each.quantization === quantization);
  const where = like.host === NEW_HOST ? "in a host of their own" : `to ${like.host}`;
  return {
    change: {
      addGpus: [{ host: like.host, gpu: like.catalogId, count: added }],
      ...(isAsked ? {} : { quantization }),
      ...(sizes.tp === model.tp && sizes.pp === model.pp ? {} : { tp: sizes.tp, pp: sizes.pp }),
      ...(model.gpus === undefined
        ? {}
        : { gpus: [...model.gpus, ...cards.map((card) => card.id)] }),
    },
    cards,
    model: (own) => ({
      ...withCards(own, cards),
      tp: sizes.tp,
      pp: sizes.pp,
      weights: [weights],
    }),
    say: (placed) =>
      `Add ${added} ${like.name} ${where} and run it at ${quantization}: ${layoutText(model, placed)}.`,
  };
}

/** The same in any of several precisions, to be tried before each by itself. */
export function withAny(
  model: PlannedModel,
  at: Omit<Addition, "weights">,
  weights: readonly StoredWeights[],
): Pick<Attempt, "looser"> {
  const [first] = weights;
  if (first === undefined) {
    return {};
  }
  const one = addition(model, { ...at, weights: first });
  return {
    looser: { ...one, model: (own) => ({ ...(one.model?.(own) ?? own), weights }) },
  };
}

function addedCards({ like, added }: Pick<Addition, "like" | "added">): readonly FleetGpu[] {
  return Array.from({ length: added }, (_, i) => ({
    ...like,
    id: `${like.host}:${like.index + i}`,
    index: like.index + i,
    usedByOthers: bytes(0),
  }));
}

/** Where its cards are named, the added ones are too. */
function withCards(model: PlannedModel, cards: readonly FleetGpu[]): PlannedModel {
  return model.gpus === undefined
    ? model
    : { ...model, gpus: [...model.gpus, ...cards.map(({ id }) => id)] };
}

export function cardLike(spec: GpuSpec): FleetGpu {
  return {
    id: "new",
    host: NEW_HOST,
    index: 0,
    catalogId: spec.id,
    name: spec.name,
    computeCapability: spec.computeCapability,
    memory: spec.cudaVisible.value,
    usedByOthers: bytes(0),
    reserve: bytes(0),
    peerToPeer: hasPeersOutOfTheBox(spec) ? spec.peerToPeer : "none",
  };
}

const NEW_HOST = "new-host";
