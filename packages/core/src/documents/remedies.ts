import { gpuById } from "../catalog/catalog.ts";
import { canCache } from "../engine/engine.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { hasPeersOutOfTheBox } from "../hardware/gpu.ts";
import { mayUse } from "../placement/card-classes.ts";
import { type PlacedFleet, placeFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { formatCount } from "../units/format.ts";
import { bytes } from "../units/units.ts";
import { weightsOf } from "./estimate-request.ts";
import type { PlanRemedy } from "./plan-document.ts";
import { runnable } from "./planned-models.ts";

/** A fleet that was solved, and the model in it that was not placed. */
export interface Refused {
  readonly fleet: Fleet;
  readonly models: readonly PlannedModel[];
  readonly model: PlannedModel;
  readonly placed: PlacedFleet;
  readonly nodeLimit: number;
}

/** One thing to change, and the fleet and models after it. */
interface Attempt {
  readonly change: Readonly<Record<string, unknown>>;
  readonly say: (placed: PlacedFleet) => string;
  readonly model?: Partial<PlannedModel>;
  readonly cards?: readonly FleetGpu[];
}

/**
 * What would let the model in, cheapest for the user first: each family of changes is tried from small to
 * large, solved again with everything that was placed, and shown only when it works.
 */
export function remediesFor(refused: Refused): readonly PlanRemedy[] {
  return FAMILIES.flatMap((family) => {
    for (const attempt of family(refused)) {
      const placed = tryAttempt(refused, attempt);
      if (placed !== undefined) {
        return [{ text: attempt.say(placed), change: attempt.change, verified: true }];
      }
    }
    return [];
  });
}

/** The fleet after the change, when the model is placed and no one else lost its place. */
function tryAttempt(
  { fleet, models, model, placed, nodeLimit }: Refused,
  attempt: Attempt,
): PlacedFleet | undefined {
  const changed = models.map((each) =>
    each.name === model.name ? { ...each, ...attempt.model } : each,
  );
  const solved = placeFleet(
    changed,
    { ...fleet, gpus: [...fleet.gpus, ...(attempt.cards ?? [])] },
    { nodeLimit },
  );
  const isWorse = solved.solution.unplaced.some(
    (name) => name === model.name || !placed.solution.unplaced.includes(name),
  );
  return isWorse ? undefined : solved;
}

type Family = (refused: Refused) => Iterable<Attempt>;

function* halvings(from: number, least: number): Iterable<number> {
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) {
    yield value;
  }
}

const fewerSequences: Family = function* ({ model }) {
  for (const least of halvings(model.least, 1)) {
    yield {
      change: { concurrency: { least, want: model.wanted } },
      model: { least },
      say: () =>
        `Ask for at least ${formatCount(least)} concurrent sequences instead of ${formatCount(model.least)}.`,
    };
  }
};

/** Below this, a context is of no use to most people. */
const SHORTEST_SEQUENCE = 1024;

const shorterSequences: Family = function* ({ model }) {
  for (const maxSeqLen of halvings(model.limits.maxSeqLen, SHORTEST_SEQUENCE)) {
    const maxNumTokens = Math.min(model.limits.maxNumTokens, maxSeqLen);
    yield {
      change: { maxSeqLen, maxNumTokens },
      model: { limits: { ...model.limits, maxSeqLen, maxNumTokens } },
      say: () =>
        `Lower maxSeqLen from ${formatCount(model.limits.maxSeqLen)} to ${formatCount(maxSeqLen)} tokens.`,
    };
  }
};

const smallerKv: Family = function* ({ model, fleet }) {
  const isSixteenBit = model.kvCacheDtype === "bf16" || model.kvCacheDtype === "fp16";
  const cards = fleet.gpus.filter((gpu) => mayUse(model, gpu));
  if (isSixteenBit && cards.some((gpu) => canCache(model.engine, "fp8", gpu.computeCapability))) {
    yield {
      change: { kvCacheDtype: "fp8" },
      model: { kvCacheDtype: "fp8" },
      say: () => "Keep its KV cache in fp8.",
    };
  }
};

const shared: Family = function* ({ model }) {
  if (model.isExclusive) {
    yield {
      change: { exclusive: false },
      model: { isExclusive: false },
      say: () => "Let it share its cards with other models.",
    };
  }
};

