import type {
  FleetFile,
  FleetFileHost,
  FleetModel,
} from "../../packages/core/src/documents/fleet-file-types.ts";
import { seededRandom } from "./random-placement.ts";

type Random = () => number;

const CARDS = ["rtx-3060-12gb", "rtx-4080", "rtx-3090", "l40s-48gb"] as const;
const MODELS = [
  "Qwen/Qwen2.5-0.5B",
  "Qwen/Qwen2.5-1.5B",
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2-7B",
  "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen2.5-14B-Instruct",
  "google/gemma-3-4b-it",
] as const;
const ENGINES = ["tensorrt-llm", "vllm", "sglang", "llama.cpp"] as const;
const LABELS = ["fast", "lab"] as const;

/**
 * A seeded fleet of one to three hosts and one to four models that asks for everything a fleet file can ask of a
 * placement: labels, reserves, limits of power, host memory and disk, pins, priorities, several replicas, engines and
 * precisions, pipelines, models that are apart, alone or outlive a loss.
 */
export function featuredFleet(seed: number): FleetFile {
  const random = seededRandom(seed);
  const hosts = Array.from({ length: whole(random, 1, 3) }, (_, i) => hostOf(random, `h${i}`));
  const names = Array.from({ length: whole(random, 1, 4) }, (_, i) => `m${i}`);
  return {
    hosts,
    policy: {
      ...some(random, 0.3, () => ({ reserve: "1 GiB" })),
      ...some(random, 0.3, () => ({ chanceToFit: pick(random, [0.9, 0.999]) })),
      ...some(random, 0.1, () => ({ sharing: "exclusive" as const })),
      ...some(random, 0.1, () => ({ survive: pick(random, ["gpu", "host"] as const) })),
      ...some(random, 0.2, () => ({ mixedTensorParallel: true })),
    },
    models: names.map((name) => modelOf(random, name, { names, hosts })),
  };
}

function hostOf(random: Random, name: string): FleetFileHost {
  const gpus = Array.from({ length: whole(random, 1, 2) }, () => ({
    gpu: pick(random, CARDS),
    count: whole(random, 1, 2),
  }));
  return {
    name,
    gpus,
    ...some(random, 0.4, () => ({ labels: [pick(random, LABELS)] })),
    ...some(random, 0.2, () => ({ reserve: "2 GiB" })),
    ...some(random, 0.3, () => ({ powerBudgetW: whole(random, 3, 12) * 100 })),
    ...some(random, 0.3, () => ({ memory: `${whole(random, 1, 6) * 8} GiB` })),
    ...some(random, 0.3, () => ({ disk: `${whole(random, 1, 6) * 8} GiB` })),
    ...some(random, 0.3, () => ({ cards: [{ index: 0, labels: ["fast"], reserve: "3 GiB" }] })),
  };
}

function modelOf(
  random: Random,
  name: string,
  at: { readonly names: readonly string[]; readonly hosts: readonly FleetFileHost[] },
): FleetModel {
  const engine = pick(random, ENGINES);
  const others = at.names.filter((other) => other !== name);
  const replicas = whole(random, 1, 3);
  const least = whole(random, 1, 3);
  return {
    name,
    model: pick(random, MODELS),
    engine,
    maxSeqLen: pick(random, [1024, 4096]),
    concurrency: { least, want: least + whole(random, 0, 24) },
    replicas,
    priority: whole(random, 0, 2),
    ...(engine === "llama.cpp" ? {} : some(random, 0.5, () => ({ tp: pick(random, TP) }))),
    ...some(random, 0.5, () => ({ pp: pick(random, PP) })),
    ...some(random, 0.3, () => ({ quantization: "auto" as const })),
    ...some(random, 0.2, () => ({ kvCacheDtype: "auto" as const })),
    ...some(random, 0.15, () => ({ exclusive: true })),
    ...some(random, 0.2, () => (others.length === 0 ? {} : { notWith: [pick(random, others)] })),
    ...some(random, 0.2, () => ({ spread: "host" as const })),
    ...(replicas > 1 ? some(random, 0.3, () => ({ survive: pick(random, LOSSES) })) : {}),
    ...(engine === "vllm" ? some(random, 0.6, () => ({ acrossHosts: true })) : {}),
    ...some(random, 0.2, () => ({ gpus: pick(random, at.hosts).name })),
    ...some(random, 0.2, () => ({ labels: [pick(random, LABELS)] })),
  };
}

const TP = [2, [1, 2]] as const;
const PP = [2, [1, 2, 3]] as const;
const LOSSES = ["none", "gpu", "host"] as const;

function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[whole(random, 0, values.length - 1)] as T;
}

/** The keys with this chance, and none otherwise. */
function some<T extends object>(random: Random, chance: number, keys: () => T): T | object {
  return random() < chance ? keys() : {};
}
