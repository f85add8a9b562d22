import { importPreset } from "../../packages/core/src/catalog/catalog.ts";
import type {
  FleetFile,
  FleetFileHost,
  FleetModel,
} from "../../packages/core/src/documents/fleet-file-types.ts";
import { kvBytesPerToken } from "../../packages/core/src/memory/kv-cache.ts";
import { countParameters } from "../../packages/core/src/model/params.ts";
import { seededRandom } from "../properties/random-placement.ts";

export interface FleetSize {
  readonly cards: number;
  readonly models: number;
  readonly seed: number;
  /** What all models together want, as a part of what the cards hold; about all of it unless given. */
  readonly load?: number;
}

type Random = () => number;

const GIB = 1024 ** 3;

/** Hosts of up to eight cards; `gib` is what a card has in round numbers, to draw demands that fill it. */
const HOSTS = [
  { weight: 4, gib: 24, gpus: [{ gpu: "rtx-3090", count: 8 }] },
  { weight: 3, gib: 24, gpus: [{ gpu: "rtx-4090", count: 8 }] },
  {
    weight: 1,
    gib: 20,
    gpus: [
      { gpu: "rtx-4090", count: 4 },
      { gpu: "rtx-4080", count: 4 },
    ],
  },
  { weight: 2, gib: 45, gpus: [{ gpu: "l40s-48gb", count: 8 }] },
  { weight: 1, gib: 80, gpus: [{ gpu: "a100-sxm-80gb", count: 8 }] },
  { weight: 1, gib: 80, gpus: [{ gpu: "h100-sxm-80gb", count: 8 }] },
] as const;

const MODELS = [
  { weight: 2, id: "Qwen/Qwen2.5-0.5B" },
  { weight: 3, id: "Qwen/Qwen2.5-1.5B-Instruct" },
  { weight: 4, id: "meta-llama/Llama-3.2-3B" },
  { weight: 2, id: "Qwen/Qwen3-4B" },
  { weight: 5, id: "Qwen/Qwen2.5-7B-Instruct" },
  { weight: 6, id: "meta-llama/Llama-3.1-8B" },
  { weight: 3, id: "mistralai/Mistral-7B-Instruct-v0.2" },
  { weight: 2, id: "google/gemma-2-9b-it" },
  { weight: 3, id: "mistralai/Mistral-Nemo-Instruct-2407" },
  { weight: 3, id: "Qwen/Qwen2.5-14B-Instruct" },
  { weight: 2, id: "mistralai/Mistral-Small-24B-Instruct-2501" },
  { weight: 2, id: "google/gemma-2-27b-it" },
  { weight: 3, id: "Qwen/Qwen2.5-32B-Instruct" },
  { weight: 1, id: "mistralai/Mixtral-8x7B-v0.1" },
  { weight: 2, id: "meta-llama/Llama-3.1-70B" },
  { weight: 1, id: "Qwen/Qwen2.5-72B-Instruct" },
] as const;

/** Precisions that a model may run in; the first is in its files. */
const PRECISIONS = [
  { weight: 3, choice: ["bf16"] },
  { weight: 2, choice: ["bf16", "int4-awq"] },
  { weight: 1, choice: ["int4-awq"] },
] as const;

const LENGTHS = [
  { weight: 2, tokens: 2048 },
  { weight: 3, tokens: 4096 },
  { weight: 3, tokens: 8192 },
] as const;

/** All models together want this many times what the cards hold, unless another load is given. */
const LOAD = 1;
/** Of what a model wants, weights take about this part. */
const WEIGHTS_PART = 0.45;

/**
 * A seeded fleet of catalogue cards and models that, unless a load is given, wants somewhat more memory than there is, so
 * that nobody can get all: each model gets a part of the memory as its budget, replicas for about half of it and
 * sequences for the rest.
 */
export function randomFleet({ cards, models, seed, load = LOAD }: FleetSize): FleetFile {
  const random = seededRandom(seed);
  const hosts = Array.from({ length: Math.ceil(cards / 8) }, (_, i) => hostOf(random, i, cards));
  const room = hosts.reduce((sum, { gib }) => sum + gib, 0) * GIB;
  const parts = Array.from({ length: models }, () => 0.3 + random());
  const all = parts.reduce((sum, part) => sum + part, 0);
  return {
    schema: "berth/fleet@1",
    hosts: hosts.map(({ host }) => host),
    engine: "tensorrt-llm",
    models: parts.map((part, i) =>
      modelOf(random, i, {
        budget: (load * room * part) / all,
        mostReplicas: Math.min(MOST_REPLICAS, Math.ceil(cards / 4)),
      }),
    ),
  };
}

function hostOf(
  random: Random,
  i: number,
  cards: number,
): { readonly host: FleetFileHost; readonly gib: number } {
  const { gpus, gib } = pickWeighted(random, HOSTS);
  const count = Math.min(8, cards - 8 * i);
  const own = count === 8 ? gpus : [{ gpu: gpus[0].gpu, count }];
  return { host: { name: `host-${i}`, gpus: own }, gib: gib * count };
}

function modelOf(
  random: Random,
  i: number,
  { budget, mostReplicas }: { readonly budget: number; readonly mostReplicas: number },
): FleetModel {
  const { choice } = pickWeighted(random, PRECISIONS);
  const model = pickFitting(random, budget);
  const tokens = pickWeighted(random, LENGTHS).tokens;
  const weights = bytesOf(model, choice[0]);
  const replicas = Math.max(
    1,
    Math.min(mostReplicas, Math.round((WEIGHTS_PART * budget) / weights)),
  );
  const left = Math.max(0, budget - replicas * weights);
  const perReplica = Math.max(1, Math.round(left / replicas / kvBytesOf(model, tokens)));
  return {
    name: `m${i}`,
    model,
    quantization: choice,
    maxSeqLen: tokens,
    replicas,
    concurrency: { least: replicas, want: Math.min(MOST_SEQUENCES, perReplica) * replicas },
  };
}

/** More than this many sequences at once a replica does not want. */
const MOST_SEQUENCES = 128;

/** More replicas than about this many a model does not want. */
const MOST_REPLICAS = 24;

/** A model with BF16 weights that go into its budget at least once and not too often, or the smallest. */
function pickFitting(random: Random, budget: number): string {
  const most = budget * WEIGHTS_PART;
  const fitting = MODELS.filter(({ id }) => {
    const weights = bytesOf(id, "bf16");
    return weights <= most && weights * MOST_REPLICAS >= most;
  });
  return pickWeighted(random, fitting.length > 0 ? fitting : MODELS.slice(0, 1)).id;
}

function bytesOf(id: string, precision: "bf16" | "int4-awq"): number {
  return countParameters(specOf(id)).total * (precision === "bf16" ? 2 : 0.6);
}

function kvBytesOf(id: string, tokens: number): number {
  const alone = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };
  return tokens * kvBytesPerToken(specOf(id), "bf16", alone);
}

function specOf(id: string): NonNullable<ReturnType<typeof importPreset>> {
  const spec = importPreset(id);
  if (spec === undefined) {
    throw new RangeError(`no model ${id}`);
  }
  return spec;
}

function pickWeighted<T extends { readonly weight: number }>(
  random: Random,
  values: readonly T[],
): T {
  const all = values.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * all;
  const found = values.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const last = found ?? values.at(-1);
  if (last === undefined) {
    throw new RangeError("nothing to pick from");
  }
  return last;
}