const otherPrecision: Family = function* ({ model, fleet }) {
  const tried = model.weights.map(({ quantization }) => quantization);
  for (const quantization of runnable(model, fleet).filter((name) => !tried.includes(name))) {
    yield {
      change: { quantization },
      model: { weights: [weightsOf(model.name, model.spec, quantization)] },
      say: () => `Run it at ${quantization}.`,
    };
  }
};

/** Layouts to fall back on: every tensor parallel size up to 8, pipelines up to 8 stages. */
const ANY_TP = [1, 2, 4, 8];
const ANY_PP = [1, 2, 3, 4, 6, 8];

const otherLayout: Family = function* ({ model }) {
  yield {
    change: { tp: ANY_TP, pp: ANY_PP },
    model: { tp: ANY_TP, pp: ANY_PP },
    say: (placed) => `Give it another layout: ${layoutText(model, placed)}.`,
  };
};

const precisionAndLayout: Family = function* ({ model, fleet }) {
  for (const quantization of runnable(model, fleet)) {
    yield {
      change: { quantization, tp: ANY_TP, pp: ANY_PP },
      model: { weights: [weightsOf(model.name, model.spec, quantization)], tp: ANY_TP, pp: ANY_PP },
      say: (placed) => `Run it at ${quantization} in another layout: ${layoutText(model, placed)}.`,
    };
  }
};

function layoutText(model: PlannedModel, placed: PlacedFleet): string {
  const replica = placed.replicas.find((each) => each.model.name === model.name);
  const { tp = 1, pp = 1 } = replica?.candidate.parallelism ?? {};
  return `tensor parallel ${tp}, pipeline parallel ${pp}`;
}

/** Cards to add at most; beyond, a remedy is no help. */
const MOST_ADDED = 16;

/** More cards of the kind that the fleet has and that holds most, in the layout asked for or any other. */
const moreCards: Family = function* ({ model, fleet }) {
  const own = fleet.gpus.filter((gpu) => mayUse(model, gpu)).sort((a, b) => b.memory - a.memory)[0];
  if (own !== undefined) {
    yield* addedCards(model, { like: own, host: own.host, count: (added) => added <= MOST_ADDED });
  }
};

/** Other cards, from small to large, as many as the layout asked for has ranks, in a host of their own. */
const largerCards: Family = function* ({ model }) {
  const ranks = Math.min(...model.tp) * Math.min(...model.pp);
  for (const id of LARGER_CARDS) {
    const spec = gpuById(id);
    if (spec === undefined) {
      continue;
    }
    const like: FleetGpu = {
      id: "",
      host: "new",
      index: 0,
      catalogId: spec.id,
      name: spec.name,
      computeCapability: spec.computeCapability,
      memory: spec.cudaVisible.value,
      usedByOthers: bytes(0),
      reserve: bytes(0),
      peerToPeer: hasPeersOutOfTheBox(spec) ? spec.peerToPeer : "none",
    };
    yield* addedCards(model, { like, host: "new", count: (added) => added === ranks });
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

interface Addition {
  readonly like: FleetGpu;
  readonly host: string;
  readonly count: (added: number) => boolean;
}

function* addedCards(model: PlannedModel, { like, host, count }: Addition): Iterable<Attempt> {
  for (let added = 1; added <= MOST_ADDED; added += 1) {
    if (count(added)) {
      yield additionOf(model, { like, host, added });
    }
  }
}

function additionOf(
  model: PlannedModel,
  { like, host, added }: { readonly like: FleetGpu; readonly host: string; readonly added: number },
): Attempt {
  const cards = Array.from({ length: added }, (_, i) => ({
    ...like,
    id: `${host}:new${i}`,
    host,
    index: i,
    usedByOthers: bytes(0),
  }));
  return {
    change: { addGpus: [{ host, gpu: like.catalogId, count: added }] },
    cards,
    model: {
      ...(model.gpus === undefined
        ? {}
        : { gpus: [...model.gpus, ...cards.map((card) => card.id)] }),
    },
    say: (placed) => `Add ${added} ${like.name}: ${layoutText(model, placed)}.`,
  };
}

const FAMILIES: readonly Family[] = [
  fewerSequences,
  shorterSequences,
  smallerKv,
  shared,
  otherPrecision,
  otherLayout,
  precisionAndLayout,
  moreCards,
  largerCards,
];
