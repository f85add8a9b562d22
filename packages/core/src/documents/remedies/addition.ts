import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../../hardware/gpu.ts";
import type { StoredWeights } from "../../model/quantization.ts";
import { mayUse } from "../../placement/card-classes.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { bytes } from "../../units/units.ts";
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
  const pin = widerPin(model, cards);
  return {
    change: {
      addGpus: [{ host: like.host, gpu: like.catalogId, count: added }],
      ...(isAsked ? {} : { quantization }),
      ...(sizes.tp === model.tp && sizes.pp === model.pp ? {} : { tp: sizes.tp, pp: sizes.pp }),
      ...pin,
    },
    cards,
    model: (own) => ({ ...own, ...pin, tp: sizes.tp, pp: sizes.pp, weights: [weights] }),
    say: (placed) =>
      `Add ${added} ${like.name} ${where(cards)}, ${pinSaid(model, cards)}and run it at ${quantization}: ${layoutText(model, placed)}.`,
  };
}

/** "to box, as box:4 to box:6" */
function where(cards: readonly FleetGpu[]): string {
  const [first, last] = [cards[0], cards.at(-1)];
  const ids = cards.length === 1 ? first?.id : `${first?.id} to ${last?.id}`;
  const own = cards.length === 1 ? "in a host of its own" : "in a host of their own";
  // only a host that is new has no card yet
  return `${first?.index === 0 ? own : `to ${first?.host}`}, as ${ids}`;
}

/** "let it use that beside box:0, ", where its cards are named and the added ones are not among them. */
function pinSaid(model: PlannedModel, cards: readonly FleetGpu[]): string {
  const them = cards.length === 1 ? "that" : "those";
  return widerPin(model, cards).gpus === undefined
    ? ""
    : `let it use ${them} beside ${model.gpus?.join(", ")}, `;
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

/** The model's pin with these cards, where it names others: a host or a kind of card may name them already. */
function widerPin(
  { gpus }: PlannedModel,
  cards: readonly FleetGpu[],
): { readonly gpus?: readonly string[] } {
  const strangers = gpus === undefined ? [] : cards.filter((card) => !mayUse({ gpus }, card));
  return gpus === undefined || strangers.length === 0
    ? {}
    : { gpus: [...gpus, ...strangers.map(({ id }) => id)] };
}

/** The first card of a host that the fleet does not have yet. */
export function cardInNewHost(spec: GpuSpec, { gpus }: Fleet): FleetGpu {
  const taken = new Set(gpus.map(({ host }) => host));
  let host = NEW_HOST;
  for (let number = 2; taken.has(host); number += 1) {
    host = `${NEW_HOST}-${number}`;
  }
  return {
    id: "new",
    host,
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
