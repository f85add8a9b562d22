import { gpuById } from "../catalog/catalog.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import type { Quantization } from "../model/quantization.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { bytes } from "../units/units.ts";
import { weightsOf } from "./estimate-request.ts";
import { runnable } from "./planned-models.ts";
import { ANY_TP, type Attempt, type Family, layoutText } from "./remedy.ts";

/** Cards to add at most; beyond, a remedy is no help. */
const MOST_ADDED = 16;

/** More cards of the kind that holds most of those it may use, from few to many, in whatever layout uses them. */
export const moreCards: Family = function* ({ model, fleet }) {
  const own = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  const like = [...own].sort((a, b) => b.memory - a.memory)[0];
  if (like === undefined) {
    return;
  }
  const inHost = own.filter((gpu) => gpu.host === like.host).length;
  for (let added = 1; added <= MOST_ADDED; added += 1) {
    for (const quantization of precisionsToTry(model, fleet)) {
      for (const tp of ANY_TP) {
        const pp = Math.floor((inHost + added) / tp);
        yield addition(model, { like, added, quantization, sizes: { tp: [tp], pp: [pp] } });
      }
    }
  }
};

/** Cards that people buy or rent when 24 GB are too few, by memory. */
const LARGER_CARDS = [
  "rtx-6000-ada-48gb",
  "a100-sxm-80gb",
  "h100-sxm-80gb",
  "rtx-pro-6000-blackwell",
  "h200-sxm-141gb",
  "b200",
] as const;

/** Other cards, from small to large, as many as the layout asked for has ranks, in a host of their own. */
export const largerCards: Family = function* ({ model, fleet }) {
  const [tp = 1, pp = 1] = [Math.min(...model.tp), Math.min(...model.pp)];
  for (const spec of LARGER_CARDS.flatMap((id) => gpuById(id) ?? [])) {
    const like = cardLike(spec);
    for (const quantization of precisionsToTry(model, { ...fleet, gpus: [like] })) {
      yield addition(model, { like, added: tp * pp, quantization, sizes: { tp: [tp], pp: [pp] } });
    }
  }
};

/** What the user asked for, then everything else that the cards can run, the finest first. */
function precisionsToTry(model: PlannedModel, fleet: Fleet): readonly Quantization[] {
  return [
    ...new Set([
      ...model.weights.map(({ quantization }) => quantization),
      ...runnable({ ...model, gpus: fleet.gpus.map(({ id }) => id) }, fleet),
    ]),
  ];
}

function cardLike(spec: GpuSpec): FleetGpu {
  return {
    id: "new",
    host: "new-host",
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

interface Addition {
  readonly like: FleetGpu;
  readonly added: number;
  readonly quantization: Quantization;
  readonly sizes: Pick<PlannedModel, "tp" | "pp">;
}

function addition(model: PlannedModel, { like, added, quantization, sizes }: Addition): Attempt {
  const cards = Array.from({ length: added }, (_, i) => ({
    ...like,
    id: `${like.host}:new${i}`,
    index: i,
    usedByOthers: bytes(0),
  }));
  return {
    change: {
      addGpus: [{ host: like.host, gpu: like.catalogId, count: added }],
      quantization,
      tp: sizes.tp[0],
      pp: sizes.pp[0],
    },
    cards,
    model: {
      ...sizes,
      weights: [weightsOf(model.name, model.spec, quantization)],
      ...(model.gpus === undefined
        ? {}
        : { gpus: [...model.gpus, ...cards.map((card) => card.id)] }),
    },
    say: (placed) =>
      `Add ${added} ${like.name}${like.host === "new-host" ? " in a host of their own" : ` to ${like.host}`} and run it at ${quantization}: ${layoutText(model, placed)}.`,
  };
}
